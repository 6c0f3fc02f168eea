import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Turns } from '../../clock/turns.js'
import type { AlertSink, PostedAlert } from '../../contracts/alert.js'
import type { Clock, Timer } from '../../contracts/clock.js'
import { labelsKey, labelsToObject } from '../../contracts/labels.js'
import type { Log } from '../../contracts/log.js'
import { readLines, writeLines } from '../lines-file.js'
import { SendFailure } from './notification.js'
import type { HttpSender } from './receivers/http-sender.js'
import type { RoutingMetrics } from './routing-metrics.js'
import { isPostedAlert } from './state-record.js'
import { rfc3339 } from './template/go-time-format.js'

export interface AlertmanagerForwarderOptions {
  /** Where the Alertmanager is: `https://alertmanager:9093/prefix`. */
  readonly url: string
  readonly sender: HttpSender
  readonly clock: Clock
  readonly log: Log
  readonly metrics: RoutingMetrics
  /** Where alerts that could not be handed over are kept over restarts; without it they end with the process. */
  readonly dir?: string | undefined
  /** @defaultValue 10000 */
  readonly queueCapacity?: number
  /** @defaultValue 10000 */
  readonly timeoutMs?: number
}

/** As many alerts go in one request. */
const BATCH = 64
const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 15_000

/**
 * Hands alerts to a real Alertmanager (its v2 API) as Prometheus does: in batches of 64, one request at a time, from a queue that drops the
 * oldest when it is full. Beyond Prometheus, what does not get through is tried again, after 0.5 s to 15 s, each alert as it was last told;
 * while that goes on, the queue is written to a file after each attempt. What is refused (4xx) is dropped and counted.
 */
export class AlertmanagerForwarder implements AlertSink {
  readonly #options: AlertmanagerForwarderOptions
  readonly #path: string | undefined
  readonly #abort = new AbortController()
  #queue: PostedAlert[] = []
  #sending: Promise<void> | undefined
  /** Until the next attempt. */
  #waiting: Timer | undefined
  #backoffMs = FIRST_BACKOFF_MS
  #isFailing = false
  /** Whether there is a file. */
  #isKept = false
  #isUnwritable = false

  constructor (options: AlertmanagerForwarderOptions) {
    this.#options = options
    const { dir, url } = options
    // The address may hold a password.
    this.#path = dir === undefined ? undefined : join(dir, `forward-${createHash('sha256').update(url).digest('hex').slice(0, 12)}.ndjson`)
  }

  get queued (): number {
    return this.#queue.length
  }

