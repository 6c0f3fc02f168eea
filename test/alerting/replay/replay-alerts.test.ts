import t from 'tap'
import { replayAlerts } from '../../../src/alerting/replay/replay-alerts.js'
import { HistoryWindow } from '../../../src/alerting/replay/history-window.js'
import { parseRouting } from '../../../src/alerting/routing/config/parse-routing.js'
import { RuleEngine } from '../../../src/alerting/rules/rule-engine.js'
import { parseRuleFile } from '../../../src/alerting/rules/rule-file.js'
import type { RuleGroupSpec } from '../../../src/alerting/rules/rule-set.js'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import type { PostedAlert } from '../../../src/contracts/alert.js'
import { labelsKey, labelsOf, labelsToObject } from '../../../src/contracts/labels.js'
import { silentLog } from '../../../src/contracts/log.js'
import { MetricRegistry } from '../../../src/metrics/registry.js'
import { PromqlEngine } from '../../../src/promql/engine.js'
import { JournalQueryable } from '../../../src/promql/journal-queryable.js'
import { StackedQueryable } from '../../../src/promql/stacked-queryable.js'
import { SeriesStore } from '../../../src/series/series-store.js'
import { History } from './history.js'

const startMs = Date.UTC(2025, 2, 1, 22)
const minute = 60_000
const hour = 60 * minute

function groupsOf (text: string): readonly RuleGroupSpec[] {
  const { groups, problems } = parseRuleFile(text, 'rules.yml')
  if (problems.length > 0) throw new Error(problems[0]!.message)
  return groups
}

/** A gauge that swings, one that comes and goes, a counter with bursts, and one that is idle for long. */
function history (minutes: number): History {
  return new History(startMs)
    .gauge('level', { a: 'x' }, minutes, at => 10 * Math.sin(at / 9))
    .gauge('level', { a: 'y' }, minutes, at => at % 40 < 25 ? 10 * Math.cos(at / 5) : undefined)
    .counter('work_total', {}, minutes, at => at % 50 < 10 ? 600 : 60)
    .counter('errors_total', { kind: 'rare' }, minutes, at => at % 70 === 20 ? 30 : 0)
}

const rules = `groups:
- name: direct
  interval: 30s
  rules:
  - {alert: High, expr: level > 5, for: 2m, annotations: {summary: '{{ $labels.a }} is at {{ $value | humanize }}'}}
  - {alert: Held, expr: 'level{a="x"} > 8', keep_firing_for: 4m}
  - {alert: Later, expr: 'level > 9 and level offset 10m > -20'}
  - {alert: Gone, expr: 'absent(level{a="y"})', for: 1m, annotations: {others: '{{ with query "level" }}{{ len . }}{{ end }}'}}
- name: chained
  interval: 1m
  rules:
  - {record: level:sum, expr: sum(level)}
  - {alert: SumHigh, expr: level:sum > 12}
  - {alert: SumRising, expr: 'level:sum - level:sum offset 2m > 4'}
- name: of alerts
  interval: 45s
  rules:
  - {alert: Several, expr: 'count(ALERTS{alertstate="firing", alertname!="Several"}) > 2'}
  - {alert: Pinned, expr: 'level{a="x"} > (level{a="x"} @ ${startMs / 1000 + 600}) - 3'}
  - {alert: Clash, expr: 'level + on () group_left level'}
`

await t.test('fires when the rule engine does that looks at every instant, and for as long', async t => {
  const [minutes, specs] = [240, groupsOf(rules)]
  const source = history(minutes)
  const labels = { job: 'njord' }
  const toMs = startMs + minutes * minute

  // The same by the engine of a live host, which asks the journal at every instant.
  const clock = new VirtualClock(startMs)
  const store = new SeriesStore({ clock })
  const queryable = new StackedQueryable({ memory: store, journal: () => new JournalQueryable(source, { labels }), memorySinceMs: () => Infinity })
  const seen = new Map<string, { labels: object, firedAtMs: number, resolvedAtMs: number | undefined }>()
  const sink = {
    post (alerts: readonly PostedAlert[]) {
      for (const { labels, startsAtMs, endsAtMs } of alerts) {
        const isOver = endsAtMs <= clock.nowMs()
        seen.set(`${labelsKey(labels)} ${startsAtMs}`, { labels: labelsToObject(labels), firedAtMs: startsAtMs, resolvedAtMs: isOver ? endsAtMs : undefined })
      }
    }
  }
  const engine = new RuleEngine({
    engine: new PromqlEngine({ queryable, clock }), store, instruments: new MetricRegistry({ clock, log: silentLog }), clock, log: silentLog, sink
  })
  await engine.start(specs)
  for (let due = clock.nextDueMs()!; due < toMs; due = clock.nextDueMs()!) {
    clock.advanceTo(due)
    await engine.settled()
  }
  await engine.close()

  const replay = await replayAlerts({ groups: specs, journal: source, fromMs: startMs, toMs, labels })
  const inOrder = (list: Iterable<{ labels: object, firedAtMs: number, resolvedAtMs: number | undefined }>): string[] =>
    [...list].map(({ labels, firedAtMs, resolvedAtMs }) => JSON.stringify([firedAtMs - startMs, (resolvedAtMs ?? NaN) - startMs, labels])).sort()
  t.strictSame(inOrder(replay.alerts), inOrder(seen.values()))
  t.ok(replay.alerts.length > 30, `${replay.alerts.length} alerts`)
  for (const { rule, kind, firings, failures } of replay.rules) {
    if (rule !== 'Clash' && kind === 'alerting') t.ok(firings > 0 && failures === 0, rule)
  }
  t.match(replay.rules.find(({ rule }) => rule === 'Clash'), { evaluations: 320, firstError: /duplicate series|many-to-many/ })
  t.match(replay.rules.find(({ rule }) => rule === 'High'), { evaluations: 480, pendingOnly: Number })
  t.match(replay.alerts.find(({ rule }) => rule === 'High'), { file: 'rules.yml', group: 'direct', annotations: { summary: /is at / } })
})

