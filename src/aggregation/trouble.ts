import type { Clock } from '../contracts/clock.js'
import type { Log } from '../contracts/log.js'

/** One line a minute is enough to know by, and does not fill a disk. */
const quietMs = 60_000

/** Logs what may happen again and again without filling a disk. Kinds are of a bounded set. */
export class Trouble {
  readonly #clock: Clock
  readonly #log: Log
  readonly #failing = new Set<string>()
  readonly #kinds = new Map<string, { saidMs: number, unsaid: number }>()

  constructor (clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  /** Something fails: logged once, until it works again. */
  fails (kind: string, fields: object, message: string): void {
    if (this.#failing.has(kind)) return
    this.#failing.add(kind)
    this.#log.warn(fields, message)
  }

  /** Something works: logged when it failed before. */
  works (kind: string, message: string): void {
    if (this.#failing.delete(kind)) this.#log.info({}, message)
  }

  /** Something happened: logged at once, then at most once a minute for each kind, with how often it did. `fields` are asked for when it is logged. */
  warn (kind: string, fields: object | (() => object), message: string): void {
    const nowMs = this.#clock.nowMs()
    const known = this.#kinds.get(kind)
    if (known !== undefined && nowMs - known.saidMs < quietMs) {
      known.unsaid++
      return
    }
    const found = typeof fields === 'function' ? (fields as () => object)() : fields
    this.#log.warn(known === undefined || known.unsaid === 0 ? found : { ...found, since: known.unsaid }, message)
    this.#kinds.set(kind, { saidMs: nowMs, unsaid: 0 })
  }
}
