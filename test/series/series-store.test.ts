import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { labelsKey, labelsOf, labelsToObject, type Labels } from '../../src/contracts/labels.js'
import type { Matcher } from '../../src/contracts/queryable.js'
import { SeriesStore } from '../../src/series/series-store.js'
import { anyValue, contents, everything, listOf, matcher, metric, type Sample } from './samples.js'

const HOUR = 3_600_000

/** A store as it would be without compression, index and pages. */
class NaiveStore {
  readonly series = new Map<string, { labels: Labels, samples: Sample[] }>()

  append (labels: Labels, atMs: number, value: number | 'stale'): boolean {
    const key = labelsKey(labels)
    const found = this.series.get(key)
    if (value === 'stale' && found === undefined) return false
    const samples: Sample[] = found?.samples ?? []
    if (samples.length > 0 && samples.at(-1)![0] >= atMs) return false
    this.series.set(key, { labels, samples })
    samples.push([atMs, value])
    return true
  }

  select (matchers: readonly Matcher[], startMs: number, endMs: number): Map<string, Sample[]> {
    const selected = new Map<string, Sample[]>()
    for (const [key, { labels, samples }] of this.series) {
      const has = (name: string): string => labelsToObject(labels)[name] ?? ''
      const inside = samples.filter(([atMs]) => atMs >= startMs && atMs <= endMs)
      if (inside.length > 0 && matchers.every(matcher => matcher.matches(has(matcher.name)))) selected.set(key, inside)
    }
    return selected
  }
}

const names = ['__name__', 'a', 'b', 'constructor']
const texts = ['x', 'y', 'z', '__proto__', 'ü😀', 'a\nb']
const anyLabels = fc.tuple(...names.map(() => fc.constantFrom('', ...texts)))
  .map(values => labelsOf(Object.fromEntries(names.map((name, i) => [name, values[i]!])))).filter(labels => labels.length > 0)
const anyMatcher = fc.tuple(
  fc.constantFrom(...names, 'none'), fc.constantFrom('=', '!=', '=~', '!~'), fc.constantFrom('', 'x', 'x|y', '.+', '.*', '[xyz]?', '__.*')
).map(([name, op, value]) => matcher(name, op as Matcher['op'], value))

