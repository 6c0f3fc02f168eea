/** A seeded stream of random numbers (mulberry32): the same seed, the same cases, on every machine. */
export class Random {
  #state: number

  constructor (seed: number) {
    this.#state = seed >>> 0
  }

  /** In [0, 1). */
  next (): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let x = this.#state
    x = Math.imul(x ^ (x >>> 15), x | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296
  }

  /** An integer in [0, below). */
  below (below: number): number {
    return Math.floor(this.next() * below)
  }

  /** An integer in [from, to]. */
  between (from: number, to: number): number {
    return from + this.below(to - from + 1)
  }

  chance (probability: number): boolean {
    return this.next() < probability
  }

  pick<T> (items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  /** Some of the items, in their order, at least `least`. */
  some<T> (items: readonly T[], least = 0): T[] {
    const chosen = items.filter(() => this.chance(0.5))
    return chosen.length >= least ? chosen : items.slice(0, least)
  }

  /** One of the items, each as likely as its weight says. */
  weighted<T> (items: ReadonlyArray<readonly [weight: number, item: T]>): T {
    let at = this.next() * items.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, item] of items) {
      at -= weight
      if (at < 0) return item
    }
    return items.at(-1)![1]
  }

  /** About normal, with mean 0 and deviation 1. */
  normal (): number {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += this.next()
    return sum
  }
}
