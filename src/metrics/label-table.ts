import { DELETED, EMPTY, labelFinder, mix, seek, type FinderState, type LabelFinder } from './label-finder.js'
import { ownCopy } from './label-value.js'

/** The distinct values of one label, each with a small number and a count of the series that use it. */
class ValueTable {
  readonly ids = new Map<string, number>()
  readonly texts: string[] = []
  readonly #uses: number[] = []
  readonly #free: number[] = []

  acquire (value: string): number {
    let id = this.ids.get(value)
    if (id === undefined) {
      id = this.#free.pop() ?? this.texts.length
      const text = ownCopy(value)
      this.ids.set(text, id)
      this.texts[id] = text
      this.#uses[id] = 0
    }
    this.#uses[id]! += 1
    return id
  }

  release (id: number): void {
    this.#uses[id]! -= 1
    if (this.#uses[id] !== 0) return
    this.ids.delete(this.texts[id]!)
    this.texts[id] = ''
    this.#free.push(id)
  }
}

/**
 * Finds the slot of a label set by comparing the values as they are: no key string is built, so no two sets can be
 * confused (`{a:"1,b:2"}` and `{a:"1",b:"2"}`) and nothing of the caller's is kept by reference.
 *
 * Each value is interned to a small number per label; the numbers of a set are looked up in an open-addressing table
 * of slots. A look-up costs one `Map.get` a label and allocates nothing.
 */
export class LabelTable {
  /** The slot of a caller's label object: the hot path. */
  readonly find: LabelFinder
  readonly #values: readonly ValueTable[]
  readonly #state: FinderState
  /** Entries of the table that are not EMPTY. */
  #filled = 0
  #size = 0

  /** @param makeFinder makes the finder; `plainFinder` where no code shall be generated */
  constructor (names: readonly string[], makeFinder: typeof labelFinder = labelFinder) {
    this.#values = names.map(() => new ValueTable())
    this.#state = {
      values: this.#values.map(values => values.ids), ids: new Int32Array(4 * names.length), table: new Int32Array(8), lastSlot: -1
    }
    this.find = makeFinder(names, this.#state)
  }

  /** How many label sets there are. */
  get size (): number {
    return this.#size
  }

  /** The slot of the label set with exactly these clean values, in the order of the names; or -1. */
  get (values: readonly string[]): number {
    const ids = new Int32Array(values.length)
    for (let i = 0; i < values.length; i++) {
      const id = this.#values[i]!.ids.get(values[i]!)
      if (id === undefined) return -1
      ids[i] = id
    }
    return seek(this.#state, ids)
  }

  /** Whether `value` occurs as a value of label `i`. */
  has (i: number, value: string): boolean {
    return this.#values[i]!.ids.has(value)
  }

  /** Puts a label set that is not there yet into `slot`. */
  add (values: readonly string[], slot: number): void {
    const state = this.#state
    const count = values.length
    if ((slot + 1) * count > state.ids.length) {
      const grown = new Int32Array(Math.max((slot + 1) * count, 2 * state.ids.length))
      grown.set(state.ids)
      state.ids = grown
    }
    values.forEach((value, i) => { state.ids[slot * count + i] = this.#values[i]!.acquire(value) })
    if (4 * (this.#filled + 1) > 3 * state.table.length) this.#rehash()
    this.#insert(slot)
    this.#size++
  }

  /** Takes the label set in `slot` out. */
  remove (slot: number): void {
    const { table } = this.#state
    const mask = table.length - 1
    let at = this.#hashOf(slot) & mask
    while (table[at] !== slot + 1) at = (at + 1) & mask
    table[at] = DELETED
    this.#idsOf(slot).forEach((id, i) => { this.#values[i]!.release(id) })
    this.#size--
    this.#state.lastSlot = -1
  }

  /** The values of the label set in `slot`, in the order of the names. */
  valuesOf (slot: number): string[] {
    return Array.from(this.#idsOf(slot), (id, i) => this.#values[i]!.texts[id]!)
  }

  #idsOf (slot: number): Int32Array {
    const count = this.#values.length
    return this.#state.ids.subarray(slot * count, (slot + 1) * count)
  }

  #hashOf (slot: number): number {
    return this.#idsOf(slot).reduce(mix, 0)
  }

  #insert (slot: number): void {
    const { table } = this.#state
    const mask = table.length - 1
    let at = this.#hashOf(slot) & mask
    while (table[at] !== EMPTY) at = (at + 1) & mask
    table[at] = slot + 1
    this.#filled++
  }

  #rehash (): void {
    const old = this.#state.table
    let length = 8
    while (length < 2 * (this.#size + 1)) length *= 2
    this.#state.table = new Int32Array(length)
    this.#filled = 0
    for (const entry of old) if (entry > EMPTY) this.#insert(entry - 1)
  }
}
