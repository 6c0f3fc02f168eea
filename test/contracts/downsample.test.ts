import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { downsample, mergeWindows } from '../../src/contracts/downsample.js'
import { resolutionMs, type CounterWindow, type GaugeWindow, type HistogramWindow, type WindowRecord } from '../../src/contracts/window.js'

const minute = 60_000
const base = { labels: { venue: 'x' }, resolution: '1m' as const }
const at = (n: number) => ({ ...base, startMs: n * minute, endMs: (n + 1) * minute })
const counter = (n: number, increment: number): CounterWindow => ({ ...at(n), name: 'a_total', type: 'counter', increment, total: n })
const gauge = (n: number, values: number[]): GaugeWindow => {
  const sum = values.reduce((a, b) => a + b, 0)
  return { ...at(n), name: 'g', type: 'gauge', avg: sum / values.length, min: Math.min(...values), max: Math.max(...values), last: values.at(-1)!, count: values.length, sum }
}
const histogram = (n: number, buckets: number[], bounds = [1, 2]): HistogramWindow => ({ ...at(n), name: 'h', type: 'histogram', bounds, buckets, sum: n })

await t.test('adds increments and buckets up, and averages by sum and count', async t => {
  // 5 + 0 + 7 = 12; (1 + 2 + 9) / 3 = 4, which is not the average of the averages 1.5 and 9.
  const records = [counter(2, 7), counter(0, 5), counter(1, 0), gauge(1, [9]), gauge(0, [1, 2]), histogram(0, [1, 0, 2]), histogram(4, [0, 3, 1])]
  t.match(downsample(records, '5m'), [
    { name: 'a_total', increment: 12, total: 2, startMs: 0, endMs: 300_000, resolution: '5m' },
    { name: 'g', avg: 4, min: 1, max: 9, last: 9, count: 3, sum: 12 },
    { name: 'h', buckets: [1, 3, 3], sum: 4 }
  ])
  t.equal(downsample([histogram(0, [1, 1, 1]), histogram(1, [1, 1], [5])], '5m').length, 2, 'bounds that changed are kept apart')
  const nan = mergeWindows([gauge(0, [NaN]), gauge(1, [3])], '5m') as GaugeWindow
  t.match(nan, { min: 3, max: 3, last: 3, count: 2 })
})

/** Two days of minutes of three series; whole numbers, so that sums are exact. */
const windows = fc.array(fc.tuple(fc.nat(2880), fc.nat(2), fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 })), { maxLength: 60 })
  .map(all => [...new Map(all.map(each => [`${each[0]} ${each[1]}`, each])).values()])
  .map(all => all.map(([n, type, values]): WindowRecord => type === 0 ? counter(n, values[0]!) : type === 1 ? gauge(n, values) : histogram(n, values)))

await t.test('gives the same in any order, and in any steps', async () => {
  fc.assert(fc.property(windows, fc.infiniteStream(fc.nat()), (records, random) => {
    const shuffled = records.map(record => [random.next().value, record] as const).sort(([a], [b]) => a! - b!).map(([, record]) => record)
    const key = (record: WindowRecord) => `${record.name} ${record.startMs}`
    const sorted = (all: WindowRecord[]) => all.sort((a, b) => key(a) < key(b) ? -1 : 1)
    for (const resolution of ['5m', '1h', '1d'] as const) {
      const once = sorted(downsample(records, resolution))
      assert.deepEqual(sorted(downsample(shuffled, resolution)), once)
      assert.deepEqual(sorted(downsample(downsample(shuffled, '5m'), resolution)), once)
      if (resolution === '1d') assert.deepEqual(sorted(downsample(downsample(downsample(records, '5m'), '1h'), '1d')), once)
    }
  }), { seed: 11, numRuns: 100 })
})

await t.test('merges buckets associatively', async () => {
  const buckets = fc.array(fc.nat(1e9), { minLength: 3, maxLength: 3 })
  fc.assert(fc.property(buckets, buckets, buckets, (a, b, c) => {
    const [x, y, z] = [histogram(0, a), histogram(1, b), histogram(2, c)]
    const merge = (...all: WindowRecord[]) => mergeWindows(all, '1d')
    assert.deepEqual(merge(merge(x, y), z), merge(x, merge(y, z)))
    assert.deepEqual(merge(x, y, z), merge(z, x, y))
  }), { seed: 12 })
})

await t.test('starts windows at multiples of their length', async t => {
  for (const resolution of ['5m', '1h', '1d'] as const) {
    const [window] = downsample([counter(1441, 1)], resolution)
    t.equal(window!.startMs % resolutionMs[resolution], 0)
    t.ok(window!.startMs <= 1441 * minute && window!.endMs > 1441 * minute)
  }
})
