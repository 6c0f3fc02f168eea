import { CompensatedSum } from '../statistics/compensated-sum.js'
import type { CostBasis } from './cost-basis.js'
import type { PositionView } from './views.js'

/** What a fill or a new mark did to a position, for the totals it is part of. One object a position, used again and again. */
export interface Change {
  /** Money received less money paid, fee included. */
  cashFlow: number
  fee: number
  /** Received; what was paid is negative. */
  funding: number
  /** Paid by trading away from the market at arrival, in money; negative where the fill was better. */
  slippage: number
  costBefore: number
  costAfter: number
  /** Signed market values. */
  valueBefore: number
  valueAfter: number
  /** 1 when the position opened, -1 when it went flat, else 0. */
  opened: number
}

/** A round trip as the position keeps it while it lasts, and as it was when it ended. One object a position. */
export interface RoundTrip {
  pnl: number
  fees: number
  /** The largest size it had. */
  quantity: number
  isLong: boolean
  openedMs: number
}

/** One strategy's position in one symbol. What has been realised follows from cash: proceeds + cost of what is open - fees. */
export class Position {
  /** Waits to be published. */
  isListed = false
  readonly strategyId: string
  readonly symbol: string
  readonly change: Change = { cashFlow: 0, fee: 0, funding: 0, slippage: 0, costBefore: 0, costAfter: 0, valueBefore: 0, valueAfter: 0, opened: 0 }
  /** The round trip that the last fill ended. */
  readonly ended: RoundTrip = { pnl: 0, fees: 0, quantity: 0, isLong: true, openedMs: 0 }
  readonly #cost: CostBasis
  readonly #quantity = new CompensatedSum()
  /** Sum of the sizes of all fills since the position was last flat. */
  #turnover = 0
  /** Received less paid, without fees. */
  readonly #proceeds = new CompensatedSum()
  readonly #fees = new CompensatedSum()
  #funding = 0
  /** Cash flow of the round trip under way, fees included, and the sum of its notionals. */
  readonly #tradeCash = new CompensatedSum()
  #tradeTurnover = 0
  #tradeFees = 0
  #tradeSize = 0
  #tradeOpenedMs = 0
  #markPrice = 0

  constructor (strategyId: string, symbol: string, cost: CostBasis) {
    this.strategyId = strategyId
    this.symbol = symbol
    this.#cost = cost
  }

  get quantity (): number {
    return this.#quantity.value
  }

  get markPrice (): number {
    return this.#markPrice
  }

  get marketValue (): number {
    return this.#quantity.value * this.#markPrice
  }

  /** Net of fees, funding included. */
  get realizedPnl (): number {
    return this.#proceeds.value + this.#cost.value - this.#fees.value + this.#funding
  }

  get unrealizedPnl (): number {
    return this.marketValue - this.#cost.value
  }

  /**
   * Takes in a fill of `quantity` (signed: negative is a sale), values what is open at `markPrice`, and leaves in
   * `change` what that did. Says whether the round trip that the fill ended was won, `undefined` when it ended none;
   * `ended` tells of it.
   */
  fill (quantity: number, price: number, fee: number, markPrice: number, atMs = 0): boolean | undefined {
    const { change } = this
    const before = this.#quantity.value
    change.valueBefore = before * this.#markPrice
    change.costBefore = this.#cost.value
    const after = this.#moveQuantity(quantity)
    this.#cost.fill(quantity, price, before, after)
    this.#markPrice = markPrice
    const proceeds = -quantity * price
    this.#proceeds.add(proceeds)
    this.#fees.add(fee)
    change.cashFlow = proceeds - fee
    change.fee = fee
    change.funding = change.slippage = 0
    change.costAfter = this.#cost.value
    change.valueAfter = after * markPrice
    change.opened = Number(after !== 0) - Number(before !== 0)
    const won = this.#moveTrade(proceeds, fee, Math.abs(before / quantity), before !== 0 && (after === 0 || (before < 0) !== (after < 0)))
    if (won !== undefined) {
      this.ended.quantity = this.#tradeSize
      this.ended.isLong = before > 0
      this.ended.openedMs = this.#tradeOpenedMs
      this.#tradeSize = 0
    }
    if (before === 0 || won !== undefined) this.#tradeOpenedMs = atMs
    const size = Math.abs(after)
    if (size > this.#tradeSize) this.#tradeSize = size
    return won
  }

  /** Takes in funding of what is open (received is positive) and leaves in `change` what that did. */
  fund (amount: number): void {
    const { change } = this
    change.cashFlow = change.funding = amount
    change.fee = change.slippage = change.opened = 0
    change.costBefore = change.costAfter = this.#cost.value
    change.valueBefore = change.valueAfter = this.marketValue
    this.#funding += amount
    // After the last fill it is too late for the round trip that it ended.
    if (this.#quantity.value !== 0) this.#tradeCash.add(amount)
  }

  /** Values what is open at `markPrice` and leaves in `change` what that did. */
  mark (markPrice: number): void {
    const { change } = this
    const quantity = this.#quantity.value
    change.cashFlow = change.fee = change.funding = change.slippage = change.opened = 0
    change.costBefore = change.costAfter = this.#cost.value
    change.valueBefore = quantity * this.#markPrice
    change.valueAfter = quantity * markPrice
    this.#markPrice = markPrice
  }

  view (): PositionView {
    const { quantity } = this
    return {
      strategyId: this.strategyId,
      symbol: this.symbol,
      quantity,
      entryPrice: quantity === 0 ? 0 : this.#cost.value / quantity,
      markPrice: this.#markPrice,
      marketValue: this.marketValue,
      realizedPnl: this.realizedPnl,
      unrealizedPnl: this.unrealizedPnl,
      fees: this.#fees.value,
      funding: this.#funding
    }
  }

  #moveQuantity (quantity: number): number {
    this.#quantity.add(quantity)
    this.#turnover += Math.abs(quantity)
    const after = this.#quantity.value
    // 0.1 + 0.2 - 0.3 is not 0 in doubles. Each fill is off its decimal by at most half an epsilon of itself, so a
    // sum that is 0 in decimals stays below this; a real position of that size cannot be told from rounding.
    if (Math.abs(after) > Number.EPSILON * this.#turnover) return after
    this.#quantity.reset()
    this.#turnover = 0
    return 0
  }

  /** `closingShare` is the part of the fill that closes, when `ends`: a flip ends one round trip and begins another. */
  #moveTrade (proceeds: number, fee: number, closingShare: number, ends: boolean): boolean | undefined {
    const share = ends ? Math.min(closingShare, 1) : 1
    this.#tradeCash.add(proceeds * share - fee * share)
    this.#tradeTurnover += Math.abs(proceeds * share)
    this.#tradeFees += fee * share
    if (!ends) return undefined
    const won = this.#tradeCash.value > Number.EPSILON * this.#tradeTurnover
    this.ended.pnl = this.#tradeCash.value
    this.ended.fees = this.#tradeFees
    this.#tradeFees = fee * (1 - share)
    this.#tradeCash.reset()
    this.#tradeCash.add((proceeds - fee) * (1 - share))
    this.#tradeTurnover = Math.abs(proceeds * (1 - share))
    return won
  }
}
