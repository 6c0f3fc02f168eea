import { Downside } from '../statistics/downside.js'
import { Moments } from '../statistics/moments.js'
import { sharpeOf, volatilityOf } from '../statistics/ratios.js'

/** Daily returns, a day at a time and without keeping them. A return is the day's PnL as a share of the equity at its start. */
export class DailyReturns {
  /** The periods of a year: 365 in a market that never closes. */
  readonly daysPerYear: number
  readonly #moments = new Moments()
  readonly #downside = new Downside()

  constructor (daysPerYear = 365) {
    this.daysPerYear = daysPerYear
  }

  get count (): number {
    return this.#moments.count
  }

  add (dayReturn: number): void {
    this.#moments.add(dayReturn)
    this.#downside.add(dayReturn)
  }

  /** Adds `days` days without a return: a market that is not heard of is still a day of the year. */
  addIdle (days: number): void {
    this.#moments.addMany(0, days)
    this.#downside.addMany(0, days)
  }

  /**
   * Annualised Sharpe ratio at a risk-free rate of 0: mean / deviation (n - 1 in the denominator) × √daysPerYear. `null`
   * before the second day, and when the returns do not differ. Returns 0.01, -0.02, 0.015 have the mean 0.0016667 and
   * the deviation 0.018930: 1.682.
   */
  sharpeRatio (): number | null {
    return sharpeOf(this.#moments, this.daysPerYear).value
  }

  /** Annualised Sortino ratio at a required return of 0; `null` before the second day, and when no day lost. */
  sortinoRatio (): number | null {
    return this.#downside.sortino(this.daysPerYear).value
  }

  /** Deviation × √daysPerYear; `null` before the second day. */
  volatility (): number | null {
    return volatilityOf(this.#moments, this.daysPerYear).value
  }
}