const operation = fc.oneof(
  { weight: 20, arbitrary: fc.record({ kind: fc.constant('append' as const), series: fc.nat(7), stepMs: fc.integer({ min: -2000, max: 30_000 }), value: anyValue }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('run' as const), series: fc.nat(7), count: fc.integer({ min: 1, max: 300 }), value: anyValue }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stale' as const), series: fc.nat(7) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('select' as const), matchers: fc.array(anyMatcher, { maxLength: 2 }), from: fc.nat(100), to: fc.nat(100) }) }
)

await t.test('it has what a plain list of samples has, whatever is appended and asked', async t => {
  let selected = 0
  await fc.assert(fc.asyncProperty(
    fc.uniqueArray(anyLabels, { minLength: 8, maxLength: 8, selector: labelsKey }), fc.array(operation, { minLength: 20, maxLength: 80 }),
    async (sets, operations) => {
      const store = new SeriesStore({ maxAgeMs: Infinity })
      const naive = new NaiveStore()
      let nowMs = 1_700_000_000_000
      const startMs = nowMs
      const append = (series: number, atMs: number, value: number): void => {
        equal(store.append(sets[series]!, atMs, value), naive.append(sets[series]!, atMs, value))
      }
      for (const does of operations) {
        if (does.kind === 'append') append(does.series, nowMs += does.stepMs, does.value)
        else if (does.kind === 'run') for (let i = 0; i < does.count; i++) append(does.series, nowMs += 5000, does.value + i)
        else if (does.kind === 'stale') {
          equal(store.appendStale(sets[does.series]!, nowMs), naive.append(sets[does.series]!, nowMs, 'stale'))
        } else {
          const from = startMs + Math.min(does.from, does.to) / 100 * (nowMs - startMs)
          const to = startMs + Math.max(does.from, does.to) / 100 * (nowMs - startMs)
          const expected = naive.select(does.matchers, from, to)
          selected += expected.size
          const found = contents(await store.select({ matchers: does.matchers, startMs: from, endMs: to }))
          deepStrictEqual(found, expected)
          const values = new Set([...expected.keys()].map(key => labelsToObject(naive.series.get(key)!.labels).a).filter(value => value !== undefined))
          deepStrictEqual(await store.labelValues('a', does.matchers, from, to), [...values].sort())
        }
      }
      deepStrictEqual(contents(await store.select(everything)), naive.select([], -Infinity, Infinity))
      equal(store.size, naive.series.size)
    }), { numRuns: 200, seed: 4 })
  t.ok(selected > 200, `the selections found something: ${selected}`)
})

await t.test('under its limits it has the newest of what a plain list has, without a gap', async t => {
  let evicted = 0
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 20, max: 250 }), fc.integer({ min: 0, max: 0xffff }), fc.boolean(), fc.integer({ min: 1, max: 40 }),
    fc.constantFrom(3 * HOUR, Infinity),
    async (seriesCount, seed, isNoisy, slowOnes, maxAgeMs) => {
      const maxBytes = 512 * 1024
      const store = new SeriesStore({ maxBytes, maxAgeMs })
      const sets = Array.from({ length: seriesCount }, (_, i) => metric('m', { i: String(i) }))
      const refs = sets.map(labels => store.ref(labels))
      const kept = sets.map((): Sample[] => [])
      const held: Array<{ selected: Awaited<ReturnType<SeriesStore['select']>>, expected: Map<string, Sample[]> }> = []
      let random = seed
      const next = (): number => (random = Math.imul(random + 0x6d2b79f5, 0x9e3779b1) >>> 0) / 2 ** 32
      for (let sweep = 0; sweep < 600; sweep++) {
        const atMs = sweep * 30_000
        for (let i = 0; i < seriesCount; i++) {
          // The first ones come rarely, the next ones end, the last ones begin late.
          if (i < slowOnes && sweep % 40 !== i) continue
          if (i % 7 === 3 && sweep > 200) continue
          if (i % 7 === 5 && sweep < 300) continue
          const value = isNoisy ? next() : Math.floor(next() * 3)
          ok(store.appendRef(refs[i]!, atMs, value))
          kept[i]!.push([atMs, value])
        }
        ok(store.bytes <= maxBytes)
        if (sweep % 100 === 99) {
          const selected = await store.select(everything)
          held.push({ selected, expected: contents(selected) })
        }
      }
      const { completeFromMs } = store
      const found = contents(await store.select(everything))
      let count = 0
      sets.forEach((labels, i) => {
        const samples = found.get(labelsKey(labels)) ?? []
        count += samples.length
        deepStrictEqual(samples, kept[i]!.slice(kept[i]!.length - samples.length), 'no gap')
        const missing = kept[i]!.length - samples.length
        if (missing > 0) ok(kept[i]![missing - 1]![0] < completeFromMs)
      })
      equal(count, store.samplesTotal - store.evictedSamplesTotal, 'it counts what it has')
      for (const { selected, expected } of held) deepStrictEqual(contents(selected), expected, 'what was selected stays')
      evicted += store.evictedSamplesTotal
    }), { numRuns: 12, seed: 4 })
  t.ok(evicted > 10_000, `it gave up ${evicted} samples`)
})

