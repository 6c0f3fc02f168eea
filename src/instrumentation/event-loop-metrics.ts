import { performance } from 'node:perf_hooks'
import type { Clock, Timer } from '../contracts/clock.js'
import type { Gauge, Histogram, InstrumentFactory } from '../contracts/instruments.js'

export interface EventLoopMetricsOptions {
  readonly instruments: InstrumentFactory
  readonly clock: Clock
  /** How long a window of the gauges lasts. A scraper has no part in it. @defaultValue 5000 */
  readonly windowMs?: number
}

/** How often the delay is measured: often enough to see what delays a trade, seldom enough to cost nothing. */
const TICK_MS = 50

/** Upper bounds in seconds, from 1 ms (the resolution of a timer) to 5 s. */
const DELAY_BUCKETS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/**
 * How late the event loop is, and how busy. A timer of our own is due every 50 ms; what it comes late by is the delay.
 * The gauges tell of the last whole window, the histogram of all time: reading changes neither, so any number of
 * scrapers see the same.
 */
export class EventLoopMetrics {
  readonly #clock: Clock
  readonly #windowMs: number
  readonly #lag: Gauge
  readonly #utilization: Gauge
  readonly #delay: Histogram
  readonly #timers: Timer[] = []
  #lastTickSeconds = 0
  #greatestSeconds = 0
  #lastUtilization = performance.eventLoopUtilization()

  constructor ({ instruments, clock, windowMs = 5000 }: EventLoopMetricsOptions) {
    this.#clock = clock
    this.#windowMs = windowMs
    this.#lag = instruments.gauge({
      name: 'njord_event_loop_lag_seconds',
      help: 'The longest that the event loop kept a due timer waiting in the last window of five seconds.',
      unit: 'seconds'
    })
    this.#delay = instruments.histogram({
      name: 'njord_event_loop_delay_seconds',
      help: 'How long the event loop kept a due timer waiting, measured twenty times a second.',
      unit: 'seconds',
      buckets: DELAY_BUCKETS
    })
    this.#utilization = instruments.gauge({
      name: 'njord_event_loop_utilization_ratio',
      help: 'Share of the last window of five seconds in which the event loop was not idle.',
      unit: 'ratio'
    })
  }

  start (): void {
    this.#lastTickSeconds = this.#clock.monotonicSeconds()
    this.#timers.push(
      this.#clock.every(TICK_MS, () => { this.#tick() }),
      this.#clock.every(this.#windowMs, () => { this.#endWindow() })
    )
  }

  close (): void {
    for (const timer of this.#timers.splice(0)) timer.cancel()
  }

  #tick (): void {
    const now = this.#clock.monotonicSeconds()
    const delay = Math.max(0, now - this.#lastTickSeconds - TICK_MS / 1000)
    this.#lastTickSeconds = now
    this.#delay.observe(delay)
    this.#greatestSeconds = Math.max(this.#greatestSeconds, delay)
  }

  #endWindow (): void {
    this.#lag.set(this.#greatestSeconds)
    this.#greatestSeconds = 0
    const now = performance.eventLoopUtilization()
    this.#utilization.set(performance.eventLoopUtilization(now, this.#lastUtilization).utilization)
    this.#lastUtilization = now
  }
}
