import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { downsample } from '../../src/contracts/downsample.js'
import { resolutions, windowKey, type WindowRecord } from '../../src/contracts/window.js'
import { Journal } from '../../src/journal/journal.js'
import { planCaps, planRetention, settleMs } from '../../src/journal/retention-plan.js'
import { parseRetentionPolicy, type RetentionPolicy } from '../../src/journal/retention-policy.js'
import { Retention } from '../../src/journal/retention.js'
import { Rollup } from '../../src/journal/rollup.js'
import { parseSegmentFile, type Segment } from '../../src/journal/segment-name.js'
import { counter, day, dayMs, gauge, histogram, readAll, scratch, TestClock } from './records.js'

const policy: RetentionPolicy = parseRetentionPolicy(`retention:
  raw_metrics:
    - { resolution: 1m, retention_days: 7 }
    - { resolution: 5m, retention_days: 30 }
    - { resolution: 1h, retention_days: 180 }
    - { resolution: 1d, retention_days: 730 }
  cleanup_schedule: "0 2 * * *"
`, 'policy.yaml')

const segment = (path: string): Segment => parseSegmentFile(path.split('/')[0] as Segment['resolution'], path.split('/')[1]!)!
const plan = (paths: string[], nowNs: bigint): string[] =>
  planRetention(paths.map(segment), policy, nowNs).map(({ kind, segment: { resolution, day } }) => `${kind} ${resolution} ${day}`)
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n

t.test('a time is over from its very nanosecond on', async t => {
  const closesNs = ns(day + dayMs + settleMs)
  t.strictSame(plan(['1m/2026-11-20.ndjson'], closesNs - 1n), [])
  t.match(plan(['1m/2026-11-20.ndjson'], closesNs), ['compress 1m 2026-11-20', 'rollUp 1m 2026-11-20', 'rollUp 5m 2026-11-20', 'rollUp 1h 2026-11-20'])
  t.match(plan(['1m/2026-11-20.ndjson'], closesNs + 1n), ['compress 1m 2026-11-20'])

  const expiresNs = ns(day + 8 * dayMs)
  const both = ['1m/2026-11-20.ndjson.gz', '5m/2026-11-20.from-1m.ndjson.gz', '1h/2026-11-20.from-1m.ndjson.gz', '1d/2026-11-20.from-1m.ndjson.gz']
  t.strictSame(plan(both, expiresNs - 1n), [])
  t.strictSame(plan(both, expiresNs), ['delete 1m 2026-11-20'])
  t.strictSame(plan(both, expiresNs + 1n), ['delete 1m 2026-11-20'])
})

t.test('days are UTC and 24 hours long at the ends of months and years, and in a leap year', async t => {
  for (const [name, end] of [['2026-11-30', Date.UTC(2026, 11, 1)], ['2027-12-31', Date.UTC(2028, 0, 1)], ['2028-02-28', Date.UTC(2028, 1, 29)],
    ['2028-02-29', Date.UTC(2028, 2, 1)], ['2027-03-28', Date.UTC(2027, 2, 29)]] as const) {
    t.strictSame(plan([`1d/${name}.ndjson.gz`], ns(end + 730 * dayMs) - 1n), [], name)
    t.strictSame(plan([`1d/${name}.ndjson.gz`], ns(end + 730 * dayMs)), [`delete 1d ${name}`])
  }
})

t.test('a clock that went back closes and deletes nothing of the days ahead', async t => {
  t.strictSame(plan(['1m/2026-11-20.ndjson', '1m/2026-11-19.ndjson.gz', '5m/2026-11-19.from-1m.ndjson.gz', '1h/2026-11-19.from-1m.ndjson.gz',
    '1d/2026-11-19.from-1m.ndjson.gz'], ns(day - 5 * dayMs)), [])
})

t.test('nothing is deleted that was not rolled up, but where its rollup would be over, too', async t => {
  t.strictSame(plan(['1m/2026-11-20.ndjson.gz'], ns(day + 20 * dayMs)),
    ['rollUp 1m 2026-11-20', 'rollUp 5m 2026-11-20', 'rollUp 1h 2026-11-20', 'delete 1m 2026-11-20'])
  t.strictSame(plan(['1m/2026-11-20.ndjson.gz'], ns(day + 40 * dayMs)), ['delete 1m 2026-11-20'], 'the seed deletes what is past 5m\'s days, too')
  t.strictSame(plan(['1m/2026-11-20.ndjson.gz', '1h/2026-11-20.from-1m.ndjson.gz', '1d/2026-11-20.from-1m.ndjson.gz'], ns(day + 2 * dayMs)), [],
    'the 5m between went for want of bytes: it is not made again')
})