await t.test('samples out of order, of one time, or that cannot be, are refused and counted', async t => {
  const clock = new VirtualClock(10 * HOUR)
  const store = new SeriesStore({ clock, maxBytes: 400_000 })
  const up = metric('up')
  t.ok(store.append(up, 10 * HOUR, 1))
  t.notOk(store.append(up, 10 * HOUR, 1))
  t.notOk(store.append(up, 10 * HOUR - 1, 1))
  t.notOk(store.append(metric('other'), 4 * HOUR - 1, 1), 'older than it keeps')
  t.notOk(store.append(up, 10 * HOUR + 600_000, 1), 'ten minutes ahead')
  t.ok(store.append(up, 10 * HOUR + 599_999, 1))
  t.notOk(store.append(up, 10.5, 1))
  t.notOk(store.append(up, NaN, 1))
  t.notOk(store.append(up, 11 * HOUR, '1' as never))
  for (const labels of [[], ['a'], ['b', '1', 'a', '2'], ['a', '1', 'a', '2'], ['a', ''], ['', 'a', 'a', 1 as never]]) {
    t.notOk(store.append(labels, 10 * HOUR, 1), JSON.stringify(labels))
  }
  t.notOk(store.append(metric('huge', { text: 'x'.repeat(1e6) }), 10 * HOUR, 1))
  t.notOk(store.appendStale(up, 10 * HOUR), 'a series does not end before its last sample')
  t.notOk(store.appendStale(metric('nobody'), 10 * HOUR))
  t.notOk(store.appendStale(up, 12 * HOUR))
  t.notOk(store.appendStale(up, 10 * HOUR + 599_999.5))
  t.strictSame(store.refused, { duplicate: 1, invalid: 10, limit: 1, out_of_order: 1, too_new: 2, too_old: 1 })
  t.equal(store.size, 1)
  t.equal(store.samplesTotal, 2)
})

await t.test('a staleness mark is no NaN, and a NaN no mark', async t => {
  const store = new SeriesStore()
  const labels = metric('m')
  store.append(labels, 1000, NaN)
  store.appendStale(labels, 2000)
  store.append(labels, 3000, 7)
  const [series] = await store.select(everything)
  t.strictSame(listOf(series!.read()), [[1000, NaN], [2000, 'stale'], [3000, 7]])
  t.equal((await store.select({ ...everything, endMs: 1500 }))[0]!.read().stale, undefined, 'where there is no mark there is no array of them')
})

await t.test('a series is in a window only with a sample of it', async t => {
  const store = new SeriesStore()
  store.append(metric('m'), 1000, 1)
  store.append(metric('m'), 9000, 1)
  t.equal((await store.select({ matchers: [], startMs: 1001, endMs: 8999 })).length, 0)
  t.strictSame(await store.labelNames([], 1000, 1000), ['__name__'])
  t.strictSame(await store.series([], 9001, Infinity), [])
  t.strictSame([store.completeFromMs, store.firstMs], [1000, 1000])
  t.equal(store.newestMs, 9000)
  t.strictSame([new SeriesStore().completeFromMs, new SeriesStore().firstMs], [Infinity, Infinity])
})

await t.test('a regular expression is asked once of each value at most', async t => {
  const store = new SeriesStore()
  for (let i = 0; i < 1000; i++) store.append(metric('m', { i: String(i), half: String(i % 2) }), 1000, i)
  let asked = 0
  const counted = (name: string, op: Matcher['op'], value: string): Matcher => {
    const { matches, ...rest } = matcher(name, op, value)
    return { ...rest, matches: text => matches(text) && ++asked > 0 }
  }
  t.equal((await store.select({ ...everything, matchers: [matcher('__name__', '=', 'm'), counted('half', '=~', '0|2')] })).length, 500)
  t.ok(asked <= 2, `${asked}`)
  t.equal((await store.select({ ...everything, matchers: [matcher('__name__', '=', 'm'), matcher('i', '=~', '1.')] })).length, 10)
  t.equal((await store.select({ ...everything, matchers: [matcher('none', '=~', '.+')] })).length, 0)
})

