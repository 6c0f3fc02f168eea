import { sortInTurns, type Turns } from '../../clock/turns.js'

/** Order of samples with NaN before all others: as Go's heaps of samples have it. */
export function isLess (a: number, b: number): boolean {
  return Number.isNaN(a) || a < b
}

/** The other way round, NaN before all others too. */
export function isGreater (a: number, b: number): boolean {
  return Number.isNaN(a) || a > b
}

/** Columns picked from a group at one instant, with their values there: a heap with the worst of them on top. */
export class Heap {
  readonly columns: number[] = []
  readonly values: number[] = []
  readonly #isWorse: (a: number, b: number) => boolean

  constructor (isWorse: (a: number, b: number) => boolean) {
    this.#isWorse = isWorse
  }

  push (column: number, value: number): void {
    this.columns.push(column)
    this.values.push(value)
    for (let at = this.values.length - 1; at > 0;) {
      const parent = (at - 1) >> 1
      if (!this.#isWorse(this.values[at]!, this.values[parent]!)) break
      this.#swap(at, parent)
      at = parent
    }
  }

  /** Puts another in the place of the worst. */
  replaceTop (column: number, value: number): void {
    this.columns[0] = column
    this.values[0] = value
    for (let at = 0; ;) {
      let child = 2 * at + 1
      if (child >= this.values.length) break
      if (child + 1 < this.values.length && this.#isWorse(this.values[child + 1]!, this.values[child]!)) child++
      if (!this.#isWorse(this.values[child]!, this.values[at]!)) break
      this.#swap(at, child)
      at = child
    }
  }

  /** The columns, the best first. */
  async bestFirst (turns: Turns): Promise<number[]> {
    const order = await sortInTurns(turns, [...this.columns.keys()], (a, b) => rank(this.values[a]!, this.values[b]!, this.#isWorse))
    return order.map(i => this.columns[i]!)
  }

  #swap (a: number, b: number): void {
    [this.columns[a], this.columns[b]] = [this.columns[b]!, this.columns[a]!];
    [this.values[a], this.values[b]] = [this.values[b]!, this.values[a]!]
  }
}

function rank (a: number, b: number, isWorse: (a: number, b: number) => boolean): number {
  if (Number.isNaN(a) && Number.isNaN(b)) return 0
  return isWorse(a, b) ? 1 : isWorse(b, a) ? -1 : 0
}
