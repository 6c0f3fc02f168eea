import type { Clock, Timer } from '../contracts/clock.js'
import type { Log } from '../contracts/log.js'
import type { BusMetrics } from './bus-metrics.js'
import { RedisSession, type RedisSessionOptions } from './redis-session.js'

export interface RedisLinkOptions extends Omit<RedisSessionOptions, 'onLost'> {
  clock: Clock
  log: Log
  metrics: BusMetrics
  /** The topics to subscribe to as soon as a connection is there. */
  topics: () => Iterable<string>
}

/** How long one attempt to connect may take. */
const connectTimeoutMs = 5_000
/** The wait before retry n (from 0) is 50 ms · 2^n, 2 s at most; up to half of it is taken off at random. */
const firstRetryMs = 50
const maxRetryMs = 2_000
/** A connection that lasted this long starts the waits over. */
const stableMs = 10_000

/** Keeps a connection to Redis: one session after the other, with one log line each time it comes or goes. */
export class RedisLink {
  readonly #options: RedisLinkOptions
  #session: RedisSession
  #state: 'connecting' | 'up' | 'down' | 'ended' = 'connecting'
  #wasUp = false
  #upSinceMs = 0
  #retries = 0
  /** Ends the attempt under way, or the wait for the next one. */
  #timer: Timer
  #changed = gate()

  constructor (options: RedisLinkOptions) {
    this.#options = options
    ;[this.#session, this.#timer] = this.#connect()
  }

  get isUp (): boolean {
    return this.#state === 'up'
  }

  /** The present session, whether or not it is up. */
  get session (): RedisSession {
    return this.#session
  }

  /** Resolves at the next change of state: up, down or ended. */
  async changed (): Promise<void> {
    await this.#changed.opened
  }

  /** Closes the connections and tries no more. Idempotent. */
  end (): void {
    this.#timer.cancel()
    this.#session.end()
    this.#setState('ended')
  }

  #connect (): [RedisSession, Timer] {
    const session = new RedisSession({ ...this.#options, onLost: error => { this.#lost(session, error) } })
    session.start(this.#options.topics).then(() => { this.#up(session) }, error => { this.#lost(session, error) })
    const timeout = this.#options.clock.after(connectTimeoutMs, () => {
      this.#lost(session, new Error(`Redis gave no answer within ${connectTimeoutMs} ms`))
    })
    return [session, timeout]
  }

  #up (session: RedisSession): void {
    if (session.hasEnded) return
    this.#timer.cancel()
    this.#upSinceMs = this.#options.clock.nowMs()
    if (this.#wasUp) this.#options.metrics.reconnected()
    this.#wasUp = true
    this.#options.log.info({}, 'Redis bus connected')
    this.#setState('up')
  }

  #lost (session: RedisSession, error: unknown): void {
    if (session.hasEnded) return
    session.end()
    this.#timer.cancel()
    if (this.#state === 'up' && this.#options.clock.nowMs() - this.#upSinceMs >= stableMs) this.#retries = 0
    const longestMs = Math.min(maxRetryMs, firstRetryMs * 2 ** this.#retries++)
    this.#timer = this.#options.clock.after(longestMs * (1 - Math.random() / 2), () => {
      [this.#session, this.#timer] = this.#connect()
    })
    if (this.#state === 'down') return
    this.#options.log.warn({ err: error }, 'Redis bus disconnected: messages are dropped and counted until it is back')
    this.#setState('down')
  }

  #setState (state: 'up' | 'down' | 'ended'): void {
    if ((state === 'up') !== this.isUp) this.#options.metrics.connected(state === 'up')
    this.#state = state
    this.#changed.open()
    this.#changed = gate()
  }
}

/** A promise, and what resolves it. */
function gate () {
  let open = () => {}
  const opened = new Promise<void>(resolve => { open = resolve })
  return { opened, open }
}
