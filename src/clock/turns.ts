import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long a job may hold the event loop before it lets others go first, in milliseconds. */
const HOLD_MS = 3

/** The turns that a long job takes on the event loop: `if (turns.isDue) await turns.pause()` wherever it has done a little. */
export class Turns {
  readonly #signal: AbortSignal | undefined
  #startedMs = performance.now()

  /** @param signal ends the job at its next pause */
  constructor (signal?: AbortSignal) {
    this.#signal = signal
  }

  /** Whether others should have a turn now. */
  get isDue (): boolean {
    return performance.now() - this.#startedMs > HOLD_MS
  }

  /** Resolves when everybody else had a turn; rejects with the signal's reason when it was raised. */
  async pause (): Promise<void> {
    await nextTurn()
    this.#startedMs = performance.now()
    this.#signal?.throwIfAborted()
  }
}

/** How many items are sorted in one go: some hundred microseconds' worth. */
const RUN_LENGTH = 512

/** The items in order, those that compare alike as they came; sorted in turns with the rest of the process. */
export async function sortInTurns<T> (turns: Turns, items: readonly T[], compare: (a: T, b: T) => number): Promise<T[]> {
  let from: T[] = []
  for (let start = 0; start < items.length; start += RUN_LENGTH) {
    if (turns.isDue) await turns.pause()
    for (const item of items.slice(start, start + RUN_LENGTH).sort(compare)) from.push(item)
  }
  let to = new Array<T>(from.length)
  for (let width = RUN_LENGTH; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length)
      const end = Math.min(middle + width, from.length)
      for (let left = start, right = middle, at = start; at < end; at++) {
        if ((at & 255) === 0 && turns.isDue) await turns.pause()
        to[at] = left < middle && (right >= end || compare(from[left]!, from[right]!) <= 0) ? from[left++]! : from[right++]!
      }
    }
    [from, to] = [to, from]
  }
  return from
}
