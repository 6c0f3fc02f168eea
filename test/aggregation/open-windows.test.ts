import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { MergedFamilies } from '../../src/aggregation/merged-families.js'
import { OpenWindows } from '../../src/aggregation/open-windows.js'
import { Windows } from '../../src/aggregation/windows.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { resolutionMs, windowKey, type CounterWindow, type WindowRecord } from '../../src/contracts/window.js'
import type { JournalQuery } from '../../src/journal/journal-reader.js'
import { scene, START_MS } from './support.js'

const minute = 60_000
const all = { from: START_MS, to: START_MS + 3_600_000, resolution: '1m' } as const

async function read (source: OpenWindows, query: JournalQuery): Promise<WindowRecord[]> {
  const found: WindowRecord[] = []
  for await (const batch of source.readBatches(query)) found.push(...batch)
  return found
}

const ofHost = (records: readonly WindowRecord[]): WindowRecord[] =>
  records.filter(({ name }) => !name.startsWith('njord_')).sort((a, b) => windowKey(a) < windowKey(b) ? -1 : 1)

await t.test('the minutes that wait for late samples are read behind those of the journal, of a running aggregator and of its file', async t => {
  const path = join(t.testdir(), 'state.ndjson')
  const { publisher, aggregator, clock, windows } = scene()
  // One keeps its windows in memory, which is read as a journal is; the other says what they come to in the end.
  const { aggregator: keeping } = await aggregator({ sink: undefined, state: path })
  const { aggregator: reference } = await aggregator()
  const journal = keeping.windows!
  const live = keeping.withOpenWindows(journal)
  t.equal(live.span, undefined)
  const { registry, publisher: one } = publisher('one')
  await one.start()
  const fills = registry.counter({ name: 'fills_total', help: 'Fills.', labelNames: ['venue'] })
  const level = registry.gauge({ name: 'level', help: 'Level.' })
  const sizes = registry.histogram({ name: 'size', help: 'Sizes.', buckets: [1, 2] })
  for (let at = 0; at < 12; at++) {
    fills.inc({ venue: at % 2 === 0 ? 'x' : 'y' }, at + 1)
    level.set(at)
    sizes.observe(at % 3)
    await one.flush()
    if (at === 8) {
      while ((await journal.read(all).next()).done === true) await nextTurn()
      await copyFile(path, `${path}.earlier`)
    }
    clock.advance(minute)
  }
  clock.advance(30_000)
  while ((await journal.read({ ...all, resolution: '5m' }).next()).value?.resolution !== '5m') await nextTurn()
  const lives = ofHost(await read(live, all))
  t.match(live.span, { toMs: START_MS + 12 * minute })
  const counted = (records: readonly WindowRecord[]): number => records.reduce((sum, record) => sum + ('increment' in record ? record.increment : 0), 0)
  t.equal(counted(lives), 78)
  const earlier = ofHost(await read((await OpenWindows.ofFile(journal, `${path}.earlier`))!, all))
  t.equal(new Set(earlier.map(windowKey)).size, earlier.length, 'what was handed over since is there once')
  t.ok(counted(earlier) >= 21, 'of the minutes that the file knew and of those in the journal')

  const of = await read(live, { ...all, name: 'fills_total', matchers: [{ name: 'venue', op: '=', value: 'y', matches: value => value === 'y' }], from: START_MS + 9 * minute })
  t.match(of, [{ labels: { venue: 'y' }, increment: 10, total: 30 }, { increment: 12, total: 42 }])
  const coarse = (await read(live, { ...all, name: 'fills_total', resolution: '5m' })) as CounterWindow[]
  t.ok(coarse.some(({ resolution }) => resolution === '5m'))
  const overlaps = coarse.filter(a => coarse.some(b => a.resolution !== b.resolution && a.startMs >= b.startMs && a.startMs < b.startMs + resolutionMs[b.resolution] && a.resolution === '1m'))
  t.same(overlaps, [], 'no minute beside a window that it is part of')

  await keeping.close()
  await reference.drain()
  const expected = ofHost(windows.records.filter(({ resolution }) => resolution === '1m'))
  const kept = ofHost(await read((await OpenWindows.ofFile(journal, path))!, all))
  t.same(kept, expected, 'what a stopped one left is all that it would have handed over')
  t.same(lives, expected, 'and so is what a running one has')
})

/** Counts how often it is asked which minutes there are. */
class AskedWindows extends Windows {
  asked = 0

  override * minutesFrom (fromMs: number): ReturnType<Windows['minutesFrom']> {
    this.asked++
    yield * super.minutesFrom(fromMs)
  }
}

/** What an aggregator has of some series of each of two counters, which gain 1 a minute in five open minutes. */
function openState ({ series }: { series: number }) {
  const families = new MergedFamilies(new MetricRegistry(), 100_000)
  const windows = new AskedWindows(300_000, families.all)
  for (const name of ['fills_total', 'orders_total']) {
    const resolved = families.resolve({ id: 0, name, type: 'counter', help: 'Text.', labels: ['i'] })
    if (typeof resolved === 'string') throw new Error(resolved)
    const { family } = resolved
    for (let i = 0; i < series; i++) {
      const index = family.indexOf([String(i)])
      for (let at = 0; at < 5; at++) {
        windows.at(START_MS + at * minute, START_MS + 5 * minute)!.add(family, index, 0, 1)
        family.add(index, 0, 1, 0)
      }
    }
  }
  return { families, windows }
}

