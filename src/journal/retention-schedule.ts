import { Cron } from 'croner'
import type { Clock, Timer } from '../contracts/clock.js'
import type { RetentionPolicy } from './retention-policy.js'

export interface RetentionScheduleOptions {
  readonly policy: Pick<RetentionPolicy, 'schedule' | 'timezone'>
  readonly clock: Clock
  /** What is due. It is awaited, and ends soon once the signal is raised. Its errors are its own business. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** After the start, for what was missed while the process was down. */
const catchUpMs = 60_000
/** A timer does not see a clock that is set: how late it may be noticed. */
const longestWaitMs = 3_600_000

/** Runs a job at the times of a policy: a minute after the start, then by its cron pattern in its time zone, never twice at a time. */
export class RetentionSchedule {
  readonly #cron: Cron
  readonly #clock: Clock
  readonly #run: (signal: AbortSignal) => Promise<void>
  readonly #abort = new AbortController()
  #timer: Timer | undefined
  #running: Promise<void> = Promise.resolve()

  constructor ({ policy, clock, run }: RetentionScheduleOptions) {
    this.#cron = new Cron(policy.schedule, { mode: '5-part', timezone: policy.timezone, paused: true })
    this.#clock = clock
    this.#run = run
  }

  start (): void {
    this.#wait(this.#clock.nowMs() + catchUpMs)
  }

  /** Resolves when a run under way has ended. Idempotent. */
  async close (): Promise<void> {
    this.#timer?.cancel()
    this.#abort.abort()
    await this.#running
  }

  /** When the pattern comes true after an instant, in milliseconds since the Unix epoch; `undefined` when it never does again. */
  nextMs (afterMs: number): number | undefined {
    return this.#cron.nextRun(new Date(afterMs))?.getTime()
  }

  #wait (dueMs: number): void {
    this.#timer = this.#clock.after(Math.min(dueMs - this.#clock.nowMs(), longestWaitMs), () => {
      // A clock that was set back means a longer wait, one that was set forward a shorter one.
      if (this.#clock.nowMs() < dueMs) this.#wait(dueMs)
      else this.#running = this.#runAndWait()
    })
  }

  async #runAndWait (): Promise<void> {
    try {
      await this.#run(this.#abort.signal)
    } catch {}
    const dueMs = this.nextMs(this.#clock.nowMs())
    if (dueMs !== undefined && !this.#abort.signal.aborted) this.#wait(dueMs)
  }
}
