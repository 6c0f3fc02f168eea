import { hrtime } from 'node:process'
import type { Clock, Timer } from '../contracts/clock.js'

/** Nanoseconds to add to the monotonic clock for wall-clock time, taken once: stamps of one process never step back. */
const epochOffsetNs = BigInt(Date.now()) * 1_000_000n - hrtime.bigint()

/** The clock of the machine. Its timers are `unref`ed: they never keep the process alive. */
export class SystemClock implements Clock {
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
    const handle = setTimeout(callback, delayMs).unref()
    return { cancel: () => { clearTimeout(handle) } }
  }

  every (intervalMs: number, callback: () => void): Timer {
    const handle = setInterval(callback, intervalMs).unref()
    return { cancel: () => { clearInterval(handle) } }
  }
}