t.test('the days of the second seed: 15, 90 and 365, and bytes for the finest', async t => {
  const policy = parseRetentionPolicy(`retention:
  raw_metrics:
    - { resolution: 1m, retention_days: 15, max_bytes: 50GB }
    - { resolution: 5m, retention_days: 90 }
    - { resolution: 1h, retention_days: 365 }
  cleanup_schedule: "0 2 * * *"
`, 'policy.yaml')
  const there = ['1m/2026-11-20.ndjson.gz', '5m/2026-11-20.from-1m.ndjson.gz', '1h/2026-11-20.from-1m.ndjson.gz'].map(segment)
  for (const [days, expected] of [[15, ['1m']], [90, ['1m', '5m']], [365, ['1m', '5m', '1h']]] as const) {
    const endNs = ns(day + (1 + days) * dayMs)
    const deleted = (nowNs: bigint) => planRetention(there, policy, nowNs).map(({ kind, segment: { resolution } }) => `${kind} ${resolution}`)
    t.strictSame(deleted(endNs - 1n), expected.slice(0, -1).map(each => `delete ${each}`))
    for (const nowNs of [endNs, endNs + 1n]) t.strictSame(deleted(nowNs), expected.map(each => `delete ${each}`))
  }
  const sizes = new Map([[there[0]!, 50e9]])
  t.strictSame(planCaps(sizes, policy), [])
  t.equal(planCaps(sizes.set(there[0]!, 50e9 + 1), policy).length, 1)
})

t.test('a resolution over its bytes loses its oldest closed segments first', async t => {
  const sizes = new Map([['1m/2026-11-21.ndjson', 50], ['1m/2026-11-20.1.ndjson.gz', 20], ['1m/2026-11-20.ndjson.gz', 30], ['1m/2026-11-19.ndjson.gz', 10]]
    .map(([path, size]) => [segment(path as string), size as number]))
  const capped = (maxBytes: number) => planCaps(sizes, { ...policy, tiers: [{ ...policy.tiers[0]!, maxBytes }] }).map(({ segment }) => `${segment.day} ${segment.part}`)
  t.strictSame(capped(110), [])
  t.strictSame(capped(109), ['2026-11-19 0'])
  t.strictSame(capped(99), ['2026-11-19 0', '2026-11-20 0'])
  t.strictSame(capped(1), ['2026-11-19 0', '2026-11-20 0', '2026-11-20 1'], 'the open one stays')
})

/** Two days of three series; the second is still open. */
function history (): WindowRecord[] {
  const records: WindowRecord[] = []
  for (let i = 0; i < 2 * 24 * 12; i++) {
    const startMs = day + i * 300_000
    records.push(counter(startMs, i % 7, { labels: { side: 'buy' }, total: i }), gauge(startMs + 60_000, [i, -i, 3]), histogram(startMs + 120_000, [i % 3, 1, i % 2], i))
  }
  return records
}

async function fill (dir: string, records: readonly WindowRecord[]): Promise<void> {
  const journal = await Journal.open({ dir, clock: new VirtualClock(day), fsync: 'never' })
  journal.write(records)
  await journal.close()
}

const files = async (dir: string): Promise<string[]> => (await Promise.all(resolutions.map(async resolution =>
  (await readdir(join(dir, resolution)).catch(() => [])).map(file => `${resolution}/${file}`)))).flat().sort()

const byKey = (records: readonly WindowRecord[]): Map<string, WindowRecord> => new Map(records.map(record => [windowKey(record), record]))
const inDays = (dir: string) => readAll(dir).then(({ records }) => byKey(downsample(records, '1d')))

t.test('compresses, rolls up and deletes; a second run finds nothing to do; a dry run does nothing', async t => {
  const dir = await scratch(t)
  const records = history()
  await fill(dir, records)
  const clock = new TestClock(day + dayMs + settleMs)
  const retention = new Retention({ dir, policy, clock })
  const before = await files(dir)
  const planned = await retention.run({ isDryRun: true })
  t.strictSame(await files(dir), before)
  t.strictSame(planned.map(({ kind, segment }) => `${kind} ${segment.resolution}`), ['compress 1m', 'rollUp 1m', 'rollUp 5m', 'rollUp 1h'])

  const done = await retention.run()
  t.strictSame(done.map(({ kind }) => kind), planned.map(({ kind }) => kind))
  t.ok(done[0]!.bytesAfter! * 4 < done[0]!.bytesBefore, 'compression tells')
  t.strictSame(await files(dir), ['1d/2026-11-20.from-1m.ndjson.gz', '1h/2026-11-20.from-1m.ndjson.gz', '1m/2026-11-20.ndjson.gz', '1m/2026-11-21.ndjson',
    '5m/2026-11-20.from-1m.ndjson.gz'])
  t.strictSame(await retention.run(), [])

  const first = records.filter(({ startMs }) => startMs < day + dayMs)
  for (const resolution of resolutions) {
    const found = (await readAll(dir, { from: day, to: day + dayMs, resolution })).records
    t.strictSame(byKey(found), byKey(downsample(first, resolution)), `a day in ${resolution}`)
  }
  t.equal((await readAll(dir, { resolution: undefined, from: day, to: day + dayMs, name: 'orders_total' })).records.length, 1, 'the coarsest that answers')
  t.equal((await readAll(dir, { resolution: undefined, from: day + 3_600_000, to: day + dayMs, name: 'orders_total' })).records.length, 23)

  clock.set(day + 9 * dayMs)
  await retention.run()
  t.strictSame((await files(dir)).filter(file => file.startsWith('1m')), [], 'of 1m nothing is left')
  t.strictSame(await inDays(dir), byKey(downsample(records, '1d')))
  clock.set(day + 900 * dayMs)
  await retention.run()
  t.strictSame(await files(dir), [])
})

