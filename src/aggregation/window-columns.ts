import type { MetricType } from '../contracts/instruments.js'
import { resolutionMs, type Resolution } from '../contracts/window.js'

/** What a window has to know of a metric. */
export interface ColumnFamily {
  readonly ordinal: number
  readonly type: MetricType
  readonly windowWidth: number
}

/** Rows of a chunk: what changes together is often declared together, and what does not change takes no memory. */
export const CHUNK_ROWS = 64

/** The cells of a gauge in a window. `lastMs` is when `last` was sampled: samples may come out of order. */
export const GAUGE_CELLS = { count: 0, sum: 1, min: 2, max: 3, last: 4, lastMs: 5, width: 6 } as const

/** One window of all series, as columns by family, in chunks of rows that are made when they are first written. */
export class WindowColumns {
  readonly resolution: Resolution
  readonly startMs: number
  readonly columns: Array<Array<Float64Array | undefined> | undefined> = []
  bytes = 0

  constructor (resolution: Resolution, startMs: number) {
    this.resolution = resolution
    this.startMs = startMs
  }

  get endMs (): number {
    return this.startMs + resolutionMs[this.resolution]
  }

  /** The chunk that holds row `index` of a family, made if need be. */
  chunk (family: ColumnFamily, index: number): Float64Array {
    const column = this.columns[family.ordinal] ??= []
    const at = Math.floor(index / CHUNK_ROWS)
    column[at] ??= this.#make(family)
    return column[at]
  }

  /** Adds to one cell of a counter (cell 0) or a histogram (0 its sum, then its buckets). */
  add (family: ColumnFamily, index: number, cell: number, by: number): void {
    this.chunk(family, index)[(index % CHUNK_ROWS) * family.windowWidth + cell]! += by
  }

  /** Takes one sample of a gauge. */
  sample (family: ColumnFamily, index: number, value: number, atMs: number): void {
    const cells = this.chunk(family, index)
    mergeGauge(cells, (index % CHUNK_ROWS) * GAUGE_CELLS.width, 1, value, value, value, value, atMs)
  }

  /** What a counter gained in this window; 0 where it was not written. */
  gain (family: ColumnFamily, index: number): number {
    return this.columns[family.ordinal]?.[Math.floor(index / CHUNK_ROWS)]?.[(index % CHUNK_ROWS) * family.windowWidth] ?? 0
  }

  /** Sets `marks`, by index, to 1 where a gauge was sampled. */
  markSampled (family: ColumnFamily, marks: Uint8Array): void {
    this.columns[family.ordinal]?.forEach((cells, at) => {
      if (cells === undefined) return
      for (let row = 0; row < CHUNK_ROWS; row++) {
        if (cells[row * family.windowWidth + GAUGE_CELLS.count]! > 0) marks[at * CHUNK_ROWS + row] = 1
      }
    })
  }

  /** Adds the windows of a finer resolution into this one. */
  fold (finer: WindowColumns, families: readonly ColumnFamily[]): void {
    finer.columns.forEach((column, ordinal) => {
      const family = families[ordinal]!
      column?.forEach((from, at) => {
        if (from === undefined) return
        const into = this.chunk(family, at * CHUNK_ROWS)
        if (family.type === 'gauge') foldGauges(into, from)
        else for (let cell = 0; cell < from.length; cell++) into[cell]! += from[cell]!
      })
    })
  }

  #make (family: ColumnFamily): Float64Array {
    const cells = new Float64Array(CHUNK_ROWS * family.windowWidth)
    this.bytes += cells.byteLength
    return cells
  }
}

function foldGauges (into: Float64Array, from: Float64Array): void {
  const { count, sum, min, max, last, lastMs, width } = GAUGE_CELLS
  for (let at = 0; at < from.length; at += width) {
    const samples = from[at + count]!
    if (samples > 0) mergeGauge(into, at, samples, from[at + sum]!, from[at + min]!, from[at + max]!, from[at + last]!, from[at + lastMs]!)
  }
}

function mergeGauge (cells: Float64Array, at: number, samples: number, sum: number, min: number, max: number, last: number, atMs: number): void {
  const isFirst = cells[at + GAUGE_CELLS.count] === 0
  cells[at + GAUGE_CELLS.count]! += samples
  cells[at + GAUGE_CELLS.sum]! += sum
  const [least, most] = [cells[at + GAUGE_CELLS.min]!, cells[at + GAUGE_CELLS.max]!]
  // NaN is neither the least nor the greatest unless there is no other.
  if (isFirst || min < least || Number.isNaN(least)) cells[at + GAUGE_CELLS.min] = min
  if (isFirst || max > most || Number.isNaN(most)) cells[at + GAUGE_CELLS.max] = max
  if (isFirst || atMs >= cells[at + GAUGE_CELLS.lastMs]!) {
    cells[at + GAUGE_CELLS.last] = last
    cells[at + GAUGE_CELLS.lastMs] = atMs
  }
}
