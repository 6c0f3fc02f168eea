import type { Bus, MessageHandler, Subscription } from '../contracts/bus.js'
import type { Clock } from '../contracts/clock.js'
import type { InstrumentFactory } from '../contracts/instruments.js'
import { silentLog, type Log } from '../contracts/log.js'
import { Burst } from './burst.js'
import { BusMetrics } from './bus-metrics.js'
import { Delivery } from './delivery.js'

export interface MemoryBusOptions {
  clock: Clock
  /** @defaultValue a logger that says nothing */
  log?: Log
  /** Where the bus's metrics are registered; without it there are none. */
  instruments?: InstrumentFactory
}

interface Waiting {
  readonly topic: string
  readonly payload: unknown
  readonly publishedNs: bigint
}

/** How many messages handlers may publish before those they are called for are done with. */
const maxWaiting = 100_000

/**
 * The bus within one process. Handlers have run when `publish` returns, in the order of their subscription; payloads
 * are handed on as they are, not copied. What a handler publishes waits until the message at hand has reached every
 * subscriber: all see one order, and no chain of publishes deepens the stack.
 */
export class MemoryBus implements Bus {
  readonly #clock: Clock
  readonly #log: Log
  readonly #metrics: BusMetrics
  readonly #delivery: Delivery
  readonly #overflow: Burst
  #waiting: Waiting[] = []
  #isDelivering = false
  #isClosed = false

  constructor ({ clock, log = silentLog, instruments }: MemoryBusOptions) {
    this.#clock = clock
    this.#log = log
    this.#metrics = new BusMetrics(instruments)
    this.#delivery = new Delivery({ clock, log, metrics: this.#metrics })
    this.#overflow = new Burst(clock)
    this.#metrics.connected(true)
  }

  publish (topic: string, payload: unknown): void {
    if (this.#isClosed) return this.#metrics.dropped(topic, 'closed')
    if (this.#isDelivering) return this.#wait(topic, payload)
    this.#metrics.topic(topic).sent()
    if (!this.#delivery.has(topic)) return
    this.#isDelivering = true
    this.#delivery.deliver(topic, payload, this.#clock.nowNs())
    while (this.#waiting.length > 0) this.#deliverWaiting()
    this.#isDelivering = false
  }

  subscribe<P = unknown> (topic: string, handler: MessageHandler<P>): Subscription {
    if (this.#isClosed) return { topic, unsubscribe () {} }
    return this.#delivery.subscribe(topic, handler as MessageHandler)
  }

  async ready (): Promise<void> {}

  async close (): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#delivery.close()
    this.#metrics.connected(false)
  }

  #wait (topic: string, payload: unknown): void {
    if (this.#waiting.length < maxWaiting) {
      this.#metrics.topic(topic).sent()
      this.#waiting.push({ topic, payload, publishedNs: this.#clock.nowNs() })
      return
    }
    this.#metrics.dropped(topic, 'in_flight_limit')
    if (this.#overflow.starts()) {
      this.#log.error({ topic, limit: maxWaiting }, 'Bus handlers publish faster than they finish: messages are dropped')
    }
  }

  #deliverWaiting (): void {
    const batch = this.#waiting
    this.#waiting = []
    for (const { topic, payload, publishedNs } of batch) this.#delivery.deliver(topic, payload, publishedNs)
  }
}
