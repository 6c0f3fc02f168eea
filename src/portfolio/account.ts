import { CompensatedSum } from '../statistics/compensated-sum.js'
import { EquityCurve } from './equity-curve.js'
import type { Change } from './position.js'

/** The running totals over a set of positions: those of one strategy, or all of the portfolio. */
export class Account {
  readonly capital: number
  readonly curve: EquityCurve
  /** Money received less money paid, fees included. */
  readonly #cashFlow = new CompensatedSum()
  readonly #fees = new CompensatedSum()
  readonly #funding = new CompensatedSum()
  readonly #slippage = new CompensatedSum()
  readonly #interest = new CompensatedSum()
  readonly #cost = new CompensatedSum()
  readonly #net = new CompensatedSum()
  readonly #gross = new CompensatedSum()
  #openPositions = 0

  constructor (capital: number, daysPerYear?: number) {
    this.capital = capital
    this.curve = new EquityCurve(capital, daysPerYear)
  }

  get cash (): number {
    return this.capital + this.#cashFlow.value
  }

  get fees (): number {
    return this.#fees.value
  }

  /** Received less paid. */
  get funding (): number {
    return this.#funding.value
  }

  /** What was lost against the market at arrival, in the fills that say what it was. */
  get slippage (): number {
    return this.#slippage.value
  }

  /** What idle cash earned: of the portfolio, and of no strategy. */
  get interest (): number {
    return this.#interest.value
  }

  /** Net of fees; funding and interest included. */
  get realizedPnl (): number {
    return this.#cashFlow.value + this.#cost.value
  }

  get unrealizedPnl (): number {
    return this.#net.value - this.#cost.value
  }

  get netExposure (): number {
    return this.#net.value
  }

  get grossExposure (): number {
    return this.#gross.value
  }

  get openPositions (): number {
    return this.#openPositions
  }

  /** Takes in what a fill or a new mark did to one position; `moveCurve` follows when all positions are in. */
  apply (change: Change): void {
    if (change.cashFlow !== 0) this.#cashFlow.add(change.cashFlow)
    if (change.fee !== 0) this.#fees.add(change.fee)
    if (change.funding !== 0) this.#funding.add(change.funding)
    if (change.slippage !== 0) this.#slippage.add(change.slippage)
    this.#openPositions += change.opened
    if (this.#openPositions === 0) {
      // With nothing open the totals are known: nothing left over from rounding is carried on.
      this.#cost.reset()
      this.#net.reset()
      this.#gross.reset()
      return
    }
    this.#cost.replace(change.costBefore, change.costAfter)
    this.#net.replace(change.valueBefore, change.valueAfter)
    this.#gross.replace(Math.abs(change.valueBefore), Math.abs(change.valueAfter))
  }

  /** Takes in what idle cash earned; what was paid is negative. */
  addInterest (amount: number): void {
    this.#cashFlow.add(amount)
    this.#interest.add(amount)
  }

  moveCurve (): void {
    this.curve.move(this.cash + this.#net.value)
  }
}
