import fc from 'fast-check'
import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { Quantiles } from '../../src/metrics/quantiles.js'

const percentiles = [0, 0.01, 0.5, 0.9, 0.99, 1]

t.test('few values give exact quantiles, between two by their distance', async t => {
  const quantiles = new Quantiles(new VirtualClock(), [0, 0.25, 0.5, 0.75, 1])
  t.same(quantiles.read(), [NaN, NaN, NaN, NaN, NaN])
  quantiles.push(10)
  t.strictSame(quantiles.read(), [10, 10, 10, 10, 10])
  // Half of each value lies on either side of it: ranks 0.5, 1.5, 2.5 and 3.5 of 4 are 10, 20, 30 and 40.
  for (const value of [40, 20, 30]) quantiles.push(value)
  t.strictSame(quantiles.read(), [10, 15, 25, 35, 40])
})

t.test('many values give quantiles within 1 % of their rank', async t => {
  const shapes: ReadonlyArray<[string, (i: number) => number]> = [
    ['rising', i => i], ['falling', i => 100_000 - i], ['scattered', i => (i * 48271) % 99991],
    ['wide', i => 10 ** ((i * 7919 % 1000) / 50)]
  ]
  for (const [shape, valueOf] of shapes) {
    const quantiles = new Quantiles(new VirtualClock(), percentiles)
    const values = Array.from({ length: 100_000 }, (_, i) => valueOf(i))
    for (const value of values) quantiles.push(value)
    values.sort((a, b) => a - b)
    quantiles.read().forEach((found, i) => {
      const below = values.filter(value => value < found).length / values.length
      const upTo = values.filter(value => value <= found).length / values.length
      const percentile = percentiles[i]!
      t.ok(below <= percentile + 0.01 && upTo >= percentile - 0.01, `${shape}, ${percentile}: ${found} has ${below} below and ${upTo} up to it`)
    })
  }
})

t.test('values that repeat count as often as they come', async t => {
  const quantiles = new Quantiles(new VirtualClock(), [0, 0.2, 0.5, 0.8, 1])
  for (let i = 0; i < 10_000; i++) quantiles.push(i % 3)
  t.strictSame(quantiles.read().map(value => Number(value.toFixed(3))), [0, 0.1, 1, 1.9, 2])
})

t.test('the same observations give the same quantiles, however often they are read', async () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
  fc.assert(fc.property(fc.array(value, { maxLength: 50 }), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 500 }), (values, times, every) => {
    const quiet = new Quantiles(new VirtualClock(), percentiles)
    const watched = new Quantiles(new VirtualClock(), percentiles)
    for (let i = 0; i < times * values.length; i++) {
      const number = values[i % values.length]! + i
      quiet.push(number)
      watched.push(number)
      if (i % every === 0) watched.read()
    }
    if (quiet.read().join() !== watched.read().join()) throw new Error(`${quiet.read().join()} and ${watched.read().join()}`)
  }), { seed: 8, numRuns: 40 })
})

t.test('a window slides step by step, on the monotonic clock', async t => {
  const clock = new VirtualClock(1_700_000_000_000)
  const quantiles = new Quantiles(clock, [0, 1], 10, 5)
  const range = (): readonly number[] => quantiles.read()
  for (let second = 0; second < 20; second++) {
    quantiles.push(second)
    clock.advance(1000)
  }
  // Steps are of 2 s: at 20 s, the oldest digest that is read began at 12 s.
  t.strictSame(range(), [12, 19])
  clock.advance(2000)
  t.strictSame(range(), [14, 19])
  clock.advance(1e9)
  t.same(range(), [NaN, NaN])
  quantiles.push(5)
  t.strictSame(range(), [5, 5])
})
