import t from 'tap'
import * as a from '../../src/attribution/index.js'

const code = 'NJORD_ERR_UNEQUAL_SERIES'

t.test('a missing return stands in from the other side and is told; a segment not held takes it silently', async t => {
  const period = {
    portfolioWeights: [0.5, 0.3, 0.2, 0],
    benchmarkWeights: [0.5, 0.5, 0, 0],
    portfolioReturns: [0.1, null, 0.04, 0.9],
    benchmarkReturns: [0.06, 0.02, NaN, NaN]
  }
  const found = a.brinson(period)
  t.same(found.imputed, [1])
  t.same(Array.from(found.selection, effect => effect.toFixed(12)), ['0.020000000000', '0.000000000000', '0.000000000000', '0.000000000000'])
  // RB 0.04: cash is held at 0.04 against 0.04.
  t.equal(found.allocation[2]!.toFixed(12), '0.000000000000')
  const kept = a.brinson(period, { zeroWeights: 'keep' })
  t.equal(kept.interaction[2]!.toFixed(12), (0.2 * 0.04).toFixed(12))
  t.same(a.brinson({ portfolioWeights: [1], benchmarkWeights: [1], portfolioReturns: [null], benchmarkReturns: [null] }).imputed, [0])
  t.same(a.brinsonOverTime([period]).value!.imputed, [{ period: 0, segment: 1 }])
  t.throws(() => a.brinson({ ...period, benchmarkWeights: [1] }), { code })
  t.throws(() => a.link([{ portfolioReturn: 0, benchmarkReturn: 0, effects: [1] }, { portfolioReturn: 0, benchmarkReturn: 0, effects: [] }]), { code })
})

t.test('what weights and returns do not explain is residual, linked as well', async t => {
  const period = { portfolioWeights: [1], benchmarkWeights: [1], portfolioReturns: [0.1], benchmarkReturns: [0.04], portfolioReturn: 0.09 }
  t.equal(a.brinson(period).residual.toFixed(12), '-0.010000000000')
  const { value } = a.brinsonOverTime([period, period])
  t.equal((value!.total.allocation + value!.total.selection + value!.residual).toFixed(12), value!.activeReturn.toFixed(12))
  t.ok(value!.residual < -0.02)
})

t.test('linking has its limits where returns agree, and none where wealth is gone', async t => {
  const even = { portfolioReturn: 0.1, benchmarkReturn: 0.1, effects: [0.02, -0.02] }
  const up = { portfolioReturn: 0.2, benchmarkReturn: 0.1, effects: [0.1, 0] }
  const down = { portfolioReturn: 0.1, benchmarkReturn: 0.2, effects: [-0.1, 0] }
  for (const method of ['carino', 'menchero', 'grap', 'frongello'] as const) {
    for (const periods of [[even, even], [up, down], [up, even, down, even]]) {
      const { value } = a.link(periods, method)
      t.ok(Math.abs(value!.residual) < 1e-15 && value!.totals.every(Number.isFinite), method)
    }
  }
  t.same(a.link([{ portfolioReturn: -1, benchmarkReturn: 0, effects: [-1] }]), { value: null, reason: 'wealth is gone' })
  t.same(a.brinsonOverTime([]), { value: null, reason: 'no observations' })
})

