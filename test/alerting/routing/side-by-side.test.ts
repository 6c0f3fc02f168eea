import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import Fastify from 'fastify'
import { test } from 'tap'
import registry from '../../../plugins/registry.js'
import routing from '../../../plugins/routing.js'
import { byGroup, comparable, isModern, seeded, startAlertmanager, startSink, type SinkRequest } from './support.js'

const config = (sink: string): string => `
global: {resolve_timeout: 8s}
route:
  receiver: root
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 5s
  routes:
  - matchers: ['team="desk"']
    receiver: desk
    group_by: [team, venue]
    continue: true
  - matchers: ['severity=~"critical|page"']
    receiver: page.er
    group_by: ['...']
    repeat_interval: 1h
    routes:
    # Before 0.33, no labels were the parent's.
    - match_re: {alertname: 'Time.*|Clock'}
      group_by: ${isModern() ? '[]' : "['...']"}
  - match: {severity: quiet}
    receiver: quiet
    mute_time_intervals: [always]
receivers:
- name: root
  webhook_configs: [{url: '${sink}/root'}]
- name: desk
  webhook_configs: [{url: '${sink}/desk', max_alerts: 2}, {url: '${sink}/desk-quiet', send_resolved: false}]
- name: page.er
  webhook_configs: [{url: '${sink}/pager'}]
- name: quiet
  webhook_configs: [{url: '${sink}/quiet'}]
inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="warning"]
  equal: [instance]
time_intervals:
- name: always
  time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]
`

const EXTERNAL = 'http://alerts.example:9093'

test('tells what a real Alertmanager tells, in the same order, within a turn of the group', async t => {
  const [theirSink, ourSink] = [await startSink(t), await startSink(t)]
  const folder = await mkdtemp(join(tmpdir(), 'njord-side-'))
  t.teardown(async () => { await rm(folder, { recursive: true, force: true }) })
  await writeFile(join(folder, 'alertmanager.yml'), config(ourSink.url))
  const app = Fastify()
  await app.register(registry)
  await app.register(routing, { file: join(folder, 'alertmanager.yml'), externalUrl: EXTERNAL })
  t.teardown(async () => { await app.close() })
  const ours = await app.listen({ port: 0, host: '127.0.0.1' })
  const theirs = await startAlertmanager(t, config(theirSink.url), EXTERNAL)

  const both = async (path: string, body: unknown): Promise<unknown[]> => await Promise.all([theirs, ours].map(async url => {
    const answer = await fetch(`${url}/api/v2/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
    const text = await answer.text()
    return text === '' ? undefined : JSON.parse(text) as unknown
  }))
  const alert = (labels: object, startsAt: string, endsAt?: string) => ({ labels, annotations: { summary: `<${Object.values(labels).join('&')}>`, runbook: 'x' }, startsAt, endsAt, generatorURL: 'http://g/?a=1&b=2' })
  const iso = (ms: number): string => new Date(ms).toISOString()
  const far = '2100-01-01T00:00:00Z'

  // Groups get their turn 1 s after this, and every 2 s from then on; everything else happens half way between.
  const turning = monitorEventLoopDelay({ resolution: 10 })
  turning.enable()
  const startMs = Date.now() + 100
  const at = async (seconds: number): Promise<void> => { await delay(startMs + seconds * 1000 - Date.now()) }
  const start = iso(startMs)
  const steady = ['Drawdown', 'Lag', 'Reject'].flatMap(alertname => [
    alert({ alertname, instance: 'steady', severity: 'info' }, start, far), alert({ alertname, team: 'desk', venue: 'x', job: 'b', severity: 'info' }, start, far)
  ])
  const known = [0, 1, 2, 3, 4, 5].map(i => ({
    alertname: ['Drawdown', 'Lag', 'Reject'][i % 3]!, instance: `i${i % 2}`, severity: ['warning', 'info', 'critical'][Math.floor(i / 2)]!, ...i % 2 === 0 ? { team: 'desk', venue: 'x', job: 'a' } : {}
  }))
  const firing = new Map<number, string>()
  const random = seeded(7)
  await at(0)
  await both('alerts', [
    ...steady, alert({ alertname: 'Quiet', severity: 'quiet' }, start, far), alert({ alertname: 'Timeout', instance: 'z', severity: 'page' }, start),
    alert({ alertname: 'Down', instance: 'i1', severity: 'critical' }, start, far)
  ])
  for (let second = 2; second <= 16; second += 2) {
    await at(second)
    const now = iso(startMs + second * 1000)
    const changes = known.flatMap((labels, i) => {
      if (random() < 0.45) return []
      const since = firing.get(i)
      if (since === undefined) {
        firing.set(i, now)
        return [alert(labels, now, far)]
      }
      firing.delete(i)
      return [alert(labels, since, now)]
    })
    if (changes.length > 0) await both('alerts', changes)
    if (second === 6) {
      await both('silences', {
        matchers: [{ name: 'instance', value: 'i0', isRegex: false }], startsAt: now, endsAt: iso(startMs + 12_000), createdBy: 'test', comment: 'a while'
      })
    }
    if (second === 10) await both('alerts', [alert({ alertname: 'Down', instance: 'i1', severity: 'critical' }, start, now)])
  }
  await at(18)
  const end = iso(startMs + 18_000)
  await both('alerts', [...steady.map(item => ({ ...item, endsAt: end })), ...[...firing].map(([i, since]) => alert(known[i]!, since, end))])
  await at(20)
  // Groups that ended begin anew, which releases before 0.33 did half a minute later.
  if (isModern()) await both('alerts', [alert({ alertname: 'Drawdown', instance: 'again', severity: 'info' }, iso(startMs + 20_000), far)])
  await at(23)

  const [a, b] = [byGroup(theirSink.requests), byGroup(ourSink.requests)]
  const story = (groups: Map<string, SinkRequest[]>): string[] => [...groups].sort(([x], [y]) => x < y ? -1 : 1).flatMap(([key, requests]) => requests.map(({ text }) => `${key}\n${timeless(text)}`))
  t.ok(theirSink.requests.length > 30, `${theirSink.requests.length} notifications`)
  t.strictSame(story(b), story(a), 'byte for byte')
  const apart = [...a].flatMap(([key, requests]) => requests.map(({ atMs }, i) => Math.abs(atMs - (b.get(key)?.[i]?.atMs ?? 0))))
  // A machine with other work keeps both waiting: by as much as it kept this process, each.
  const lateMs = turning.max / 1e6
  t.comment(`at most ${Math.max(...apart)} ms apart; the event loop was late by ${lateMs.toFixed(0)} ms at most`)
  t.ok(Math.max(...apart) < 1000 + 2 * lateMs, 'within a second')
})

/** Without the ends that each side makes by its own clock. */
function timeless (text: string): string {
  const told = comparable(text)
  return told.includes('"alertname":"Timeout"') ? told.replace(/"endsAt":"20[^"]*"/g, '"endsAt":"…"') : told
}
