/** A deviation below this share of the largest number that went in is rounding, not deviation. */
const rounding = 4 * Number.EPSILON

/**
 * Count, mean and the central moments up to the fourth, an observation at a time and without keeping any (Welford 1962,
 * Pébay 2008). Two that saw different observations merge into what one that saw all would be.
 */
export class Moments {
  #count = 0
  #mean = 0
  #second = 0
  #third = 0
  #fourth = 0
  #largest = 0

  get count (): number {
    return this.#count
  }

  /** Of no observations: 0. */
  get mean (): number {
    return this.#mean
  }

  /**
   * Takes in one observation.
   *
   * @param magnitude how large the numbers were from which `value` was computed, where it is a difference: equal
   * differences of large numbers leave a trace of rounding that must not read as deviation
   */
  add (value: number, magnitude = Math.abs(value)): void {
    const before = this.#count++
    const count = this.#count
    const distance = value - this.#mean
    const step = distance / count
    const step2 = step * step
    const term = distance * step * before
    this.#mean += step
    this.#fourth += term * step2 * (count * count - 3 * count + 3) + 6 * step2 * this.#second - 4 * step * this.#third
    this.#third += term * step * (count - 2) - 3 * step * this.#second
    this.#second += term
    if (magnitude > this.#largest) this.#largest = magnitude
  }

  /** Takes in `times` observations of the same value. */
  addMany (value: number, times: number): void {
    if (times <= 0) return
    const many = new Moments()
    many.add(value)
    many.#count = times
    this.merge(many)
  }

  /** Takes in all that `other` saw; `other` stays as it is. */
  merge (other: Moments): void {
    if (other.#count === 0) return
    const [a, b] = [this.#count, other.#count]
    const count = a + b
    const distance = other.#mean - this.#mean
    const step = distance / count
    const square = distance * step * a * b
    this.#fourth += other.#fourth + square * step * step * (a * a - a * b + b * b) +
      6 * step * step * (a * a * other.#second + b * b * this.#second) + 4 * step * (a * other.#third - b * this.#third)
    this.#third += other.#third + square * step * (a - b) + 3 * step * (a * other.#second - b * this.#second)
    this.#second += other.#second + square
    this.#mean += step * b
    this.#count = count
    this.#largest = Math.max(this.#largest, other.#largest)
  }

  /** Sum of squares over count - `ddof`; NaN where that is not above 0. */
  variance (ddof = 1): number {
    return this.#count > ddof ? this.#second / (this.#count - ddof) : NaN
  }

  /** Square root of the variance; exactly 0 where what is there is rounding. */
  deviation (ddof = 1): number {
    const deviation = Math.sqrt(this.variance(ddof))
    return deviation <= rounding * this.#largest ? 0 : deviation
  }

  /** Third standardised moment of the population; NaN without deviation. */
  skewness (): number {
    return this.deviation(0) > 0 ? Math.sqrt(this.#count) * this.#third / this.#second ** 1.5 : NaN
  }

  /** Fourth standardised moment of the population, 3 for a normal distribution; NaN without deviation. */
  kurtosis (): number {
    return this.deviation(0) > 0 ? this.#count * this.#fourth / (this.#second * this.#second) : NaN
  }
}