await t.test('sees what counters gain as a live host does, evenly within a minute', async t => {
  const groups = groupsOf(`groups:
- name: counters
  interval: 15s
  rules:
  - {alert: Busy, expr: 'rate(work_total[5m]) > 9'}
  - {alert: Errors, expr: 'sum by (kind) (increase(errors_total[1m])) > 1'}
  - {alert: Idle, expr: 'increase(errors_total[30m]) == 0'}
`)
  const { alerts } = await replayAlerts({ groups, journal: history(240), fromMs: startMs, toMs: startMs + 240 * minute })
  const minutes = (rule: string): number[][] => alerts.filter(alert => alert.rule === rule)
    .map(({ firedAtMs, resolvedAtMs }) => [(firedAtMs - startMs) / minute, (resolvedAtMs! - startMs) / minute])
  // Ten a second from minute 50 to 60: more than nine over five minutes from 54.5 to 60.5 (4.5 * 10 + 0.5 * 1 > 45).
  const busy = minutes('Busy').filter(([from]) => from! > 20)
  t.equal(busy.length, 4)
  busy.forEach(([from, to], i) => t.ok(Math.abs(from! - 54.5 - 50 * i) < 0.6 && Math.abs(to! - 60.5 - 50 * i) < 0.6, `${from} to ${to}`))
  // Thirty in the minutes 20, 90, 160 and 230.
  const errors = minutes('Errors')
  t.equal(errors.length, 4)
  errors.forEach(([from, to], i) => t.ok(from! - 20 - 70 * i < 1 && to! - 20 - 70 * i < 2.5, `${from} to ${to}`))
  t.equal(minutes('Idle').filter(([from]) => from! > 20).length, 3, 'and are there while they gain nothing')
})

await t.test('tells what would have been sent where, and what was held back and why', async t => {
  const specs = groupsOf(`groups:
- name: g
  interval: 1m
  rules:
  - {alert: Cause, expr: 'level{a="x"} > 5', labels: {severity: critical}}
  - {alert: Effect, expr: 'level{a="y"} > 5', labels: {severity: warning}}
  - {alert: Quiet, expr: 'work_total > 0', labels: {severity: info}}
  - {alert: Other, expr: 'vector(time()) > 0', labels: {severity: none}}
`)
  const config = parseRouting(`
route:
  receiver: desk
  group_by: [alertname]
  group_wait: 30s
  group_interval: 1m
  repeat_interval: 1h
  routes:
  - matchers: [severity="info"]
    receiver: night
    active_time_intervals: [never]
receivers:
- name: desk
  webhook_configs: [{url: 'http://127.0.0.1:1/'}, {url: 'http://127.0.0.1:1/', send_resolved: false}]
- name: night
  pagerduty_configs: [{routing_key: k}]
inhibit_rules:
- {source_matchers: [alertname="Cause"], target_matchers: [alertname="Effect"]}
time_intervals:
- {name: never, time_intervals: [{years: ['1999']}]}
`, 'alertmanager.yml')
  const silence = {
    id: 'a',
    matchers: [{ name: 'alertname', value: 'Other', isRegex: false, isEqual: true }],
    startsAtMs: startMs + 10 * minute,
    endsAtMs: startMs + 20 * minute,
    updatedAtMs: startMs,
    createdBy: 'me',
    comment: ''
  }
  const source = new History(startMs)
    .gauge('level', { a: 'x' }, 60, at => at >= 10 && at < 20 ? 10 : 0)
    .gauge('level', { a: 'y' }, 60, at => at >= 11 && at < 40 ? 10 : 0)
    .counter('work_total', {}, 60, () => 1)
  const progress: number[] = []
  const { notifications, ledger, leftOut } = await replayAlerts({
    groups: specs,
    routing: { config, templateFiles: new Map(), folder: '.' },
    journal: source,
    fromMs: startMs,
    toMs: startMs + hour,
    silences: [silence],
    externalLabels: { region: 'eu' },
    onProgress: ({ atMs }) => { progress.push(atMs) }
  })
  const story = notifications.map(({ atMs, receiver, integration, status, groupLabels, alerts }) =>
    `${Math.floor((atMs - startMs) / minute)} ${receiver}/${integration} ${status} ${groupLabels['alertname']} ${alerts.map(alert => alert.status).join()}`)
  t.strictSame(story.filter(line => line.includes('Cause')), [
    '12 desk/webhook[0] firing Cause firing', '12 desk/webhook[1] firing Cause firing', '22 desk/webhook[0] resolved Cause resolved'
  ])
  t.match(story.filter(line => line.includes('Effect')), [/^2\d .* firing Effect/, /^2\d .* firing Effect/, /^4\d desk.webhook\[0\] resolved Effect/])
  t.match(notifications[0]!.alerts[0]!.labels, { region: 'eu' })
  t.equal(story.filter(line => line.includes('night')).length, 0)
  const why = (outcome: string): object[] => ledger.filter(entry => entry.outcome === outcome)
  t.match(why('inhibited')[0], { receiver: 'desk', names: ['Effect'], why: /^inhibited by / })
  t.match(why('muted')[0], { receiver: 'night', names: ['Quiet'], why: 'outside of never' })
  t.match(why('silenced')[0], { names: ['Other'], why: 'silence a' })
  t.ok(why('grouped').length >= 4)
  t.strictSame([progress.at(-1), leftOut], [startMs + hour, { alerts: 0, notifications: 0, ledger: 0 }])
})

