import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, symlink, truncate, unlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { SystemClock } from '../../src/clock/system-clock.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { Log } from '../../src/contracts/log.js'
import { resolutionMs, windowKey } from '../../src/contracts/window.js'
import { encodeLine } from '../../src/journal/line.js'
import { Journal, type JournalOptions } from '../../src/journal/journal.js'
import { JournalLock } from '../../src/journal/lock.js'
import { SegmentWriter } from '../../src/journal/segment-writer.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { counter, day, dayMs, gauge, histogram, readAll, scratch } from './records.js'

const segment = (dir: string, name = '2026-11-20.ndjson'): string => join(dir, '1m', name)

class Notes implements Log {
  readonly lines: string[] = []
  info (_: object, message: string): void { this.lines.push(`info ${message}`) }
  warn (_: object, message: string): void { this.lines.push(`warn ${message}`) }
  error (_: object, message: string): void { this.lines.push(`error ${message}`) }
}

interface Metric {
  get (): { readonly values: ReadonlyArray<{ readonly value: number, readonly labels: Readonly<Record<string, string>> }> }
}

async function openJournal (dir: string, options: Partial<JournalOptions> = {}) {
  const clock = new VirtualClock(day)
  const log = new Notes()
  const registry = new MetricRegistry({ clock })
  const journal = await Journal.open({ dir, clock, log, instruments: registry, ...options })
  const value = async (name: string, labels: Record<string, string> = {}): Promise<number | undefined> => {
    const metric = registry.promRegistry.getSingleMetric(name) as unknown as Metric
    const { values } = metric.get()
    return values.find(each => Object.entries(labels).every(([label, wanted]) => each.labels[label] === wanted))?.value
  }
  return { journal, clock, log, value }
}

/** Lets the journal's file operations go on until something holds. */
async function until (holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !await holds();) {
    if (Date.now() > deadline) throw new Error(`it does not come true: ${String(holds)}`)
    await setImmediate()
  }
}

t.test('windows go to a segment a day and resolution, and are there in another process\'s eyes once flushed', async t => {
  const dir = await scratch(t)
  const { journal, value } = await openJournal(dir)
  const records = [counter(day + dayMs - 60_000, 1), counter(day + dayMs, 2), gauge(day, [1, NaN, Infinity], '1h'), histogram(day, [1, 2, 3], 4, '1d')]
  journal.write(records)
  t.equal(journal.queued, 4, 'nothing is written within the caller\'s turn')
  await journal.flush()
  t.strictSame((await readdir(dir)).sort(), ['1d', '1h', '1m', 'journal.lock.1'])
  t.strictSame((await readdir(join(dir, '1m'))).sort(), ['2026-11-20.ndjson', '2026-11-21.ndjson'])
  t.strictSame((await readAll(dir, { resolution: '1m', from: day, to: day + dayMs, name: 'orders_total' })).records, [records[0]])
  t.equal(await value('njord_journal_windows_total'), 4)
  t.equal(await value('njord_journal_queue_length'), 0)
  for (const text of (await readFile(segment(dir), 'utf8')).trimEnd().split('\n')) t.match(JSON.parse(text), { start_ms: day + dayMs - 60_000, crc: /^[\da-f]{8}$/ })
  await journal.close()
  await journal.close()
  journal.write(records)
  t.equal(await value('njord_journal_dropped_total', { reason: 'closed' }), 4)
})

t.test('what no line can hold is dropped and counted', async t => {
  const dir = await scratch(t)
  const { journal, value } = await openJournal(dir)
  journal.write([counter(day + 1, 1), counter(NaN, 1), counter(-60_000, 1), { ...counter(day, 1), resolution: '7m' as '1m' },
    { ...counter(day, 1), labels: null as never }, counter(day, 1)])
  await journal.flush()
  t.equal((await readAll(dir)).records.length, 1)
  t.equal(await value('njord_journal_dropped_total', { reason: 'invalid' }), 5)
  await journal.close()
})

