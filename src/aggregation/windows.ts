import { resolutionMs, resolutions, type Resolution } from '../contracts/window.js'
import { WindowColumns, type ColumnFamily } from './window-columns.js'

const minuteMs = resolutionMs['1m']

/**
 * The windows that are open. Samples go to windows of one minute; a minute that is over for longer than the grace
 * period is sealed: added to its five minutes, and these, once all their minutes are sealed, to their hour, and so on.
 */
export class Windows {
  readonly #graceMs: number
  readonly #families: readonly ColumnFamily[]
  /** By resolution, by start. */
  readonly open: Readonly<Record<Resolution, Map<number, WindowColumns>>> = { '1m': new Map(), '5m': new Map(), '1h': new Map(), '1d': new Map() }
  /** Sealed and not yet handed over. */
  sealed: WindowColumns[] = []
  /** Windows of one minute that start before this are sealed; a multiple of a minute. */
  openFromMs = -Infinity

  constructor (graceMs: number, families: readonly ColumnFamily[]) {
    this.#graceMs = graceMs
    this.#families = families
  }

  get bytes (): number {
    let bytes = 0
    for (const window of this.all()) bytes += window.bytes
    return bytes
  }

  /** Those that are open, and those that are not yet handed over. */
  * all (): Generator<WindowColumns> {
    for (const windows of Object.values(this.open)) yield * windows.values()
    yield * this.sealed
  }

  /** The window of a sample; `undefined` when it is sealed. A sample of the future belongs to the present. */
  at (atMs: number, nowMs: number): WindowColumns | undefined {
    const startMs = Math.floor(Math.min(atMs, nowMs) / minuteMs) * minuteMs
    if (startMs < this.#boundaryMs(nowMs)) return undefined
    return this.#window('1m', startMs)
  }

  /** The oldest window that is open. */
  oldest (nowMs: number): WindowColumns {
    return this.#window('1m', this.#boundaryMs(nowMs))
  }

  /** The windows of one minute at or after `fromMs` that are not forgotten. */
  * minutesFrom (fromMs: number): Generator<WindowColumns> {
    for (const window of this.open['1m'].values()) if (window.startMs >= fromMs) yield window
    for (const window of this.sealed) if (window.resolution === '1m' && window.startMs >= fromMs) yield window
  }

  /** Seals what is over; true when there is something to hand over. */
  seal (nowMs: number): boolean {
    return this.sealBefore(this.#boundaryMs(nowMs))
  }

  /** Seals the minutes before `fromMs`, and what they complete. */
  sealBefore (fromMs: number): boolean {
    this.openFromMs = Math.max(this.openFromMs, fromMs)
    resolutions.forEach((resolution, i) => {
      const coarser = resolutions[i + 1]
      const due = [...this.open[resolution].values()].filter(window => window.endMs <= this.openFromMs).sort((a, b) => a.startMs - b.startMs)
      for (const window of due) {
        this.open[resolution].delete(window.startMs)
        this.sealed.push(window)
        if (coarser !== undefined) this.#foldInto(coarser, window)
      }
    })
    return this.sealed.length > 0
  }

  /** Seals everything, coarse windows too, whose time is not over. */
  sealAll (): void {
    this.sealBefore(Math.max(this.openFromMs, ...[...this.open['1m'].values()].map(window => window.endMs)))
    for (const [i, resolution] of resolutions.entries()) {
      const coarser = resolutions[i + 1]
      for (const window of this.open[resolution].values()) {
        this.sealed.push(window)
        if (coarser !== undefined) this.#foldInto(coarser, window)
      }
      this.open[resolution].clear()
    }
  }

  #foldInto (coarser: Resolution, window: WindowColumns): void {
    const lengthMs = resolutionMs[coarser]
    this.#window(coarser, Math.floor(window.startMs / lengthMs) * lengthMs).fold(window, this.#families)
  }

  #boundaryMs (nowMs: number): number {
    return Math.max(this.openFromMs, Math.floor((nowMs - this.#graceMs) / minuteMs) * minuteMs)
  }

  #window (resolution: Resolution, startMs: number): WindowColumns {
    let window = this.open[resolution].get(startMs)
    if (window === undefined) this.open[resolution].set(startMs, window = new WindowColumns(resolution, startMs))
    return window
  }
}
