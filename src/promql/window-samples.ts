import type { Samples } from '../contracts/queryable.js'

/** One window of one series. */
export interface Point {
  readonly startMs: number
  readonly endMs: number
  /** A gauge's level; what a counter gained. */
  readonly value: number
  /** A counter's running total at the end of the window, where it is known. */
  readonly total: number | undefined
}

/** Samples of a gauge: each window's level at the multiples of `gridMs` after its start up to its end. */
export function levels (points: readonly Point[], startMs: number, endMs: number, gridMs: number): Samples {
  const samples = new SampleList()
  for (const { startMs: fromMs, endMs: toMs, value } of [...points].sort((a, b) => a.endMs - b.endMs)) {
    for (let atMs = next(Math.max(fromMs, startMs - 1), gridMs); atMs <= Math.min(toMs, endMs); atMs += gridMs) samples.add(atMs, value)
  }
  return samples.done()
}

/**
 * Samples of a running total at the range's start and at the multiples of `gridMs` in it: flat between windows (a window without a gain has no
 * record), growing evenly within. It ends at the latest window's `total`, and goes back from there by what each window
 * gained: a total that began anew on the way leaves no step. Without totals it begins at 0.
 */
export function cumulative (points: readonly Point[], startMs: number, endMs: number, gridMs: number): Samples {
  const inOrder = [...points].sort((a, b) => a.endMs - b.endMs)
  const gained = inOrder.reduce((sum, { value }) => sum + value, 0)
  const samples = new SampleList()
  let total = (inOrder.at(-1)?.total ?? gained) - gained
  let at = 0
  // One at the very start, too: a range that begins there is not to look as if the series had begun later.
  for (let atMs = startMs; atMs <= endMs; atMs = next(atMs, gridMs)) {
    for (; at < inOrder.length && inOrder[at]!.endMs <= atMs; at++) total += inOrder[at]!.value
    const point = inOrder[at]
    const share = point === undefined ? 0 : Math.max(0, (atMs - point.startMs) / (point.endMs - point.startMs))
    samples.add(atMs, share === 0 ? total : total + point!.value * share)
  }
  return samples.done()
}

/** The first multiple of `gridMs` after an instant. */
function next (afterMs: number, gridMs: number): number {
  return (Math.floor(afterMs / gridMs) + 1) * gridMs
}

class SampleList {
  readonly #timestamps: number[] = []
  readonly #values: number[] = []

  /** Later than those before; one at the same instant takes the place of the one before. */
  add (atMs: number, value: number): void {
    const last = this.#timestamps.length - 1
    if (last >= 0 && this.#timestamps[last]! >= atMs) {
      if (this.#timestamps[last] === atMs) this.#values[last] = value
      return
    }
    this.#timestamps.push(atMs)
    this.#values.push(value)
  }

  done (): Samples {
    return { length: this.#values.length, timestamps: Float64Array.from(this.#timestamps), values: Float64Array.from(this.#values), stale: undefined }
  }
}
