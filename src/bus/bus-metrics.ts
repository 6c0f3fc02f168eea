import type { BoundCounter, BoundObserver, Counter, Gauge, Histogram, InstrumentFactory } from '../contracts/instruments.js'

const dropReasons = [
  /** The bus was closed. */
  'closed',
  /** There was no connection. */
  'disconnected',
  /** Too many messages, or too large ones, were accepted and not yet handed over. */
  'in_flight_limit',
  /** What came in is not JSON. */
  'malformed',
  /** The server answered with an error, as for a user who may not publish on the topic. */
  'refused',
  /** The connection broke before the server confirmed: the message may or may not have arrived. */
  'unconfirmed',
  /** The payload cannot be written as JSON, as with a cycle. */
  'unserializable'
] as const

/** Why a message was not handed over. */
export type DropReason = typeof dropReasons[number]

/** Topics come from outside: what is kept for the sake of speed has an end. */
const maxCachedTopics = 1000
const maxCachedTopicLength = 256

/** The metrics of every bus, by the same names whatever carries the messages. Without `instruments` nothing is recorded. */
export class BusMetrics {
  readonly #messages: Counter<'topic' | 'direction'> | undefined
  readonly #dropped: Counter<'topic' | 'reason'> | undefined
  readonly #handlerErrors: Counter<'topic'> | undefined
  readonly #lag: Histogram<'topic'> | undefined
  readonly #reconnects: Counter | undefined
  readonly #connected: Gauge | undefined
  readonly #subscriptions: Gauge | undefined
  readonly #topics = new Map<string, TopicMetrics>()

  constructor (instruments?: InstrumentFactory) {
    this.#messages = instruments?.counter({
      name: 'njord_bus_messages_total',
      help: 'Messages handed over to the bus (sent) and messages delivered to a subscribed topic (received).',
      labelNames: ['topic', 'direction'],
      labelRules: { direction: { values: ['sent', 'received'] } }
    })
    this.#dropped = instruments?.counter({
      name: 'njord_bus_dropped_total',
      help: 'Messages that were not handed over, by reason.',
      labelNames: ['topic', 'reason'],
      labelRules: { reason: { values: dropReasons } }
    })
    this.#handlerErrors = instruments?.counter({
      name: 'njord_bus_handler_errors_total',
      help: 'Messages whose handler threw or rejected.',
      labelNames: ['topic']
    })
    this.#lag = instruments?.histogram({
      name: 'njord_bus_lag_seconds',
      help: 'Time from the publishing of a message to the start of each of its handlers.',
      unit: 'seconds',
      labelNames: ['topic'],
      buckets: [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]
    })
    this.#reconnects = instruments?.counter({
      name: 'njord_bus_reconnects_total',
      help: 'Connections to the bus that came back after a loss.'
    })
    this.#connected = instruments?.gauge({
      name: 'njord_bus_connected',
      help: 'Buses of this process that are connected: 1 or 0 where there is one; an open memory bus always is.'
    })
    this.#subscriptions = instruments?.gauge({
      name: 'njord_active_subscriptions',
      help: 'Bus subscriptions that are active.'
    })
  }

  /** The metrics of one topic: bind once where a topic is fixed. */
  topic (topic: string): TopicMetrics {
    const cached = this.#topics.get(topic)
    if (cached !== undefined) return cached
    const metrics = new TopicMetrics(topic, this.#messages, this.#handlerErrors, this.#lag)
    // Starting afresh when full costs a busy topic one binding, and no bookkeeping on the fast path.
    if (this.#topics.size >= maxCachedTopics) this.#topics.clear()
    if (topic.length <= maxCachedTopicLength) this.#topics.set(topic, metrics)
    return metrics
  }

  dropped (topic: string, reason: DropReason): void {
    this.#dropped?.inc({ topic, reason })
  }

  reconnected (): void {
    this.#reconnects?.inc()
  }

  // Steps rather than values, so that several buses on one registry add up.
  connected (is: boolean): void {
    if (is) this.#connected?.inc()
    else this.#connected?.dec()
  }

  subscribed (): void {
    this.#subscriptions?.inc()
  }

  unsubscribed (): void {
    this.#subscriptions?.dec()
  }
}

/** The metrics of one topic. A series comes into being with its first value: a topic that is only sent has no lag. */
export class TopicMetrics {
  readonly #topic: string
  readonly #messages: Counter<'topic' | 'direction'> | undefined
  readonly #handlerErrors: Counter<'topic'> | undefined
  readonly #lag: Histogram<'topic'> | undefined
  #boundSent: BoundCounter | undefined
  #boundReceived: BoundCounter | undefined
  #boundLag: BoundObserver | undefined

  constructor (
    topic: string, messages?: Counter<'topic' | 'direction'>, handlerErrors?: Counter<'topic'>, lag?: Histogram<'topic'>
  ) {
    this.#topic = topic
    this.#messages = messages
    this.#handlerErrors = handlerErrors
    this.#lag = lag
  }

  sent (): void {
    (this.#boundSent ??= this.#messages?.labels({ topic: this.#topic, direction: 'sent' }))?.inc()
  }

  received (): void {
    (this.#boundReceived ??= this.#messages?.labels({ topic: this.#topic, direction: 'received' }))?.inc()
  }

  /** @param seconds from publishing to the start of a handler; clocks of two machines may differ, so below 0 counts as 0 */
  lag (seconds: number): void {
    (this.#boundLag ??= this.#lag?.labels({ topic: this.#topic }))?.observe(Math.max(0, seconds))
  }

  handlerError (): void {
    this.#handlerErrors?.inc({ topic: this.#topic })
  }
}