await t.test('samples go when they are too old, and a series with its last one', async t => {
  const clock = new VirtualClock(0)
  const store = new SeriesStore({ clock, maxAgeMs: HOUR })
  store.append(metric('ends', { only: 'here' }), 0, 1)
  const ref = store.ref(metric('goes_on'))
  for (let atMs = 0; atMs <= 3 * HOUR; atMs += 1000) {
    clock.advanceTo(atMs)
    store.appendRef(ref, atMs, Math.sqrt(atMs))
    store.evict()
  }
  t.strictSame(await store.labelNames([], -Infinity, Infinity), ['__name__'])
  t.equal(store.size, 1)
  const [series] = await store.select(everything)
  const { timestamps } = series!.read()
  t.ok(timestamps[0]! > HOUR && timestamps[0]! <= 2 * HOUR, `kept from ${timestamps[0]}`)
  t.equal(store.evictedSeriesTotal, 1)
  clock.advance(2 * HOUR)
  store.evict()
  t.equal(store.size, 0)
  t.equal(store.samplesTotal, store.evictedSamplesTotal)
  t.ok(store.appendRef(ref, clock.nowMs(), 1), 'a reference works for ever')
  t.strictSame(await store.series([], -Infinity, Infinity), [metric('goes_on')])
  t.strictSame(store.ref(metric('goes_on')), ref)
})

await t.test('new series make no more room than there is, and take that of those that ended first', async t => {
  const maxBytes = 1024 * 1024
  const store = new SeriesStore({ maxBytes })
  const old = metric('old')
  store.append(old, 0, 1)
  let stored = 0
  for (let i = 0; i < 5000; i++) if (store.append(metric('m', { i: String(i) }), 1000 + i, i)) stored++
  t.ok(stored > 500 && stored < 5000, `${stored} series`)
  t.equal(store.refused.limit, 5000 - stored)
  t.ok(store.bytes <= maxBytes)
  t.ok(store.append(metric('m', { i: '0' }), HOUR, 1), 'those that are there go on')
  for (let i = 0; i < 10; i++) t.ok(store.append(metric('late', { i: `late ${i}` }), HOUR, 1), 'and those that ended make way')
  t.strictSame(await store.series([matcher('__name__', '=', 'old')], -Infinity, Infinity), [], 'the oldest first')
  t.strictSame(listOf((await store.select({ ...everything, matchers: [matcher('i', '=', '0')] }))[0]!.read()), [[1000, 0], [HOUR, 1]])
  for (let i = 0; i < 20_000; i++) store.append(metric('n', { i: String(i) }), 2 * HOUR + i, i)
  t.ok(store.bytes <= maxBytes, `${store.bytes}`)
})

await t.test('a selection is made in turns with whoever writes, and ends when it is told to', async t => {
  const store = new SeriesStore({ maxAgeMs: Infinity })
  for (let i = 0; i < 200; i++) store.append(metric('m', { i: String(i) }), 1000, i)
  const controller = new AbortController()
  const slow: Matcher = {
    ...matcher('i', '=~', '.+'),
    matches: text => {
      for (const started = performance.now(); performance.now() - started < 0.5;);
      return text !== ''
    }
  }
  let turns = 0
  const write = (): void => {
    store.append(metric('m', { i: String(turns) }), 2000 + turns++, 1)
    if (!controller.signal.aborted) setImmediate(write)
  }
  write()
  const selected = await store.select({ matchers: [slow], startMs: 1000, endMs: 1000 })
  t.equal(selected.length, 200)
  t.strictSame(selected.map(series => series.read().values[0]), Array.from({ length: 200 }, (_, i) => i))
  t.ok(turns > 5, `${turns} turns`)
  const ended = t.rejects(store.select({ matchers: [slow], startMs: 1000, endMs: 1000 }, controller.signal), { name: 'AbortError' })
  controller.abort()
  await ended
})

await t.test('one series is read by its labels', t => {
  const store = new SeriesStore()
  store.append(metric('m'), 1000, 1)
  store.append(metric('m'), 3000, 2)
  t.strictSame(listOf(store.read(metric('m'), 0, 2000)!), [[1000, 1]])
  t.equal(store.read(metric('m'), 1500, 2500), undefined, 'none between the two')
  t.equal(store.read(metric('n'), 0, 5000), undefined)
  t.end()
})
