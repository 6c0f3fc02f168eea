import { figure, undefinedFor, type Figure } from './figure.js'

const rounding = 4 * Number.EPSILON

/**
 * What lies above and below a target: sums and the squares below, a return at a time. Of excess returns (return less
 * required return). Two merge into what one that saw all would be.
 */
export class Downside {
  #count = 0
  #above = 0
  #below = 0
  #squares = 0
  #largest = 0

  /** Takes in a return less the target; `magnitude` as in `Moments.add`. */
  add (excess: number, magnitude = Math.abs(excess)): void {
    this.#count++
    if (excess < 0) {
      this.#below -= excess
      this.#squares += excess * excess
    } else {
      this.#above += excess
    }
    if (magnitude > this.#largest) this.#largest = magnitude
  }

  /** Takes in `count` equal ones at once. */
  addMany (excess: number, count: number): void {
    if (!(count > 0)) return
    this.#count += count
    if (excess < 0) {
      this.#below -= excess * count
      this.#squares += excess * excess * count
    } else {
      this.#above += excess * count
    }
    if (Math.abs(excess) > this.#largest) this.#largest = Math.abs(excess)
  }

  merge (other: Downside): void {
    this.#count += other.#count
    this.#above += other.#above
    this.#below += other.#below
    this.#squares += other.#squares
    this.#largest = Math.max(this.#largest, other.#largest)
  }

  /** √(mean of min(excess, 0)² over all observations, those above the target too) × √periodsPerYear. */
  deviation (periodsPerYear: number): Figure {
    if (this.#count === 0) return undefinedFor('no observations')
    return figure(this.#deviation() * Math.sqrt(periodsPerYear))
  }

  /** Mean excess × periodsPerYear over the annualised downside deviation (Sortino & Price 1994). */
  sortino (periodsPerYear: number): Figure {
    if (this.#count < 2) return undefinedFor(this.#count === 0 ? 'no observations' : 'too few observations')
    const deviation = this.#deviation()
    if (deviation === 0) return undefinedFor('no downside')
    return figure((this.#above - this.#below) / this.#count / deviation * Math.sqrt(periodsPerYear))
  }

  /** Sum of the gains above the target over the sum of the losses below it (Keating & Shadwick 2002). */
  omega (): Figure {
    if (this.#count === 0) return undefinedFor('no observations')
    return this.#deviation() === 0 ? undefinedFor('no downside') : figure(this.#above / this.#below)
  }

  #deviation (): number {
    const deviation = Math.sqrt(this.#squares / this.#count)
    return deviation <= rounding * this.#largest ? 0 : deviation
  }
}
