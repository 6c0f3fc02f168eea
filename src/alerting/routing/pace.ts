/** How long a stretch of work may hold the event loop, in milliseconds. */
const HOLD_MS = 2

/**
 * Lets the rest of the process have its turn in the midst of long work: `await pace.breathe()` between its steps. Those who share one
 * share its time too: however many work at once, one of them goes on in each turn of the event loop.
 */
export class Pace {
  #startedMs = performance.now()
  readonly #waiting: Array<() => void> = []

  /** Whether it is time to breathe: asked first in loops, for a promise a step costs more than the step. */
  get isSpent (): boolean {
    return this.#waiting.length > 0 || performance.now() - this.#startedMs >= HOLD_MS
  }

  /** `undefined` while there is time; otherwise a promise for after everybody else's turn. */
  breathe (): Promise<void> | undefined {
    if (!this.isSpent) return undefined
    return new Promise(resolve => {
      if (this.#waiting.push(resolve) === 1) setImmediate(() => { this.#next() })
    })
  }

  #next (): void {
    this.#startedMs = performance.now()
    this.#waiting.shift()!()
    if (this.#waiting.length > 0) setImmediate(() => { this.#next() })
  }
}

/** How many items are sorted in one go. */
const RUN = 256

/** The list in order, stable, made in turns with the rest of the process. */
export async function sortInTurns<T> (list: readonly T[], compare: (a: T, b: T) => number, pace: Pace): Promise<T[]> {
  let runs: T[][] = []
  for (let from = 0; from < list.length; from += RUN) {
    runs.push(list.slice(from, from + RUN).sort(compare))
    if (pace.isSpent) await pace.breathe()
  }
  while (runs.length > 1) {
    const merged: T[][] = []
    for (let i = 0; i < runs.length; i += 2) merged.push(runs[i + 1] === undefined ? runs[i]! : await merge(runs[i]!, runs[i + 1]!, compare, pace))
    runs = merged
  }
  return runs[0] ?? []
}

async function merge<T> (a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number, pace: Pace): Promise<T[]> {
  const merged: T[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    merged.push(compare(a[i]!, b[j]!) <= 0 ? a[i++]! : b[j++]!)
    if (merged.length % RUN === 0) await pace.breathe()
  }
  while (i < a.length) merged.push(a[i++]!)
  while (j < b.length) merged.push(b[j++]!)
  return merged
}
