import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Prometheus } from '../../support/prometheus.js'
import { freePort } from '../../support/redis-server.js'
import type { Outcome } from './compare.js'
import { encodeWriteRequest, type WrittenSeries } from './remote-write.js'

/** A query, and when: one moment (`startMs`), or a range with `stepMs`. */
export interface QueryCase {
  readonly expr: string
  readonly startMs: number
  readonly endMs: number
  /** `undefined` is an instant query at `startMs`. */
  readonly stepMs: number | undefined
}

/** A real Prometheus that only what is written to it fills: the oracle of differential tests. */
export class Oracle {
  /** As `3.5.0`. */
  readonly version: string
  readonly #prometheus: Prometheus
  readonly #folder: string

  private constructor (version: string, prometheus: Prometheus, folder: string) {
    this.version = version
    this.#prometheus = prometheus
    this.#folder = folder
  }

  /** Starts the program that `PROMETHEUS` names, or that of the PATH; throws where there is none. Features are those of `--enable-feature`. */
  static async start (features: readonly string[] = []): Promise<Oracle> {
    const folder = await mkdtemp(join(tmpdir(), 'njord-oracle-'))
    const config = join(folder, 'prometheus.yml')
    await writeFile(config, '{"global": {"evaluation_interval": "1m"}}') // JSON is YAML; the interval is that of subqueries without a step
    const address = `127.0.0.1:${await freePort()}`
    const child = spawn(process.env.PROMETHEUS ?? 'prometheus', [
      `--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${address}`,
      '--web.enable-remote-write-receiver', '--storage.tsdb.retention.time=100y', `--enable-feature=${['promql-experimental-functions', ...features].join(',')}`
    ], { stdio: ['ignore', 'ignore', 'pipe'] })
    await once(child, 'spawn')
    const prometheus = new Prometheus(`http://${address}`, child)
    await prometheus.until('it is ready', async () => (await fetch(`http://${address}/-/ready`)).ok)
    const { version } = await prometheus.api('status/buildinfo') as { version: string }
    return new Oracle(version, prometheus, folder)
  }

  get url (): string {
    return this.#prometheus.url
  }

  /** Of Prometheus 3: ranges open on the left, UTF-8 names, infos. */
  get isVersion3 (): boolean {
    return this.version.startsWith('3.')
  }

  async write (series: readonly WrittenSeries[]): Promise<void> {
    const answer = await fetch(`${this.url}/api/v1/write`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy', 'x-prometheus-remote-write-version': '0.1.0' },
      body: encodeWriteRequest(series)
    })
    if (!answer.ok) throw new Error(`remote write: ${answer.status} ${await answer.text()}`)
  }

  async ask (query: QueryCase): Promise<Outcome> {
    const body = JSON.parse(await this.text(query)) as
      { status: string, data: Outcome['data'], error?: string, warnings?: string[], infos?: string[] }
    if (body.status !== 'success') return { error: body.error!.replace(/^invalid parameter "query": /, ''), warnings: [], infos: [] }
    return { data: body.data, warnings: body.warnings ?? [], infos: body.infos ?? [] }
  }

  /** How many samples it has looked at. */
  async queried (query: QueryCase): Promise<number> {
    const { data } = JSON.parse(await this.text(query, { stats: 'all' })) as { data: { stats: { samples: { totalQueryableSamples: number } } } }
    return data.stats.samples.totalQueryableSamples
  }

  /** The API's answer as it comes. */
  async text ({ expr, startMs, endMs, stepMs }: QueryCase, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const seconds = (ms: number): string => (ms / 1000).toFixed(3)
    const form: Record<string, string> = stepMs === undefined
      ? { ...more, query: expr, time: seconds(startMs) }
      : { ...more, query: expr, start: seconds(startMs), end: seconds(endMs), step: seconds(stepMs) }
    const answer = await fetch(`${this.url}/api/v1/query${stepMs === undefined ? '' : '_range'}`, { method: 'POST', body: new URLSearchParams(form) })
    return await answer.text()
  }

  async close (): Promise<void> {
    await this.#prometheus.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
