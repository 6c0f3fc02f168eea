import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import Fastify from 'fastify'
import { test } from 'tap'
import { njordTelemetry } from '../../plugins/index.js'
import { startPrometheus } from '../support/prometheus.js'
import { freePort } from '../support/redis-server.js'
import { byGroup, comparable, seeded, startAlertmanager, startSink, type SinkRequest } from './routing/support.js'

/**
 * Values are held for a step, and everything that is waited for is a whole number of steps (for, keep_firing_for, group_interval): so whatever
 * happens falls due within the first two seconds of a step, by when each side scrapes and evaluates, and groups have their turns two seconds after.
 */
const STEP_SECONDS = 5

/** Scrapes, samplings and evaluations. */
const INTERVAL_MS = 1000

const rules = `
groups:
- name: desk
  interval: 1s
  rules:
  - record: venue:latency_seconds:max
    expr: max by (venue) (venue_latency_seconds)
  - alert: Heartbeat
    expr: scenario_runs == 1
    labels: {severity: none}
    annotations: {summary: 'it runs'}
  - alert: VenueDown
    expr: venue_up == 0
    labels: {severity: critical}
    annotations: {summary: '{{ $labels.venue | toUpper }} of {{ $labels.instance }} is down'}
  - alert: VenueSlow
    expr: venue:latency_seconds:max > 0.5
    labels: {severity: warning}
    annotations:
      summary: '{{ $labels.venue }} takes {{ $value | humanizeDuration }}'
      routes: '{{ range query (printf "sort_desc(venue_latency_seconds{venue=%q})" $labels.venue) }}<{{ .Labels.route }}={{ .Value }}>{{ end }}'
  - alert: HighDrawdown
    expr: strategy_drawdown_ratio > 0.1
    labels:
      severity: '{{ if gt $value 0.2 }}critical{{ else }}warning{{ end }}'
      team: desk
    annotations: {summary: '{{ $labels.strategy }} is {{ $value | humanizePercentage }} under water', runbook: 'http://x/?a=1&b=2'}
  - alert: DrawdownLasts
    expr: strategy_drawdown_ratio > 0.1
    for: 5s
    labels: {severity: info, team: desk}
  - alert: Rejects
    expr: venue_rejects_ratio > 0.2
    for: 5s
    keep_firing_for: 5s
    labels: {severity: info}
    annotations: {summary: '{{ $value }} of orders at {{ $labels.venue }}'}
`

const routes = (sink: string): string => `
route:
  receiver: root
  group_by: [alertname]
  group_wait: 2s
  group_interval: 5s
  repeat_interval: 8s
  routes:
  - matchers: [team="desk"]
    receiver: desk
    group_by: [team, strategy]
    repeat_interval: 1h
    continue: true
  - matchers: [severity="critical"]
    receiver: pager
    group_by: ['...']
receivers:
- name: root
  webhook_configs: [{url: '${sink}/root'}]
- name: desk
  webhook_configs: [{url: '${sink}/desk'}]
- name: pager
  webhook_configs: [{url: '${sink}/pager'}, {url: '${sink}/pager-firing', send_resolved: false}]
inhibit_rules:
- source_matchers: [alertname="VenueDown"]
  target_matchers: [severity="warning"]
  equal: [venue]
`

const EXTERNAL = 'http://alerts.example:9093'

