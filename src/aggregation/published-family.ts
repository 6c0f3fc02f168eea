import { GaugeFamily } from '../metrics/gauge.js'
import type { AnyFamily, Block } from '../metrics/family.js'
import { HistogramFamily } from '../metrics/histogram.js'
import type { Batch } from './batch.js'
import type { WireFamily } from './wire.js'

/** What was published of one block of rows. */
interface PublishedBlock {
  version: number
  /** The cells as they were at the last flush. */
  readonly seen: Float64Array
  /** What resets took off them, by cell: totals as published never go back. `undefined` as long as there was no reset. */
  offsets: Float64Array | undefined
  /** By row. */
  readonly ids: Int32Array
  readonly series: Array<object | undefined>
}

/** One metric of a process as others know it: which id each series has, and what was last said of it. */
export class PublishedFamily {
  readonly wire: WireFamily
  readonly #family: AnyFamily
  readonly #width: number
  readonly #nextId: () => number
  readonly #blocks: PublishedBlock[] = []

  /** @param nextId gives a series id that no series of the process ever had */
  constructor (family: AnyFamily, id: number, nextId: () => number) {
    this.#family = family
    this.#nextId = nextId
    this.#width = family instanceof HistogramFamily ? family.bounds.length + 2 : 1
    this.wire = {
      id,
      type: family.type,
      name: family.name,
      help: family.help,
      ...family.unit === undefined ? {} : { unit: family.unit },
      labels: family.labelNames,
      ...family instanceof HistogramFamily ? { bounds: [...family.bounds] } : {},
      ...family instanceof GaugeFamily && family.aggregate !== 'last' ? { aggregate: family.aggregate } : {}
    }
  }

  /** Writes what changed into `batch` (everything, if `full`), and yields each time the batch is full. */
  * write (batch: Batch, full: boolean): Generator<void> {
    // Quantiles do not merge: that there is such a metric is said, so that who aggregates can count it.
    if (this.#family.type === 'summary') {
      if (full) batch.declareFamily(this.wire)
      return
    }
    for (let index = 0; index < this.#family.blocks.length; index++) {
      const block = this.#family.blocks[index]!
      const published = this.#blocks[index] ??= this.#emptyBlock()
      if (published.version !== block.version) this.#follow(published, block, index, batch, full)
      for (let row = 0; row < published.ids.length; row++) {
        if (published.ids[row] === -1) continue
        const isNew = published.ids[row]! < -1
        if (isNew) published.ids[row] = -published.ids[row]! - 2
        this.#writeRow(published, block, index, row, batch, full || isNew)
        if (batch.isFull) yield
      }
    }
  }

  /** Says that every series is gone, for a metric that was unregistered. */
  retire (batch: Batch): void {
    for (const { ids } of this.#blocks) for (const id of ids) if (id >= 0) batch.remove(id)
  }

  #emptyBlock (): PublishedBlock {
    const rows = this.#family.rowsPerBlock
    return {
      version: -1,
      seen: new Float64Array(rows * this.#width),
      offsets: undefined,
      ids: new Int32Array(rows).fill(-1),
      series: Array.from({ length: rows }, () => undefined)
    }
  }

  /** Series came or went: a row is that of a series, not of a slot. A new one has its id as `-id - 2` until it is declared. */
  #follow (published: PublishedBlock, block: Block, index: number, batch: Batch, full: boolean): void {
    published.version = block.version
    const first = index * published.ids.length
    for (let row = 0; row < published.ids.length; row++) {
      const series = this.#family.series[first + row]
      if (series === published.series[row]) continue
      // Who gets a full set sees by it what is gone.
      if (published.ids[row]! >= 0 && !full) batch.remove(published.ids[row]!)
      published.series[row] = series
      published.ids[row] = series === undefined ? -1 : -this.#nextId() - 2
      published.seen.fill(0, row * this.#width, (row + 1) * this.#width)
      published.offsets?.fill(0, row * this.#width, (row + 1) * this.#width)
    }
  }

  #writeRow (published: PublishedBlock, block: Block, index: number, row: number, batch: Batch, whole: boolean): void {
    const id = published.ids[row]!
    if (whole) batch.declareSeries(this.wire, id, this.#family.valuesOf(index * published.ids.length + row))
    const at = row * this.#width
    const { seen } = published
    const { cells } = block
    if (this.wire.type === 'gauge') {
      const value = cells[at]! + 0 // -0 is 0
      if (!whole && Object.is(value, seen[at])) return
      seen[at] = value
      batch.totals.row(id, value)
      return
    }
    if (this.#wasReset(seen, cells, at)) {
      published.offsets ??= new Float64Array(seen.length)
      for (let cell = at; cell < at + this.#width; cell++) published.offsets[cell]! += seen[cell]!
      seen.fill(0, at, at + this.#width)
      whole = true
    }
    let isChanged = whole
    for (let cell = at; cell < at + this.#width && !isChanged; cell++) isChanged = cells[cell] !== seen[cell]
    if (!isChanged) return
    const { offsets } = published
    batch.totals.row(id, cells[at]! + (offsets?.[at] ?? 0))
    seen[at] = cells[at]!
    for (let bucket = 0; bucket < this.#width - 1; bucket++) {
      const cell = at + 1 + bucket
      const count = cells[cell]! + (offsets?.[cell] ?? 0)
      if (whole ? count !== 0 : cells[cell] !== seen[cell]) batch.totals.bucket(bucket, count)
      seen[cell] = cells[cell]!
    }
  }

  /** A counter or a bucket that went down was reset. (A sum may go down by itself: of negative observations.) */
  #wasReset (seen: Float64Array, cells: Float64Array, at: number): boolean {
    const first = this.#width === 1 ? at : at + 1
    for (let cell = first; cell < at + this.#width; cell++) if (cells[cell]! < seen[cell]!) return true
    return false
  }
}
