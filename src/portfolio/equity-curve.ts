import { calmarOf } from '../statistics/ratios.js'
import { growthOfBalance } from '../statistics/returns.js'
import { DailyReturns } from './daily-returns.js'

/** An equity as time goes on: its high-water mark, its drawdown, its days. */
export class EquityCurve {
  readonly returns: DailyReturns
  #equity: number
  #highWaterMark: number
  #maxDrawdown = 0
  #dayStart: number
  readonly #capital: number

  /** @param capital the equity at the start, more than 0: it is the first high-water mark */
  constructor (capital: number, daysPerYear?: number) {
    this.returns = new DailyReturns(daysPerYear)
    this.#equity = this.#highWaterMark = this.#dayStart = this.#capital = capital
  }

  get equity (): number {
    return this.#equity
  }

  get highWaterMark (): number {
    return this.#highWaterMark
  }

  /** Distance below the high-water mark as a share of it; more than 1 when losses exceed it. */
  get drawdown (): number {
    return (this.#highWaterMark - this.#equity) / this.#highWaterMark
  }

  /** The largest drawdown there has been. */
  get maxDrawdown (): number {
    return this.#maxDrawdown
  }

  /** Equity now less equity at the start of the day. */
  get dailyPnl (): number {
    return this.#equity - this.#dayStart
  }

  /** The equity is now `equity`. */
  move (equity: number): void {
    this.#equity = equity
    if (equity > this.#highWaterMark) this.#highWaterMark = equity
    else if (this.drawdown > this.#maxDrawdown) this.#maxDrawdown = this.drawdown
  }

  /** Compound annual growth of the days that have ended over the largest drawdown; `null` as long as there is neither. */
  calmarRatio (): number | null {
    const { count, daysPerYear } = this.returns
    return calmarOf(growthOfBalance(this.#capital, this.#dayStart, count / daysPerYear), { value: -this.#maxDrawdown }).value
  }

  /** Ends `days` days (1 or more): the first earned what the equity moved, the others nothing. */
  endDays (days: number): void {
    // A day that began with nothing, or with debts, has no return.
    if (this.#dayStart > 0) this.returns.add(this.dailyPnl / this.#dayStart)
    if (this.#equity > 0) this.returns.addIdle(days - 1)
    this.#dayStart = this.#equity
  }
}
