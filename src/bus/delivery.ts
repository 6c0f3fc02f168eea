import { EventEmitter } from 'eventemitter3'
import type { MessageContext, MessageHandler, Subscription } from '../contracts/bus.js'
import type { Clock } from '../contracts/clock.js'
import type { Log } from '../contracts/log.js'
import { Burst } from './burst.js'
import type { BusMetrics, TopicMetrics } from './bus-metrics.js'

export interface DeliveryOptions {
  clock: Clock
  log: Log
  metrics: BusMetrics
  /** Called when a topic lost its last subscription. */
  onUnused?: (topic: string) => void
}

/** The subscriptions of one process, and the handing of messages to them: the half that every bus has. */
export class Delivery {
  readonly #options: DeliveryOptions
  readonly #emitter = new EventEmitter<string>()
  readonly #subscriptions = new Set<LocalSubscription>()

  constructor (options: DeliveryOptions) {
    this.#options = options
  }

  /** The topics that have a subscription. */
  get topics (): string[] {
    return this.#emitter.eventNames()
  }

  has (topic: string): boolean {
    return this.#emitter.listenerCount(topic) > 0
  }

  subscribe (topic: string, handler: MessageHandler): Subscription {
    const subscription = new LocalSubscription(topic, handler, this.#options, () => { this.#removed(subscription) })
    this.#subscriptions.add(subscription)
    this.#emitter.on(topic, subscription.receive, subscription)
    this.#options.metrics.subscribed()
    return subscription
  }

  /** Calls the handlers of `topic` one after the other. Never throws: a handler harms nobody else. */
  deliver (topic: string, payload: unknown, publishedNs: bigint): void {
    if (!this.has(topic)) return
    this.#options.metrics.topic(topic).received()
    const context: MessageContext = { topic, publishedNs }
    this.#emitter.emit(topic, payload, context)
  }

  /** Ends every subscription. */
  close (): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe()
  }

  #removed (subscription: LocalSubscription): void {
    const { topic } = subscription
    this.#subscriptions.delete(subscription)
    this.#emitter.off(topic, subscription.receive, subscription)
    this.#options.metrics.unsubscribed()
    if (!this.has(topic)) this.#options.onUnused?.(topic)
  }
}

class LocalSubscription implements Subscription {
  readonly topic: string
  readonly #handler: MessageHandler
  readonly #clock: Clock
  readonly #log: Log
  readonly #metrics: TopicMetrics
  readonly #failures: Burst
  readonly #onEnd: () => void
  #isActive = true

  constructor (topic: string, handler: MessageHandler, { clock, log, metrics }: DeliveryOptions, onEnd: () => void) {
    this.topic = topic
    this.#handler = handler
    this.#clock = clock
    this.#log = log
    this.#metrics = metrics.topic(topic)
    this.#failures = new Burst(clock)
    this.#onEnd = onEnd
  }

  unsubscribe (): void {
    if (!this.#isActive) return
    this.#isActive = false
    this.#onEnd()
  }

  receive (payload: unknown, context: MessageContext): void {
    // The emitter goes on with the listeners it had when it began; those who left on the way get nothing more.
    if (!this.#isActive) return
    this.#metrics.lag(Number(this.#clock.nowNs() - context.publishedNs) / 1e9)
    try {
      const result = this.#handler(payload, context)
      if (typeof result?.then === 'function') result.then(undefined, error => { this.#failed(error) })
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed (error: unknown): void {
    this.#metrics.handlerError()
    if (this.#failures.starts()) {
      this.#log.error({ err: error, topic: this.topic }, 'A bus handler failed; further failures of it are counted and not logged')
    }
  }
}
