/** The same eight bytes as a number and as two words: what is read here was written just before. */
const number = new Float64Array(1)
const words = new Int32Array(number.buffer)
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0

/** Cells an octave, as a power of two: with 16, two bounds rarely share one. */
const CELL_BITS = 4
const MOST_CELLS = 4096

/**
 * Finds the bucket of a value. The first bits of a double are its logarithm, nearly: they index a table that says from
 * which bound on to look, and one comparison or two do the rest. Neither halving (a coin toss for the processor at
 * every step) nor a scan from the start (the more bounds, the slower) is as fast (`histogram.bound` of the benchmarks).
 */
export class BucketIndex {
  /** The upper bounds, ascending; how many there are is `bounds.length`. */
  readonly bounds: Float64Array
  /** The same with +Inf at the end, so that a search stops by itself. */
  readonly #stops: Float64Array
  readonly #cells: Uint16Array
  /** What of a number's high word is the cell, and which cell is the table's first but one. */
  readonly #shift: number
  readonly #base: number

  constructor (buckets: readonly number[]) {
    this.bounds = Float64Array.from(buckets)
    this.#stops = Float64Array.from([...buckets, Infinity])
    const positive = buckets.filter(bound => bound > 0)
    const [first = 1, last = 1] = [positive[0], positive.at(-1)]
    let bits = CELL_BITS
    while (bits > 0 && (highWord(last) >> (20 - bits)) - (highWord(first) >> (20 - bits)) > MOST_CELLS) bits--
    this.#shift = 20 - bits
    this.#base = (highWord(first) >> this.#shift) - 1
    // Cell 0 is everything below the first positive bound, negative numbers too: there the search begins at the start.
    this.#cells = Uint16Array.from({ length: (highWord(last) >> this.#shift) - this.#base + 2 }, (_, cell) => {
      if (cell === 0) return 0
      const edge = lowerEdge((this.#base + cell) << this.#shift)
      const index = buckets.findIndex(bound => bound >= edge)
      return index === -1 ? buckets.length : index
    })
  }

  /** The first bucket whose upper bound is not below `value` (finite); `bounds.length` past them all. */
  find (value: number): number {
    number[0] = value
    let cell = (words[HIGH]! >> this.#shift) - this.#base
    const cells = this.#cells
    if (cell < 0) cell = 0
    else if (cell >= cells.length) cell = cells.length - 1
    let bucket = cells[cell]!
    const stops = this.#stops
    while (value > stops[bucket]!) bucket++
    return bucket
  }
}

function highWord (value: number): number {
  number[0] = value
  return words[HIGH]!
}

/** The least number with this high word. */
function lowerEdge (high: number): number {
  words[1 - HIGH] = 0
  words[HIGH] = high
  return number[0]!
}
