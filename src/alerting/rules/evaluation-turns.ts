/** How long evaluations may hold the event loop before others go first, in milliseconds. */
const HOLD_MS = 4

/**
 * The turns that the evaluations of all groups take on the event loop together: one goes on at a time, so that a hundred groups which fall
 * due at one instant hold it no longer than one does.
 */
export class EvaluationTurns {
  readonly #waiting: Array<() => void> = []
  #startedMs = -Infinity

  /** Resolves with the next turn: for who begins. */
  async next (): Promise<void> {
    await new Promise<void>(resolve => {
      this.#waiting.push(resolve)
      if (this.#waiting.length === 1) setImmediate(this.#admit)
    })
  }

  /** Resolves at once while the turn lasts, and with the next one when it is over. */
  readonly breathe = (): Promise<void> | undefined => performance.now() - this.#startedMs > HOLD_MS ? this.next() : undefined

  readonly #admit = (): void => {
    const next = this.#waiting.shift()!
    if (this.#waiting.length > 0) setImmediate(this.#admit)
    this.#startedMs = performance.now()
    next()
  }
}
