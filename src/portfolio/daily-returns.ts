import { Moments } from '../statistics/moments.js'
import { sharpeOf } from '../statistics/ratios.js'

/** The periods of a year in a market that never closes. */
const daysPerYear = 365

/** Daily returns, a day at a time and without keeping them. A return is the day's PnL as a share of the equity at its start. */
export class DailyReturns {
  readonly #moments = new Moments()

  get count (): number {
    return this.#moments.count
  }

  add (dayReturn: number): void {
    this.#moments.add(dayReturn)
  }

  /** Adds `days` days without a return: a market that is not heard of is still a day of the year. */
  addIdle (days: number): void {
    this.#moments.addMany(0, days)
  }

  /**
   * Annualised Sharpe ratio at a risk-free rate of 0: mean / deviation (n - 1 in the denominator) × √365. `null` before
   * the second day, and when the returns do not differ. Returns 0.01, -0.02, 0.015 have the mean 0.0016667 and the
   * deviation 0.018930: 1.682.
   */
  sharpeRatio (): number | null {
    return sharpeOf(this.#moments, daysPerYear).value
  }
}
