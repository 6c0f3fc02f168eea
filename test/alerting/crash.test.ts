import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { test, type Test } from 'tap'
import { seeded, startSink } from './routing/support.js'

const SECOND = 1000
const LIVES = 5
/** For as long a level stays as it is while somebody looks, so that the rules see it. */
const SEEN_MS = 15 * SECOND
const OF = ['a', 'b', 'c', 'd', 'e', 'f']

const rules = `groups:
- name: quick
  interval: 5s
  rules: [{alert: Now, expr: level > 0}, {alert: Held, expr: level > 0}]
- name: slow
  interval: 5s
  rules:
  - {alert: Slow, expr: level > 0, for: 2m}
  - {alert: Kept, expr: level > 0, keep_firing_for: 40s}
`
const routing = (url: string): string => `
route:
  receiver: sink
  group_by: [alertname, of]
  group_wait: 10s
  group_interval: 30s
  repeat_interval: 12h
  routes: [{matchers: [alertname="Held"], group_wait: 40s}]
receivers: [{name: sink, webhook_configs: [{url: '${url}'}]}]
`

interface Told {
  readonly alert: string
  readonly status: 'firing' | 'resolved'
  readonly groupKey: string
  /** By the clock of the host, when it was begun what it was at. */
  readonly atMs: number
}

/** What the rules left of an alert, and for how long it had been pending or firing while somebody looked. */
interface Left {
  readonly state: string
  readonly waitedMs: number
}

interface RoutingLine {
  readonly alert?: { readonly labels: readonly string[] }
  readonly ended?: boolean
  readonly entry?: { readonly key: string, readonly atMs: number, readonly firing: readonly string[] }
}

const nameOf = (labels: readonly string[]): string => `${labels[labels.indexOf('alertname') + 1]} ${labels.includes('of') ? labels[labels.indexOf('of') + 1] : ''}`

/** A host that is killed again and again; what its levels are, what it tells, and what it leaves. */
class Host {
  readonly told: Told[] = []
  /** Of what alerts there were requests, with those that were refused. */
  readonly asked: string[] = []
  /** What was taken, and not written down when it was killed: it may be said once more. */
  readonly unsure: Told[] = []
  readonly levels: Record<string, number> = Object.fromEntries(OF.map(of => [of, 0]))
  /** When each level rose and fell. */
  readonly changes: Array<{ of: string, value: number, atMs: number }> = []
  /** While nobody looked. */
  readonly downs: Array<{ fromMs: number, toMs: number }> = []
  nowMs = Date.UTC(2026, 0, 5, 12)
  readonly #dir: string
  #fromMs = 0
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined

  constructor (dir: string) {
    this.#dir = dir
  }

  hear (text: string, isTaken: boolean): void {
    const { alerts, groupKey } = JSON.parse(text) as { groupKey: string, alerts: Array<{ status: Told['status'], labels: object }> }
    for (const { status, labels } of alerts) {
      const alert = nameOf(Object.entries(labels).flat())
      this.asked.push(alert)
      if (isTaken) this.told.push({ alert, status, groupKey, atMs: this.#fromMs })
    }
  }

  lastOf (alert: string): Told | undefined {
    return this.told.findLast(told => told.alert === alert)
  }

  change (of: string): void {
    const value = this.levels[of] = 1 - this.levels[of]!
    this.changes.push({ of, value, atMs: this.nowMs })
  }

  start (): void {
    const child = fileURLToPath(new URL('crash-child.ts', import.meta.url))
    this.#child = spawn(process.execPath, [...process.execArgv, child, this.#dir], { stdio: ['pipe', 'pipe', 'inherit'] })
  }

  /** Goes on; resolves when that is done. */
  async go (ms: number): Promise<void> {
    const child = this.#child!
    const done = once(child.stdout, 'data', { signal: AbortSignal.timeout(120 * SECOND) })
    this.begin(ms)
    await done
  }

  begin (ms: number): void {
    this.#fromMs = this.nowMs
    this.nowMs += ms
    this.#child!.stdin.write(`${JSON.stringify({ atMs: this.nowMs, levels: this.levels })}\n`)
  }

  async kill (): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child?.kill('SIGKILL') === true) await once(child, 'exit')
    // What it had sent may still be on the way.
    await delay(50)
  }

