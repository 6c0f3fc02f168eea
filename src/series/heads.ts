/** Positions in a row of `numbers`. */
export const LAST_MS = 0
export const STEP_MS = 1
export const LAST_VALUE = 2
const NUMBERS = 3

/** Positions in a row of `ints`. */
export const PAGE = 0
export const OFFSET = 1
/** In bits, from the start of the page. */
export const POSITION = 2
/** Where the chunk ends, in bits from the start of the page. */
export const LIMIT = 3
export const COUNT = 4
/** The encoder's scale and window (see `encode.ts`). */
export const WINDOW = 5
const INTS = 6

/**
 * Where each series writes next: what its newest chunk needs to go on, a row of two typed arrays for each slot. That is
 * 48 bytes a series, where an object with as many fields takes 150.
 */
export class Heads {
  numbers = new Float64Array(0)
  ints = new Int32Array(0)

  get bytes (): number {
    return this.numbers.byteLength + this.ints.byteLength
  }

  numberRow (slot: number): number {
    return slot * NUMBERS
  }

  intRow (slot: number): number {
    return slot * INTS
  }

  /** Makes the row of a series that has no sample yet. */
  open (slot: number): void {
    if ((slot + 1) * NUMBERS > this.numbers.length) this.#grow(Math.max(16, slot + 1 + (slot >> 1)))
    const n = this.numberRow(slot)
    this.numbers[n + LAST_MS] = -Infinity
    this.numbers[n + STEP_MS] = 0
    this.numbers[n + LAST_VALUE] = 0
    const i = this.intRow(slot)
    this.ints.fill(0, i, i + INTS)
    this.ints[i + PAGE] = -1
  }

  lastMs (slot: number): number {
    return this.numbers[this.numberRow(slot) + LAST_MS]!
  }

  /** Whether the chunk at this place is the one that the series writes to. */
  isAt (slot: number, page: number, offset: number): boolean {
    const i = this.intRow(slot)
    return this.ints[i + PAGE] === page && this.ints[i + OFFSET] === offset
  }

  #grow (rows: number): void {
    const { numbers, ints } = this
    this.numbers = new Float64Array(rows * NUMBERS)
    this.numbers.set(numbers)
    this.ints = new Int32Array(rows * INTS)
    this.ints.set(ints)
  }
}
