import { figure, undefinedFor, type Figure } from './figure.js'

/** A fall from a peak. Points are counted from the start: 0 is the wealth before the first return, n after the nth. */
export interface Drawdown {
  /** Trough over peak less 1: -0.25 is a quarter below the peak; 0 or less. */
  readonly depth: number
  /** The point of the peak. */
  readonly start: number
  /** The point of the lowest wealth. */
  readonly trough: number
  /** The first point at or above the peak again; `null` as long as there is none, or when merging hid it. */
  readonly recovery: number | null
  readonly isRecovered: boolean
}

/**
 * Compounds returns into wealth (1 at the start, which counts as a peak) and keeps the deepest drawdown, a return at a
 * time. Two merge when the other saw the returns that follow. Wealth that is gone (0 or less) stays gone.
 */
export class DrawdownTracker {
  #points = 0
  #wealth = 1
  #peak = 1
  #peakAt = 0
  #lowest = 1
  #lowestAt = 0
  #highestSinceLowest = 1
  #depth = 0
  #start = 0
  #trough = 0
  #worstPeak = 1
  #isRecovered = true
  #recovery: number | null = null

  /** How many returns there were. */
  get count (): number {
    return this.#points
  }

  /** Product of 1 + return. */
  get wealth (): number {
    return this.#wealth
  }

  /** Distance from the peak now, 0 or less. */
  get current (): number {
    return this.#wealth / this.#peak - 1
  }

  /** Takes in the next return; a missing one is added as 0. */
  add (periodReturn: number): void {
    const at = ++this.#points
    if (this.#wealth <= 0) return
    const wealth = this.#wealth *= 1 + periodReturn
    if (wealth < this.#lowest) {
      this.#lowest = this.#highestSinceLowest = wealth
      this.#lowestAt = at
    } else if (wealth > this.#highestSinceLowest) {
      this.#highestSinceLowest = wealth
    }
    if (!this.#isRecovered && wealth >= this.#worstPeak) {
      this.#isRecovered = true
      this.#recovery = at
    }
    // Of several points as high, the last is where the fall begins.
    if (wealth >= this.#peak) {
      this.#peak = wealth
      this.#peakAt = at
      return
    }
    const depth = wealth / this.#peak - 1
    if (depth < this.#depth) this.#setWorst(depth, this.#peakAt, at, this.#peak, false)
  }

  /** Takes in all that `next` saw, which came after what this one saw. */
  merge (next: DrawdownTracker): void {
    const before = this.#points
    this.#points += next.#points
    if (this.#wealth <= 0 || next.#points === 0) return
    const end = this.#wealth
    if (!this.#isRecovered && end * next.#peak >= this.#worstPeak) this.#isRecovered = true
    const across = end / this.#peak * next.#lowest - 1
    if (across < this.#depth) {
      this.#setWorst(across, this.#peakAt, before + next.#lowestAt, this.#peak, end * next.#highestSinceLowest >= this.#peak)
    }
    if (next.#depth < this.#depth) {
      this.#setWorst(next.#depth, before + next.#start, before + next.#trough, end * next.#worstPeak, next.#isRecovered)
      this.#recovery = next.#recovery === null ? null : before + next.#recovery
    }
    if (end * next.#lowest < this.#lowest) {
      this.#lowest = end * next.#lowest
      this.#lowestAt = before + next.#lowestAt
      this.#highestSinceLowest = end * next.#highestSinceLowest
    } else {
      this.#highestSinceLowest = Math.max(this.#highestSinceLowest, end * next.#peak)
    }
    if (end * next.#peak >= this.#peak) {
      this.#peak = end * next.#peak
      this.#peakAt = before + next.#peakAt
    }
    this.#wealth = end * next.#wealth
  }

  /** The deepest drawdown: 0 when wealth never fell, undefined without returns. */
  max (): Figure {
    return this.#points === 0 ? undefinedFor('no observations') : figure(Number.isFinite(this.#wealth) ? this.#depth : NaN)
  }

  /** The deepest drawdown and when it was; `undefined` when wealth never fell. */
  worst (): Drawdown | undefined {
    if (this.#depth === 0) return undefined
    return { depth: this.#depth, start: this.#start, trough: this.#trough, recovery: this.#recovery, isRecovered: this.#isRecovered }
  }

  #setWorst (depth: number, start: number, trough: number, peak: number, isRecovered: boolean): void {
    this.#depth = depth
    this.#start = start
    this.#trough = trough
    this.#worstPeak = peak
    this.#isRecovered = isRecovered
    this.#recovery = null
  }
}
