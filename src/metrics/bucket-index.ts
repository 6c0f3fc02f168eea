import { endianness } from 'node:os'

/** The same eight bytes as a number and as four words: what is read here was written just before. */
const number = new Float64Array(1)
const words = new Int16Array(number.buffer)
/** The word with the sign, the exponent and the first four bits of the mantissa: 16 cells an octave, negative below 0. */
const TOP = endianness() === 'LE' ? 3 : 0

/**
 * Finds the bucket of a value. The first bits of a double are its logarithm, nearly: they index a table that says from
 * which bound on to look, and one comparison or two do the rest. Neither halving (a coin toss for the processor at
 * every step) nor a scan from the start (the more bounds, the slower) is as fast (`histogram.bound` of the benchmarks).
 * The table has 16 entries an octave between the first positive bound and the last: 64 KB for all the octaves there are.
 */
export class BucketIndex {
  /** The upper bounds, ascending; how many there are is `bounds.length`. */
  readonly bounds: Float64Array
  /** The same with +Inf at the end, so that a search stops by itself. */
  readonly #stops: Float64Array
  /** By cell, the first bound that may be meant. */
  readonly #cells: Uint16Array
  /** Which cell is the table's first but one. */
  readonly #base: number

  constructor (buckets: readonly number[]) {
    this.bounds = Float64Array.from(buckets)
    this.#stops = Float64Array.from([...buckets, Infinity])
    const positive = buckets.filter(bound => bound > 0)
    const [first = 1, last = 1] = [positive[0], positive.at(-1)]
    this.#base = cellOf(first) - 1
    // Cell 0 is everything below the first positive bound, negative numbers too: there the search begins at the start.
    this.#cells = Uint16Array.from({ length: cellOf(last) - this.#base + 2 }, (_, cell) => {
      if (cell === 0) return 0
      const edge = lowerEdge(this.#base + cell)
      const index = buckets.findIndex(bound => bound >= edge)
      return index === -1 ? buckets.length : index
    })
  }

  /** The first bucket whose upper bound is not below `value` (finite); `bounds.length` past them all. */
  find (value: number): number {
    number[0] = value
    let cell = words[TOP]! - this.#base
    const cells = this.#cells
    if (cell < 0) cell = 0
    else if (cell >= cells.length) cell = cells.length - 1
    let bucket = cells[cell]!
    const stops = this.#stops
    while (value > stops[bucket]!) bucket++
    return bucket
  }
}

function cellOf (value: number): number {
  number[0] = value
  return words[TOP]!
}

/** The least number of a cell. */
function lowerEdge (cell: number): number {
  number[0] = 0
  words[TOP] = cell
  return number[0]
}
