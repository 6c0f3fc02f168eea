/** Rows of numbers of one width, appended one at a time; the first of them is row `start` of the whole. */
export class Track {
  readonly #width: number
  #start: number
  #rows = 0
  #values = new Float64Array(0)

  constructor (width: number, start: number) {
    this.#width = width
    this.#start = start
  }

  get bytes (): number {
    return this.#values.byteLength
  }

  /** Takes the first `width` numbers of `row`; makes room for `growthRows` more where there is none. */
  append (row: Float64Array, growthRows: number): void {
    const at = this.#rows * this.#width
    if (at === this.#values.length) {
      const values = new Float64Array(at + growthRows * this.#width)
      values.set(this.#values)
      this.#values = values
    }
    for (let i = 0; i < this.#width; i++) this.#values[at + i] = row[i]!
    this.#rows++
  }

  /** One column of the rows `begin` to `end` (not included) of the whole; `empty` before the first. */
  column (at: number, begin: number, end: number, empty = 0): Float64Array {
    const column = new Float64Array(Math.max(0, end - begin))
    for (let row = begin; row < end; row++) {
      column[row - begin] = row < this.#start ? empty : this.#values[(row - this.#start) * this.#width + at]!
    }
    return column
  }

  /** Keeps the rows of the whole that are 1 in `kept`. */
  keep (kept: Uint8Array): void {
    let start = 0
    let rows = 0
    for (let row = 0; row < kept.length; row++) {
      if (kept[row] === 0) continue
      const own = row - this.#start
      if (own < 0) start++
      else if (own < this.#rows) {
        this.#values.copyWithin(rows * this.#width, own * this.#width, (own + 1) * this.#width)
        rows++
      }
    }
    this.#start = start
    this.#rows = rows
    this.#values = this.#values.slice(0, rows * this.#width)
  }
}
