import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../contracts/clock.js'
import type { Queryable } from '../../contracts/queryable.js'
import { NJORD_ERR_QUERY_CANCELED, NJORD_ERR_QUERY_TIMEOUT, NJORD_ERR_QUERY_TOO_MANY_SAMPLES } from '../../errors.js'
import { Annotations } from './annotations.js'

/** How long an evaluation may hold the event loop before it lets others go first, in milliseconds. */
const HOLD_MS = 4

/** What stays the same during one query. */
export interface QuerySettings {
  readonly queryable: Queryable
  readonly clock: Clock
  /** How long the query may take, in milliseconds. */
  readonly timeoutMs: number
  /** How many samples it may hold at once. */
  readonly maxSamples: number
  readonly lookbackMs: number
  /** The step of subqueries that name none, in milliseconds. */
  readonly defaultStepMs: number
  readonly delayedNameRemoval: boolean
  readonly signal: AbortSignal | undefined
  /** First and last instant of the query: what `@ start()` and `@ end()` mean. */
  readonly startMs: number
  readonly endMs: number
}

/** One query on its way: its settings, its limits, its turns on the event loop, and what it has to say beside its result. */
export class QueryRun {
  readonly settings: QuerySettings
  readonly annotations = new Annotations()
  readonly #deadlineSeconds: number
  #sliceStartMs = performance.now()
  #samples = 0

  constructor (settings: QuerySettings) {
    this.settings = settings
    this.#deadlineSeconds = settings.clock.monotonicSeconds() + settings.timeoutMs / 1000
  }

  /** Throws when the query was cancelled or has run out of time. */
  check (): void {
    if (this.settings.signal?.aborted === true) throw new NJORD_ERR_QUERY_CANCELED()
    if (this.settings.clock.monotonicSeconds() > this.#deadlineSeconds) throw new NJORD_ERR_QUERY_TIMEOUT()
  }

  /** Whether others should have a turn now: then `await pause()`. */
  get isDue (): boolean {
    return performance.now() - this.#sliceStartMs > HOLD_MS
  }

  /** Resolves when everybody else had a turn; throws as {@link check} does. */
  async pause (): Promise<void> {
    await nextTurn()
    this.#sliceStartMs = performance.now()
    this.check()
  }

  /** How many samples are held at the moment. */
  get samples (): number {
    return this.#samples
  }

  /** Counts samples that are being loaded or made; throws when there are too many. */
  hold (samples: number): void {
    this.#samples += samples
    if (this.#samples > this.settings.maxSamples) throw new NJORD_ERR_QUERY_TOO_MANY_SAMPLES()
  }

  /** Back to `samples` of {@link samples}: whatever was held since has been let go. */
  releaseTo (samples: number): void {
    this.#samples = samples
  }
}
