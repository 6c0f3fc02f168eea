import { resolutionMs, windowKey, type CounterWindow, type GaugeWindow, type HistogramWindow, type Resolution, type WindowRecord } from './window.js'

/** A window under way, and the start of the latest window that went into it. */
interface Entry {
  window: WindowRecord
  latestMs: number
}

/**
 * Rolls windows up into longer ones: increments and buckets add up, a gauge's `sum` and `count` add up, of `last` and
 * `total` the latest stands. Any order and any grouping give what one step from the finest windows gives: minutes of
 * [3, 4, 5] make 12 whether they come as 3 and 9 or as 7 and 5. A day's percentile comes from its merged buckets.
 *
 * Histograms of other bounds (a metric that was declared anew) stay apart: their buckets do not add up.
 */
export class Rollup {
  readonly #resolution: Resolution
  readonly #entries = new Map<string, Entry>()

  constructor (resolution: Resolution) {
    this.#resolution = resolution
  }

  /** How many windows are under way: what bounds the memory. */
  get size (): number {
    return this.#entries.size
  }

  /** @param record of this resolution or a finer one */
  add (record: WindowRecord): void {
    const window = widen(record, this.#resolution)
    const key = window.type === 'histogram' ? `${windowKey(window)}${window.bounds.join()}` : windowKey(window)
    const entry = this.#entries.get(key)
    if (entry === undefined) {
      this.#entries.set(key, { window, latestMs: record.startMs })
    } else if (entry.window.type === window.type) {
      const isLater = record.startMs >= entry.latestMs
      entry.window = isLater ? join(entry.window, window) : join(window, entry.window)
      if (isLater) entry.latestMs = record.startMs
    }
  }

  /** Takes out the windows that end at `untilMs` or before, all without it; more of the same windows may follow, and start afresh. */
  take (untilMs = Infinity): WindowRecord[] {
    const taken: WindowRecord[] = []
    for (const [key, { window }] of this.#entries) {
      if (window.endMs > untilMs) continue
      this.#entries.delete(key)
      taken.push(window)
    }
    return taken
  }
}

/** The record as a window of a coarser resolution that it lies in. */
function widen (record: WindowRecord, resolution: Resolution): WindowRecord {
  const lengthMs = resolutionMs[resolution]
  const startMs = Math.floor(record.startMs / lengthMs) * lengthMs
  return { ...record, resolution, startMs, endMs: startMs + lengthMs }
}

/** Two parts of one window, the earlier and the later. */
function join (earlier: WindowRecord, later: WindowRecord): WindowRecord {
  if (earlier.type === 'counter') return joinCounters(earlier, later as CounterWindow)
  if (earlier.type === 'gauge') return joinGauges(earlier, later as GaugeWindow)
  return joinHistograms(earlier, later as HistogramWindow)
}

function joinCounters (earlier: CounterWindow, later: CounterWindow): CounterWindow {
  return { ...later, increment: earlier.increment + later.increment }
}

function joinGauges (earlier: GaugeWindow, later: GaugeWindow): GaugeWindow {
  const sum = earlier.sum + later.sum
  const count = earlier.count + later.count
  return { ...later, avg: sum / count, min: least(earlier.min, later.min), max: greatest(earlier.max, later.max), count, sum }
}

function joinHistograms (earlier: HistogramWindow, later: HistogramWindow): HistogramWindow {
  return { ...later, buckets: later.buckets.map((count, i) => earlier.buckets[i]! + count), sum: earlier.sum + later.sum }
}

/** NaN is no measure: it gives way to a number. */
const least = (a: number, b: number): number => Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b)
const greatest = (a: number, b: number): number => Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b)