await t.test('goes through a long time in stretches that fit, and is ended by a signal', async t => {
  const source = history(36 * 60)
  const specs = groupsOf('groups: [{name: g, rules: [{alert: High, expr: "level > 5"}, {alert: Any, expr: "{__name__=~\\"lev.*\\"} > 9.9"}]}]')
  const whole = await replayAlerts({ groups: specs, journal: source, fromMs: startMs, toMs: startMs + 36 * hour })
  const said = { intervalMs: minute, resendDelayMs: minute }
  const again = await replayAlerts({ groups: specs, journal: source, fromMs: startMs, toMs: startMs + 36 * hour, ...said })
  t.strictSame(again, whole, 'the same input gives the same replay')
  t.ok(whole.alerts.some(({ firedAtMs }) => firedAtMs > startMs + 30 * hour))
  const anHour = { groups: specs, journal: source, fromMs: startMs, toMs: startMs + hour }
  await t.rejects(replayAlerts({ ...anHour, signal: AbortSignal.abort(new Error('enough')) }), /enough/)

  const window = new HistoryWindow({ journal: source, labels: {}, behindMs: 0, aheadMs: 0, names: ['level'], maxWindows: 200 })
  t.equal(await window.moveTo(startMs, startMs + 4 * hour), false, 'too much')
  t.equal(await window.moveTo(startMs, startMs + hour), true)
  const matchers = [{ name: '__name__', op: '=' as const, value: 'work_total', matches: (value: string) => value === 'work_total' }]
  const at = { matchers, startMs: startMs + 5 * minute, endMs: startMs + 10 * minute, stepMs: 0, rangeMs: 0 }
  t.match(await window.select(at), [{ labels: ['__name__', 'work_total'] }], 'a metric that nobody told of is read when it is asked for')
  const later = { ...at, startMs: startMs + 90 * minute, endMs: startMs + 95 * minute }
  t.match(await window.select(later), [{ labels: ['__name__', 'work_total'] }], 'and another time from the journal')
  t.strictSame(await window.labelNames(matchers, startMs, startMs + hour), ['__name__'])
  t.strictSame(await window.labelValues('__name__', matchers, startMs, startMs + hour), ['work_total'])
  t.strictSame(await window.series(matchers, startMs, startMs + hour), [labelsOf({ __name__: 'work_total' })])
  const any = new HistoryWindow({ journal: source, labels: {}, behindMs: 0, aheadMs: 0, names: [], maxWindows: 10 })
  await any.moveTo(startMs, startMs + hour)
  await t.rejects(any.select({ ...at, matchers: [] }), { code: 'NJORD_ERR_QUERY_TOO_MANY_SAMPLES' })
  const full = new HistoryWindow({ journal: source, labels: {}, behindMs: 0, aheadMs: 0, names: undefined, maxWindows: 10 })
  await t.rejects(full.moveTo(startMs, startMs + hour), { code: 'NJORD_ERR_QUERY_TOO_MANY_SAMPLES' })
})
