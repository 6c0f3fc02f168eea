import { connectionOptions, type MakeClient, type RedisClient } from './redis-client.js'

export interface RedisSessionOptions {
  makeClient: MakeClient
  onMessage: (text: string, topic: string) => void
  /** The server refused a subscription, as for a user who may not read the topic. */
  onRefused: (topic: string, error: unknown) => void
  /** A connection was lost; the session is of no more use. */
  onLost: (error: unknown) => void
}

/**
 * Two connections, one to publish and one to subscribe, that live and die together. A session is never mended: it is
 * ended and another one started, so nothing of a lost connection (a command half sent, a subscription half ended) is
 * carried over.
 */
export class RedisSession {
  readonly #options: RedisSessionOptions
  readonly #abort = new AbortController()
  readonly #publisher: RedisClient
  readonly #subscriber: RedisClient
  readonly #confirming = new Set<Promise<void>>()
  #isOpen = false
  #hasEnded = false

  constructor (options: RedisSessionOptions) {
    this.#options = options
    this.#publisher = this.#makeClient()
    this.#subscriber = this.#makeClient()
  }

  /** Whether `end` was called. */
  get hasEnded (): boolean {
    return this.#hasEnded
  }

  /** Connects, subscribes to `topics()` and resolves when the server has confirmed. Rejects when it cannot connect. */
  async start (topics: () => Iterable<string>): Promise<void> {
    await Promise.all([this.#publisher.connect(), this.#subscriber.connect()])
    this.#isOpen = true
    for (const topic of topics()) this.subscribe(topic)
    await this.confirmed()
  }

  /** Resolves when the server has the message; rejects when it refused it or the connection broke. */
  async publish (topic: string, text: string): Promise<void> {
    await this.#publisher.publish(topic, text)
  }

  /** Subscribes, once connected; before that it is left to `start`. */
  subscribe (topic: string): void {
    if (!this.#isOpen) return
    const confirming = this.#subscriber.subscribe(topic, this.#options.onMessage)
      .catch(error => { if (!this.#hasEnded) this.#options.onRefused(topic, error) })
      .then(() => { this.#confirming.delete(confirming) })
    this.#confirming.add(confirming)
  }

  unsubscribe (topic: string): void {
    if (!this.#isOpen) return
    // It fails only with its connection, and with that the subscription is gone as well.
    this.#subscriber.unsubscribe(topic, this.#options.onMessage).catch(() => {})
  }

  /** Resolves when every subscription asked for so far is confirmed, refused or lost. */
  async confirmed (): Promise<void> {
    await Promise.all(this.#confirming)
  }

  /** Closes both connections at once; what is not confirmed rejects. Idempotent. */
  end (): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#publisher.destroy()
    this.#subscriber.destroy()
    // In node-redis 6.3 `destroy` does not reach a socket that is still connecting.
    this.#abort.abort()
  }

  #makeClient (): RedisClient {
    const client = this.#options.makeClient(connectionOptions(this.#abort.signal))
    client.on('error', error => {
      // A client that is ready after an error lives on: its ping was refused, say.
      if (!client.isReady && !this.#hasEnded) this.#options.onLost(error)
    })
    return client
  }
}
