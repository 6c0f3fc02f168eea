import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long a rendering may hold the event loop before it lets others go first, in milliseconds. */
const HOLD_MS = 1

/** The time that a rendering has had since others last had a turn. */
export class Slice {
  #startedMs = performance.now()

  get isOver (): boolean {
    return performance.now() - this.#startedMs > HOLD_MS
  }

  /** Resolves when everybody else has had a turn. */
  async next (): Promise<void> {
    await nextTurn()
    this.#startedMs = performance.now()
  }
}
