/**
 * Small numbers for names from outside, by first come: rows go by these on the wire, so a name is only ever text
 * (`__proto__` as well as 10 KB). Bounded: past `most` names there is no number.
 */
export class RowNumbers {
  readonly #numbers = new Map<string, number>()
  readonly #most: number

  constructor (most: number) {
    this.#most = most
  }

  /** The number of a name, a new one if need be; `undefined` when there are too many. */
  of (name: string): number | undefined {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    if (this.#numbers.size >= this.#most) return undefined
    const number = this.#numbers.size
    this.#numbers.set(name, number)
    return number
  }

  /** Every name and its number. */
  entries (): IterableIterator<[string, number]> {
    return this.#numbers.entries()
  }
}