t.test('one writer a directory; the lock of a process that is gone is taken over', async t => {
  const dir = await scratch(t)
  const { journal } = await openJournal(dir)
  await t.rejects(Journal.open({ dir }), { code: 'NJORD_ERR_JOURNAL_LOCKED' })
  await journal.close()
  const clock = new SystemClock()
  const lock = await JournalLock.take(dir, clock)
  const name = (await readdir(dir)).find(file => file.startsWith('journal.lock'))!
  const holder = JSON.parse(await readFile(join(dir, name), 'utf8')) as { pid: number, born: string, host: string }
  t.match(holder, { pid: process.pid, host: hostname() })
  await lock.release()

  const plant = async (text: string, generation: number) => { await writeFile(join(dir, `journal.lock.${generation}`), text) }
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  t.teardown(() => child.kill('SIGKILL'))
  await plant(JSON.stringify({ ...holder, pid: child.pid, born: 'of another life' }), 10)
  await (await JournalLock.take(dir, clock)).release()
  t.pass('a number that another process has by now')
  child.kill('SIGKILL')
  await once(child, 'exit')
  await plant(JSON.stringify({ ...holder, pid: child.pid }), 20)
  await (await JournalLock.take(dir, clock)).release()
  await plant('{"pid":', 30)
  await (await JournalLock.take(dir, clock)).release()

  await plant(JSON.stringify({ ...holder, host: 'elsewhere' }), 40)
  await t.rejects(JournalLock.take(dir, clock), { message: /of elsewhere writes to it/ })
  await utimes(join(dir, 'journal.lock.40'), 0, 0)
  const taken = await Promise.allSettled(Array.from({ length: 8 }, async () => await JournalLock.take(dir, clock)))
  t.equal(taken.filter(({ status }) => status === 'fulfilled').length, 1, 'of eight that see it at once, one gets it')
  t.strictSame((await readdir(dir)).filter(file => file.startsWith('journal.lock')), ['journal.lock.41'])
})

t.test('the holder touches its lock, for those on other machines', async t => {
  const dir = await scratch(t)
  const clock = new VirtualClock(day)
  const lock = await JournalLock.take(dir, clock)
  const path = join(dir, 'journal.lock.1')
  await utimes(path, 0, 0)
  clock.advance(10_000)
  await until(async () => (await stat(path)).mtimeMs > 0)
  await lock.release()
})

t.test('a torn last line is cut off at the start, and a whole one without its newline gets it', async t => {
  const dir = await scratch(t)
  await mkdir(join(dir, '1m'))
  const [first, second] = [encodeLine(counter(day, 1)), encodeLine(counter(day + 60_000, 2))]
  const long = encodeLine(counter(day + 120_000, 3, { labels: { note: 'x'.repeat(200_000) } }))
  for (const [tail, expected, isWarned] of [
    [second.slice(0, -1), 2, false], [second.slice(0, -2), 1, true], ['\0'.repeat(5000), 1, true], [long.slice(0, -30), 1, true], [long.slice(0, -1), 2, false], ['', 1, false]
  ] as const) {
    await writeFile(segment(dir), first + tail)
    const { journal, log } = await openJournal(dir)
    t.equal(log.lines.length > 0, isWarned)
    journal.write([counter(day + 180_000, 4)])
    await journal.flush()
    const { records, damage } = await readAll(dir)
    t.equal(records.length, expected + 1)
    t.strictSame(damage, [])
    await journal.close()
  }
  await truncate(segment(dir), 0)
  const { journal } = await openJournal(dir)
  await journal.close()
})

t.test('a segment that cannot be opened does not stop the start', async t => {
  const dir = await scratch(t)
  await mkdir(segment(dir), { recursive: true })
  const { journal, log, value } = await openJournal(dir)
  t.match(log.lines, [/cannot be opened; the others go on/])
  t.equal(await value('njord_journal_errors_total', { operation: 'open' }), 1)
  journal.write([counter(day + dayMs, 1)])
  await journal.flush()
  t.equal((await stat(segment(dir, '2026-11-21.ndjson'))).size > 0, true)
  await journal.close()
})

