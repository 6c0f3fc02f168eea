import type { WindowRecord } from '../contracts/window.js'
import type { MergedFamily } from './merged-family.js'
import { CHUNK_ROWS, GAUGE_CELLS, type WindowColumns } from './window-columns.js'

/** Rows of one family that lie together in a window: few enough to be read in one go. */
export interface WindowChunk {
  readonly window: WindowColumns
  readonly family: MergedFamily
  /** Of its first row. */
  readonly index: number
  readonly cells: Float64Array
}

/**
 * The minutes after a window, whose gains are not yet part of its totals: asked anew for each record, for there may be more by then.
 * Not to be worked out each time.
 */
type Later = () => readonly WindowColumns[]

/**
 * The records of a window: of each series that was sampled, gained or observed something.
 *
 * @param families by ordinal
 */
export function * windowRecords (window: WindowColumns, families: readonly MergedFamily[], later: Later): Generator<WindowRecord> {
  for (const chunk of windowChunks(window, families)) yield * chunkRecords(chunk, later)
}

/** What a window holds, chunk by chunk. */
export function * windowChunks (window: WindowColumns, families: readonly MergedFamily[]): Generator<WindowChunk> {
  for (const [ordinal, column] of window.columns.entries()) {
    const family = families[ordinal]
    if (column === undefined || family === undefined) continue
    for (const [at, cells] of column.entries()) if (cells !== undefined) yield { window, family, index: at * CHUNK_ROWS, cells }
  }
}

/**
 * The records of a chunk.
 *
 * @param isWanted says of a series, by its index, whether a record of it is to be made
 */
export function * chunkRecords (chunk: WindowChunk, later: Later, isWanted: (index: number) => boolean = () => true): Generator<WindowRecord> {
  const { windowWidth } = chunk.family
  for (let row = 0; row < CHUNK_ROWS; row++) {
    const at = row * windowWidth
    if (isEmpty(chunk.cells, at, windowWidth) || !isWanted(chunk.index + row)) continue
    yield recordOf(chunk, chunk.index + row, at, later)
  }
}

/** Nothing was written to it: there may not even be such a series. */
function isEmpty (cells: Float64Array, at: number, width: number): boolean {
  for (let cell = at; cell < at + width; cell++) if (cells[cell] !== 0) return false
  return true
}

function recordOf ({ window, family, cells }: WindowChunk, index: number, at: number, later: Later): WindowRecord {
  if (family.type === 'gauge') {
    const count = cells[at + GAUGE_CELLS.count]!
    const sum = cells[at + GAUGE_CELLS.sum]!
    return {
      ...head(window, family, index),
      type: 'gauge',
      avg: sum / count,
      min: cells[at + GAUGE_CELLS.min]!,
      max: cells[at + GAUGE_CELLS.max]!,
      last: cells[at + GAUGE_CELLS.last]!,
      count,
      sum
    }
  }
  if (family.type === 'counter') {
    const total = later().reduce((total, window) => total - window.gain(family, index), family.valueOf(index))
    return { ...head(window, family, index), type: 'counter', increment: cells[at]!, total }
  }
  return { ...head(window, family, index), type: 'histogram', bounds: family.bounds!, buckets: [...cells.subarray(at + 1, at + family.width)], sum: cells[at]! }
}

function head ({ resolution, startMs, endMs }: WindowColumns, family: MergedFamily, index: number) {
  return { name: family.family.name, labels: family.labelsOf(index), resolution, startMs, endMs }
}
