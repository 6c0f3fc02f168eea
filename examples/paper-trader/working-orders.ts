import type { Bus } from '../../src/contracts/bus.js'
import type { Side } from '../../src/contracts/events.js'
import { topics, type Order, type OrderReport } from './messages.js'

/** What is still to come of the orders that went out: a cap must hold even if all of it fills. */
export class WorkingOrders {
  /** Units still to come, by order. */
  readonly #rest = new Map<string, number>()
  /** Sums over the orders, kept up so that a risk check takes no longer the more orders are open. */
  readonly #quantities = new Map<string, number>()
  #notional = 0

  constructor (bus: Bus) {
    bus.subscribe<OrderReport>(topics.reports, ({ order, status, filledQuantity }) => {
      const isOpen = status === 'sent' || status === 'working'
      if (this.#rest.has(order.orderId)) this.#set(order, isOpen ? order.quantity - filledQuantity : undefined)
    })
  }

  add (order: Order): void {
    this.#set(order, order.quantity)
  }

  /** Units still to be bought, or still to be sold, in one symbol. */
  quantity (symbol: string, side: Side): number {
    return this.#quantities.get(`${side} ${symbol}`) ?? 0
  }

  /** The money in all of them, at the prices at which they were decided. */
  get notional (): number {
    return this.#notional
  }

  /** @param rest units still to come; `undefined` when the order has ended */
  #set ({ orderId, symbol, side, decisionPrice }: Order, rest: number | undefined): void {
    const change = (rest ?? 0) - (this.#rest.get(orderId) ?? 0)
    if (rest === undefined) this.#rest.delete(orderId)
    else this.#rest.set(orderId, rest)
    this.#quantities.set(`${side} ${symbol}`, this.quantity(symbol, side) + change)
    this.#notional += change * decisionPrice
    if (this.#rest.size > 0) return
    // Nothing is open: what the sums still hold are rounding errors.
    this.#quantities.clear()
    this.#notional = 0
  }
}