t.test('a full disk is counted, logged once and tried again; memory stays bounded and nothing is written twice', async t => {
  const dir = await scratch(t)
  await mkdir(join(dir, '1m'))
  const { journal, clock, log, value } = await openJournal(dir, { maxQueuedWindows: 10, retryMs: 1000 })
  // The device that is always full.
  await symlink('/dev/full', segment(dir))
  journal.write(Array.from({ length: 12 }, (_, i) => counter(day + i * 60_000, 1)))
  t.equal(journal.queued, 10)
  t.equal(await value('njord_journal_queue_limit'), 10)
  t.equal(await value('njord_journal_dropped_total', { reason: 'queue_full' }), 2)
  for (let failures = 1; failures <= 3; failures++) {
    await until(async () => await value('njord_journal_errors_total', { operation: 'write' }) === failures && journal.isWaiting)
    clock.advance(1000)
  }
  t.equal(log.lines.filter(line => line.includes('cannot be written to')).length, 1)
  t.equal(await value('njord_journal_writable'), 0)
  await unlink(segment(dir))
  await until(async () => { clock.advance(100); await setImmediate(); return await value('njord_journal_writable') === 1 && journal.queued === 0 })
  await journal.flush()
  t.match(log.lines.at(-1), /can be written to again/)
  await journal.close()
  t.equal((await readAll(dir)).records.length, 10)
})

t.test('what of a write that failed is there after a crash is known to the next process', async t => {
  const dir = await scratch(t)
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(new URL('limited-child.ts', import.meta.url)), dir, '3000'], { stdio: ['ignore', 'ignore', 'inherit'] })
  await once(child, 'exit')
  const { records } = await readAll(dir)
  t.ok(records.length > 10 && records.length < 50, `${records.length} lines went through`)
  const { journal } = await openJournal(dir)
  const held = new Set<string>()
  for (let i = 0; i < 50; i++) for (const key of await journal.held('1m', day + i * 60_000)) held.add(key)
  t.equal(held.size, records.length)
  await journal.close()
})

t.test('what of a write that failed is there is cut off before the next attempt', async t => {
  const dir = await scratch(t)
  const path = segment(dir)
  await mkdir(join(dir, '1m'))
  const [first, second] = [encodeLine(counter(day, 1)), encodeLine(counter(day + 60_000, 2))]
  await writeFile(path, first + second)
  const writer = await SegmentWriter.open(path, first.length)
  t.equal(writer.size, first.length)
  await writer.append(Buffer.from(second))
  await writer.close()
  t.equal(await readFile(path, 'utf8'), first + second)
})

t.test('a directory that cannot be made is tried again', async t => {
  const dir = join(await scratch(t), 'journal')
  await writeFile(dir, 'a file where the directory should be')
  const { journal, clock, log, value } = await openJournal(dir)
  t.match(log.lines, [/cannot be written to/])
  t.equal(await value('njord_journal_errors_total', { operation: 'open' }), 1)
  journal.write([counter(day, 1)])
  await until(() => journal.isWaiting)
  await rm(dir)
  await until(async () => { clock.advance(1000); await setImmediate(); return journal.queued === 0 })
  t.equal((await readAll(dir)).records.length, 1)
  await journal.close()
})

t.test('closing while nothing can be written drops what waits, and counts it', async t => {
  const dir = join(await scratch(t), 'journal')
  await writeFile(dir, '')
  const { journal, value } = await openJournal(dir)
  journal.write([counter(day, 1)])
  await until(() => journal.isWaiting)
  await journal.close()
  t.equal(await value('njord_journal_dropped_total', { reason: 'closed' }), 1)
  t.equal(journal.queued, 0)
})

for (const fsync of ['always', 'interval', 'never'] as const) {
  t.test(`fsync: ${fsync}`, async t => {
    const dir = await scratch(t)
    const { journal, clock, value } = await openJournal(dir, { fsync, fsyncIntervalMs: 50 })
    for (let i = 0; i < 3; i++) {
      journal.write([counter(day + i * dayMs, 1)])
      await journal.flush()
      clock.advance(100)
    }
    await journal.close()
    t.equal((await readAll(dir)).records.length, 3)
    t.equal(await value('njord_journal_errors_total', { operation: 'sync' }), 0)
  })
}

