import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { OpenWindows } from '../../src/aggregation/open-windows.js'
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

await t.test('without a file there is nothing, and a torn one is refused', async t => {
  const path = join(t.testdir(), 'state.ndjson')
  const journal = { readBatches: async function * () {} }
  t.equal(await OpenWindows.ofFile(journal, path), undefined)
  await writeFile(path, '{"state":1,"sinceMs":0,"openFromMs":null}\n')
  await t.rejects(OpenWindows.ofFile(journal, path), /not whole/)
})
