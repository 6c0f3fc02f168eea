/** The periods of a year in a market that never closes. */
const daysPerYear = 365

/**
 * Mean and deviation of daily returns, a day at a time and without keeping them (Welford 1962). A return is the day's
 * PnL as a share of the equity at its start.
 */
export class DailyReturns {
  #count = 0
  #mean = 0
  /** Sum of the squared distances from the mean. */
  #squares = 0

  get count (): number {
    return this.#count
  }

  add (dayReturn: number): void {
    this.#count++
    const distance = dayReturn - this.#mean
    this.#mean += distance / this.#count
    this.#squares += distance * (dayReturn - this.#mean)
  }

  /** Adds `days` days without a return: a market that is not heard of is still a day of the year. */
  addIdle (days: number): void {
    if (days <= 0) return
    const count = this.#count + days
    this.#squares += this.#mean * this.#mean * this.#count * days / count
    this.#mean *= this.#count / count
    this.#count = count
  }

  /**
   * Annualised Sharpe ratio at a risk-free rate of 0: mean / deviation (n - 1 in the denominator) × √365. `null` before
   * the second day, and when the returns do not differ. Returns 0.01, -0.02, 0.015 have the mean 0.0016667 and the
   * deviation 0.018930: 1.682.
   */
  sharpeRatio (): number | null {
    if (this.#count < 2) return null
    const deviation = Math.sqrt(this.#squares / (this.#count - 1))
    // Equal returns leave a trace of rounding rather than 0.
    if (deviation <= Math.abs(this.#mean) * Number.EPSILON * 4) return null
    return this.#mean / deviation * Math.sqrt(daysPerYear)
  }
}
