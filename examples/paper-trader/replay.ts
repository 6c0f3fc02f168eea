import type { Bus } from '../../src/contracts/bus.js'
import type { Clock } from '../../src/contracts/clock.js'
import type { Emit } from '../../src/contracts/events.js'
import type { Feed } from './feed/feed.js'
import { topics, type Tick } from './messages.js'

/** The clock of a market: live it goes by itself, in a replay each tick sets it (`VirtualClock`). */
export interface MarketClock extends Clock {
  advanceTo? (atMs: number): void
}

export interface ReplayOptions {
  readonly feed: Feed
  readonly bus: Bus
  readonly emit: Emit
  readonly clock: MarketClock
  /** Real time, by which the pace is kept. */
  readonly wall: Clock
  /** Market time to real time; `Infinity` for as fast as possible. */
  readonly speed: number
  /** Where ticks are said to come from. */
  readonly venue: string
  /** Resolves when what the clock has brought about is done: a replay as fast as possible waits for it after each minute of the market. */
  readonly settled?: () => Promise<void>
}

/** The longest the replay holds the event loop: HTTP is answered in between. */
const sliceSeconds = 0.008
const pauseMs = 10
/** How far a market as fast as possible gets ahead of what it brings about: alerts would be over before anybody heard of them. */
const strideMs = 60_000

/** Plays a feed: publishes each tick when it is due and lets the clock of the market follow. */
export class Replay {
  readonly #options: ReplayOptions
  #stopped = false
  #ticks = 0
  #atMs: number

  constructor (options: ReplayOptions) {
    this.#options = options
    this.#atMs = options.feed.startMs
  }

  /** How many ticks there have been. */
  get ticks (): number {
    return this.#ticks
  }

  /** When the last tick was, in milliseconds since the Unix epoch. */
  get atMs (): number {
    return this.#atMs
  }

  /** Opens the market, plays the feed and closes the market at its end. To be called once. */
  async run (): Promise<void> {
    const { bus, feed } = this.#options
    bus.publish(topics.status, { open: true })
    await this.#play(feed.ticks()[Symbol.iterator]())
    bus.publish(topics.status, { open: false })
  }

  /** Closes the market before the feed is over; `run()` resolves soon. */
  stop (): void {
    this.#stopped = true
  }

  async #play (ticks: Iterator<Tick>): Promise<void> {
    const { feed, clock, wall, speed, settled } = this.#options
    const startSeconds = wall.monotonicSeconds()
    let turnSeconds = startSeconds
    let next = ticks.next()
    while (next.done !== true && !this.#stopped) {
      const untilMs = speed === Infinity ? next.value.atMs + strideMs : feed.startMs + (wall.monotonicSeconds() - startSeconds) * 1000 * speed
      while (next.done !== true && next.value.atMs <= untilMs && wall.monotonicSeconds() - turnSeconds < sliceSeconds) {
        this.#publish(next.value)
        next = ticks.next()
      }
      if (speed === Infinity) await settled?.()
      else if (next.done !== true && next.value.atMs > untilMs) {
        clock.advanceTo?.(untilMs) // orders travel and expire between two ticks as well
        await new Promise<void>(resolve => { wall.after(pauseMs, resolve) })
        turnSeconds = wall.monotonicSeconds()
      }
      if (wall.monotonicSeconds() - turnSeconds >= sliceSeconds) {
        await new Promise<void>(resolve => { setImmediate(resolve) })
        turnSeconds = wall.monotonicSeconds()
      }
    }
  }

  #publish (tick: Tick): void {
    const { bus, emit, clock, venue } = this.#options
    clock.advanceTo?.(tick.atMs)
    this.#ticks++
    this.#atMs = tick.atMs
    // The books are marked first, so that all who hear of the tick find them up to date.
    emit('marketTick', { symbol: tick.symbol, price: tick.price, quantity: tick.quantity, venue })
    bus.publish(topics.ticks, tick)
  }
}
