import { setImmediate as nextTurn } from 'node:timers/promises'
import { test } from 'tap'
import { MetricRegistry } from '../../../src/metrics/registry.js'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import { parseRouting } from '../../../src/alerting/routing/config/parse-routing.js'
import { SendFailure, type Integration, type Notification } from '../../../src/alerting/routing/notification.js'
import { labelValue } from '../../../src/contracts/labels.js'
import { posted, RouterUnderTest } from './support.js'

const config = `
global: {resolve_timeout: 5m}
route:
  receiver: main
  group_by: [alertname]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
  - matchers: [team=quiet]
    receiver: quiet
  - matchers: [team=night]
    receiver: night
    mute_time_intervals: [night]
  - matchers: [team=day]
    receiver: day
    active_time_intervals: [day]
receivers: [{name: main}, {name: quiet}, {name: night}, {name: day}]
inhibit_rules:
- source_matchers: [severity=critical]
  target_matchers: ['severity=~"critical|warning"']
  equal: [instance]
time_intervals:
- name: night
  time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}]}]
- name: day
  time_intervals: [{times: [{start_time: '12:30', end_time: '13:00'}]}]
`

async function open (options = {}): Promise<RouterUnderTest> {
  const under = new RouterUnderTest(config, options)
  await under.router.start()
  return under
}

test('groups wait, then have a turn each interval, and say only what is new', async t => {
  const under = await open()
  under.fire({ alertname: 'A', instance: '1' })
  await under.go(29)
  under.fire({ alertname: 'A', instance: '2' })
  t.same(under.take(), [])
  await under.go(1)
  t.same(under.take(), ['main: first notification [A:1 A:2] []'])
  await under.go(300)
  t.same(under.take(), [], 'nothing new')
  under.fire({ alertname: 'A', instance: '3' })
  await under.go(300)
  t.same(under.take(), ['main: new alerts added [A:1 A:2 A:3] []'])
  under.resolve({ alertname: 'A', instance: '1' })
  await under.go(300)
  t.same(under.take(), ['main: some alerts resolved [A:2 A:3] [A:1]'])
  for (const instance of ['2', '3']) under.resolve({ alertname: 'A', instance })
  await under.go(300)
  t.same(under.take(), ['main: all alerts resolved [] [A:2 A:3]'])
  await under.go(20_000)
  t.same(under.take(), [], 'once')
  t.equal([...under.router.groups()].length, 0)
  await under.router.close()
})

test('repeats what goes on, and resolves what nobody says any more', async t => {
  const under = await open()
  under.fire({ alertname: 'A' }, { endsAtMs: under.clock.nowMs() + 5 * 3_600_000 })
  await under.go(4 * 3600 + 30)
  t.same(under.take(), ['main: first notification [A:] []'])
  await under.go(300)
  t.same(under.take(), ['main: repeat interval elapsed [A:] []'])
  await under.go(3600)
  t.same(under.take(), ['main: all alerts resolved [] [A:]'])
  await under.router.close()
})

test('an alert that began before the wait is told at once, and a flap within the wait never', async t => {
  const under = await open()
  under.fire({ alertname: 'Old' }, { startsAtMs: under.clock.nowMs() - 60_000 })
  await under.go(0)
  t.same(under.take(), ['main: first notification [Old:] []'])
  under.fire({ alertname: 'Short' })
  await under.go(10)
  under.resolve({ alertname: 'Short' })
  await under.go(1800)
  t.same(under.take(), [])
  await under.router.close()
})

test('a receiver without send_resolved hears of firing alerts only', async t => {
  const under = await open()
  for (const instance of ['1', '2']) under.fire({ alertname: 'A', instance, team: 'quiet' })
  await under.go(30)
  under.resolve({ alertname: 'A', instance: '1', team: 'quiet' })
  await under.go(300)
  under.fire({ alertname: 'A', instance: '1', team: 'quiet' })
  await under.go(300)
  for (const instance of ['1', '2']) under.resolve({ alertname: 'A', instance, team: 'quiet' })
  await under.go(600)
  under.fire({ alertname: 'A', instance: '1', team: 'quiet' })
  await under.go(30)
  t.same(under.take(), ['quiet: first notification [A:1 A:2] []', 'quiet: first notification [A:1] []'])
  await under.router.close()
})

