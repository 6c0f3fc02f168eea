import { MemoryBus } from '../../../src/bus/memory-bus.js'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import type { EventName, TradingEvents } from '../../../src/contracts/events.js'
import { EventDispatcher } from '../../../src/packs/dispatcher.js'
import { Ledger } from '../../../src/portfolio/ledger.js'
import { topics, type Intent, type Order, type Tick } from '../../../examples/paper-trader/messages.js'

export const startMs = Date.UTC(2024, 0, 1)
const startingCash = 100_000

/** The floor on which the trading parts stand: bus, clock, books and events, without a server. Keeps what is said on it. */
export class Floor {
  readonly clock = new VirtualClock(startMs)
  readonly dispatcher = new EventDispatcher()
  readonly bus = new MemoryBus({ clock: this.clock })
  readonly emit = this.dispatcher.emit
  readonly ledger = new Ledger({ emit: this.emit, clock: this.clock, portfolioId: 'test', startingCash })

  constructor () {
    this.dispatcher.on(this.ledger.listeners)
  }

  /** Every payload of one event from now on. */
  heard<E extends EventName> (event: E): TradingEvents[E][] {
    const payloads: TradingEvents[E][] = []
    this.dispatcher.on({ [event]: (payload: TradingEvents[E]) => { payloads.push(payload) } })
    return payloads
  }

  /** Every message on one topic from now on. */
  published<P> (topic: string): P[] {
    const payloads: P[] = []
    this.bus.subscribe<P>(topic, payload => { payloads.push(payload) })
    return payloads
  }

  /** The market moves, a second after it moved last. */
  tick (price: number, symbol = 'BTC/USDT'): void {
    this.clock.advance(1000)
    const tick: Tick = { symbol, price, quantity: 1, atMs: this.clock.nowMs() }
    this.emit('marketTick', tick)
    this.bus.publish(topics.ticks, tick)
  }

  intend (intent: Partial<Intent> = {}): void {
    this.bus.publish(topics.intents, {
      intentId: 'intent-1', strategyId: 'test', symbol: 'BTC/USDT', side: 'buy', quantity: 10, type: 'market', ...intent
    })
  }

  /** An order for the broker, as the risk engine would send it. */
  order (order: Partial<Order> = {}): void {
    this.bus.publish(topics.orders, {
      intentId: 'intent-1', orderId: 'order-1', strategyId: 'test', symbol: 'BTC/USDT', side: 'buy', quantity: 10, type: 'market', decisionPrice: 100, ...order
    })
  }
}
