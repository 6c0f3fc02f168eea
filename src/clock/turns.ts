/** How long all jobs together may hold the event loop before they let others go first, in milliseconds. */
const HOLD_MS = 3

/** Jobs that let others go first, in the order in which they asked. */
const waiting: Array<() => void> = []
let startedMs = 0
let isBegun = false

/** Whatever begins in one turn of the event loop shares its time. */
function begin (): void {
  if (isBegun) return
  isBegun = true
  startedMs = performance.now()
  setImmediate(() => { isBegun = false })
}

/** One job goes on in each turn of the event loop, however many there are. */
function admit (): void {
  const next = waiting.shift()!
  if (waiting.length > 0) setImmediate(admit)
  startedMs = performance.now()
  next()
}

/**
 * The turns that a long job takes on the event loop: `if (turns.isDue) await turns.pause()` wherever it has done a little. The jobs of the
 * process share one time, so that a hundred which fall due at one instant hold the loop no longer than one does.
 */
export class Turns {
  readonly #signal: AbortSignal | undefined

  /** @param signal ends the job at its next pause */
  constructor (signal?: AbortSignal) {
    this.#signal = signal
    begin()
  }

  /** Whether others should have a turn now. */
  get isDue (): boolean {
    return performance.now() - startedMs > HOLD_MS
  }

  /** Resolves when everybody else had a turn; rejects with the signal's reason when it was raised. */
  async pause (): Promise<void> {
    await new Promise<void>(resolve => { if (waiting.push(resolve) === 1) setImmediate(admit) })
    this.#signal?.throwIfAborted()
  }
}

/** Texts in order, in pieces of more than `length` characters but for the last, which may be empty; in turns with the rest of the process. */
export async function * gatherInTurns (turns: Turns, texts: Iterable<string>, length: number): AsyncGenerator<string, void, undefined> {
  let piece = ''
  for (const text of texts) {
    piece += text
    if (piece.length > length) {
      yield piece
      piece = ''
    }
    if (turns.isDue) await turns.pause()
  }
  yield piece
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
