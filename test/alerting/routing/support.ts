import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { AlertRouter, type AlertRouterOptions } from '../../../src/alerting/routing/alert-router.js'
import { parseRouting } from '../../../src/alerting/routing/config/parse-routing.js'
import { SendFailure, type Integration, type Notification } from '../../../src/alerting/routing/notification.js'
import type { PostedAlert } from '../../../src/contracts/alert.js'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import { labelsOf, labelsToObject } from '../../../src/contracts/labels.js'
import { freePort } from '../../support/redis-server.js'

export interface SinkRequest {
  readonly atMs: number
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly text: string
  /** Nothing of an empty text. */
  readonly body: Record<string, unknown>
}

/** An HTTP server that takes down what is posted to it; `answer` answers in its place. */
export async function startSink (
  t: Test, answer?: (request: SinkRequest, response: ServerResponse) => void
): Promise<{ url: string, requests: SinkRequest[] }> {
  const requests: SinkRequest[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', chunk => { text += chunk as string })
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const taken = { atMs: Date.now(), method, path, headers, text, body: JSON.parse(text === '' ? '{}' : text) as Record<string, unknown> }
      requests.push(taken)
      if (answer === undefined) response.end('ok')
      else answer(taken, response)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

const program = process.env.ALERTMANAGER ?? 'prometheus-alertmanager'

let modern: boolean | undefined

/** Whether the Alertmanager at hand is of 0.33 or newer. */
export function isModern (): boolean {
  if (modern !== undefined) return modern
  const [, minor] = /version (\d+\.\d+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1]?.split('.') ?? []
  modern = Number(minor) >= 33
  return modern
}

/** A real Alertmanager (of the system's PATH, or `ALERTMANAGER`) that ends with the test; its address. */
export async function startAlertmanager (t: Test, config: string, externalUrl: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'njord-alertmanager-'))
  await writeFile(join(folder, 'alertmanager.yml'), config)
  const url = `http://127.0.0.1:${await freePort()}`
  const child = spawn(program, [
    `--config.file=${folder}/alertmanager.yml`, `--storage.path=${folder}/data`, `--web.listen-address=${url.slice('http://'.length)}`, '--cluster.listen-address=',
    `--web.external-url=${externalUrl}`
  ], { stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  child.stderr.on('data', chunk => { output += String(chunk) })
  t.teardown(async () => {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
    await rm(folder, { recursive: true, force: true })
  })
  await once(child, 'spawn')
  for (const end = Date.now() + 20_000; ;) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`alertmanager does not answer:\n${output}`)
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined)
    if (ready?.ok === true) return url
    await delay(50)
  }
}

/** What a webhook was told, without what is new in 0.33 if the Alertmanager at hand is older. */
export function comparable (text: string): string {
  return isModern() ? text : text.replace(/"notification_reason":"[^"]*",/, '')
}

/** What a sink was told, by its path and the group's key. */
export function byGroup (requests: readonly SinkRequest[]): Map<string, SinkRequest[]> {
  const groups = new Map<string, SinkRequest[]>()
  for (const request of requests) {
    const key = `${request.path} ${String(request.body.groupKey)}`
    groups.set(key, [...groups.get(key) ?? [], request])
  }
  return groups
}

/** A small generator of random numbers with a seed (mulberry32). */
export function seeded (seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What a router under test told somebody, in short. */
export interface Told {
  readonly atMs: number
  readonly receiver: string
  readonly reason: string
  readonly groupKey: string
  /** `alertname:instance` of the alerts that fire. */
  readonly firing: string[]
  readonly resolved: string[]
}

/** A router on a virtual clock whose receivers take down what they are told, or refuse it. */
export class RouterUnderTest {
  readonly clock: VirtualClock
  readonly router: AlertRouter
  readonly told: Told[] = []
  /** Receivers that refuse. */
  readonly refusing = new Set<string>()

  constructor (config: string, options: Partial<AlertRouterOptions> = {}, startMs = Date.UTC(2026, 0, 5, 12)) {
    this.clock = (options.clock as VirtualClock | undefined) ?? new VirtualClock(startMs)
    this.router = new AlertRouter({
      routing: { config: parseRouting(config, 'test.yml'), templateFiles: new Map(), folder: '.' },
      clock: this.clock,
      random: () => 0.5,
      integrations: receiver => [this.#integration(receiver)],
      ...options
    })
  }

  #integration (receiver: string): Integration {
    return {
      kind: 'webhook',
      index: 0,
      sendResolved: !receiver.startsWith('quiet'),
      send: async (notification: Notification) => {
        if (this.refusing.has(receiver)) throw new SendFailure('it refuses', { isRetryable: false })
        const names = (isResolved: boolean): string[] => notification.alerts.filter(item => item.isResolved === isResolved).map(({ alert }) => {
          const { alertname = '', instance = '' } = labelsToObject(alert.labels)
          return `${alertname}:${instance}`
        })
        const { reason, groupKey } = notification
        this.told.push({ atMs: this.clock.nowMs(), receiver, reason, groupKey, firing: names(false), resolved: names(true) })
      }
    }
  }

  /** An alert that fires from now on until it is said to have ended, an hour from now at the latest. */
  fire (labels: Readonly<Record<string, string>>, { startsAtMs = this.clock.nowMs(), endsAtMs = this.clock.nowMs() + 3_600_000 } = {}): void {
    this.router.post([posted(labels, startsAtMs, endsAtMs)])
  }

  resolve (labels: Readonly<Record<string, string>>, startsAtMs = this.clock.nowMs() - 1): void {
    this.router.post([posted(labels, startsAtMs, this.clock.nowMs())])
  }

  /** Goes on by so many seconds, from timer to timer, and lets notifications get done. */
  async go (seconds: number): Promise<void> {
    const endMs = this.clock.nowMs() + seconds * 1000
    await this.router.settled()
    for (let next = this.clock.nextDueMs(); next !== undefined && next <= endMs; next = this.clock.nextDueMs()) {
      this.clock.advanceTo(next)
      await this.router.settled()
    }
    this.clock.advanceTo(endMs)
  }

  /** What was told since the last call: `receiver reason [firing] [resolved]`. */
  take (): string[] {
    return this.told.splice(0).map(({ receiver, reason, firing, resolved }) => `${receiver}: ${reason} [${firing.join(' ')}] [${resolved.join(' ')}]`)
  }
}

export function posted (
  labels: Readonly<Record<string, string>>, startsAtMs: number, endsAtMs: number, annotations: Readonly<Record<string, string>> = {}
): PostedAlert {
  return { labels: labelsOf(labels), annotations: labelsOf(annotations), startsAtMs, endsAtMs, generatorUrl: '' }
}