t.test('a crash between any two steps leaves the old or the new, and the next run finishes', async t => {
  const source = await scratch(t)
  await fill(source, history())
  const truth = byKey(downsample(history(), '1d'))
  const clock = new TestClock(day + 9 * dayMs)
  let steps = 0
  const whole = await scratch(t)
  await cp(source, whole, { recursive: true })
  await new Retention({ dir: whole, policy, clock }).run({ onProgress: () => { steps++ } })
  t.ok(steps > 30, `${steps} steps`)
  for (let kill = 1; kill <= steps; kill++) {
    const dir = join(await scratch(t), 'journal')
    await cp(source, dir, { recursive: true })
    const retention = new Retention({ dir, policy, clock })
    let step = 0
    await t.rejects(retention.run({ onProgress: () => { if (++step === kill) throw new Error('killed') } }), { message: 'killed' })
    if (!sameWindows(await inDays(dir), truth)) t.fail(`killed at step ${kill}`)
    await retention.run()
    if (!sameWindows(await inDays(dir), truth)) t.fail(`finished after step ${kill}`)
    if ((await files(dir)).join() !== (await files(whole)).join()) t.fail(`other files after step ${kill}: ${(await files(dir)).join()}`)
  }
})

const sameWindows = (a: ReadonlyMap<string, WindowRecord>, b: ReadonlyMap<string, WindowRecord>): boolean =>
  a.size === b.size && [...a].every(([key, record]) => JSON.stringify(sorted(record)) === JSON.stringify(sorted(b.get(key)!)))
const sorted = (record: WindowRecord) => Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1)

t.test('a process that is killed outright leaves the old or the new', async t => {
  const source = await scratch(t)
  await fill(source, history())
  const truth = byKey(downsample(history(), '1d'))
  for (const kill of [2, 4, 5, 7, 9]) {
    const dir = join(await scratch(t), 'journal')
    await cp(source, dir, { recursive: true })
    const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(new URL('./retention-child.ts', import.meta.url)), dir, String(day + 9 * dayMs), String(kill)],
      { stdio: ['ignore', 'ignore', 'inherit'] })
    const [, signal] = await once(child, 'exit') as [number, string]
    t.equal(signal, 'SIGKILL')
    t.ok(sameWindows(await inDays(dir), truth), `killed at step ${kill}`)
    await new Retention({ dir, policy, clock: new TestClock(day + 9 * dayMs) }).run()
    t.ok(sameWindows(await inDays(dir), truth), 'and finished')
    t.notOk((await files(dir)).some(file => file.endsWith('.tmp')))
  }
})

t.test('what comes for a day that was closed goes to a part of its own, and adds up', async t => {
  const dir = await scratch(t)
  const clock = new TestClock(day + dayMs + settleMs)
  const journal = await Journal.open({ dir, clock })
  journal.write([counter(day, 5)])
  await journal.flush()
  const retention = new Retention({ dir, policy, clock, seal: segment => journal.seal(segment) })
  await retention.run()
  journal.write([counter(day, 2, { labels: { side: 'late' } }), counter(day + 60_000, 3)])
  await journal.flush()
  t.strictSame((await files(dir)).filter(file => file.startsWith('1m')), ['1m/2026-11-20.1.ndjson', '1m/2026-11-20.ndjson.gz'])
  t.equal((await readAll(dir, { resolution: '1d' })).records.length, 3, 'the day is read in the finest until its late part is rolled up')
  await retention.run()
  t.strictSame((await files(dir)).filter(file => file.startsWith('1d')), ['1d/2026-11-20.1.from-1m.ndjson.gz', '1d/2026-11-20.from-1m.ndjson.gz'])
  t.same([...await inDays(dir)].map(([, record]) => (record as { increment: number }).increment).sort(), [2, 8])
  await journal.close()
})

