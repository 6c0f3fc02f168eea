import { Turns } from '../../clock/turns.js'
import type { Clock } from '../../contracts/clock.js'
import type { Queryable } from '../../contracts/queryable.js'
import { NJORD_ERR_QUERY_CANCELED, NJORD_ERR_QUERY_TIMEOUT, NJORD_ERR_QUERY_TOO_MANY_SAMPLES } from '../../errors.js'
import { Annotations } from './annotations.js'

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
export class QueryRun extends Turns {
  readonly settings: QuerySettings
  readonly annotations = new Annotations()
  readonly #deadlineSeconds: number
  #samples = 0
  #peak = 0
  /** Samples that selectors and windows have looked at: `totalQueryableSamples` of Prometheus's statistics. */
  queried = 0
  #isLate = false
  #ended: AbortController | undefined
  #release: (() => void) | undefined

  constructor (settings: QuerySettings) {
    super()
    this.settings = settings
    this.#deadlineSeconds = settings.clock.monotonicSeconds() + settings.timeoutMs / 1000
  }

  /** Throws when the query was cancelled or has run out of time. */
  check (): void {
    if (this.settings.signal?.aborted === true) throw new NJORD_ERR_QUERY_CANCELED()
    if (this.#isLate || this.settings.clock.monotonicSeconds() > this.#deadlineSeconds) throw new NJORD_ERR_QUERY_TIMEOUT()
  }

  /** As {@link Turns.pause}; rejects as {@link check} throws. */
  override async pause (): Promise<void> {
    await super.pause()
    this.check()
  }

  /** What a source is given: raised when the query is cancelled, or its time is up. */
  get signal (): AbortSignal {
    if (this.#ended !== undefined) return this.#ended.signal
    const ended = this.#ended = new AbortController()
    const { clock, signal } = this.settings
    const end = (): void => { ended.abort() }
    const timer = clock.after(Math.max(0, this.#deadlineSeconds - clock.monotonicSeconds()) * 1000, () => {
      this.#isLate = true
      end()
    })
    if (signal?.aborted === true) end()
    signal?.addEventListener('abort', end)
    this.#release = () => {
      timer.cancel()
      signal?.removeEventListener('abort', end)
    }
    return ended.signal
  }

  /** Lets timers and listeners go. */
  close (): void {
    this.#release?.()
  }

  /** How many samples are held at the moment. */
  get samples (): number {
    return this.#samples
  }

  /** The most that were held at once. */
  get peakSamples (): number {
    return this.#peak
  }

  /** Counts samples that are being loaded or made; throws when there are too many. */
  hold (samples: number): void {
    this.#samples += samples
    if (this.#samples > this.#peak) this.#peak = this.#samples
    if (this.#samples > this.settings.maxSamples) throw new NJORD_ERR_QUERY_TOO_MANY_SAMPLES()
  }

  /** Back to `samples` of {@link samples}: whatever was held since has been let go. */
  releaseTo (samples: number): void {
    this.#samples = samples
  }
}