t.test('attributes level by level: decisions by hand', async t => {
  const leaf = (name: string, portfolioWeight: number, benchmarkWeight: number, portfolioReturn: number, benchmarkReturn: number) =>
    ({ name, portfolioWeight, benchmarkWeight, portfolioReturn, benchmarkReturn })
  const found = a.attributeLevels([
    { name: 'Asia', parts: [leaf('large', 0.3, 0.2, 0.1, 0.08), leaf('small', 0.3, 0.2, 0.04, 0.02)] },
    { name: 'Europe', parts: [leaf('large', 0.4, 0.3, 0.02, 0.01), leaf('small', 0, 0.3, 0.5, 0.03)] }
  ])
  // Benchmark 0.016 + 0.004 + 0.003 + 0.009 = 0.032; Asia 0.05, Europe 0.02. Level 1: 0.2 × 0.018 + -0.2 × -0.012 = 0.006.
  // Level 2, Asia: 0 and 0; Europe: (0.4 - 0.2) × (0.01 - 0.02) + (0 - 0.2) × 0.01 = -0.004. Selection 0.006 + 0.006 + 0.004 = 0.016.
  t.same(found.allocation.map(level => level.toFixed(12)), ['0.006000000000', '-0.004000000000'])
  t.equal(found.selection.toFixed(12), '0.016000000000')
  t.equal(found.activeReturn.toFixed(12), '0.018000000000')
  t.same(found.effects.map(({ path }) => path.join('/')), ['Asia', 'Asia/large', 'Asia/small', 'Europe', 'Europe/large', 'Europe/small'])
  // Held by nobody, and held by us alone.
  const odd = a.attributeLevels([
    { name: 'core', parts: [leaf('a', 0.5, 1, 0.1, 0.1)] },
    { name: 'own', parts: [leaf('b', 0.5, 0, 0.2, 0)] },
    { name: 'nobody', parts: [leaf('c', 0, 0, 0, 0)] }
  ])
  t.equal(odd.effects[2]!.allocation.toFixed(12), '0.050000000000')
  t.ok(Math.abs(odd.residual) < 1e-15 && odd.selection === 0)
})

t.test('splits PnL by strategy and by what it cost; what is missing is told and lies in the residual', async t => {
  const found = a.attributePnl({
    strategies: [
      { strategyId: 'trend', trading: 100.1, fees: 2.2, funding: -3.3, costs: 0.5 },
      { strategyId: 'carry', trading: null, fees: 1, funding: 20 },
      { strategyId: 'trend', trading: 5, fees: -0.1 }
    ],
    cash: 1.5,
    total: 130
  })
  t.match(found, { missing: ['carry'], cash: 1.5, total: 130, effects: { funding: 16.7 } })
  t.same(found.strategies.map(({ strategyId, net }) => [strategyId, net.toFixed(10)]), [['trend', '99.2000000000'], ['carry', '19.0000000000']])
  t.equal(found.residual.toFixed(10), '10.3000000000')
  // Cents that plain addition loses.
  const large = a.attributePnl({ strategies: [{ strategyId: 'a', trading: 1e16 }, { strategyId: 'b', trading: 0.01 }, { strategyId: 'c', trading: -1e16 }], total: 0.01 })
  t.equal(large.residual, 0)
  const broke = a.attributePnlOverTime([{ strategies: [], total: 1, startEquity: 0 }])
  t.same(broke.linked, { value: null, reason: 'no capital' })
  t.same(a.attributePnlOverTime([{ strategies: [], total: -10, startEquity: 10 }]).linked, { value: null, reason: 'wealth is gone' })
})

t.test('splits risk by strategy; a period a strategy does not know is left out and told', async t => {
  const found = a.attributeRisk([
    { strategyId: 'a', contributions: [0.01, -0.01, 0.02, null, -0.02], weight: 0.5 },
    { strategyId: 'b', contributions: [0, 0, 0, 0.5, 0] }
  ], { periodsPerYear: 4 })
  t.same(found.missing, [{ strategyId: 'a', periods: 1 }])
  t.equal(found.observations, 4)
  const [first, second] = found.strategies
  t.equal(first!.riskShare.value?.toFixed(12), '1.000000000000')
  t.equal(first!.marginalRisk.value?.toFixed(12), (found.volatility.value! / 0.5).toFixed(12))
  t.same([second!.componentRisk.value, second!.correlation.reason, second!.marginalRisk.reason], [0, 'no deviation', 'no capital'])
  const reasons = (contributions: Array<number | null>) => {
    const { strategies: [one], sharpe, sortino, volatility } = a.attributeRisk([{ strategyId: 'a', contributions }], { periodsPerYear: 4 })
    return [sharpe.reason, sortino.reason, volatility.reason, one!.riskShare.reason, one!.correlation.reason, one!.marginalRisk.reason]
  }
  t.same(reasons([null]), new Array(6).fill('no observations'))
  t.same(reasons([1]), new Array(6).fill('too few observations'))
  t.same(reasons([1, 1]), ['no deviation', 'no downside', undefined, 'no deviation', 'no deviation', 'no deviation'])
  t.equal(a.attributeRisk([], { periodsPerYear: 4 }).observations, 0)
  t.throws(() => a.attributeRisk([{ strategyId: 'a', contributions: [1] }, { strategyId: 'b', contributions: [] }], { periodsPerYear: 4 }), { code })
})

