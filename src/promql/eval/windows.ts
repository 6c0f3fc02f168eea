import type { Samples } from '../../contracts/queryable.js'
import type { Column, Grid } from './column.js'
import type { RangeVector } from './range-vector.js'

/** The window of each instant in one series' samples; the arrays are used again for the next series. */
export class Windows {
  readonly grid: Grid
  readonly rangeMs: number
  /** Index of each window's first sample, and of the one past its last. */
  readonly from: Int32Array
  readonly to: Int32Array
  /** How many samples all windows hold together, each counted in every window that it is in. */
  samples = 0
  timestamps: Float64Array = new Float64Array(0)
  values: Float64Array = new Float64Array(0)
  readonly #firstEndMs: number
  readonly #endStepMs: number

  constructor (grid: Grid, range: RangeVector) {
    this.grid = grid
    this.rangeMs = range.rangeMs
    this.#firstEndMs = range.refs.firstMs
    this.#endStepMs = range.refs.stepMs
    this.from = new Int32Array(grid.count)
    this.to = new Int32Array(grid.count)
  }

  /** The (included) end of an instant's window, in milliseconds since the Unix epoch. */
  endMs (step: number): number {
    return this.#firstEndMs + step * this.#endStepMs
  }

  /** Finds the windows in other samples. Returns the most samples that one of them holds. */
  slide (samples: Samples): number {
    const { timestamps, length } = samples
    this.timestamps = timestamps
    this.values = samples.values
    const { from, to, rangeMs } = this
    let first = 0
    let next = 0
    let most = 0
    this.samples = 0
    for (let i = 0; i < from.length; i++) {
      const endMs = this.endMs(i)
      while (next < length && timestamps[next]! <= endMs) next++
      while (first < next && timestamps[first]! <= endMs - rangeMs) first++
      from[i] = first
      to[i] = next
      this.samples += next - first
      if (next - first > most) most = next - first
    }
    return most
  }
}

/**
 * A function of range vectors: fills the instants `first … last - 1` of a column, for those with a result, from their windows.
 * `parameters` are its scalar arguments, one value an instant.
 */
export type RangeFunction = (windows: Windows, out: Column, first: number, last: number, parameters: readonly Float64Array[]) => void

/** A function with a result for every window that is not empty, told by the window's values `from … to - 1`. */
export function ofValues (result: (values: Float64Array, from: number, to: number) => number): RangeFunction {
  return ({ from, to, values }, out, first, last) => {
    for (let i = first; i < last; i++) {
      if (from[i] === to[i]) continue
      out.values[i] = result(values, from[i]!, to[i]!)
      out.present[i] = 1
    }
  }
}

/** The time of one of the window's samples, in seconds since the Unix epoch; `index` tells which. */
export function timestampOf (index: (values: Float64Array, from: number, to: number) => number): RangeFunction {
  return ({ from, to, values, timestamps }, out, first, last) => {
    for (let i = first; i < last; i++) {
      if (from[i] === to[i]) continue
      out.values[i] = timestamps[index(values, from[i]!, to[i]!)]! / 1000
      out.present[i] = 1
    }
  }
}
