/** Label values come from outside: at most this many are remembered, and none that is longer. */
const maxChildren = 1000
const maxKeyLength = 128

const isFit = (key: unknown): boolean => typeof key === 'string' && key.length <= maxKeyLength

/**
 * Bound children by one label value, so that a recorder resolves labels once. The last key costs one comparison; past
 * 1,000 keys the child is bound anew for each call, which is slower and no less right.
 */
export class ChildCache<C> {
  readonly #bind: (key: string) => C
  readonly #children = new Map<string, C>()
  #lastKey: string | undefined
  #last: C | undefined

  constructor (bind: (key: string) => C) {
    this.#bind = bind
  }

  get (key: string): C {
    if (key === this.#lastKey && this.#last !== undefined) return this.#last
    let child = this.#children.get(key)
    if (child === undefined) {
      child = this.#bind(key)
      if (this.#children.size >= maxChildren || !isFit(key)) return child
      this.#children.set(key, child)
    }
    this.#lastKey = key
    this.#last = child
    return child
  }
}

/** The same by two label values: 1,000 pairs in all. */
export class PairCache<C> {
  readonly #bind: (first: string, second: string) => C
  readonly #children = new Map<string, Map<string, C>>()
  #size = 0
  #lastFirst: string | undefined
  #lastSecond: string | undefined
  #last: C | undefined

  constructor (bind: (first: string, second: string) => C) {
    this.#bind = bind
  }

  get (first: string, second: string): C {
    if (first === this.#lastFirst && second === this.#lastSecond && this.#last !== undefined) return this.#last
    let child = this.#children.get(first)?.get(second)
    if (child === undefined) {
      child = this.#bind(first, second)
      if (this.#size >= maxChildren || !isFit(first) || !isFit(second)) return child
      let row = this.#children.get(first)
      if (row === undefined) this.#children.set(first, row = new Map())
      row.set(second, child)
      this.#size++
    }
    this.#lastFirst = first
    this.#lastSecond = second
    this.#last = child
    return child
  }
}
