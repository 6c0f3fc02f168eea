import type { Clock } from '../contracts/clock.js'
import type { Log } from '../contracts/log.js'

/** One line a minute is enough to know by, and does not fill a disk. */
const quietMs = 60_000

/** Logs what may happen again and again: at once, then at most once a minute for each kind, with how often it happened. */
export class Trouble {
  readonly #clock: Clock
  readonly #log: Log
  readonly #kinds = new Map<string, { saidMs: number, unsaid: number }>()

  constructor (clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  /** @param kind one of a bounded set */
  warn (kind: string, fields: object, message: string): void {
    const nowMs = this.#clock.nowMs()
    const known = this.#kinds.get(kind)
    if (known !== undefined && nowMs - known.saidMs < quietMs) {
      known.unsaid++
      return
    }
    this.#log.warn(known === undefined || known.unsaid === 0 ? fields : { ...fields, since: known.unsaid }, message)
    this.#kinds.set(kind, { saidMs: nowMs, unsaid: 0 })
  }
}
