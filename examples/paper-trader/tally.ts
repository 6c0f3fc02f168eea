import type { EventListeners } from '../../src/contracts/events.js'

/** Counts of one strategy's orders. */
export interface OrderCounts {
  placed: number
  fills: number
  filled: number
  rejected: number
  cancelled: number
}

/** Counts what the summary shows and the books do not know. */
export class Tally {
  readonly orders = new Map<string, OrderCounts>()
  readonly deniedByReason = new Map<string, number>()
  allowed = 0
  denied = 0

  /** To be mounted: `app.njord.on(tally.listeners)`. */
  readonly listeners: EventListeners = {
    intentAllowed: () => { this.allowed++ },
    intentDenied: ({ reason }) => {
      this.denied++
      this.deniedByReason.set(reason, (this.deniedByReason.get(reason) ?? 0) + 1)
    },
    orderPlaced: ({ strategyId }) => { this.#of(strategyId).placed++ },
    orderFilled: ({ strategyId, complete }) => {
      const counts = this.#of(strategyId)
      counts.fills++
      if (complete) counts.filled++
    },
    orderRejected: ({ strategyId }) => { this.#of(strategyId).rejected++ },
    orderCancelled: ({ strategyId }) => { this.#of(strategyId).cancelled++ }
  }

  /** A count over all strategies. */
  total (count: keyof OrderCounts): number {
    let sum = 0
    for (const counts of this.orders.values()) sum += counts[count]
    return sum
  }

  /** Orders that have not ended. */
  get open (): number {
    return this.total('placed') - this.total('filled') - this.total('rejected') - this.total('cancelled')
  }

  #of (strategyId: string): OrderCounts {
    let counts = this.orders.get(strategyId)
    if (counts === undefined) this.orders.set(strategyId, counts = { placed: 0, fills: 0, filled: 0, rejected: 0, cancelled: 0 })
    return counts
  }
}
