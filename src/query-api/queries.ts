import type { Clock } from '../contracts/clock.js'
import type { Counter, Gauge, Histogram, InstrumentFactory } from '../contracts/instruments.js'
import { NJORD_ERR_QUERY_CANCELED, NJORD_ERR_QUERY_TIMEOUT } from '../errors.js'
import type { MeasuredAnswer, PromqlEngine, QueryOptions } from '../promql/engine.js'
import { errorTypeOf } from './api-error.js'
import { Turnstile } from './turnstile.js'

export interface QueriesOptions {
  readonly engine: PromqlEngine
  readonly instruments: InstrumentFactory
  readonly clock: Clock
  /** How many run at once; the rest wait. @defaultValue 20 */
  readonly maxConcurrent?: number
  /** How long a query may take, waiting included, in milliseconds. @defaultValue 120000 */
  readonly timeoutMs?: number
}

/** An answer and what it cost, in seconds. */
export interface TimedAnswer extends MeasuredAnswer {
  readonly queuedSeconds: number
  readonly evaluatedSeconds: number
}

type Kind = 'instant' | 'range'

/**
 * All queries of a process, from HTTP or from its own code: so many at once, each with a deadline that holds for waiting,
 * too, counted and timed as `njord_queries_total`, `njord_query_duration_seconds` and `njord_queries_in_progress`.
 */
export class Queries {
  readonly #engine: PromqlEngine
  readonly #clock: Clock
  readonly #turnstile: Turnstile
  readonly #timeoutMs: number
  readonly #total: Counter<'kind' | 'result'>
  readonly #duration: Histogram<'kind'>
  readonly #inProgress: Gauge
  /** Of the queries that run or wait. */
  readonly #active = new Set<AbortController>()
  #isClosed = false

  constructor ({ engine, instruments, clock, maxConcurrent = 20, timeoutMs = 120_000 }: QueriesOptions) {
    this.#engine = engine
    this.#clock = clock
    this.#turnstile = new Turnstile(maxConcurrent)
    this.#timeoutMs = timeoutMs
    this.#total = instruments.counter({
      name: 'njord_queries_total',
      help: 'PromQL queries, by kind and by how they ended.',
      labelNames: ['kind', 'result'],
      labelRules: {
        kind: { values: ['instant', 'range'] },
        result: { values: ['success', 'bad_data', 'execution', 'timeout', 'canceled', 'internal'] }
      }
    })
    this.#duration = instruments.histogram({
      name: 'njord_query_duration_seconds',
      help: 'Time from a query to its result, waiting included.',
      unit: 'seconds',
      labelNames: ['kind'],
      labelRules: { kind: { values: ['instant', 'range'] } },
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
    })
    this.#inProgress = instruments.gauge({ name: 'njord_queries_in_progress', help: 'PromQL queries that are being evaluated.' })
  }

  /** An expression at one instant; as {@link PromqlEngine.instant}, and rejects as that does. */
  async instant (expr: string, timeMs: number, options: QueryOptions = {}): Promise<TimedAnswer> {
    return await this.#run('instant', options, async given => await this.#engine.instant(expr, timeMs, given))
  }

  /** An expression at every step from start to end; as {@link PromqlEngine.range}, and rejects as that does. */
  async range (expr: string, startMs: number, endMs: number, stepMs: number, options: QueryOptions = {}): Promise<TimedAnswer> {
    return await this.#run('range', options, async given => await this.#engine.range(expr, startMs, endMs, stepMs, given))
  }

  /** Cancels what runs and what waits; a query from now on is cancelled at once. */
  close (): void {
    this.#isClosed = true
    for (const controller of this.#active) controller.abort(new NJORD_ERR_QUERY_CANCELED())
  }

  async #run (kind: Kind, options: QueryOptions, evaluate: (given: QueryOptions) => Promise<MeasuredAnswer>): Promise<TimedAnswer> {
    const started = this.#clock.monotonicSeconds()
    const timeoutMs = Math.min(options.timeoutMs ?? Infinity, this.#timeoutMs)
    const controller = new AbortController()
    const cancel = () => { controller.abort(new NJORD_ERR_QUERY_CANCELED()) }
    if (this.#isClosed || options.signal?.aborted === true) cancel()
    options.signal?.addEventListener('abort', cancel, { once: true })
    this.#active.add(controller)
    let result = 'success'
    try {
      await this.#enter(controller, timeoutMs)
      const entered = this.#clock.monotonicSeconds()
      this.#inProgress.inc()
      try {
        const remainingMs = timeoutMs - (entered - started) * 1000
        const answer = await evaluate({ ...options, signal: controller.signal, timeoutMs: remainingMs })
        return { ...answer, queuedSeconds: entered - started, evaluatedSeconds: this.#clock.monotonicSeconds() - entered }
      } finally {
        this.#inProgress.dec()
        this.#turnstile.leave()
      }
    } catch (error) {
      result = errorTypeOf(error)
      throw error
    } finally {
      this.#active.delete(controller)
      options.signal?.removeEventListener('abort', cancel)
      this.#total.inc({ kind, result })
      this.#duration.observe({ kind }, this.#clock.monotonicSeconds() - started)
    }
  }

  /** Resolves inside the turnstile; rejects when the time is up, or with what the controller was aborted with. */
  async #enter (controller: AbortController, timeoutMs: number): Promise<void> {
    const timer = this.#clock.after(Math.max(0, timeoutMs), () => { controller.abort(new NJORD_ERR_QUERY_TIMEOUT()) })
    try {
      await this.#turnstile.enter(controller.signal)
    } catch (error) {
      // The error's usual words are of a query that runs.
      ;(error as Error).message = (error as Error).message.replace('expression evaluation', 'query queue')
      throw error
    } finally {
      timer.cancel()
    }
  }
}