t.test('windows that were written in a coarser resolution are not made a second time', async t => {
  const dir = await scratch(t)
  // The aggregator wrote the first window of 5 minutes by itself, and died before the second.
  await fill(dir, [counter(day, 1), counter(day + 240_000, 2), counter(day + 300_000, 4)])
  await fill(dir, [counter(day, 3, { resolution: '5m' })])
  await new Retention({ dir, policy, clock: new TestClock(day + 2 * dayMs) }).run()
  for (const resolution of ['5m', '1h', '1d'] as const) {
    const { records } = await readAll(dir, { resolution })
    t.equal(records.reduce((sum, record) => sum + (record as { increment: number }).increment, 0), 7, resolution)
  }
})

t.test('damaged lines stay behind, and are counted', async t => {
  const dir = await scratch(t)
  await fill(dir, [counter(day, 1), counter(day + 60_000, 2), counter(day + 120_000, 4)])
  const path = join(dir, '1m', '2026-11-20.ndjson')
  await writeFile(path, (await readFile(path, 'utf8')).replace('"increment":2', '"increment":9'))
  const [compressed] = await new Retention({ dir, policy, clock: new TestClock(day + 2 * dayMs) }).run()
  t.match(compressed, { kind: 'compress', damaged: 1 })
  t.equal((await readAll(dir, { resolution: '1m' })).damage.length, 0)
  t.match([...(await inDays(dir)).values()], [{ increment: 5 }])
})

t.test('the state of the aggregator, and whatever else is no segment, is left alone', async t => {
  const dir = await scratch(t)
  await fill(dir, history())
  const others = ['aggregator/state.ndjson', 'aggregator/2020-01-01.ndjson', '1m/2020-01-01.txt', '2020-01-01.ndjson', 'spool/one@1.ndjson']
  for (const path of others) {
    await mkdir(join(dir, path, '..'), { recursive: true })
    await writeFile(join(dir, path), 'not of the retention\'s business')
  }
  const capped = { ...policy, tiers: policy.tiers.map(tier => ({ ...tier, maxBytes: 1 })) }
  for (const each of [policy, capped]) await new Retention({ dir, policy: each, clock: new TestClock(day + 900 * dayMs) }).run()
  for (const path of others) t.ok((await stat(join(dir, path))).size > 0, path)
  t.strictSame((await files(dir)).filter(file => !others.includes(file)), [])
})

t.test('bytes over the cap go, after they were rolled up', async t => {
  const dir = await scratch(t)
  await fill(dir, history())
  const capped = { ...policy, tiers: policy.tiers.map(tier => tier.resolution === '1m' ? { ...tier, maxBytes: 1 } : tier) }
  const clock = new TestClock(day + 3 * dayMs)
  const results = await new Retention({ dir, policy: capped, clock }).run()
  t.strictSame(results.filter(({ kind }) => kind === 'delete').map(({ segment }) => segment.day), ['2026-11-20', '2026-11-21'])
  t.strictSame(await inDays(dir), byKey(downsample(history(), '1d')))
  t.strictSame(await new Retention({ dir, policy: capped, clock }).run(), [])
})

t.test('a run ends at the signal', async t => {
  const dir = await scratch(t)
  await fill(dir, history())
  const abort = new AbortController()
  const run = new Retention({ dir, policy, clock: new TestClock(day + 9 * dayMs) })
    .run({ signal: abort.signal, onProgress: () => { abort.abort() } })
  await t.rejects(run, { name: 'AbortError' })
  t.ok((await stat(join(dir, '1m', '2026-11-20.ndjson'))).size > 0)
})

t.test('rolling a stream up gives what rolling it up at once gives, in any order and by way of any resolution', async () => {
  const window = fc.record({ minute: fc.integer({ min: 0, max: 2879 }), value: fc.integer({ min: 0, max: 1000 }), kind: fc.constantFrom('counter', 'gauge', 'histogram') })
  fc.assert(fc.property(fc.uniqueArray(window, { selector: ({ minute, kind }) => `${minute}${kind}` }), fc.constantFrom('5m' as const, '1h' as const), (windows, by) => {
    const records = windows.map(({ minute, value, kind }) => kind === 'counter'
      ? counter(day + minute * 60_000, value)
      : kind === 'gauge' ? gauge(day + minute * 60_000, [value, -value]) : histogram(day + minute * 60_000, [value, 1, 2], value))
    const middle = new Rollup(by)
    for (const record of records) middle.add(record)
    const last = new Rollup('1d')
    for (const record of middle.take()) last.add(record)
    if (!sameWindows(byKey([...last.take()]), byKey(downsample(records, '1d')))) throw new Error('differs')
    if (last.size !== 0) throw new Error('not taken')
  }), { numRuns: 60 })
})
