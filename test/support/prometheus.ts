import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { freePort } from './redis-server.js'

/** A body and its type, as an HTTP server answers. */
export interface Answer {
  readonly body: Uint8Array | string
  readonly contentType: string
  readonly contentEncoding?: string | undefined
}

/** Serves what `answer` gives, on a port of its own that closes with the test; resolves with `host:port`. */
export async function serve (t: Test, answer: (request: IncomingMessage) => Promise<Answer>): Promise<string> {
  const server = createServer((request, response) => {
    answer(request).then(({ body, contentType, contentEncoding }) => {
      response.setHeader('content-type', contentType)
      if (contentEncoding !== undefined) response.setHeader('content-encoding', contentEncoding)
      response.end(body)
    }).catch((error: unknown) => { response.writeHead(500).end(String(error)) })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** One element of an instant query's answer; `value` as the API prints it. */
export interface QueryResult {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

interface Target {
  readonly labels: Readonly<Record<string, string>>
  readonly health: string
  readonly lastError: string
}

/** A real Prometheus (of the system's PATH, or `PROMETHEUS`), with a database of its own, that ends with the test. */
export class Prometheus {
  readonly url: string
  readonly #process: ChildProcess
  readonly #output: string[] = []

  constructor (url: string, process: ChildProcess) {
    this.url = url
    this.#process = process
    process.stderr!.on('data', chunk => { this.#output.push(String(chunk)) })
  }

  /** The value of an expression now, by the API. */
  async query (expression: string): Promise<QueryResult[]> {
    return (await this.api(`query?query=${encodeURIComponent(expression)}`) as { result: QueryResult[] }).result
  }

  /** What an endpoint under `/api/v1/` answers. */
  async api (path: string): Promise<unknown> {
    const answer = await (await fetch(`${this.url}/api/v1/${path}`)).json() as { status: string, data: unknown, error?: string }
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`)
    return answer.data
  }

  /** Resolves when every job has been scraped; throws when one cannot be, with Prometheus's own words. */
  async scraped (jobs: number): Promise<void> {
    await this.until('all targets are scraped', async () => {
      const { activeTargets } = await this.api('targets') as { activeTargets: Target[] }
      for (const { health, labels, lastError } of activeTargets) if (health === 'down') throw new Error(`scraping ${labels.job}: ${lastError}`)
      return activeTargets.filter(({ health }) => health === 'up').length === jobs
    })
  }

  /** Polls until `isSo` answers true; what it throws ends the wait, but for a server that is not there yet. */
  async until (what: string, isSo: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + 30_000
    for (;;) {
      if (this.#process.exitCode !== null) throw new Error(`prometheus ended:\n${this.#output.join('')}`)
      try {
        if (await isSo()) return
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
      }
      if (Date.now() > end) throw new Error(`waited 30 s until ${what}:\n${this.#output.join('')}`)
      await delay(50)
    }
  }

  async close (): Promise<void> {
    if (this.#process.exitCode !== null) return
    this.#process.kill('SIGKILL')
    await once(this.#process, 'exit')
  }
}

export interface PrometheusOptions {
  /** The text of a rule file, evaluated every second. */
  readonly rules?: string
  readonly externalLabels?: Readonly<Record<string, string>>
  /** `host:port` of the Alertmanager that is told of alerts. */
  readonly alertmanager?: string
}

/** Starts a Prometheus that scrapes `targets` (`host:port` by job) every second, and resolves when it answers. */
export async function startPrometheus (
  t: Test, targets: Readonly<Record<string, string>>, { rules, externalLabels = {}, alertmanager }: PrometheusOptions = {}
): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'njord-prometheus-'))
  const jobs = Object.entries(targets).map(([job, target]) => ({ job_name: job, honor_timestamps: false, static_configs: [{ targets: [target] }] }))
  const config = join(folder, 'prometheus.yml')
  // JSON is YAML.
  const global = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s', external_labels: externalLabels }
  if (rules !== undefined) await writeFile(join(folder, 'rules.yml'), rules)
  const alerting = { alertmanagers: alertmanager === undefined ? [] : [{ static_configs: [{ targets: [alertmanager] }] }] }
  await writeFile(config, JSON.stringify({ global, scrape_configs: jobs, rule_files: rules === undefined ? [] : ['rules.yml'], alerting }))
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn(process.env.PROMETHEUS ?? 'prometheus', [
    `--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${address}`, '--enable-feature=exemplar-storage'
  ], { stdio: ['ignore', 'ignore', 'pipe'] })
  const prometheus = new Prometheus(`http://${address}`, child)
  t.teardown(async () => {
    await prometheus.close()
    await rm(folder, { recursive: true, force: true })
  })
  await once(child, 'spawn') // rejects when there is no such program
  await prometheus.until('it is ready', async () => (await fetch(`http://${address}/-/ready`)).ok)
  return prometheus
}