/** A journal of one batch. */
const journalOf = (...records: WindowRecord[]) => ({ readBatches: async function * () { yield records } })

const coarse = (name: string, labels: Record<string, string>): WindowRecord =>
  ({ name, labels, type: 'counter', resolution: '5m', startMs: START_MS, endMs: START_MS + 5 * minute, increment: 3, total: 3 })

await t.test('one series of thousands is found without a look at the others, minute by minute', async t => {
  const state = openState({ series: 5000 })
  let matched = 0
  const seven = { name: 'i', op: '=', value: '7', matches: (value: string) => { matched++; return value === '7' } } as const
  const found = await read(new OpenWindows(journalOf(), state), { ...all, name: 'fills_total', matchers: [seven] })
  t.strictSame(found.map(({ labels, startMs }) => [labels.i, (startMs - START_MS) / minute]), [0, 1, 2, 3, 4].map(at => ['7', at]))
  t.strictSame(found.map(record => 'total' in record && record.total), [1, 2, 3, 4, 5], 'totals of the minutes, whatever came later')
  t.equal(matched, 5000, 'each series is matched once')
  t.ok(state.windows.asked < 200, `which minutes come later is asked by minute and turn, not by series: ${state.windows.asked} times`)

  for (const [matcher, count] of [['__name__', 10], ['nowhere', 0], ['i', 0]] as const) {
    const matches = (value: string): boolean => matcher === '__name__' ? value === 'orders_total' : value === 'else'
    const few = await read(new OpenWindows(journalOf(), openState({ series: 2 })), { ...all, matchers: [{ name: matcher, op: '=', value: '', matches }] })
    t.equal(few.length, count, matcher)
  }
})

await t.test('many are handed on in small batches, and others have turns meanwhile', async t => {
  const journal = journalOf(...Array.from({ length: 1000 }, (_, i) => coarse('fills_total', { i: String(i) })))
  const open = new OpenWindows(journal, openState({ series: 4000 }))
  let turns = 0
  let isOver = false
  const watch = (): void => {
    turns++
    if (!isOver) setImmediate(watch)
  }
  setImmediate(watch)
  const sizes: number[] = []
  const keys = new Set<string>()
  for await (const batch of open.readBatches(all)) {
    if (batch[0]?.resolution === '1m') sizes.push(batch.length)
    for (const record of batch) keys.add(windowKey(record))
  }
  isOver = true
  t.equal(keys.size, 1000 + 5 * 3000 + 5 * 4000)
  t.ok(Math.max(...sizes) <= 500, `the largest has ${Math.max(...sizes)}`)
  t.ok(turns > 10, `${turns} turns`)
})

await t.test('a coarse window stands for the minutes of its own series alone', async t => {
  const state = openState({ series: 2 })
  const counted = async (...records: WindowRecord[]): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {}
    for (const { name, labels, resolution } of await read(new OpenWindows(journalOf(...records), state), all)) {
      if (resolution === '1m') counts[`${name} ${labels.i}`] = (counts[`${name} ${labels.i}`] ?? 0) + 1
    }
    return counts
  }
  const whole = { 'fills_total 0': 5, 'fills_total 1': 5, 'orders_total 0': 5, 'orders_total 1': 5 }
  t.strictSame(await counted(coarse('njord_books_equity_usd', { portfolio_id: 'p' })), whole, 'a book at the head hides nothing')
  const { 'fills_total 1': _, ...others } = whole
  t.strictSame(await counted(coarse('fills_total', { i: '1' })), others)
  t.strictSame(await counted({ ...coarse('fills_total', { i: '1' }), endMs: START_MS + 2 * minute }), { ...whole, 'fills_total 1': 3 })
  t.strictSame(await counted({ ...coarse('fills_total', { i: '1' }), startMs: START_MS - 5 * minute, endMs: START_MS }), whole)
})

await t.test('minutes that nobody needs are not read, whatever is asked for', async t => {
  let wholeFromMs = START_MS + 2 * minute
  const open = new OpenWindows(journalOf(coarse('other_total', {})), openState({ series: 1 }), () => wholeFromMs)
  const starts = async (): Promise<number[]> => (await read(open, { ...all, name: 'fills_total' })).filter(({ resolution }) => resolution === '1m')
    .map(({ startMs }) => (startMs - START_MS) / minute)
  t.strictSame(await starts(), [0, 1])
  wholeFromMs += 1
  t.strictSame(await starts(), [0, 1, 2], 'one that is needed in part is read')
  wholeFromMs = START_MS
  t.strictSame(await starts(), [])
  wholeFromMs = Infinity
  t.strictSame(await starts(), [0, 1, 2, 3, 4])
})

await t.test('without a file there is nothing, and a torn one is refused', async t => {
  const path = join(t.testdir(), 'state.ndjson')
  const journal = { readBatches: async function * () {} }
  t.equal(await OpenWindows.ofFile(journal, path), undefined)
  await writeFile(path, '{"state":1,"sinceMs":0,"openFromMs":null}\n')
  await t.rejects(OpenWindows.ofFile(journal, path), /not whole/)
})
