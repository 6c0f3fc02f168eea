import type { Bus } from '../../src/contracts/bus.js'
import type { Side } from '../../src/contracts/events.js'
import { topics, type Order, type OrderReport } from './messages.js'

/** What is still to come of the orders that went out: a cap must hold even if all of it fills. */
export class WorkingOrders {
  readonly #rest = new Map<string, { readonly order: Order, quantity: number }>()

  constructor (bus: Bus) {
    bus.subscribe<OrderReport>(topics.reports, ({ order, status, filledQuantity }) => {
      const entry = this.#rest.get(order.orderId)
      if (entry === undefined) return
      if (status === 'sent' || status === 'working') entry.quantity = order.quantity - filledQuantity
      else this.#rest.delete(order.orderId)
    })
  }

  add (order: Order): void {
    this.#rest.set(order.orderId, { order, quantity: order.quantity })
  }

  /** Units still to be bought, or still to be sold, in one symbol. */
  quantity (symbol: string, side: Side): number {
    let sum = 0
    for (const { order, quantity } of this.#rest.values()) {
      if (order.symbol === symbol && order.side === side) sum += quantity
    }
    return sum
  }

  /** The money in all of them, at the prices at which they were decided. */
  notional (): number {
    let sum = 0
    for (const { order, quantity } of this.#rest.values()) sum += quantity * order.decisionPrice
    return sum
  }
}
