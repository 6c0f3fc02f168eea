import type { Clock } from '../contracts/clock.js'
import type { EventListeners, TradingEvents } from '../contracts/events.js'
import { figure, type JsonObject } from './merge-patch.js'
import { shown } from './text.js'

const kept = 10

type OrderEvent = 'orderPlaced' | 'orderFilled' | 'orderRejected' | 'orderCancelled'

const kinds: Readonly<Record<OrderEvent, string>> = {
  orderPlaced: 'placed', orderFilled: 'filled', orderRejected: 'rejected', orderCancelled: 'cancelled'
}

/** The last ten orders and fills, and why the kill switch was pulled: what no metric can tell. Costs little while nobody looks. */
export class Activity {
  /** To be mounted: `telemetry.on(activity.listeners)`. */
  readonly listeners: EventListeners = {
    orderPlaced: event => { this.#note('orderPlaced', event) },
    orderFilled: event => { this.#note('orderFilled', event) },
    orderRejected: event => { this.#note('orderRejected', event) },
    orderCancelled: event => { this.#note('orderCancelled', event) },
    killSwitch: event => { this.#killSwitch = { ...event, atMs: this.#clock.nowMs() } }
  }

  readonly #clock: Clock
  readonly #recent: Array<{ readonly number: number, readonly event: OrderEvent, readonly atMs: number, readonly payload: TradingEvents[OrderEvent] }> = []
  #count = 0
  #killSwitch: (TradingEvents['killSwitch'] & { readonly atMs: number }) | undefined

  constructor (clock: Clock) {
    this.#clock = clock
  }

  /** When the kill switch was last pulled or released, in milliseconds since the Unix epoch, and why. */
  get killSwitch (): JsonObject | undefined {
    return this.#killSwitch === undefined
      ? undefined
      : { sinceMs: Math.round(this.#killSwitch.atMs), reason: this.#killSwitch.reason === undefined ? undefined : shown(this.#killSwitch.reason) }
  }

  /** Newest first. */
  recent (): JsonObject[] {
    return this.#recent.map(({ number, event, atMs, payload }) => {
      const { strategyId, symbol, side, venue, orderId, quantity, price, complete, latencySeconds, reason } = payload as Partial<
      TradingEvents['orderFilled'] & TradingEvents['orderRejected']>
      return {
        number,
        kind: event === 'orderFilled' && complete === false ? 'part filled' : kinds[event],
        atMs: Math.round(atMs),
        strategy: shown(String(strategyId)),
        symbol: shown(String(symbol)),
        side: side === 'buy' ? 'buy' : 'sell',
        order: orderId === undefined ? undefined : shown(String(orderId)),
        venue: venue === undefined ? undefined : shown(String(venue)),
        quantity: figure(quantity),
        price: figure(price),
        latencySeconds: figure(latencySeconds),
        reason: reason === undefined ? undefined : shown(String(reason))
      }
    })
  }

  #note<E extends OrderEvent> (event: E, payload: TradingEvents[E]): void {
    this.#recent.unshift({ number: ++this.#count, event, atMs: this.#clock.nowMs(), payload })
    if (this.#recent.length > kept) this.#recent.pop()
  }
}