t.test('more days than files may be open at once', async t => {
  const dir = await scratch(t)
  const { journal } = await openJournal(dir)
  for (let round = 0; round < 2; round++) journal.write(Array.from({ length: 12 }, (_, i) => counter(day + i * dayMs + round * 60_000, 1)))
  await journal.close()
  t.equal((await readAll(dir)).records.length, 24)
})

t.test('tells which windows of a start are there, in open and closed segments', async t => {
  const dir = await scratch(t)
  const { journal } = await openJournal(dir)
  const series = (startMs: number) => Array.from({ length: 3000 }, (_, i) => counter(startMs, 1, { labels: { id: `${i}`, note: 'x'.repeat(200) } }))
  for (let minute = 0; minute < 4; minute++) journal.write(series(day + minute * 60_000))
  for (const minute of [0, 2, 3]) t.equal((await journal.held('1m', day + minute * 60_000)).size, 3000)
  t.ok((await journal.held('1m', day)).has(windowKey(series(day)[7]!)))
  t.equal((await journal.held('1m', day + 4 * 60_000)).size, 0)
  t.equal((await journal.held('5m', day)).size, 0)
  await journal.close()
})

t.test('a damaged segment is counted each time and logged once', async t => {
  const dir = await scratch(t)
  const { journal, log, value } = await openJournal(dir)
  journal.write([counter(day, 1), counter(day + 60_000, 2)])
  await journal.flush()
  await appendFile(segment(dir), `${encodeLine(counter(day, 1)).replace('"increment":1', '"increment":7')}half a li`)
  for (let round = 0; round < 2; round++) {
    const found = []
    for await (const record of journal.read({ from: day, to: day + dayMs })) found.push(record)
    for await (const batch of journal.readBatches({ name: ['orders_total'], from: day, to: day + 60_000 })) found.push(...batch)
    t.equal(found.length, 3)
  }
  t.equal(log.lines.length, 1)
  t.equal(await value('njord_journal_damaged_total', { what: 'line' }), 4)
  t.equal(await value('njord_journal_damaged_total', { what: 'torn' }), 4)
  await journal.close()
})

t.test('reads what gzip itself compressed, as far as it is whole', async t => {
  const dir = await scratch(t)
  const { journal } = await openJournal(dir)
  journal.write(Array.from({ length: 2000 }, (_, i) => counter(day + (i % 1440) * 60_000, i, { labels: { id: `${i * 7919 % 9973}` } })))
  await journal.close()
  const gzip = spawn('gzip', [segment(dir)])
  await once(gzip, 'exit')
  t.equal((await readAll(dir)).records.length, 2000)
  const path = segment(dir, '2026-11-20.ndjson.gz')
  await truncate(path, (await stat(path)).size - 5000)
  const { records, damage } = await readAll(dir)
  t.ok(records.length > 100 && records.length < 2000)
  t.match(damage, [{ what: 'compressed' }])
  t.equal(records.every(record => record.endMs === record.startMs + resolutionMs['1m']), true)
  await rename(path, segment(dir, 'notes.txt'))
  t.equal((await readAll(dir)).records.length, 0, 'other files are left alone')
})

t.test('conditions on labels', async t => {
  const dir = await scratch(t)
  const { journal } = await openJournal(dir)
  journal.write([counter(day, 1, { labels: { side: 'buy' } }), counter(day, 2, { labels: { side: 'sell' } }), counter(day, 4)])
  await journal.close()
  const matcher = (name: string, op: '=' | '!=', value: string) => ({ name, op, value, matches: (found: string) => (op === '=') === (found === value) })
  const sum = async (...matchers: Array<ReturnType<typeof matcher>>) =>
    (await readAll(dir, { matchers })).records.reduce((sum, record) => sum + (record as { increment: number }).increment, 0)
  t.equal(await sum(matcher('side', '=', 'buy')), 1)
  t.equal(await sum(matcher('side', '!=', 'buy')), 6)
  t.equal(await sum(matcher('side', '=', '')), 4)
  t.equal(await sum(matcher('__proto__', '=', '')), 7)
  t.equal(await sum(matcher('__name__', '=', 'orders_total'), matcher('side', '=', 'sell')), 2)
  t.equal(await sum(matcher('__name__', '=', 'fills_total')), 0)
})