test('inhibits warnings of what is critical, but neither the critical ones themselves nor others', async t => {
  const under = await open()
  under.fire({ alertname: 'Down', instance: '1', severity: 'critical' })
  under.fire({ alertname: 'Slow', instance: '1', severity: 'warning' })
  under.fire({ alertname: 'Slow', instance: '2', severity: 'warning' })
  await under.go(30)
  t.same(under.take().sort(), ['main: first notification [Down:1] []', 'main: first notification [Slow:2] []'])
  t.match(under.router.ledger.entries({ outcome: 'inhibited' }), [{ alerts: 1, names: ['Slow'], why: /inhibited by [0-9a-f]{16}/ }])
  const slow = [...under.router.alerts()].find(({ labels }) => labels.includes('Slow') && labels.includes('1'))!
  t.match(under.router.suppressionOf(slow), { inhibitedBy: [/^[0-9a-f]{16}$/], silencedBy: [] })
  under.resolve({ alertname: 'Down', instance: '1', severity: 'critical' })
  await under.go(300)
  t.same(under.take().sort(), ['main: all alerts resolved [] [Down:1]', 'main: new alerts added [Slow:1 Slow:2] []'])
  await under.router.close()
})

test('silences hold back until they end, and can be changed', async t => {
  const under = await open()
  const { silences } = under.router
  const nowMs = under.clock.nowMs()
  const request = { matchers: [{ name: 'alertname', value: 'A|B', isRegex: true, isEqual: true }], startsAtMs: nowMs - 5000, endsAtMs: nowMs + 600_000, createdBy: 'me', comment: 'x' }
  const id = silences.set(request)
  t.equal(silences.get(id)!.record.startsAtMs, nowMs, 'not in the past')
  under.fire({ alertname: 'A' })
  under.fire({ alertname: 'C' })
  await under.go(330)
  t.same(under.take(), ['main: first notification [C:] []'])
  t.match(under.router.ledger.entries({ outcome: 'silenced' }), [{ alerts: 1, why: `silence ${id}` }], 'said once')
  t.equal(silences.set({ ...request, id, startsAtMs: nowMs, endsAtMs: nowMs + 700_000 }), id, 'longer')
  await under.go(300)
  t.same(under.take(), [])
  const other = silences.set({ ...request, id, matchers: [{ name: 'alertname', value: 'A', isRegex: false, isEqual: true }], endsAtMs: nowMs + 700_000 })
  t.not(other, id, 'other matchers make another silence')
  t.equal(silences.get(id)!.state(under.clock.nowMs()), 'expired')
  silences.expire(other)
  silences.expire(other)
  await under.go(300)
  t.same(under.take(), ['main: first notification [A:] []'])
  const pending = silences.set({ ...request, startsAtMs: under.clock.nowMs() + 1000, endsAtMs: under.clock.nowMs() + 2000 })
  t.same(silences.counts(under.clock.nowMs()), { active: 0, pending: 1, expired: 2 })
  t.equal(silences.set({ ...request, id: pending, startsAtMs: under.clock.nowMs() + 1500, endsAtMs: under.clock.nowMs() + 2000 }), pending)
  silences.expire(pending)
  t.throws(() => { silences.expire('nope') }, { message: 'silence not found' })
  t.throws(() => { silences.set({ ...request, id: 'nope' }) }, { message: 'silence not found' })
  await under.go(121 * 3600)
  t.same(silences.counts(under.clock.nowMs()), { active: 0, pending: 0, expired: 0 }, 'forgotten')
  await under.router.close()
})

test('routes are muted within time intervals, or outside of them', async t => {
  const under = await open({}) // 12:00
  under.fire({ alertname: 'A', team: 'day' }, { endsAtMs: under.clock.nowMs() + 86_400_000 })
  under.fire({ alertname: 'A', team: 'night' }, { endsAtMs: under.clock.nowMs() + 86_400_000 })
  await under.go(1800)
  t.same(under.take(), ['night: first notification [A:] []'])
  t.match(under.router.ledger.entries({ outcome: 'muted' }), [{ receiver: 'day', why: 'outside of day' }])
  t.same([...under.router.groups()].map(({ mutedBy }) => mutedBy), [['day'], []])
  await under.go(600)
  t.same(under.take(), ['day: first notification [A:] []'])
  await under.go(10 * 3600)
  t.ok(under.take().every(line => line.startsWith('night')))
  t.match(under.router.ledger.entries({ outcome: 'muted', receiver: 'night' }), [{ why: 'within night' }])
  await under.router.close()
})

