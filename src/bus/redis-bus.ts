import type { Bus, MessageHandler, Subscription } from '../contracts/bus.js'
import type { Clock } from '../contracts/clock.js'
import type { InstrumentFactory } from '../contracts/instruments.js'
import { silentLog, type Log } from '../contracts/log.js'
import { Burst } from './burst.js'
import { BusMetrics } from './bus-metrics.js'
import { Delivery } from './delivery.js'
import { decodeMessage, encodeMessage, type Message } from './envelope.js'
import { clientMaker, type MakeClient, type RedisTarget } from './redis-client.js'
import { RedisLink } from './redis-link.js'

export interface RedisBusOptions extends RedisTarget {
  clock: Clock
  /** @defaultValue a logger that says nothing */
  log?: Log
  /** Where the bus's metrics are registered; without it there are none. */
  instruments?: InstrumentFactory
}

/** What may wait for Redis's confirmation at a time: messages, and the UTF-16 code units of their texts. */
const maxInFlight = 10_000
const maxInFlightLength = 64 * 1024 * 1024
/** How long `close` waits for confirmations. */
const closeTimeoutMs = 1_000

/** Drops that no change of the connection explains: the first of a burst is logged. */
type Trouble = 'in_flight_limit' | 'malformed' | 'refused' | 'unserializable'

/**
 * The bus between processes: Redis publish and subscribe, one channel a topic. Whatever becomes of Redis, nothing is
 * thrown: what cannot be handed over is counted, and connection and subscriptions come back by themselves. A message
 * counts as sent when Redis has confirmed it.
 */
export class RedisBus implements Bus {
  readonly #clock: Clock
  readonly #log: Log
  readonly #metrics: BusMetrics
  readonly #delivery: Delivery
  readonly #link: RedisLink
  readonly #troubles: Record<Trouble, Burst>
  #inFlight = 0
  #inFlightLength = 0
  #onIdle: (() => void) | undefined
  #closing: Promise<void> | undefined

  /**
   * Opens a bus, and resolves when its first attempt to connect has succeeded or failed: Redis need not be running.
   * Throws `NJORD_ERR_INVALID_OPTION` and `NJORD_ERR_REDIS_MISSING`.
   */
  static async open (options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(await clientMaker(options), options)
    await bus.#link.changed()
    return bus
  }

  private constructor (makeClient: MakeClient, { clock, log = silentLog, instruments }: RedisBusOptions) {
    this.#clock = clock
    this.#log = log
    this.#metrics = new BusMetrics(instruments)
    this.#delivery = new Delivery({ clock, log, metrics: this.#metrics, onUnused: topic => { this.#link.session.unsubscribe(topic) } })
    this.#troubles = {
      in_flight_limit: new Burst(clock), malformed: new Burst(clock), refused: new Burst(clock), unserializable: new Burst(clock)
    }
    this.#link = new RedisLink({
      makeClient,
      clock,
      log,
      metrics: this.#metrics,
      topics: () => this.#delivery.topics,
      onMessage: (text, topic) => { this.#receive(text, topic) },
      onRefused: (topic, error) => { log.error({ err: error, topic }, 'Redis refused a subscription: nothing is received on its topic') }
    })
  }

  publish (topic: string, payload: unknown): void {
    if (this.#closing !== undefined) return this.#metrics.dropped(topic, 'closed')
    if (!this.#link.isUp) return this.#metrics.dropped(topic, 'disconnected')
    if (this.#inFlight >= maxInFlight || this.#inFlightLength >= maxInFlightLength) return this.#drop(topic, 'in_flight_limit')
    let text
    try {
      text = encodeMessage({ payload, publishedNs: this.#clock.nowNs() })
    } catch (error) {
      return this.#drop(topic, 'unserializable', error)
    }
    this.#send(topic, text)
  }

  subscribe<P = unknown> (topic: string, handler: MessageHandler<P>): Subscription {
    if (this.#closing !== undefined) return { topic, unsubscribe () {} }
    const isNew = !this.#delivery.has(topic)
    const subscription = this.#delivery.subscribe(topic, handler as MessageHandler)
    if (isNew) this.#link.session.subscribe(topic)
    return subscription
  }

  async ready (): Promise<void> {
    while (this.#closing === undefined) {
      const { session } = this.#link
      if (this.#link.isUp) {
        await session.confirmed()
        if (!session.hasEnded) return
      } else {
        await this.#link.changed()
      }
    }
  }

  async close (): Promise<void> {
    await (this.#closing ??= this.#close())
  }

  async #close (): Promise<void> {
    this.#delivery.close()
    if (this.#inFlight > 0) {
      // Ending the link rejects what is in flight: this wait has an end.
      const patience = this.#clock.after(closeTimeoutMs, () => { this.#link.end() })
      await new Promise<void>(resolve => { this.#onIdle = resolve })
      patience.cancel()
    }
    this.#link.end()
  }

  async #send (topic: string, text: string): Promise<void> {
    const { session } = this.#link
    this.#inFlight++
    this.#inFlightLength += text.length
    try {
      await session.publish(topic, text)
      this.#metrics.topic(topic).sent()
    } catch (error) {
      if (session.hasEnded) this.#metrics.dropped(topic, 'unconfirmed')
      else this.#drop(topic, 'refused', error)
    }
    this.#inFlightLength -= text.length
    if (--this.#inFlight === 0) this.#onIdle?.()
  }

  #receive (text: string, topic: string): void {
    let message: Message
    try {
      message = decodeMessage(text, this.#clock.nowNs())
    } catch (error) {
      return this.#drop(topic, 'malformed', error)
    }
    this.#delivery.deliver(topic, message.payload, message.publishedNs)
  }

  #drop (topic: string, reason: Trouble, error?: unknown): void {
    this.#metrics.dropped(topic, reason)
    if (this.#troubles[reason].starts()) {
      this.#log.error({ err: error, topic, reason }, 'A bus message was dropped; further drops for this reason are counted and not logged')
    }
  }
}
