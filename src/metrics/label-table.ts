/** The longest label value kept, in UTF-16 units; what is longer is cut and ends in `…`. */
export const MAX_LABEL_VALUE_LENGTH = 1024

const EMPTY = 0
const DELETED = -1

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
      this.ids.set(value, id)
      this.texts[id] = value
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
  readonly #names: readonly string[]
  readonly #values: readonly ValueTable[]
  /** `slot * names.length + i` holds the number of label i's value. */
  #ids: Int32Array
  /** Hash table of `slot + 1`; EMPTY and DELETED mark the rest. Its length is a power of two. */
  #table = new Int32Array(8)
  /** Entries of the table that are not EMPTY. */
  #filled = 0
  #size = 0
  /** The numbers of the set being looked up: what `find` leaves for the probe, never read by another call. */
  readonly #probe: Int32Array
  /** The last set found, by its raw values: bursts with one label set skip the hashing. */
  readonly #lastValues: string[]
  #lastSlot = -1

  constructor (names: readonly string[]) {
    this.#names = names
    this.#values = names.map(() => new ValueTable())
    this.#ids = new Int32Array(4 * names.length)
    this.#probe = new Int32Array(names.length)
    this.#lastValues = names.map(() => '')
  }

  /** How many label sets there are. */
  get size (): number {
    return this.#size
  }

  /**
   * The slot of the label set, or -1: not there, or not in the plain form (every value a string of ordinary length,
   * no name too many), and so to be looked at by {@link LabelTable.get} with cleaned values.
   */
  find (labels: Readonly<Record<string, unknown>>): number {
    const names = this.#names
    const count = names.length
    let keys = 0
    for (const key in labels) if (key !== '') keys++
    if (keys !== count) return -1
    if (this.#lastSlot !== -1) {
      const last = this.#lastValues
      let i = 0
      while (i < count && labels[names[i]!] === last[i]) i++
      if (i === count) return this.#lastSlot
    }
    let hash = 0
    for (let i = 0; i < count; i++) {
      const value = labels[names[i]!]
      if (typeof value !== 'string' || value.length > MAX_LABEL_VALUE_LENGTH) return -1
      const id = this.#values[i]!.ids.get(value)
      if (id === undefined) return -1
      this.#probe[i] = id
      hash = mix(hash, id)
    }
    const slot = this.#seek(hash)
    if (slot !== -1) {
      for (let i = 0; i < count; i++) this.#lastValues[i] = labels[names[i]!] as string
      this.#lastSlot = slot
    }
    return slot
  }

  /** The slot of the label set with exactly these clean values, in the order of the names; or -1. */
  get (values: readonly string[]): number {
    let hash = 0
    for (let i = 0; i < values.length; i++) {
      const id = this.#values[i]!.ids.get(values[i]!)
      if (id === undefined) return -1
      this.#probe[i] = id
      hash = mix(hash, id)
    }
    return this.#seek(hash)
  }

  /** Whether `value` occurs as a value of label `i`. */
  has (i: number, value: string): boolean {
    return this.#values[i]!.ids.has(value)
  }

  /** Puts a label set that is not there yet into `slot`. */
  add (values: readonly string[], slot: number): void {
    const count = this.#names.length
    if ((slot + 1) * count > this.#ids.length) {
      const grown = new Int32Array(Math.max((slot + 1) * count, 2 * this.#ids.length))
      grown.set(this.#ids)
      this.#ids = grown
    }
    let hash = 0
    for (let i = 0; i < count; i++) {
      const id = this.#values[i]!.acquire(values[i]!)
      this.#ids[slot * count + i] = id
      hash = mix(hash, id)
    }
    if (4 * (this.#filled + 1) > 3 * this.#table.length) this.#rehash()
    this.#insert(hash, slot)
    this.#size++
  }

  /** Takes the label set in `slot` out. */
  remove (slot: number): void {
    const mask = this.#table.length - 1
    let at = this.#hashOf(slot) & mask
    while (this.#table[at] !== slot + 1) at = (at + 1) & mask
    this.#table[at] = DELETED
    this.#values.forEach((values, i) => { values.release(this.#ids[slot * this.#names.length + i]!) })
    this.#size--
    this.#lastSlot = -1
  }

  /** The values of the label set in `slot`, in the order of the names. */
  valuesOf (slot: number): string[] {
    return this.#values.map((values, i) => values.texts[this.#ids[slot * this.#names.length + i]!]!)
  }

  #seek (hash: number): number {
    const table = this.#table
    const ids = this.#ids
    const probe = this.#probe
    const count = probe.length
    const mask = table.length - 1
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const entry = table[at]!
      if (entry === EMPTY) return -1
      if (entry === DELETED) continue
      const base = (entry - 1) * count
      let i = 0
      while (i < count && ids[base + i] === probe[i]) i++
      if (i === count) return entry - 1
    }
  }

  #hashOf (slot: number): number {
    const count = this.#names.length
    let hash = 0
    for (let i = 0; i < count; i++) hash = mix(hash, this.#ids[slot * count + i]!)
    return hash
  }

  #insert (hash: number, slot: number): void {
    const mask = this.#table.length - 1
    let at = hash & mask
    while (this.#table[at] !== EMPTY) at = (at + 1) & mask
    this.#table[at] = slot + 1
    this.#filled++
  }

  #rehash (): void {
    const old = this.#table
    let length = 8
    while (length < 2 * (this.#size + 1)) length *= 2
    this.#table = new Int32Array(length)
    this.#filled = 0
    for (const entry of old) {
      if (entry > EMPTY) this.#insert(this.#hashOf(entry - 1), entry - 1)
    }
  }
}

function mix (hash: number, id: number): number {
  const mixed = Math.imul(hash ^ (id + 1), 0x9E3779B1)
  return mixed ^ (mixed >>> 15)
}