t.test('alpha and beta with their intervals, and a note when there is too little to go by', async t => {
  const market = [0.01, -0.02, 0.03, 0.005, NaN, -0.01]
  const ours = [0.021, -0.037, 0.06, 0.012, 0.1, -0.019]
  const { value } = a.fitBenchmark(ours, market, { confidence: 0.9 })
  t.ok(value!.beta.low.value! < value!.beta.value && value!.beta.value < value!.beta.high.value!)
  // Three degrees of freedom: t 2.3534.
  t.equal(((value!.beta.high.value! - value!.beta.value) / value!.beta.standardError.value!).toFixed(4), '2.3534')
  t.match(value!.notes, [/^5 observations: fewer than 30/, /^1 rows were left out/])
  t.equal(value!.observations, 5)
  t.same(a.fitBenchmark([1, 2], [1, 1]), { value: null, reason: 'flat benchmark' })
  t.same(a.fitBenchmark([], []), { value: null, reason: 'no observations' })
  t.same(a.fitBenchmark([1, 2], [1, 3]).value!.beta.low, { value: null, reason: 'too few observations' })
  const long = Array.from({ length: 40 }, (_, at) => Math.sin(at))
  t.same(a.fitBenchmark(long, long.map((value, at) => value + Math.cos(at * 3))).value!.notes, [])
  t.same(a.marketTiming([1, 2, 3], [1, 1, 1]), { value: null, reason: 'collinear' })
})

t.test('attributes returns to factors over time, what no factor explains being alpha', async t => {
  const factors = Array.from({ length: 20 }, (_, at) => [Math.sin(at) / 50, Math.cos(at * 2) / 40])
  const returns: Array<number | null> = factors.map(([x, y]) => 0.001 + 0.5 * x! - 0.2 * y!)
  returns[3] = null
  const { value } = a.attributeFactors(returns, factors)
  t.same(value!.exposures.map(exposure => exposure.toFixed(10)), ['0.5000000000', '-0.2000000000'])
  t.equal(value!.alpha.toFixed(10), '0.0190000000')
  t.ok(Math.abs(value!.residual) < 1e-14)
  t.equal(value!.dropped, 1)
  t.equal((value!.alpha + value!.contributions[0]! + value!.contributions[1]! + value!.residual).toFixed(12), value!.total.toFixed(12))
  t.same(a.attributeFactors([1, 2, 3], [[1, 1], [2, 2], [3, 3]]), { value: null, reason: 'collinear' })
  t.same(a.attributeCrossSection([1, 2, 3], [{ name: 'all', exposures: [[1], [1], [1]] }], [0, 0, 0]), { value: null, reason: 'collinear' })
})

t.test('leaves out and lists dates and assets without loadings', async t => {
  const found = a.attributeHoldings({
    returns: [0.1, 0.2, null, 0.3],
    positions: [[0.5, 0.5, 0], [0.5, 0.5, 0], [1, 0, 0], [1, 0, 0]],
    loadings: [[[1], null, null], [[2], [1], null], [[1], [1], null], null],
    factorReturns: [[0.04], [0.02], [0.1], [0.1]]
  })
  t.match(found, { dates: [0, 1], missingDates: [2, 3], missingAssets: [1], exposures: [[0.5], [1.5]] })
  t.same(found.tilt.map(value => value.toFixed(10)), ['0.0400000000', '0.0200000000'])
  t.same(found.timing.map(value => value.toFixed(10)), ['-0.0200000000', '0.0100000000'])
  t.same(a.attributeHoldings({ returns: [], positions: [], loadings: [], factorReturns: [] }).common, [])
})
