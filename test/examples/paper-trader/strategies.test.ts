import t from 'tap'
import { Chase } from '../../../examples/paper-trader/strategies/chase.js'
import { EmaTrend } from '../../../examples/paper-trader/strategies/ema-trend.js'
import { MeanReversion } from '../../../examples/paper-trader/strategies/mean-reversion.js'
import { MovingAverage } from '../../../examples/paper-trader/strategies/moving-average.js'
import type { Signal, Strategy } from '../../../examples/paper-trader/strategies/strategy.js'

/** Shows prices to a strategy that holds `position`; returns what it said to the last. */
function show (strategy: Strategy, prices: readonly number[], position = 0): Signal | undefined {
  let signal: Signal | undefined
  for (const price of prices) signal = strategy.onTick({ symbol: 'A/B', price, quantity: 1, atMs: 0 }, position)
  return signal
}

const steps = (count: number, priceAt: (i: number) => number) => Array.from({ length: count }, (_, i) => priceAt(i))
/** A quiet market: up and down by one. */
const quiet = (count: number, level = 1000) => steps(count, i => level + (i % 2))

await t.test('a moving average starts at the first value and moves by 2 / (length + 1)', async t => {
  const average = new MovingAverage(3)
  t.ok(Number.isNaN(average.value))
  t.equal(average.add(10), 10)
  t.equal(average.add(20), 15) // 10 + (20 − 10) / 2
  t.equal(average.add(15), 15)
  t.equal(average.value, 15)
})

await t.test('ema-trend is silent while it warms up and in a market that goes nowhere', async t => {
  t.equal(show(new EmaTrend(), steps(39, i => 1000 + i)), undefined)
  t.equal(show(new EmaTrend(), quiet(200)), undefined)
  t.equal(show(new EmaTrend(), steps(200, () => 1000)), undefined)
})

await t.test('ema-trend goes with the market, both ways and at any level of prices', async t => {
  for (const scale of [1, 1e-6, 1e3]) {
    t.strictSame(show(new EmaTrend(), steps(120, i => (1000 + i) * scale)), { target: 1 })
    t.strictSame(show(new EmaTrend(), steps(120, i => (1000 - i) * scale)), { target: -1 })
  }
})

await t.test('ema-trend is out once the averages have crossed', async t => {
  const strategy = new EmaTrend()
  show(strategy, quiet(200))
  t.equal(show(strategy, [999, 998, 997, 996], -1), undefined, 'with the position')
  t.strictSame(show(strategy, [995], 1), { target: 0 }, 'against the position')
})

await t.test('mean-reversion bets on the way back, at a price a little better than the market', async t => {
  const low = new MeanReversion()
  show(low, quiet(100))
  const buy = show(low, [990])
  t.equal(buy?.target, 1)
  t.ok(buy!.limitPrice! < 990 && buy!.limitPrice! > 985, `limit ${buy!.limitPrice}`)

  const high = new MeanReversion()
  show(high, quiet(100))
  const sell = show(high, [1010])
  t.equal(sell?.target, -1)
  t.ok(sell!.limitPrice! > 1010)
})

await t.test('mean-reversion is silent while it warms up, when nothing moves, and half way back', async t => {
  t.equal(show(new MeanReversion(), [...quiet(20), 900]), undefined)
  t.equal(show(new MeanReversion(), steps(100, () => 1000)), undefined)
  const strategy = new MeanReversion()
  show(strategy, quiet(100))
  t.equal(show(strategy, [1000.2], 1), undefined)
})

await t.test('mean-reversion is out when the price is back, and when there is no way back', async t => {
  const back = new MeanReversion()
  show(back, quiet(100))
  t.strictSame(show(back, [1000.6], 1), { target: 0 })

  const lost = new MeanReversion()
  show(lost, quiet(300))
  t.strictSame(show(lost, [900], 1), { target: 0 })
})

await t.test('chase adds to every new high without an end, and sells all at a new low', async t => {
  const strategy = new Chase()
  t.equal(show(strategy, steps(12, i => 1000 + i)), undefined, 'too early to tell')
  t.strictSame(show(strategy, [1012], 0), { target: 0.25 })
  t.strictSame(show(strategy, [1013], 5), { target: 5.25 })
  t.equal(show(strategy, [1012.5], 5), undefined)
  t.equal(show(strategy, [1000], 0), undefined, 'nothing to sell')
  t.strictSame(show(strategy, [999], 5), { target: 0 })
})
