import { hrtime } from 'node:process'
import type { Clock, Timer } from '../contracts/clock.js'
import { silentLog, type Log } from '../contracts/log.js'

/** Nanoseconds to add to the monotonic clock for wall-clock time, taken once: stamps of one process never step back. */
const epochOffsetNs = BigInt(Date.now()) * 1_000_000n - hrtime.bigint()

/** The longest delay a timer of Node takes, some 24.8 days; it fires at once for a longer one. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * The clock of the machine. Its timers are `unref`ed: they never keep the process alive. A callback that throws or
 * rejects is logged, once until it works again, and its timer goes on.
 */
export class SystemClock implements Clock {
  readonly #log: Log

  constructor (log: Log = silentLog) {
    this.#log = log
  }

  nowMs (): number {
    return Date.now()
  }

  nowNs (): bigint {
    return hrtime.bigint() + epochOffsetNs
  }

  monotonicSeconds (): number {
    return performance.now() / 1000
  }

  after (delayMs: number, callback: () => void): Timer {
    if (Number.isNaN(delayMs)) throw new RangeError('delayMs: found NaN, expected 0 or more')
    return this.#start(delayMs, this.#isolate(callback))
  }

  every (intervalMs: number, callback: () => void): Timer {
    if (!(intervalMs > 0)) throw new RangeError(`intervalMs: found ${intervalMs}, expected more than 0`)
    const isolated = this.#isolate(callback)
    const tick = (): void => {
      timer = this.#start(intervalMs, tick)
      isolated()
    }
    let timer = this.#start(intervalMs, tick)
    return { cancel: () => { timer.cancel() } }
  }

  #start (delayMs: number, callback: () => void): Timer {
    const step = (restMs: number): NodeJS.Timeout => setTimeout(() => {
      if (restMs > LONGEST_MS) handle = step(restMs - LONGEST_MS)
      else callback()
    }, Math.min(restMs, LONGEST_MS)).unref()
    let handle = step(delayMs)
    return { cancel: () => { clearTimeout(handle) } }
  }

  #isolate (callback: () => unknown): () => void {
    let isFailing = false
    const fail = (error: unknown): void => {
      if (!isFailing) this.#log.error({ err: error }, 'the callback of a timer failed; its timer goes on')
      isFailing = true
    }
    return () => {
      try {
        const result = callback()
        if (result instanceof Promise) result.catch(fail)
        else isFailing = false
      } catch (error) {
        fail(error)
      }
    }
  }
}
