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

  constructor (capacity: number) {
    this.#capacity = capacity
    this.#values = new Float64Array(Math.min(capacity, 64))
  }

  /** A sample of what is observed in `values`. */
  static of (values: Series): Sample {
    const sample = new Sample(Math.max(1, values.length))
    sample.#values = new Float64Array(values.length)
    for (let at = 0; at < values.length; at++) {
      const value = values[at]
      if (isObserved(value)) sample.#values[sample.#count++] = value
    }
    return sample
  }

  add (value: number): void {
    if (this.#count >= this.#capacity) {
      this.#count = Infinity
      this.#values = new Float64Array(0)
      return
    }
    if (this.#count === this.#values.length) this.#grow(this.#count * 2)
    this.#values[this.#count++] = value
  }

  merge (other: Sample): void {
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
    return this.#read(values => figure(quantileOf(values, share)))
  }

  /** The return that the worst 1 - `confidence` lie below: negative when it is a loss. */
  valueAtRisk (confidence: number): Figure {
    return this.quantile(1 - confidence)
  }

  /** The mean of the worst 1 - `confidence` of the returns, of ⌊(n - 1)(1 - confidence)⌋ + 1 of them. */
  expectedShortfall (confidence: number): Figure {
    return this.#read(values => {
      // 1 - 0.95 is a hair more than 0.05, and 1 - 0.9 a hair less than 0.1.
      const last = Math.floor((values.length - 1) * (1 - confidence) + 1e-9)
      select(values, last, 0, values.length - 1)
      let sum = 0
      for (let at = 0; at <= last; at++) sum += values[at]!
      return figure(sum / (last + 1))
    })
  }

  /** |quantile 0.95 / quantile 0.05|: how far the good tail reaches against the bad. */
  tailRatio (): Figure {
    return this.#read(values => {
      const low = quantileOf(values, 0.05)
      return low === 0 ? undefinedFor('no downside') : figure(Math.abs(quantileOf(values, 0.95) / low))
    })
  }

  #read (question: (values: Float64Array) => Figure): Figure {
    if (this.#count === Infinity || this.#capacity === 0) return undefinedFor('sample not kept')
    // The order of what is kept is nobody's: selecting within it needs no copy.
    return this.#count === 0 ? undefinedFor('no observations') : question(this.#values.subarray(0, this.#count))
  }

  #grow (least: number): void {
    const values = new Float64Array(Math.min(this.#capacity, Math.max(least, this.#values.length * 2)))
    values.set(this.#values.subarray(0, this.#count))
    this.#values = values
  }
}

/** Reorders `values`. */
function quantileOf (values: Float64Array, share: number): number {
  const place = (values.length - 1) * Math.min(1, Math.max(0, share))
  const below = Math.floor(place)
  select(values, below, 0, values.length - 1)
  const low = values[below]!
  if (place === below) return low
  let high = Infinity
  for (let at = below + 1; at < values.length; at++) if (values[at]! < high) high = values[at]!
  return low + (high - low) * (place - below)
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