test('tells what a real Prometheus and a real Alertmanager tell, from the same files and the same metrics', async t => {
  const [theirSink, ourSink] = [await startSink(t), await startSink(t)]
  const folder = await mkdtemp(join(tmpdir(), 'njord-side-'))
  t.teardown(async () => { await rm(folder, { recursive: true, force: true }) })
  await writeFile(join(folder, 'rules.yml'), rules)
  await writeFile(join(folder, 'alertmanager.yml'), routes(ourSink.url))
  const port = await freePort()
  const target = `127.0.0.1:${port}`
  const app = Fastify()
  await app.register(njordTelemetry, {
    enabled: true,
    series: { intervalMs: INTERVAL_MS, job: 'host', instance: target },
    rules: [join(folder, 'rules.yml')],
    routing: { file: join(folder, 'alertmanager.yml'), externalUrl: EXTERNAL },
    dashboard: false
  })
  t.teardown(async () => { await app.close() })
  const { registry } = app.njord
  const runs = registry.gauge({ name: 'scenario_runs', help: 'Whether it does.' })
  const up = registry.gauge({ name: 'venue_up', help: 'Whether it is.', labelNames: ['venue'] })
  const latency = registry.gauge({ name: 'venue_latency_seconds', help: 'By route.', labelNames: ['venue', 'route'] })
  const rejects = registry.gauge({ name: 'venue_rejects_ratio', help: 'Of orders.', labelNames: ['venue'] })
  const drawdown = registry.gauge({ name: 'strategy_drawdown_ratio', help: 'From the high-water mark.', labelNames: ['strategy'] })
  const [venues, links, strategies] = [['oslo', 'bergen'], ['a', 'b'], ['alpha', 'beta', 'gamma']]
  const calm = (): void => {
    for (const venue of venues) {
      up.set({ venue }, 1)
      rejects.set({ venue }, 0)
      for (const route of links) latency.set({ venue, route }, 0.1)
    }
    for (const strategy of strategies) drawdown.set({ strategy }, 0.02)
    runs.set(0)
  }
  calm()
  await app.listen({ port, host: '127.0.0.1' })
  const alertmanager = await startAlertmanager(t, routes(theirSink.url), EXTERNAL)
  const prometheus = await startPrometheus(t, { host: target }, { rules, alertmanager: new URL(alertmanager).host })
  await prometheus.until('both have evaluated the rules, and there is somebody to tell', async () => {
    const { activeAlertmanagers } = await prometheus.api('alertmanagers') as { activeAlertmanagers: unknown[] }
    const recorded = (await prometheus.query('venue:latency_seconds:max')).length
    const ours = await (await fetch(`http://${target}/api/v1/query?query=venue:latency_seconds:max`)).json() as { data: { result: unknown[] } }
    return activeAlertmanagers.length === 1 && recorded === 2 && ours.data.result.length === 2
  })

  const turning = monitorEventLoopDelay({ resolution: 10 })
  turning.enable()
  const startMs = Date.now() + 100
  const at = async (step: number, seconds = 0): Promise<void> => { await delay(startMs + (step * STEP_SECONDS + seconds) * 1000 - Date.now()) }
  const random = seeded(6)
  const oneOf = (values: readonly number[]): number => values[Math.floor(random() * values.length)]!
  for (let step = 0; step < 5; step++) {
    await at(step)
    runs.set(1)
    // Oslo's rejects come and go too fast to fire; Bergen's, once they fire, go and come too fast to end.
    rejects.set({ venue: 'oslo' }, 0.3)
    rejects.set({ venue: 'bergen' }, step < 2 ? 0.4 : 0)
    for (const venue of venues) {
      up.set({ venue }, oneOf([0, 1, 1]))
      for (const route of links) latency.set({ venue, route }, oneOf([0.1, 0.7, 1.25]))
    }
    for (const strategy of strategies) {
      if (strategy === 'gamma' && step === 4) drawdown.remove({ strategy })
      else drawdown.set({ strategy }, oneOf([0.02, 0.15, 0.25]))
    }
    await at(step, 0.6)
    if (step === 2) {
      await silence([alertmanager, `http://${target}`], { name: 'strategy', value: 'beta', untilMs: startMs + (4 * STEP_SECONDS + 0.6) * 1000 })
    }
    await at(step, 2.5)
    rejects.set({ venue: 'oslo' }, 0)
    if (step < 4) rejects.set({ venue: 'bergen' }, 0.4)
  }
  await at(5)
  calm()
  await at(6, 4.7) // what lasts has ended a step later, and is told two seconds after

  const [theirs, ours] = [byGroup(theirSink.requests), byGroup(ourSink.requests)]
  const story = (groups: Map<string, SinkRequest[]>): string[] => [...groups].sort(([x], [y]) => x < y ? -1 : 1).flatMap(([key, requests]) => requests.map(({ text }) => `${key}\n${told(text)}`))
  t.comment(`${theirSink.requests.length} notifications of ${theirs.size} groups`)
  t.strictSame(story(ours), story(theirs), 'groups, order, labels, annotations and status')
  const pairs = [...theirs].flatMap(([key, requests]) => requests.map((request, i) => [request, ours.get(key)?.[i]] as const))
  const apart = pairs.flatMap(([a, b]) => b === undefined
    ? []
    : [Math.abs(a.atMs - b.atMs), ...times(a.text).map((ms, i) => Math.abs(ms - times(b.text)[i]!))])
  // A machine with other work keeps all three waiting: by as much as it kept this process, each.
  const lateMs = turning.max / 1e6
  t.comment(`at most ${Math.max(...apart)} ms apart; the event loop was late by ${lateMs.toFixed(0)} ms at most`)
  t.ok(Math.max(...apart) <= INTERVAL_MS + 2 * lateMs, 'within an evaluation interval')

  // What the scenario is for did happen.
  const all = theirSink.requests.map(({ path, text }) => `${path} ${text}`)
  const count = (...parts: string[]): number => all.filter(text => parts.every(part => text.includes(part))).length
  t.ok(count('"alertname":"Heartbeat"', '"status":"firing"') >= 3, 'repeats')
  t.ok(count('/pager ', '"status":"resolved"') > 1, 'resolves')
  for (const outcome of ['inhibited', 'silenced'] as const) t.ok(app.njordRouting.ledger.entries({ limit: 1000, outcome }).length > 0, outcome)
  t.equal(count('oslo', '"alertname":"Rejects"'), 0, 'what flaps below its time is not told')
  t.equal(count('bergen', '"alertname":"Rejects"', '"status":"resolved"'), 1, 'what pauses below its time is told once to have ended')
})

/** Silences alerts with a label, from now on, at every address. */
async function silence (urls: readonly string[], { name, value, untilMs }: { name: string, value: string, untilMs: number }): Promise<void> {
  const [startsAt, endsAt] = [Date.now(), untilMs].map(ms => new Date(ms).toISOString())
  const body = JSON.stringify({ matchers: [{ name, value, isRegex: false }], startsAt, endsAt, createdBy: 'test', comment: 'a while' })
  await Promise.all(urls.map(async url => {
    const answer = await fetch(`${url}/api/v2/silences`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  }))
}

/** Without the times, which are compared apart, and the address of each side's own pages. */
function told (text: string): string {
  return comparable(text).replace(/"(startsAt|endsAt)":"20[^"]*"/g, '"$1":"…"').replace(/"generatorURL":"[^"]*\/graph/g, '"generatorURL":"/graph')
}

/** When its alerts began and ended, in the order of the text, in milliseconds. */
function times (text: string): number[] {
  return [...text.matchAll(/"(?:startsAt|endsAt)":"(20[^"]*)"/g)].map(([, time]) => Date.parse(time!))
}
