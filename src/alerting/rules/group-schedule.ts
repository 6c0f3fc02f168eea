import { createHash } from 'node:crypto'
import { VirtualClock } from '../../clock/virtual-clock.js'
import type { Clock, Timer } from '../../contracts/clock.js'

/** The most evaluations that may wait on a clock that runs ahead of them. */
const MOST_WAITING = 10_000

export interface GroupScheduleOptions {
  /** The group's own: where in the interval it is evaluated. */
  readonly key: string
  readonly intervalMs: number
  readonly clock: Clock
  readonly evaluate: (atMs: number) => Promise<void>
  /** An evaluation rejected, which it should not; those after it take place. */
  readonly failed: (error: unknown) => void
  /** So many evaluations fell due while an earlier one still ran, and are left out. */
  readonly missed: (count: number) => void
}

/** When a group is evaluated next, past an instant: at its own place in every interval. */
export function nextEvaluationMs (key: string, intervalMs: number, afterMs: number): number {
  const offsetMs = createHash('sha256').update(key).digest().readUIntBE(0, 6) % intervalMs
  const adjustedMs = afterMs - offsetMs
  return adjustedMs - mod(adjustedMs, intervalMs) + offsetMs + intervalMs
}

/**
 * When a group is evaluated: at its own place in every interval, the same after each start, so that groups spread and results are
 * evenly spaced (rules/group.go, EvalTimestamp). What takes longer than an interval costs those that it runs into; on a virtual clock,
 * which does not wait for anybody, they are made up for in their order.
 */
export class GroupSchedule {
  readonly #options: GroupScheduleOptions
  readonly #isVirtual: boolean
  #timer: Timer | undefined
  #waiting: number[] = []
  #running: Promise<void> | undefined
  #isClosed = false

  constructor (options: GroupScheduleOptions) {
    this.#options = options
    this.#isVirtual = options.clock instanceof VirtualClock
  }

  /** Evaluates from the next place on. */
  start (): void {
    const { clock, key, intervalMs } = this.#options
    this.#plan(nextEvaluationMs(key, intervalMs, clock.nowMs()))
  }

  /** Ends; resolves when an evaluation that still runs is over. */
  async close (): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#waiting = []
    await this.#running
  }

  /** Resolves when nothing is due any more. */
  async settled (): Promise<void> {
    await this.#running
  }

  #plan (atMs: number): void {
    const { clock, intervalMs } = this.#options
    this.#timer = clock.after(atMs - clock.nowMs(), () => {
      // A process that stood still (or a machine that slept) does not make up for it.
      const behind = this.#isVirtual ? 0 : Math.max(0, Math.floor((clock.nowMs() - atMs) / intervalMs))
      if (behind > 0) this.#options.missed(behind)
      const dueMs = atMs + behind * intervalMs
      this.#plan(dueMs + intervalMs)
      this.#due(dueMs)
    })
  }

  #due (atMs: number): void {
    if (this.#running !== undefined && this.#waiting.length >= (this.#isVirtual ? MOST_WAITING : 1)) {
      this.#waiting.pop()
      this.#options.missed(1)
    }
    this.#waiting.push(atMs)
    this.#running ??= this.#run().finally(() => { this.#running = undefined })
  }

  async #run (): Promise<void> {
    for (let atMs = this.#waiting.shift(); atMs !== undefined && !this.#isClosed; atMs = this.#waiting.shift()) {
      try {
        await this.#options.evaluate(atMs)
      } catch (error) {
        this.#options.failed(error)
      }
    }
  }
}

function mod (a: number, b: number): number {
  return ((a % b) + b) % b
}
