import type { Clock, Timer } from '../contracts/clock.js'

interface Entry {
  dueMs: number
  /** Breaks ties: timers due at one instant run in the order in which they were set. */
  order: number
  callback: () => void
  intervalMs: number | undefined
}

/**
 * A clock that stands still until it is told to go on: replays and tests run the code that live runs, as fast as they
 * can, and twice the same input gives twice the same output.
 */
export class VirtualClock implements Clock {
  #nowMs: number
  readonly #originMs: number
  #order = 0
  /** A binary heap, earliest first. */
  readonly #timers: Entry[] = []

  /** @param startMs wall-clock time at the start, in milliseconds since the Unix epoch */
  constructor (startMs = 0) {
    this.#nowMs = this.#originMs = startMs
  }

  nowMs (): number {
    return this.#nowMs
  }

  nowNs (): bigint {
    // Whole milliseconds and the fraction apart: their product would not fit a double.
    const wholeMs = Math.floor(this.#nowMs)
    return BigInt(wholeMs) * 1_000_000n + BigInt(Math.round((this.#nowMs - wholeMs) * 1e6))
  }

  monotonicSeconds (): number {
    return (this.#nowMs - this.#originMs) / 1000
  }

  after (delayMs: number, callback: () => void): Timer {
    if (Number.isNaN(delayMs)) throw new RangeError('delayMs: found NaN, expected 0 or more')
    return this.#add(delayMs, callback, undefined)
  }

  every (intervalMs: number, callback: () => void): Timer {
    if (!(intervalMs > 0)) throw new RangeError(`intervalMs: found ${intervalMs}, expected more than 0`)
    return this.#add(intervalMs, callback, intervalMs)
  }

  /**
   * Goes on to `atMs`, running every timer that falls due on the way at its own instant, those set on the way too.
   * A time in the past changes nothing. What a callback throws comes out here, with the clock at that instant.
   */
  advanceTo (atMs: number): void {
    if (!Number.isFinite(atMs)) throw new RangeError(`atMs: found ${atMs}, expected a finite number`)
    for (let next = this.#timers[0]; next !== undefined && next.dueMs <= atMs; next = this.#timers[0]) {
      this.#pop()
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      if (next.intervalMs !== undefined) {
        next.dueMs += next.intervalMs
        next.order = this.#order++
        this.#push(next)
      }
      next.callback()
    }
    this.#nowMs = Math.max(this.#nowMs, atMs)
  }

  /** Goes on by `ms` milliseconds. */
  advance (ms: number): void {
    this.advanceTo(this.#nowMs + ms)
  }

  /** When the next timer falls due, or `undefined` when none is set. */
  nextDueMs (): number | undefined {
    return this.#timers[0]?.dueMs
  }

  #add (delayMs: number, callback: () => void, intervalMs: number | undefined): Timer {
    const entry: Entry = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback, intervalMs }
    this.#push(entry)
    return {
      cancel: () => {
        const at = this.#timers.indexOf(entry)
        if (at !== -1) this.#removeAt(at)
      }
    }
  }

  #push (entry: Entry): void {
    this.#timers.push(entry)
    this.#rise(this.#timers.length - 1)
  }

  #pop (): void {
    this.#removeAt(0)
  }

  #removeAt (at: number): void {
    const last = this.#timers.pop()
    if (last === undefined || at === this.#timers.length) return
    this.#timers[at] = last
    this.#sink(at)
    this.#rise(at)
  }

  #rise (at: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfEarlier(at, parent)) return
      at = parent
    }
  }

  #sink (at: number): void {
    for (;;) {
      const left = 2 * at + 1
      const right = left + 1
      const earlier = right < this.#timers.length && this.#isEarlier(right, left) ? right : left
      if (earlier >= this.#timers.length || !this.#swapIfEarlier(earlier, at)) return
      at = earlier
    }
  }

  #swapIfEarlier (child: number, parent: number): boolean {
    if (!this.#isEarlier(child, parent)) return false
    const entry = this.#timers[child]!
    this.#timers[child] = this.#timers[parent]!
    this.#timers[parent] = entry
    return true
  }

  #isEarlier (a: number, b: number): boolean {
    const [x, y] = [this.#timers[a]!, this.#timers[b]!]
    return x.dueMs < y.dueMs || (x.dueMs === y.dueMs && x.order < y.order)
  }
}