  /** Takes up what an earlier life could not hand over. Rejects when the folder can be neither made nor read. */
  async start (): Promise<void> {
    const { dir, metrics } = this.#options
    if (this.#path === undefined) return
    await mkdir(dir!, { recursive: true })
    const { values, damaged } = await readLines(this.#path, isPostedAlert)
    metrics.stateDamaged(damaged.length)
    this.#isKept = values.length > 0 || damaged.length > 0
    this.#queue = values.concat(this.#queue)
    this.post([])
  }

  post (alerts: readonly PostedAlert[]): void {
    if (this.#abort.signal.aborted) return
    this.#queue = this.#queue.concat(alerts)
    this.#bound()
    if (this.#waiting === undefined) this.#begin()
  }

  /** Resolves when nothing is being sent: all is handed over, or waits for the next attempt. */
  async settled (): Promise<void> {
    while (this.#sending !== undefined) await this.#sending
  }

  /** Ends what is under way; with `dir`, the next life takes it up. */
  async close (): Promise<void> {
    this.#waiting?.cancel()
    this.#abort.abort(new Error('closed'))
    await this.settled()
    await this.#keep()
  }

  #bound (): void {
    const { queueCapacity = 10_000, metrics } = this.#options
    const over = this.#queue.length - queueCapacity
    if (over <= 0) return
    this.#queue.splice(0, over)
    metrics.dropped('queue_full', over)
  }

  #begin (): void {
    this.#waiting = undefined
    this.#sending ??= this.#send().finally(() => { this.#sending = undefined })
  }

  async #send (): Promise<void> {
    const { log, metrics } = this.#options
    while (this.#queue.length > 0 && !this.#abort.signal.aborted) {
      const batch = this.#queue.splice(0, BATCH)
      const failure = await this.#hand(batch)
      if (failure === undefined) {
        if (this.#isFailing) log.info({}, 'alerts reach the Alertmanager again')
        this.#isFailing = false
        this.#backoffMs = FIRST_BACKOFF_MS
      } else if (this.#abort.signal.aborted) this.#queue = batch.concat(this.#queue)
      else {
        if (!this.#isFailing) log.error({ reason: failure.message }, 'alerts do not reach the Alertmanager')
        this.#isFailing = true
        if (failure.isRetryable) {
          await this.#putBack(batch, failure.retryAfterMs)
          return
        }
        metrics.dropped('alertmanager_failed', batch.length)
      }
      if (this.#queue.length === 0) await this.#keep()
    }
  }

  /** Leaves a batch to the next attempt. */
  async #putBack (batch: readonly PostedAlert[], retryAfterMs = 0): Promise<void> {
    this.#queue = batch.concat(this.#queue)
    await this.#leaveLast()
    await this.#keep()
    if (this.#abort.signal.aborted) return
    this.#waiting = this.#options.clock.after(Math.max(this.#backoffMs, retryAfterMs), () => { this.#begin() })
    this.#backoffMs = Math.min(this.#backoffMs * 1.5, LONGEST_BACKOFF_MS)
  }

  async #hand (batch: readonly PostedAlert[]): Promise<SendFailure | undefined> {
    const { url, sender, timeoutMs = 10_000 } = this.#options
    try {
      const details = ({ body }: { body: string }): string => body.slice(0, 200)
      const body = JSON.stringify(batch.map(posted))
      await sender.post({ url: `${url.replace(/\/$/, '')}/api/v2/alerts`, body, timeoutMs, signal: this.#abort.signal, details })
      return undefined
    } catch (error) {
      return error instanceof SendFailure ? error : new SendFailure((error as Error).message, { isRetryable: false })
    }
  }

  /** Of an alert that was told several times while nobody listened, the last counts; one that ended and began again is another. */
  async #leaveLast (): Promise<void> {
    const turns = new Turns()
    const waiting = this.#queue
    this.#queue = []
    const last = new Map<string, PostedAlert>()
    for (const alert of waiting) {
      const key = `${alert.startsAtMs} ${labelsKey(alert.labels)}`
      last.delete(key)
      last.set(key, alert)
      if (turns.isDue) await turns.pause()
    }
    this.#queue = [...last.values(), ...this.#queue]
    this.#bound()
  }

  /** Writes down what waits; an empty queue needs no file. */
  async #keep (): Promise<void> {
    const { log, metrics } = this.#options
    const path = this.#path
    if (path === undefined || (this.#queue.length === 0 && !this.#isKept)) return
    try {
      if (this.#queue.length === 0) await rm(path, { force: true })
      else await writeLines(path, [...this.#queue])
      this.#isKept = this.#queue.length > 0
      this.#isUnwritable = false
    } catch (error) {
      metrics.stateFailed()
      if (!this.#isUnwritable) log.error({ err: error, path }, 'alerts for the Alertmanager cannot be written: what waits is lost with the process')
      this.#isUnwritable = true
    }
  }
}

function posted ({ labels, annotations, startsAtMs, endsAtMs, generatorUrl }: PostedAlert): object {
  return {
    labels: labelsToObject(labels),
    annotations: labelsToObject(annotations),
    startsAt: rfc3339(startsAtMs),
    endsAt: rfc3339(endsAtMs),
    generatorURL: generatorUrl
  }
}