test('a failing receiver raises an alert of its own along the same routes, and loses nothing', async t => {
  const lines: string[] = []
  const note = (level: string) => (_: object, message: string) => { lines.push(`${level}: ${message.slice(0, 23)}`) }
  const under = await open({ log: { info: note('info'), warn: note('warn'), error: note('error') } })
  under.refusing.add('quiet')
  under.fire({ alertname: 'A', team: 'quiet' }, { endsAtMs: under.clock.nowMs() + 86_400_000 })
  await under.go(30)
  t.match(under.router.ledger.entries({ outcome: 'failed' }), [{ receiver: 'quiet', integration: 'webhook[0]', why: 'it refuses', attempts: 1 }])
  await under.go(1800)
  t.same(under.take(), ['main: first notification [NjordReceiverFailing:] []'])
  under.refusing.clear()
  await under.go(600)
  t.same(under.take().sort(), ['main: all alerts resolved [] [NjordReceiverFailing:]', 'quiet: first notification [A:] []'])
  t.equal(under.router.ledger.entries({ outcome: 'failed' }).length, 7, 'the ledger has each failure')
  t.same(lines, ['error: a notification failed; ', 'info: a notification was take'], 'the log has what is new')
  await under.router.close()
})

test('the alert of a failing receiver ends when nothing is left to be told', async t => {
  const under = await open()
  for (const name of ['quiet', 'night']) under.refusing.add(name)
  under.fire({ alertname: 'A', team: 'quiet' })
  under.fire({ alertname: 'B', team: 'night' }, { endsAtMs: under.clock.nowMs() + 36_000_000 })
  await under.go(3000)
  t.same(under.take(), ['main: first notification [NjordReceiverFailing: NjordReceiverFailing:] []'], 'while it is tried')
  under.resolve({ alertname: 'A', team: 'quiet' })
  const silence = under.router.silences.set({
    matchers: [{ name: 'alertname', value: 'B', isRegex: false, isEqual: true }], startsAtMs: under.clock.nowMs(), endsAtMs: under.clock.nowMs() + 7200_000, createdBy: '', comment: ''
  })
  t.ok(silence)
  await under.go(1800)
  t.same(under.take(), ['main: all alerts resolved [] [NjordReceiverFailing: NjordReceiverFailing:]'])
  await under.go(7200)
  t.same(under.take(), ['main: first notification [NjordReceiverFailing:] []'], 'it fails again once the silence is over')
  await under.router.close()
})

test('the alert of a failing receiver ends when another routing has no such receiver', async t => {
  const under = await open()
  for (const name of ['quiet', 'day']) under.refusing.add(name)
  under.router.reload({ config: parseRouting(config.replace('active_time_intervals: [day]', ''), 'f'), templateFiles: new Map(), folder: '.' })
  for (const team of ['quiet', 'day']) under.fire({ alertname: 'A', team }, { endsAtMs: under.clock.nowMs() + 86_400_000 })
  await under.go(400)
  t.same(under.take(), ['main: first notification [NjordReceiverFailing: NjordReceiverFailing:] []'])
  const smaller = 'route: {receiver: main, group_by: [alertname], routes: [{matchers: [team=day], receiver: day}]}\nreceivers: [{name: main}, {name: day}]'
  under.router.reload({ config: parseRouting(smaller, 'f'), templateFiles: new Map(), folder: '.' })
  await under.go(3600)
  const failing = [...under.router.alerts()].filter(alert => alert.labels.includes('NjordReceiverFailing') && alert.endsAtMs > under.clock.nowMs())
  t.same(failing.map(({ labels }) => labelValue(labels, 'receiver')), ['day'], 'the one that is still there goes on')
  await under.router.close()
})

test('an alert that flaps is told once, and its end when it has lasted', async t => {
  const under = new RouterUnderTest('route: {receiver: main, group_wait: 0s, group_interval: 10s, repeat_interval: 1h}\nreceivers: [{name: main}]', {
    flapDamping: [{ receiver: 'main', starts: 3, windowMs: 120_000, holdMs: 60_000 }]
  })
  await under.router.start()
  const flap = async (): Promise<void> => {
    under.fire({ alertname: 'A' })
    await under.go(10)
    under.resolve({ alertname: 'A' }, under.clock.nowMs() - 10_000)
    await under.go(10)
  }
  await flap()
  await flap()
  t.equal(under.take().length, 4, 'twice is no flapping')
  await flap()
  await flap()
  await flap()
  t.same(under.take(), ['main: first notification [A:] []'])
  t.ok(under.router.ledger.entries({ outcome: 'damped' }).length > 0)
  await under.go(70)
  t.same(under.take(), ['main: all alerts resolved [] [A:]'])
  await under.go(600)
  await under.router.close()
})

test('another routing takes over without telling anything again', async t => {
  const under = await open()
  under.fire({ alertname: 'A' })
  await under.go(30)
  t.equal(under.take().length, 1)
  under.router.reload({ config: parseRouting(config, 'again.yml'), templateFiles: new Map(), folder: '.' })
  under.fire({ alertname: 'A', instance: 'new' })
  await under.go(300)
  t.same(under.take(), ['main: new alerts added [A:new A:] []'])
  t.throws(() => { under.router.reload({ config: parseRouting(config, 'f'), templateFiles: new Map([['x', '{{ nope }}']]), folder: '.' }) }, /function "nope" not defined/)
  under.resolve({ alertname: 'A' })
  await under.go(300)
  t.same(under.take(), ['main: some alerts resolved [A:new] [A:]'], 'the old routing goes on when the new one is none')
  await under.router.close()
  await under.router.close()
  under.fire({ alertname: 'late' })
})

