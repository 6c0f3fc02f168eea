import type { AlertSink, PostedAlert } from '../../contracts/alert.js'
import type { Counter } from '../../contracts/instruments.js'
import type { Log } from '../../contracts/log.js'

export interface IsolatedSinkOptions {
  readonly sink: AlertSink | undefined
  /** Counts posts that failed. */
  readonly failures: Counter
  readonly log: Log
}

/** A sink that is the host's, and may be wrong: what it throws, or rejects with, is counted, and logged once until it is well again. */
export class IsolatedSink implements AlertSink {
  readonly #options: IsolatedSinkOptions
  #isFailing = false

  constructor (options: IsolatedSinkOptions) {
    this.#options = options
  }

  post (alerts: readonly PostedAlert[]): void {
    const { sink } = this.#options
    if (alerts.length === 0 || sink === undefined) return
    try {
      const result: unknown = sink.post(alerts)
      if (result instanceof Promise) result.then(() => { this.#isFailing = false }, (error: unknown) => { this.#failed(error) })
      else this.#isFailing = false
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed (error: unknown): void {
    const { failures, log } = this.#options
    failures.inc()
    if (!this.#isFailing) log.error({ err: error }, 'the sink of the alerts failed; firing ones are posted again in time')
    this.#isFailing = true
  }
}
