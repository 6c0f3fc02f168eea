import type { Clock } from '../contracts/clock.js'

const quietMs = 60_000

/**
 * Says when something that keeps happening is news: at its first occurrence, and again after a minute without one.
 * A steady failure is so logged once, and a flapping one at most once a minute.
 */
export class Burst {
  readonly #clock: Clock
  #lastMs = -Infinity

  constructor (clock: Clock) {
    this.#clock = clock
  }

  /** Notes one occurrence; true when it starts a burst. */
  starts (): boolean {
    const nowMs = this.#clock.nowMs()
    const isNews = nowMs - this.#lastMs >= quietMs
    this.#lastMs = nowMs
    return isNews
  }
}
