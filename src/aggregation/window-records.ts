import type { WindowRecord } from '../contracts/window.js'
import type { MergedFamily } from './merged-family.js'
import { CHUNK_ROWS, GAUGE_CELLS, type WindowColumns } from './window-columns.js'

/**
 * The records of a window: of each series that was sampled, gained or observed something.
 *
 * @param families by ordinal; `undefined` in the place of one that is not wanted
 * @param later the minutes after the window, whose gains are not yet part of its totals: asked anew for each record, for there may be more by then
 */
export function * windowRecords (
  window: WindowColumns, families: ReadonlyArray<MergedFamily | undefined>, later: () => readonly WindowColumns[]
): Generator<WindowRecord> {
  for (const [ordinal, column] of window.columns.entries()) {
    const family = families[ordinal]
    if (column === undefined || family === undefined) continue
    for (const [at, cells] of column.entries()) {
      if (cells === undefined) continue
      for (let row = 0; row < CHUNK_ROWS; row++) {
        const index = at * CHUNK_ROWS + row
        const record = recordOf(window, family, index, cells, row * family.windowWidth, later())
        if (record !== undefined) yield record
      }
    }
  }
}

function recordOf (
  window: WindowColumns, family: MergedFamily, index: number, cells: Float64Array, at: number, later: readonly WindowColumns[]
): WindowRecord | undefined {
  if (family.type === 'gauge') {
    const count = cells[at + GAUGE_CELLS.count]!
    if (count === 0) return undefined
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
    const increment = cells[at]!
    if (increment === 0) return undefined
    const total = later.reduce((total, window) => total - window.gain(family, index), family.valueOf(index))
    return { ...head(window, family, index), type: 'counter', increment, total }
  }
  const buckets = [...cells.subarray(at + 1, at + family.width)]
  if (cells[at] === 0 && buckets.every(count => count === 0)) return undefined
  return { ...head(window, family, index), type: 'histogram', bounds: family.bounds!, buckets, sum: cells[at]! }
}

function head ({ resolution, startMs, endMs }: WindowColumns, family: MergedFamily, index: number) {
  return { name: family.family.name, labels: family.labelsOf(index), resolution, startMs, endMs }
}
