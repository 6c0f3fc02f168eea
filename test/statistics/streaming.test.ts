import fc from 'fast-check'
import t from 'tap'
import {
  BenchmarkTracker, DrawdownTracker, drawdowns, Moments, ReturnTracker, Sample, summarizeReturns, TradeTracker, trackTrades,
  type Figure, type ReturnSummary
} from '../../src/statistics/index.js'

const check = (property: fc.IRawProperty<unknown>) => { fc.assert(property, { seed: 20_240_502, numRuns: 300 }) }
const isNear = (found: number, wanted: number) => Math.abs(found - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted))
const isSame = (found: Figure, wanted: Figure) =>
  found.value === null || wanted.value === null ? found.reason === wanted.reason : isNear(found.value, wanted.value)
/** Whole basis points: no two returns differ by so little that rounding decides. */
const aReturn = fc.oneof({ arbitrary: fc.integer({ min: -900, max: 900 }), weight: 6 }, fc.constant(0)).map(bps => bps / 10_000)
const rows = fc.array(fc.record({ ours: fc.option(aReturn, { freq: 8 }), benchmark: fc.option(aReturn, { freq: 8 }) }), { maxLength: 80 })
const cuts = fc.array(fc.nat(80), { maxLength: 5 })
const parts = <T>(items: readonly T[], at: readonly number[]): T[][] => {
  const edges = [0, ...[...at].sort((a, b) => a - b), items.length]
  return edges.slice(1).map((edge, i) => items.slice(edges[i], edge))
}
const options = { periodsPerYear: 365, riskFree: 0.0001, requiredReturn: 0.0002, sampleCapacity: 100 }

t.test('a stream of returns answers what the arrays do, after any split and merge', async t => {
  check(fc.property(rows, cuts, fc.constantFrom(0, 0.0001), (history, at, riskFree) => {
    const given = { ...options, riskFree }
    const merged = new ReturnTracker(given)
    for (const part of parts(history, at)) {
      const tracker = new ReturnTracker(given)
      for (const { ours, benchmark } of part) tracker.add(ours, benchmark)
      merged.merge(tracker)
    }
    const found = merged.summary()
    const wanted = summarizeReturns(history.map(({ ours }) => ours), given, history.map(({ benchmark }) => benchmark))
    return Object.keys(wanted).every(key => {
      const name = key as keyof ReturnSummary
      if (name === 'observations') return found.observations === wanted.observations
      if (name === 'worstDrawdown') {
        const [one, other] = [found.worstDrawdown, wanted.worstDrawdown]
        if (one === null || other === null) return one === other
        return isNear(one.depth, other.depth) && one.isRecovered === other.isRecovered && (one.recovery ?? other.recovery) === other.recovery
      }
      return isSame(found[name], wanted[name])
    })
  }))
  t.pass()
})

t.test('one drawdown is the deepest of all, with its start, trough and recovery', async t => {
  check(fc.property(fc.array(aReturn, { maxLength: 60 }), returns => {
    const tracker = new DrawdownTracker()
    for (const value of returns) tracker.add(value)
    const [deepest] = drawdowns(returns, { limit: 3 })
    const worst = tracker.worst()
    return deepest === undefined ? worst === undefined : JSON.stringify(worst) === JSON.stringify(deepest)
  }))
  t.pass()
})

t.test('a stream of trades answers what the array does, streaks too', async t => {
  check(fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 60 }), cuts, (pnls, at) => {
    const merged = new TradeTracker()
    for (const part of parts(pnls, at)) merged.merge(trackTrades(part))
    const wanted = trackTrades(pnls)
    return (['winRate', 'profitFactor', 'payoff', 'expectancy', 'expectancyRatio', 'average', 'deviation', 'sharpe', 'sortino', 'dRatio'] as const)
      .every(name => isSame(merged[name](), wanted[name]())) &&
      merged.breakEvens === wanted.breakEvens && merged.streaks.current === wanted.streaks.current &&
      merged.streaks.longestWins === wanted.streaks.longestWins && merged.streaks.longestLosses === wanted.streaks.longestLosses
  }))
  t.pass()
})

t.test('moments agree with sums over the whole, many of one value at once too', async t => {
  check(fc.property(fc.array(aReturn, { minLength: 2, maxLength: 40 }), fc.nat(20), (values, zeros) => {
    const found = new Moments()
    for (const value of values) found.add(value)
    found.addMany(0, zeros)
    const all = [...values, ...Array.from({ length: zeros }, () => 0)]
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length
    const central = (power: number) => all.reduce((sum, value) => sum + (value - mean) ** power, 0) / all.length
    if (central(2) < 1e-12) return true
    return isNear(found.mean, mean) && isNear(found.variance(0), central(2)) && isNear(found.skewness(), central(3) / central(2) ** 1.5) &&
      isNear(found.kurtosis(), central(4) / central(2) ** 2)
  }))
  t.pass()
})

t.test('quantiles agree with sorting', async t => {
  const list = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 80 })
  check(fc.property(list, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
    const sorted = [...values].sort((a, b) => a - b)
    const place = (sorted.length - 1) * share
    const low = Math.floor(place)
    const wanted = sorted[low]! + (place > low ? (sorted[low + 1]! - sorted[low]!) * (place - low) : 0)
    const last = Math.floor((sorted.length - 1) * 0.05 + 1e-9)
    const sample = Sample.of(values)
    return isNear(sample.quantile(share).value!, wanted) &&
      isNear(sample.expectedShortfall(0.95).value!, sorted.slice(0, last + 1).reduce((sum, value) => sum + value, 0) / (last + 1))
  }))
  t.pass()
})

t.test('a sample that is full keeps nothing and says so', async t => {
  const sample = new Sample(2)
  for (const value of [1, 2, 3, 4]) sample.add(value)
  t.same(sample.quantile(0.5), { value: null, reason: 'sample not kept' })
  const merged = new Sample(3)
  merged.add(1)
  merged.merge(Sample.of([1, 2, 3]))
  t.same(merged.valueAtRisk(0.95), { value: null, reason: 'sample not kept' })
  t.same(new ReturnTracker({ periodsPerYear: 365 }).summary().tailRatio, { value: null, reason: 'sample not kept' })
  const growing = new Sample(1000)
  for (let at = 0; at <= 500; at++) growing.add(at)
  t.equal(growing.quantile(0.5).value, 250)
})

t.test('wealth that is gone stays gone, in a merge as well', async t => {
  const ruined = new DrawdownTracker()
  for (const value of [0.5, -1.2, 0.5]) ruined.add(value)
  const more = new DrawdownTracker()
  more.add(0.1)
  ruined.merge(more)
  t.equal(ruined.count, 4)
  t.ok(Math.abs(ruined.wealth + 0.3) < 1e-15)
  t.ok(Math.abs(ruined.max().value! + 1.2) < 1e-15)
  t.ok(Math.abs(ruined.current + 1.2) < 1e-15)
  t.same(new BenchmarkTracker().beta(), { value: null, reason: 'no observations' })
})
