import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { loadRetentionPolicy, parseRetentionPolicy } from '../../src/journal/retention-policy.js'
import { RetentionSchedule } from '../../src/journal/retention-schedule.js'
import { TestClock } from './records.js'

t.test('the policy of the repository is that of the seed', async t => {
  const policy = await loadRetentionPolicy(new URL('../../config/retention.yaml', import.meta.url).pathname)
  t.match(policy, {
    tiers: [{ resolution: '1m', retentionDays: 7, maxBytes: 20 * 2 ** 30 }, { resolution: '5m', retentionDays: 30, maxBytes: undefined },
      { resolution: '1h', retentionDays: 180 }, { resolution: '1d', retentionDays: 730 }],
    schedule: '0 2 * * *',
    timezone: 'UTC'
  })
  await t.rejects(loadRetentionPolicy('/nowhere/policy.yaml'), { code: 'NJORD_ERR_RETENTION_POLICY', message: /^\/nowhere\/policy.yaml: ENOENT/ })
})

t.test('an error names file, line and key, what was found and what was expected', async t => {
  const good = await readFile(new URL('../../config/retention.yaml', import.meta.url), 'utf8')
  const cases: Array<[from: string | RegExp, to: string, expected: RegExp]> = [
    [/retention_days: 30/, 'retention_days: soon', /^p\.yaml:10: retention\.raw_metrics\[1\]\.retention_days: found "soon", expected a number of days/],
    [/retention_days: 30/, 'retention_days: 3', /^p\.yaml:10: .*\[1\]\.retention_days: found 3, expected no fewer days than the 7 of the finer 1m/],
    [/retention_days: 30/, 'days: 30', /^p\.yaml:10: retention\.raw_metrics\[1\]\.days: there is no such key/],
    [/ +retention_days: 180\n/, '', /\[2\]\.retention_days: it is missing/],
    [/resolution: 5m/, 'resolution: 7m', /^p\.yaml:9: retention\.raw_metrics\[1\]\.resolution: found "7m", expected one of 1m, 5m, 1h, 1d/],
    [/resolution: 5m/, 'resolution: 1m', /\[1\]\.resolution: found "1m", expected a coarser one than the 1m before it/],
    [/20GiB/, 'lots', /^p\.yaml:8: retention\.raw_metrics\[0\]\.max_bytes: found "lots", expected a number of bytes/],
    [/20GiB/, '0', /max_bytes: found 0/],
    [/"0 2 \* \* \*"/, '"0 25 * * *"', /^p\.yaml:16: retention\.cleanup_schedule: found "0 25 \* \* \*", expected a cron pattern/],
    [/"0 2 \* \* \*"/, '"0 0 2 * * *"', /cleanup_schedule: found/],
    [/"0 2 \* \* \*"/, '"0 2 31 2 *"', /expected a cron pattern that comes true/],
    [/"0 2 \* \* \*"/, '7', /cleanup_schedule: found 7/],
    [/timezone: UTC/, 'timezone: Middle/Earth', /timezone: found "Middle\/Earth", expected a time zone/],
    [/raw_metrics:[^]*?\n\n/, 'raw_metrics: []\n', /raw_metrics: found an array, expected a list of resolutions/],
    [/retention:[^]*/, 'retention: 3', /retention: found 3, expected the keys/],
    [/retention:[^]*/, '', /^p\.yaml:1: found/],
    [/retention:\n/, 'retention: [\n', /^p\.yaml:\d+: /]
  ]
  for (const [from, to, message] of cases) {
    t.throws(() => parseRetentionPolicy(good.replace(from, to), 'p.yaml'), { code: 'NJORD_ERR_RETENTION_POLICY', message }, to)
  }
})

t.test('sizes in powers of ten and of two', async t => {
  for (const [text, bytes] of [['5', 5], ['5B', 5], ['1.5 kB', 1500], ['2KiB', 2048], ['1GB', 1e9], ['1TiB', 2 ** 40]] as const) {
    const policy = parseRetentionPolicy(`retention: { raw_metrics: [{ resolution: 1m, retention_days: 0.5, max_bytes: ${text} }], cleanup_schedule: "0 2 * * *" }`, 'p.yaml')
    t.equal(policy.tiers[0]!.maxBytes, bytes)
  }
})

const schedule = '30 2 * * *'
const iso = (ms: number | undefined): string => new Date(ms!).toISOString()

t.test('daylight saving: once a day, also when the hour is missing or comes twice', async t => {
  const oslo = new RetentionSchedule({ policy: { schedule, timezone: 'Europe/Oslo' }, clock: new VirtualClock(), run: async () => {} })
  // 2027-03-28 02:00 becomes 03:00; 2027-10-31 03:00 becomes 02:00.
  for (const [from, days] of [['2027-03-26T12:00:00Z', 4], ['2027-10-29T12:00:00Z', 4]] as const) {
    const end = Date.parse(from) + days * 86_400_000
    let runs = 0
    for (let at = oslo.nextMs(Date.parse(from)); at! < end; at = oslo.nextMs(at!)) runs++
    t.equal(runs, days, from)
  }
  t.equal(iso(oslo.nextMs(Date.parse('2027-03-26T12:00:00Z'))), '2027-03-27T01:30:00.000Z')
  t.equal(iso(oslo.nextMs(Date.parse('2027-03-28T12:00:00Z'))), '2027-03-29T00:30:00.000Z')
  await oslo.close()
})

t.test('runs a minute after the start and then by its pattern, never twice at a time', async t => {
  const clock = new VirtualClock(Date.UTC(2026, 10, 20, 12))
  const runs: string[] = []
  let finish = (): void => {}
  const job = new RetentionSchedule({
    policy: { schedule, timezone: 'UTC' },
    clock,
    run: async () => {
      runs.push(iso(clock.nowMs()))
      await new Promise<void>(resolve => { finish = resolve })
      if (runs.length === 2) throw new Error('its own business')
    }
  })
  job.start()
  clock.advance(60_000)
  t.strictSame(runs, ['2026-11-20T12:01:00.000Z'])
  clock.advance(2 * 86_400_000)
  t.equal(runs.length, 1, 'the first still runs')
  finish()
  await setImmediate()
  clock.advance(86_400_000)
  t.strictSame(runs.slice(1), ['2026-11-23T02:30:00.000Z'])
  finish()
  await setImmediate()
  clock.advance(86_400_000)
  t.equal(runs.length, 3, 'an error ends nothing')
  const closed = job.close()
  finish()
  await closed
  clock.advance(10 * 86_400_000)
  t.equal(runs.length, 3)
})

t.test('a clock that is set back means a longer wait', async t => {
  const clock = new TestClock(Date.UTC(2026, 10, 20, 12))
  let runs = 0
  const job = new RetentionSchedule({ policy: { schedule, timezone: 'UTC' }, clock, run: async () => { runs++ } })
  job.start()
  clock.set(Date.UTC(2026, 10, 20, 10))
  clock.timers.advance(60_000)
  t.equal(runs, 0)
  clock.set(Date.UTC(2026, 10, 20, 12, 1))
  clock.timers.advance(3_600_000)
  t.equal(runs, 1)
  await job.close()
})
