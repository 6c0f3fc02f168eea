import { mergeWindows } from '../contracts/downsample.js'
import { resolutionMs, windowKey, type Resolution, type WindowRecord } from '../contracts/window.js'

/**
 * Rolls a stream of windows up into longer ones, by the rules of {@link mergeWindows}, holding one record for each window
 * under way: a day of a million lines passes through a few megabytes.
 */
export class Rollup {
  readonly #resolution: Resolution
  /** The window so far; its `startMs` is that of the latest record in it, so that `last` and `total` are told apart from earlier ones. */
  readonly #windows = new Map<string, WindowRecord>()

  constructor (resolution: Resolution) {
    this.#resolution = resolution
  }

  /** How many windows are under way. */
  get size (): number {
    return this.#windows.size
  }

  /** @param record of a resolution that is finer */
  add (record: WindowRecord): void {
    const startMs = this.startOf(record.startMs)
    const bounds = record.type === 'histogram' ? record.bounds.join() : ''
    const key = `${record.type} ${bounds} ${windowKey({ ...record, startMs })}`
    const held = this.#windows.get(key)
    if (held === undefined) this.#windows.set(key, record)
    else this.#windows.set(key, { ...mergeWindows([held, record], this.#resolution), startMs: Math.max(held.startMs, record.startMs) })
  }

  /** Takes out the windows that end at `untilMs` or before, all without it. What comes later of the same window starts afresh. */
  * take (untilMs = Infinity): Generator<WindowRecord> {
    for (const [key, window] of this.#windows) {
      if (this.startOf(window.startMs) + resolutionMs[this.#resolution] > untilMs) continue
      this.#windows.delete(key)
      yield mergeWindows([window], this.#resolution)
    }
  }

  /** The start of the longer window that an instant lies in. */
  startOf (atMs: number): number {
    const lengthMs = resolutionMs[this.#resolution]
    return Math.floor(atMs / lengthMs) * lengthMs
  }
}