  /** Alerts that are not over to the routing that was killed; what it has told without knowing of it is unsure. */
  async routed (): Promise<string[]> {
    const alerts = new Map<string, boolean>()
    const entries = new Map<string, number>()
    const text = await readFile(join(this.#dir, 'routing', 'routing.ndjson'), 'utf8')
    for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n').slice(0, -1)) {
      const { alert, ended, entry } = JSON.parse(line) as RoutingLine
      if (alert !== undefined) alerts.set(nameOf(alert.labels), ended === true)
      if (entry !== undefined) entries.set(entry.key.slice(0, entry.key.lastIndexOf(':')), entry.atMs)
    }
    for (const told of this.told) if (!this.unsure.includes(told) && !(entries.get(told.groupKey)! >= told.atMs)) this.unsure.push(told)
    return [...alerts.keys()].filter(name => alerts.get(name) === false)
  }

  async remembered (): Promise<Map<string, Left>> {
    const path = join(this.#dir, 'alerts', 'state.ndjson')
    const { mtimeMs } = await stat(path)
    const [, ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n')
    const alerts = lines.map(line => JSON.parse(line) as { labels: string[], state: string, activeAtMs: number, seenAtMs?: number })
    return new Map(alerts.filter(({ state }) => state !== 'inactive').map(({ labels, state, activeAtMs, seenAtMs = Math.round(mtimeMs) }) =>
      [nameOf(labels), { state, waitedMs: seenAtMs - activeAtMs }]))
  }
}

for (const seed of (process.env.SEED ?? '2').split(',').map(Number)) {
  test(`a host with rules and routing that is killed again and again loses no alert and says none twice (SEED=${seed})`, { timeout: 200_000 }, async t => {
    const random = seeded(seed)
    const mood = seeded(-seed)
    let refused = 0
    const sink = await startSink(t, ({ text }, response) => {
      const isTaken = mood() >= 0.1
      if (!isTaken) refused++
      host.hear(text, isTaken)
      response.writeHead(isTaken ? 200 : 400).end()
    })
    const host = new Host(t.testdir({ 'rules.yml': rules, 'alertmanager.yml': routing(sink.url) }))
    t.teardown(async () => { await host.kill() })
    /** Routed and not told of when it was killed, when there had been so many requests. */
    const owed: Array<{ alert: string, since: number }> = []
    let before = new Map<string, Left>()
    let up: string[] = []
    for (let life = 1; life < LIVES; life++) {
      host.start()
      const bornMs = host.nowMs
      await host.go(0)
      while (host.nowMs - bornMs < 40 * SECOND || random() < 0.85) {
        if (host.nowMs - bornMs > SEEN_MS) change(host, random)
        await host.go(Math.ceil(random() * 20) * SECOND)
      }
      // One that comes or goes right before the end.
      change(host, random)
      const isSudden = life % 2 === 0
      if (isSudden) {
        host.begin(20 * SECOND)
        await delay(random() * 60)
      } else {
        await host.go(10 * SECOND)
        await delay(100)
      }
      await host.kill()
      const known = host.unsure.length
      const after = await host.remembered()
      for (const alert of await host.routed()) {
        const last = host.lastOf(alert)
        // What the rules have seen end, ends before it is told.
        const isNew = last === undefined || (last.status === 'resolved' && !host.unsure.includes(last))
        if (isNew && (after.has(alert) || alert.startsWith('Njord'))) owed.push({ alert, since: host.asked.length })
      }
      if (!isSudden) t.equal(host.unsure.length, known, 'all that was told is written down')
      const changed = host.changes.filter(({ atMs }) => atMs >= bornMs).map(({ of }) => of)
      checkContinuity(t, before, after, { stayed: up.filter(of => !changed.includes(of)), livedMs: host.nowMs - bornMs })
      before = after
      up = OF.filter(of => host.levels[of] === 1 && isSeen(host, of))
      const fromMs = host.nowMs
      host.nowMs += Math.ceil(random() * 600) * SECOND
      host.downs.push({ fromMs, toMs: host.nowMs })
      change(host, random)
    }
    host.start()
    await host.go(0)
    await host.go(300 * SECOND)
    const expected = OF.filter(of => host.levels[of] === 1).flatMap(of => ['Now', 'Held', 'Slow', 'Kept'].map(name => `${name} ${of}`))
    // Nor is an end told anew whose telling is not written down, and so neither what fires again after it.
    t.same(expected.filter(alert => host.lastOf(alert)?.status !== 'firing' && !host.unsure.includes(host.lastOf(alert)!)), [], 'all that fires is told')
    for (const of of OF) if (host.levels[of] === 1) host.change(of)
    await host.go(1800 * SECOND)
    for (const { alert, since } of owed) t.ok(host.asked.includes(alert, since), `${alert} was firing when it was killed, and is told`)
    checkOrder(t, host)
    t.comment(`${host.told.length} told, ${refused} refused, ${owed.length} owed, ${host.unsure.length} unsure`)
  })
}

/** Changes one of the levels, if the rules have had the time to see what it was. */
function change (host: Host, random: () => number): void {
  const of = OF[Math.trunc(random() * OF.length)]!
  if (isSeen(host, of)) host.change(of)
}

function isSeen ({ changes, nowMs, downs }: Host, of: string): boolean {
  const last = changes.findLast(change => change.of === of)
  if (last === undefined) return true
  const downMs = downs.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - Math.max(fromMs, last.atMs)), 0)
  return nowMs - last.atMs - downMs >= SEEN_MS
}

/**
 * What was pending or firing when it was killed is so when it is killed again, and does not wait anew; and what waits does so only while somebody looks.
 * @param stayed the levels that were up all the time
 */
function checkContinuity (
  t: Test, before: ReadonlyMap<string, Left>, after: ReadonlyMap<string, Left>, { stayed, livedMs }: { stayed: readonly string[], livedMs: number }
): void {
  for (const [alert, { state, waitedMs }] of before) {
    if (!stayed.includes(alert.split(' ')[1]!)) continue
    const now = after.get(alert)
    const goesOn = now !== undefined && (now.state === 'firing' || (state === 'pending' && now.waitedMs >= waitedMs))
    t.ok(goesOn, `${alert}, ${state} for ${waitedMs} ms, goes on: ${JSON.stringify(now)}`)
  }
  for (const [alert, { state, waitedMs }] of after) {
    if (state === 'pending') t.ok(waitedMs <= (before.get(alert)?.waitedMs ?? 0) + livedMs, `${alert} has waited for ${waitedMs} ms`)
  }
}

/** Of each alert its beginning and its end are told in turns, beginning first. */
function checkOrder (t: Test, { told, unsure }: Host): void {
  for (const alert of new Set(told.map(({ alert }) => alert))) {
    const own = told.filter(told => told.alert === alert)
    const sure = own.filter((told, i) => !(i > 0 && own[i - 1]!.status === told.status && unsure.includes(own[i - 1]!)))
    t.same(sure.map(({ status }) => status), sure.map((_, i) => i % 2 === 0 ? 'firing' : 'resolved'), `${alert}: ${JSON.stringify(own)}`)
    t.equal(sure.at(-1)!.status, 'resolved')
  }
}
