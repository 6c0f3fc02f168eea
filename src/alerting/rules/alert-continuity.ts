import type { AlertSink } from '../../contracts/alert.js'
import type { Clock, Timer } from '../../contracts/clock.js'
import type { Labels } from '../../contracts/labels.js'
import { AlertMemory, type RememberedAlert } from './alert-memory.js'
import { generatorUrl, withExternal } from './alert-posts.js'
import type { StateFile } from './state-file.js'

/** How long alerts of an earlier process may take to be there again: until there is enough to look back at. */
const WARM_UP_MS = 300_000

export interface AlertContinuityOptions {
  readonly file: StateFile
  readonly clock: Clock
  /** Never throws. */
  readonly sink: AlertSink
  readonly externalLabels: Labels
  readonly externalUrl: string
  readonly outageToleranceMs: number
  readonly graceMs: number
}

/** Carries alerts from one process over to the next. Nothing of it throws or rejects. */
export class AlertContinuity {
  readonly #options: AlertContinuityOptions
  #memory: AlertMemory | undefined
  #warmUp: Timer | undefined
  #hasChanged = false
  #isClosed = false

  constructor (options: AlertContinuityOptions) {
    this.#options = options
  }

  /** What an earlier process knew; `undefined` when there is nothing (any more). */
  get memory (): AlertMemory | undefined {
    return this.#memory
  }

  /** Reads what the last process has left. @param longestIntervalMs of all groups */
  async open (longestIntervalMs: number): Promise<void> {
    const { file, clock, outageToleranceMs, graceMs } = this.#options
    const contents = await file.read()
    const memory = new AlertMemory({ contents, outageToleranceMs, graceMs, warmUpMs: WARM_UP_MS, nowMs: clock.nowMs() })
    if (memory.size === 0 || this.#isClosed) return
    this.#memory = memory
    // The file gets a new time at the next evaluation: each of these alerts has to have its own by then.
    this.#hasChanged = true
    this.#tellResolved([...memory.remaining].filter(({ state }) => state === 'inactive'))
    this.#warmUp = clock.after(Math.max(WARM_UP_MS, 2 * longestIntervalMs), () => { this.#forget() })
  }

  /** A group was evaluated. `alerts` are those of all groups; they are asked for when they are written, and walked in turns with their evaluation. */
  evaluated (atMs: number, hasChanged: boolean, alerts: () => Iterable<RememberedAlert>): void {
    const { file } = this.#options
    if (this.#isClosed) return
    if (hasChanged || this.#hasChanged) file.write(() => this.#all(alerts), atMs) // it never rejects
    else file.touch(atMs) // neither does it
    this.#hasChanged = false
  }

  /** Leaves all alerts for the next process. */
  async close (alerts: () => Iterable<RememberedAlert>): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#warmUp?.cancel()
    await this.#options.file.write(() => this.#all(alerts), this.#options.clock.nowMs())
  }

  /** One that comes back while this is walked is there twice, the latter time as it is now. */
  * #all (alerts: () => Iterable<RememberedAlert>): Generator<RememberedAlert> {
    yield * this.#memory?.remaining ?? []
    yield * alerts()
  }

  /** What has not come back by now is over. */
  #forget (): void {
    const nowMs = this.#options.clock.nowMs()
    const left = this.#memory!.forget()
    this.#memory = undefined
    this.#hasChanged = true
    this.#tellResolved(left.filter(({ state }) => state === 'firing').map(alert => ({ ...alert, resolvedAtMs: nowMs })))
  }

  #tellResolved (alerts: readonly RememberedAlert[]): void {
    const { sink, clock, externalLabels, externalUrl } = this.#options
    sink.post(alerts.map(({ labels, annotations, activeAtMs, firedAtMs, resolvedAtMs, query }) => ({
      labels: withExternal(labels, externalLabels),
      annotations,
      startsAtMs: firedAtMs ?? activeAtMs,
      endsAtMs: resolvedAtMs ?? clock.nowMs(),
      generatorUrl: generatorUrl(query, externalUrl)
    })))
  }
}
