import type { AlertSink, PostedAlert } from '../../contracts/alert.js'
import { labelsToObject } from '../../contracts/labels.js'
import type { Log } from '../../contracts/log.js'
import type { HttpSender } from './receivers/http-sender.js'
import type { RoutingMetrics } from './routing-metrics.js'
import { rfc3339 } from './template/go-time-format.js'

export interface AlertmanagerForwarderOptions {
  /** Where the Alertmanager is: `https://alertmanager:9093/prefix`. */
  readonly url: string
  readonly sender: HttpSender
  readonly log: Log
  readonly metrics: RoutingMetrics
  /** @defaultValue 10000 */
  readonly queueCapacity?: number
  /** @defaultValue 10000 */
  readonly timeoutMs?: number
}

/** As many alerts go in one request. */
const BATCH = 64

/**
 * Hands alerts to a real Alertmanager (its v2 API) as Prometheus does: in batches of 64, one request at a time, from a queue that drops the
 * oldest when it is full. A batch that fails is dropped and counted: the rules say again what fires.
 */
export class AlertmanagerForwarder implements AlertSink {
  readonly #options: AlertmanagerForwarderOptions
  readonly #abort = new AbortController()
  #queue: PostedAlert[] = []
  #sending: Promise<void> | undefined
  #isFailing = false

  constructor (options: AlertmanagerForwarderOptions) {
    this.#options = options
  }

  get queued (): number {
    return this.#queue.length
  }

  post (alerts: readonly PostedAlert[]): void {
    const { queueCapacity = 10_000, metrics } = this.#options
    this.#queue = this.#queue.concat(alerts)
    const over = this.#queue.length - queueCapacity
    if (over > 0) {
      this.#queue.splice(0, over)
      metrics.dropped('queue_full', over)
    }
    this.#sending ??= this.#send().finally(() => { this.#sending = undefined })
  }

  /** Resolves when the queue is empty. */
  async settled (): Promise<void> {
    while (this.#sending !== undefined) await this.#sending
  }

  async close (): Promise<void> {
    this.#queue = []
    this.#abort.abort(new Error('closed'))
    await this.#sending
  }

  async #send (): Promise<void> {
    const { url, sender, log, metrics, timeoutMs = 10_000 } = this.#options
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, BATCH)
      const body = JSON.stringify(batch.map(posted))
      try {
        const details = ({ body }: { body: string }): string => body.slice(0, 200)
        await sender.post({ url: `${url.replace(/\/$/, '')}/api/v2/alerts`, body, timeoutMs, signal: this.#abort.signal, details })
        if (this.#isFailing) log.info({}, 'alerts reach the Alertmanager again')
        this.#isFailing = false
      } catch (error) {
        if (this.#abort.signal.aborted) return
        metrics.dropped('alertmanager_failed', batch.length)
        if (!this.#isFailing) log.error({ reason: (error as Error).message }, 'alerts do not reach the Alertmanager')
        this.#isFailing = true
      }
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
