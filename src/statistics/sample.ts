import { figure, undefinedFor, type Figure } from './figure.js'
import { isObserved, type Series } from './series.js'

/**
 * Observations kept for what needs them all: quantiles. Holds at most `capacity` (8 bytes each); once more have come it
 * holds none, and its figures are undefined. Two merge.
 */
export class Sample {
  readonly #capacity: number
  #values: Float64Array
  #count = 0
  /** Ranks whose values stand in their place, in order: nothing before them is greater. Selecting starts from these. */
  #settled: number[] = []

  constructor (capacity: number) {
    this.#capacity = capacity
    this.#values = new Float64Array(Math.min(capacity, 64))
  }

  /** A sample of what is observed in `values`. */
  static of (values: Series): Sample {
    const sample = new Sample(Math.max(1, values.length))
    const kept = new Float64Array(values.length)
    let count = 0
    for (let at = 0; at < values.length; at++) {
      const value = values[at]
      if (isObserved(value)) kept[count++] = value
    }
    sample.#values = kept
    sample.#count = count
    return sample
  }

  add (value: number): void {
    this.#settled = []
    if (this.#count >= this.#capacity) {
      this.#count = Infinity
      this.#values = new Float64Array(0)
      return
    }
    if (this.#count === this.#values.length) this.#grow(this.#count * 2)
    this.#values[this.#count++] = value
  }

  merge (other: Sample): void {
    this.#settled = []
    const count = this.#count + other.#count
    if (count > this.#capacity) {
      this.#count = Infinity
      this.#values = new Float64Array(0)
      return
    }
    if (count > this.#values.length) this.#grow(count)
    this.#values.set(other.#values.subarray(0, other.#count), this.#count)
    this.#count = count
  }

  /** The quantile of `share` (0..1), linear between order statistics (Hyndman & Fan 1996, type 7). */
  quantile (share: number): Figure {
    return this.#unknown() ?? figure(this.#quantile(share))
  }

  /** The return that the worst 1 - `confidence` lie below: negative when it is a loss. */
  valueAtRisk (confidence: number): Figure {
    return this.quantile(1 - confidence)
  }

  /** The mean of the worst 1 - `confidence` of the returns, of ⌊(n - 1)(1 - confidence)⌋ + 1 of them. */
  expectedShortfall (confidence: number): Figure {
    const unknown = this.#unknown()
    if (unknown !== undefined) return unknown
    // 1 - 0.9 is a hair less than 0.1.
    const last = Math.floor((this.#count - 1) * (1 - confidence) + 1e-9)
    this.#ranked(last)
    let sum = 0
    for (let at = 0; at <= last; at++) sum += this.#values[at]!
    return figure(sum / (last + 1))
  }

  /** |quantile 0.95 / quantile 0.05|: how far the good tail reaches against the bad. */
  tailRatio (): Figure {
    const unknown = this.#unknown()
    if (unknown !== undefined) return unknown
    const low = this.#quantile(0.05)
    return low === 0 ? undefinedFor('no downside') : figure(Math.abs(this.#quantile(0.95) / low))
  }

  #unknown (): Figure | undefined {
    if (this.#count === Infinity || this.#capacity === 0) return undefinedFor('sample not kept')
    return this.#count === 0 ? undefinedFor('no observations') : undefined
  }

  #quantile (share: number): number {
    const place = (this.#count - 1) * Math.min(1, Math.max(0, share))
    const below = Math.floor(place)
    const low = this.#ranked(below)
    return place === below ? low : low + (this.#ranked(below + 1) - low) * (place - below)
  }

  /** The value of rank `rank` (0 the least), by reordering what is kept: its order is nobody's. */
  #ranked (rank: number): number {
    const settled = this.#settled
    const next = settled.findIndex(known => known >= rank)
    if (settled[next] !== rank) {
      const at = next === -1 ? settled.length : next
      select(this.#values, rank, (settled[at - 1] ?? -1) + 1, (settled[at] ?? this.#count) - 1)
      settled.splice(at, 0, rank)
    }
    return this.#values[rank]!
  }

  #grow (least: number): void {
    const values = new Float64Array(Math.min(this.#capacity, Math.max(least, this.#values.length * 2)))
    values.set(this.#values.subarray(0, this.#count))
    this.#values = values
  }
}

/** Reorders `values` so that the one of rank `wanted` stands in its place, none greater before it (Hoare 1961). */
function select (values: Float64Array, wanted: number, left: number, right: number): void {
  while (left < right) {
    const pivot = middle(values[left]!, values[(left + right) >> 1]!, values[right]!)
    let low = left
    let high = right
    while (low <= high) {
      while (values[low]! < pivot) low++
      while (values[high]! > pivot) high--
      if (low > high) break
      const value = values[low]!
      values[low++] = values[high]!
      values[high--] = value
    }
    if (wanted <= high) right = high
    else if (wanted >= low) left = low
    else return
  }
}

function middle (a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
