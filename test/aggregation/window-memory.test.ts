import t from 'tap'
import { WindowMemory } from '../../src/aggregation/window-memory.js'
import { downsample } from '../../src/contracts/downsample.js'
import { resolutions, windowKey, type CounterWindow, type Resolution, type WindowRecord } from '../../src/contracts/window.js'
import type { JournalQuery } from '../../src/journal/journal-reader.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { createMatcher } from '../../src/promql/matcher.js'
import { JournalQueryable } from '../../src/promql/journal-queryable.js'
import { counter, day } from '../journal/records.js'
import { lines, scene } from './support.js'

const minute = 60_000
const hour = 60 * minute

/** A memory, and `hours` of two counters in it, written as an aggregator writes them: each window when it is over. */
function memory (maxWindows: number, hours: number) {
  const registry = new MetricRegistry()
  const memory = new WindowMemory({ maxWindows, instruments: registry })
  const minutes: CounterWindow[] = []
  for (let n = 0; n < hours * 60; n++) {
    for (const [side, by] of [['buy', 1], ['sell', n]] as const) minutes.push(counter(day + n * minute, by, { labels: { side }, total: n }))
  }
  const windows = resolutions.flatMap(resolution => downsample(minutes, resolution)).filter(({ endMs }) => endMs <= day + hours * hour)
  windows.sort((a, b) => a.endMs - b.endMs || a.startMs - b.startMs || 0)
  const groups = new Map<string, WindowRecord[]>()
  for (const window of windows) {
    const key = `${window.resolution} ${window.startMs}`
    groups.set(key, [...groups.get(key) ?? [], window])
  }
  for (const group of groups.values()) {
    memory.write(group.slice(0, 1))
    memory.write(group.slice(1))
  }
  return { memory, registry, minutes }
}

async function read (memory: WindowMemory, query: Partial<JournalQuery>): Promise<CounterWindow[]> {
  const found: CounterWindow[] = []
  for await (const record of memory.read({ from: day, to: day + 48 * hour, ...query })) found.push(record as CounterWindow)
  return found
}

const sum = (records: readonly CounterWindow[]): number => records.reduce((sum, { increment }) => sum + increment, 0)

await t.test('answers by the coarsest resolution that will do, each time once', async t => {
  const { memory: all, minutes } = memory(100_000, 26)
  const truth = sum(minutes)
  const used = async (resolution?: Resolution) => {
    const found = await read(all, { resolution })
    t.equal(sum(found), truth, `${resolution}`)
    t.equal(new Set(found.map(windowKey)).size, found.length)
    return resolutions.map(each => found.filter(({ resolution }) => resolution === each).length)
  }
  t.strictSame(await used('1m'), [26 * 60 * 2, 0, 0, 0])
  t.strictSame(await used('1h'), [0, 0, 52, 0])
  t.strictSame(await used(), [0, 0, 4, 2], 'the day that is over, and the hours since')
  t.strictSame((await read(all, { from: day + hour, to: day + 2 * hour, name: 'orders_total', matchers: [createMatcher('side', '=', 'buy')] }))
    .map(({ increment, resolution }) => [increment, resolution]), [[60, '1h']])
  t.strictSame(await read(all, { name: ['other_total'] }), [])
  t.strictSame(await read(all, { matchers: [createMatcher('venue', '!=', '')] }), [])
  t.equal((await read(all, { from: day + hour, to: day + hour + 5 * minute, matchers: [createMatcher('__name__', '=~', 'orders_.*')] })).length, 2)
})

await t.test('keeps to its bound: the oldest of the resolution that takes most goes, and coarser windows answer for it', async t => {
  const { memory: some, minutes, registry } = memory(400, 26)
  const kept = Object.fromEntries((await lines(registry, 'njord_aggregator_kept_windows')).map(line => {
    const [name, value] = line.split(' ') as [string, string]
    return [name.replace(/njord_aggregator_kept_windows|resolution=|"/g, ''), Number(value)]
  }))
  const total = kept['{1m}']! + kept['{5m}']! + kept['{1h}']! + kept['{1d}']!
  t.ok(total <= 400 && total > 390, `${total} are kept`)
  t.equal(kept['_limit'], 400)
  t.equal(kept['_evicted_total{1m}']! + kept['{1m}']!, minutes.length)
  t.ok(kept['_evicted_total{5m}']! > 0)
  t.strictSame([kept['{1h}'], kept['{1d}']], [52, 2])
  const found = await read(some, { resolution: '1m' })
  t.equal(sum(found), sum(minutes), 'nothing is missing and nothing counts twice')
  t.ok(found.some(({ resolution }) => resolution === '1d') && found.some(({ resolution }) => resolution === '1m'))
})

await t.test('the rest of a window that went while it was written is no window', async t => {
  const registry = new MetricRegistry()
  const small = new WindowMemory({ maxWindows: 3, instruments: registry })
  const many = (startMs: number) => Array.from({ length: 2 }, (_, i) => counter(startMs, 1, { labels: { id: `${i}` } }))
  for (let part = 0; part < 3; part++) small.write(many(day))
  small.write([])
  t.strictSame(await read(small, {}), [])
  small.write(many(day + minute))
  t.equal((await read(small, {})).length, 2)
  t.match(await lines(registry, 'njord_aggregator_kept_windows_evicted_total{resolution="1m"'), [/ 6$/])
  small.close()
})

await t.test('an aggregator without a sink keeps windows in its process, where PromQL can ask for them', async t => {
  const { publisher, aggregator, clock } = scene()
  const { aggregator: aggregating, registry } = await aggregator({ sink: undefined, graceMs: 0, maxKeptWindows: 500 })
  const { registry: own, publisher: one } = publisher('one')
  const fills = own.counter({ name: 'fills_total', help: 'Fills.' })
  await one.start()
  for (let n = 0; n < 120; n++) {
    fills.inc(2)
    await one.flush()
    clock.advance(minute)
    for (let turn = 0; turn < 4; turn++) await new Promise(resolve => { setImmediate(resolve) })
  }
  const windows = aggregating.windows!
  const nowMs = clock.nowMs()
  t.equal(sum(await read(windows, { name: 'fills_total', from: nowMs - hour, to: nowMs, resolution: '1m' })), 120)
  const series = await new JournalQueryable(windows).select({
    matchers: [createMatcher('__name__', '=', 'fills_total')], startMs: nowMs - hour, endMs: nowMs, stepMs: minute, rangeMs: 0
  })
  t.ok(series[0]!.read().length > 50)
  await aggregating.close()
  t.match(await lines(registry, 'njord_aggregator_kept_windows_limit'), [/ 500$/])
})