test('is bounded, and counts what it does', async t => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 5, 12))
  const instruments = new MetricRegistry({ clock })
  const under = await open({ clock, instruments, maxAlerts: 3, ledgerSize: 4 })
  for (let i = 0; i < 5; i++) under.fire({ alertname: 'A', instance: String(i) })
  under.router.post(Array.from({ length: 10 }, (_, i) => posted({ alertname: 'B', i: String(i) }, clock.nowMs(), clock.nowMs() + 1000)))
  await under.go(30)
  t.same(under.take(), ['main: first notification [A:0 A:1 A:2] []'])
  t.match(under.router.ledger.entries({ outcome: 'dropped' }).map(({ alerts }) => alerts), [10, 1, 1], 'one line for what comes at once')
  t.equal(under.router.ledger.entries().length, 4)
  t.ok(under.router.ledger.total > 4)
  t.equal(under.router.ledger.entries({ limit: 2 }).length, 2)
  await under.go(3 * 3600)
  t.equal([...under.router.alerts()].length, 0, 'ended alerts are forgotten')
  await under.router.close()
})

test('an end from before an alert began to fire anew does not end it', async t => {
  const under = await open()
  const nowMs = under.clock.nowMs()
  under.fire({ alertname: 'A', instance: '1' })
  // As rules do that were killed before they had written that it fires again.
  under.router.post([posted({ alertname: 'A', instance: '1' }, nowMs - 60_000, nowMs - 30_000)])
  await under.go(600)
  t.same(under.take(), ['main: first notification [A:1] []'])
  under.router.post([posted({ alertname: 'A', instance: '1' }, nowMs, nowMs + 1000)])
  await under.go(300)
  t.same(under.take(), ['main: all alerts resolved [] [A:1]'])
})

test('a receiver that never answers has failed when its time is up, and holds nobody at the end', async t => {
  let calls = 0
  const stuck: Integration = { kind: 'webhook', index: 0, sendResolved: true, send: async () => { calls++; await new Promise(() => {}) } }
  const under = await open({ integrations: () => [stuck] })
  under.fire({ alertname: 'A' })
  for (let seconds = 0; seconds < 1200; seconds++) {
    under.clock.advance(1000)
    await nextTurn()
  }
  t.match(under.router.ledger.entries({ outcome: 'failed' }).at(-1), { why: 'it did not answer in time', names: ['A'] })
  t.ok(calls > 1, 'its group has its next turn')
  await under.router.close()
})

test('a failure is logged once for each group, whatever else an answer says', async t => {
  const lines: Array<[level: string, group: unknown]> = []
  const note = (level: string) => (fields: object) => { lines.push([level, (fields as { groupKey?: string }).groupKey]) }
  let requests = 0
  let isRefusing = true
  const send = async ({ groupLabels }: Notification): Promise<void> => {
    if (groupLabels.includes('Good') || !isRefusing) return
    throw groupLabels.includes('Busy')
      ? new SendFailure('unexpected status code 429', { isRetryable: true, retryAfterMs: 900_000, reason: 'clientError' })
      : new SendFailure(`unexpected status code 400: request ${++requests}`, { isRetryable: false, reason: 'clientError' })
  }
  const under = new RouterUnderTest('route: {receiver: a, group_by: [alertname], group_wait: 1s, group_interval: 10s, repeat_interval: 10s}\nreceivers: [{name: a}]', {
    integrations: () => [{ kind: 'webhook', index: 0, sendResolved: true, send }], log: { info: note('info'), warn: note('warn'), error: note('error') }
  })
  await under.router.start()
  for (const alertname of ['Good', 'Bad']) under.fire({ alertname })
  await under.go(120)
  const key = (name: string): string => `{}:{alertname="${name}"}`
  const told = () => lines.splice(0).filter(([, group]) => [key('Bad'), key('Good'), key('Busy')].includes(group as string))
  t.same(told(), [['error', key('Bad')]])
  t.ok(requests > 5)
  isRefusing = false
  await under.go(30)
  t.same(told(), [['info', key('Bad')]])
  isRefusing = true
  under.fire({ alertname: 'Busy' })
  await under.go(300)
  t.same(told().filter(([, group]) => group === key('Busy')), [['error', key('Busy')]])
  t.ok(under.router.ledger.entries({ outcome: 'failed' }).length > 20, 'the ledger has each')
  await under.router.close()
})
