import { CompensatedSum } from '../statistics/compensated-sum.js'
import type { CostBasis } from './cost-basis.js'
import type { PositionView } from './views.js'

/** What a fill or a new mark did to a position, for the totals it is part of. One object a position, used again and again. */
export interface Change {
  /** Money received less money paid, fee included. */
  cashFlow: number
  fee: number
  costBefore: number
  costAfter: number
  /** Signed market values. */
  valueBefore: number
  valueAfter: number
  /** 1 when the position opened, -1 when it went flat, else 0. */
  opened: number
}

/** One strategy's position in one symbol. What has been realised follows from cash: proceeds + cost of what is open - fees. */
export class Position {
  /** Waits to be published. */
  isListed = false
  readonly strategyId: string
  readonly symbol: string
  readonly change: Change = { cashFlow: 0, fee: 0, costBefore: 0, costAfter: 0, valueBefore: 0, valueAfter: 0, opened: 0 }
  readonly #cost: CostBasis
  readonly #quantity = new CompensatedSum()
  /** Sum of the sizes of all fills since the position was last flat. */
  #turnover = 0
  /** Received less paid, without fees. */
  readonly #proceeds = new CompensatedSum()
  readonly #fees = new CompensatedSum()
  /** Cash flow of the round trip under way, fees included, and the sum of its notionals. */
  readonly #tradeCash = new CompensatedSum()
  #tradeTurnover = 0
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

  /** Net of fees. */
  get realizedPnl (): number {
    return this.#proceeds.value + this.#cost.value - this.#fees.value
  }

  get unrealizedPnl (): number {
    return this.marketValue - this.#cost.value
  }

  /**
   * Takes in a fill of `quantity` (signed: negative is a sale), values what is open at `markPrice`, and leaves in
   * `change` what that did. Says whether the round trip that the fill ended was won, `undefined` when it ended none.
   */
  fill (quantity: number, price: number, fee: number, markPrice: number): boolean | undefined {
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
    change.costAfter = this.#cost.value
    change.valueAfter = after * markPrice
    change.opened = Number(after !== 0) - Number(before !== 0)
    return this.#moveTrade(proceeds, fee, Math.abs(before / quantity), before !== 0 && (after === 0 || (before < 0) !== (after < 0)))
  }

  /** Values what is open at `markPrice` and leaves in `change` what that did. */
  mark (markPrice: number): void {
    const { change } = this
    const quantity = this.#quantity.value
    change.cashFlow = change.fee = change.opened = 0
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
      fees: this.#fees.value
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
    if (!ends) return undefined
    const won = this.#tradeCash.value > Number.EPSILON * this.#tradeTurnover
    this.#tradeCash.reset()
    this.#tradeCash.add((proceeds - fee) * (1 - share))
    this.#tradeTurnover = Math.abs(proceeds * (1 - share))
    return won
  }
}
