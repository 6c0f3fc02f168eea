/** The cumulative buckets of one histogram at one instant, by bound in ascending order; the arrays may be longer than `length`. */
export interface Buckets {
  length: number
  readonly bounds: Float64Array
  readonly counts: Float64Array
}

/** A quantile, and whether counts that decrease had to be lifted for it. */
export interface BucketQuantile { readonly value: number, readonly forced: boolean }

/** How much less than the bucket before it a bucket may count, relatively, for it to be taken for rounding. */
const TOLERANCE = 1e-12

/**
 * The q-quantile of a histogram, linear within a bucket, from 0 in the first one when its bound is positive. NaN without observations or
 * without a bucket of bound +Inf; the second highest bound when it falls into that. Changes the buckets. (Prometheus promql/quantile.go)
 */
export function bucketQuantile (q: number, buckets: Buckets): BucketQuantile {
  const { bounds, counts } = buckets
  if (Number.isNaN(q)) return { value: NaN, forced: false }
  if (q < 0) return { value: -Infinity, forced: false }
  if (q > 1) return { value: Infinity, forced: false }
  if (bounds[buckets.length - 1] !== Infinity) return { value: NaN, forced: false }
  coalesce(buckets)
  const forced = repair(buckets)
  const last = buckets.length - 1
  const observations = counts[last]!
  if (last < 1 || observations === 0) return { value: NaN, forced: false }

  let rank = q * observations
  const at = firstReaching(counts, last, rank)
  if (at === last) return { value: bounds[last - 1]!, forced }
  if (at === 0 && bounds[0]! <= 0) return { value: bounds[0]!, forced }
  let start = 0
  let count = counts[at]!
  if (at > 0) {
    start = bounds[at - 1]!
    count -= counts[at - 1]!
    rank -= counts[at - 1]!
  }
  return { value: start + (bounds[at]! - start) * (rank / count), forced }
}

/** The share of observations between two values, linear within a bucket. Changes the buckets. */
export function bucketFraction (lower: number, upper: number, buckets: Buckets): number {
  const { bounds, counts } = buckets
  if (bounds[buckets.length - 1] !== Infinity) return NaN
  coalesce(buckets)
  const total = counts[buckets.length - 1]!
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN
  if (lower >= upper) return 0
  return (rankOf(upper, buckets, total) - rankOf(lower, buckets, total)) / total
}

/** How many observations lie below a value. */
function rankOf (value: number, { bounds, counts, length }: Buckets, total: number): number {
  let rank = 0
  let lower = -Infinity
  for (let i = 0; i < length; i++) {
    if (i > 0) lower = bounds[i - 1]!
    if (lower >= value) return atMost(rank, total)
    // A bound may be NaN.
    if (lower < value && bounds[i]! > value) return atMost(rank + (counts[i]! - rank) * (value - lower) / (bounds[i]! - lower), total)
    rank = counts[i]!
  }
  return total
}

function atMost (rank: number, total: number): number {
  return rank > total ? total : rank
}

/** Adds up buckets of one bound. */
function coalesce (buckets: Buckets): void {
  const { bounds, counts, length } = buckets
  let at = 0
  for (let i = 1; i < length; i++) {
    if (bounds[i] === bounds[at]) {
      counts[at]! += counts[i]!
    } else {
      at++
      bounds[at] = bounds[i]!
      counts[at] = counts[i]!
    }
  }
  buckets.length = at + 1
}

/** Evens out what is within rounding, and lifts each count to the greatest before it; whether the latter was needed. */
function repair ({ counts, length }: Buckets): boolean {
  let before = counts[0]!
  let forced = false
  for (let i = 1; i < length; i++) {
    const count = counts[i]!
    if (count === before) continue
    if (isRounding(before, count)) {
      counts[i] = before
    } else if (count < before) {
      counts[i] = before
      forced = true
    } else {
      before = count
    }
  }
  return forced
}

/** The least number that is not denormal. */
const LEAST_NORMAL = 2 ** -1022

function isRounding (a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true
  const sum = Math.abs(a) + Math.abs(b)
  const distance = Math.abs(a - b)
  if (a === 0 || b === 0 || sum < LEAST_NORMAL) return distance < TOLERANCE * LEAST_NORMAL
  return distance / Math.min(sum, Number.MAX_VALUE) < TOLERANCE
}

/** The first of `0 … end - 1` whose count is at least the rank, else `end`: by halves, as NaN makes of it what it does in Go. */
function firstReaching (counts: Float64Array, end: number, rank: number): number {
  let low = 0
  let high = end
  while (low < high) {
    const middle = (low + high) >> 1
    if (counts[middle]! >= rank) high = middle
    else low = middle + 1
  }
  return low
}
