/** A handle for a timer started by a {@link Clock}. `cancel()` may be called any number of times. */
export interface Timer {
  cancel (): void
}

/**
 * The only source of time in the package. Live code gets the system clock; tests and replays get a virtual one,
 * and everything that waits, samples or stamps behaves the same under both.
 *
 * Timers never keep the process alive, and a callback that throws never reaches the host.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch (may carry a fraction). */
  nowMs (): number
  /** Wall-clock time in nanoseconds since the Unix epoch. */
  nowNs (): bigint
  /** Monotonic time in seconds from an arbitrary origin: for durations, never for stamps. */
  monotonicSeconds (): number
  /** Calls `callback` once, `delayMs` milliseconds (0 or more) from now. */
  after (delayMs: number, callback: () => void): Timer
  /** Calls `callback` every `intervalMs` milliseconds (more than 0), first after one interval. */
  every (intervalMs: number, callback: () => void): Timer
}
