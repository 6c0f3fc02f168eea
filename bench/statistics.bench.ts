import { brinsonOverTime, type SegmentedPeriod } from '../src/attribution/index.js'
import { ReturnTracker, summarizeReturns } from '../src/statistics/index.js'
import { compare, type Bench } from './harness.js'

const minutes = 525_600
const days = 2520
const segments = 50

/** Deterministic returns around 0, as an LCG draws them. */
function draw (count: number, scale: number, seed: number): Float64Array {
  const values = new Float64Array(count)
  for (let at = 0; at < count; at++) {
    seed = (seed * 48_271) % 2_147_483_647
    values[at] = (seed / 2_147_483_647 - 0.4999) * scale
  }
  return values
}

/** The floor: one pass for the sum, the squares, the products, the wealth and its peak, and nothing else. */
function singlePass (returns: Float64Array, benchmark: Float64Array): number {
  let [sum, squares, products, below, wealth, peak, depth] = [0, 0, 0, 0, 1, 1, 0]
  for (let at = 0; at < returns.length; at++) {
    const value = returns[at]!
    sum += value
    squares += value * value
    products += value * benchmark[at]!
    if (value < 0) below += value * value
    wealth *= 1 + value
    if (wealth > peak) peak = wealth
    else if (wealth / peak - 1 < depth) depth = wealth / peak - 1
  }
  return sum + squares + products + below + depth
}

/** What one writes from the textbook: a pass or more for each statistic, and a sort for the quantiles. */
function textbook (returns: Float64Array, benchmark: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + (value - mean0) ** 2, 0) / (values.length - 1))
  const mean0 = mean(returns)
  const other = mean(benchmark)
  const moment = (power: number) => returns.reduce((sum, value) => sum + (value - mean0) ** power, 0)
  const curve = returns.map((wealth => value => { wealth *= 1 + value; return wealth })(1))
  const peaks = curve.map((peak => value => { peak = Math.max(peak, value); return peak })(1))
  const depth = curve.reduce((least, value, at) => Math.min(least, value / peaks[at]! - 1), 0)
  const covariance = returns.reduce((sum, value, at) => sum + (value - mean0) * (benchmark[at]! - other), 0)
  const variance = benchmark.reduce((sum, value) => sum + (value - other) ** 2, 0)
  const active = returns.map((value, at) => value - benchmark[at]!)
  const downside = returns.reduce((sum, value) => sum + Math.min(value, 0) ** 2, 0)
  const sorted = returns.slice().sort()
  const cut = Math.floor(sorted.length * 0.05)
  const capture = (sign: number) => returns.reduce((wealth, value, at) => benchmark[at]! * sign > 0 ? wealth * (1 + value) : wealth, 1)
  return deviation(returns) + deviation(active) + moment(3) + moment(4) + depth + covariance / variance + downside + capture(1) + capture(-1) +
    sorted[cut]! + mean(sorted.slice(0, cut)) + sorted[sorted.length - cut]!
}

const benches: Bench[] = [{
  // Every statistic of a year of minutes beside a benchmark; the limit is 100 ms.
  name: 'statistics.year-of-minutes',
  unit: 'ms',
  async run () {
    const returns = draw(minutes, 0.001, 7)
    const benchmark = draw(minutes, 0.001, 11)
    const options = { periodsPerYear: minutes }
    const found = await compare({
      ours: times => { let last; for (let i = 0; i < times; i++) last = summarizeReturns(returns, options, benchmark); return last },
      peer: times => { let last; for (let i = 0; i < times; i++) last = textbook(returns, benchmark); return last },
      floor: times => { let last; for (let i = 0; i < times; i++) last = singlePass(returns, benchmark); return last }
    }, { rounds: 9 })
    return { ours: found.ours / 1e6, peer: found.peer / 1e6, floor: found.floor / 1e6 }
  }
}, {
  // One return and its benchmark into every statistic but the quantiles; the limit is 1 µs. The peer is a bare Welford update.
  name: 'statistics.stream.add',
  unit: 'ns',
  async run () {
    const returns = draw(65_536, 0.001, 7)
    const benchmark = draw(65_536, 0.001, 11)
    const found = await compare({
      ours: times => {
        const tracker = new ReturnTracker({ periodsPerYear: minutes })
        for (let i = 0; i < times; i++) tracker.add(returns[i & 65_535]!, benchmark[i & 65_535])
        return tracker
      },
      peer: times => {
        let [count, mean, squares] = [0, 0, 0]
        for (let i = 0; i < times; i++) {
          const value = returns[i & 65_535]!
          const distance = value - mean
          mean += distance / ++count
          squares += distance * (value - mean)
        }
        return squares
      },
      floor: times => {
        const sum = new Float64Array(1)
        for (let i = 0; i < times; i++) sum[0]! += returns[i & 65_535]!
        return sum
      }
    })
    return { ours: found.ours, peer: found.peer, floor: found.floor }
  }
}, {
  // Ten years of days and 50 segments, three effects, linked by Carino; the limit is 50 ms. The peer is a plain loop that only sums.
  name: 'attribution.brinson.ten-years',
  unit: 'ms',
  async run () {
    const weights = Float64Array.from({ length: segments }, () => 1 / segments)
    const periods = Array.from({ length: days }, (_, day): SegmentedPeriod => ({
      portfolioWeights: weights,
      benchmarkWeights: draw(segments, 0.02, day + 1).map(value => value / segments + 1 / segments),
      portfolioReturns: draw(segments, 0.04, day + 3),
      benchmarkReturns: draw(segments, 0.03, day + 5)
    }))
    const found = await compare({
      ours: times => { let last; for (let i = 0; i < times; i++) last = brinsonOverTime(periods); return last },
      floor: times => {
        let sum = 0
        for (let i = 0; i < times; i++) {
          for (const { portfolioWeights, benchmarkWeights, portfolioReturns, benchmarkReturns } of periods) {
            for (let at = 0; at < segments; at++) {
              const tilt = portfolioWeights[at]! - benchmarkWeights[at]!
              const gap = portfolioReturns[at]! - benchmarkReturns[at]!
              sum += tilt * benchmarkReturns[at]! + benchmarkWeights[at]! * gap + tilt * gap
            }
          }
        }
        return sum
      }
    }, { rounds: 9 })
    return { ours: found.ours / 1e6, peer: found.floor / 1e6, floor: found.floor / 1e6 }
  }
}]

export default benches
