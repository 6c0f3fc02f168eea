import type { Samples } from '../contracts/queryable.js'

/** Samples that are made for the range before a seam, at most; some ten times as many all in all. */
const maxMade = 1000
/** How much further apart samples may stand from one range to the next. */
const growth = 0.08

/**
 * One series of two sources: the older up to the first recent sample. A running total of the older one is shifted to where the recent one
 * goes on. Where it would be negative the process had not started yet: there it stays as it is, and a reset is between, as `rate` knows it.
 * @param rangeMs of a range selector. Before the seam the older samples then stand as close as the recent ones, and further
 *   apart only little by little: `rate` guesses at the ends of a range by the average distance, and would dip where that
 *   changes at once
 */
export function joinAtSeam (older: Samples, recent: Samples, isCumulative: boolean, rangeMs: number): Samples {
  if (recent.length === 0) return older
  const seamMs = recent.timestamps[0]!
  const before = countBefore(older, seamMs)
  if (before === 0) return recent
  const lift = isCumulative ? recent.values[0]! - valueAt(older, seamMs, true) : 0
  // A total that the recent one does not reach was begun anew where the recent one is 0 when it is followed back.
  const raised = (value: number): number => value + lift < 0 ? value : value + lift
  const dense = rangeMs > 0 && before > 1 ? denseTimes(older, recent, rangeMs) : []
  const sparse = Math.min(before, countBefore(older, dense[0] ?? seamMs))
  const timestamps = [...older.timestamps.subarray(0, sparse), ...dense]
  const values = timestamps.map((atMs, i) => i < sparse ? older.values[i]! : valueAt(older, atMs, isCumulative))
    .map(value => isCumulative ? raised(value) : value)

  const length = timestamps.length + recent.length
  const joined = { length, timestamps: new Float64Array(length), values: new Float64Array(length) }
  joined.timestamps.set(timestamps)
  joined.timestamps.set(recent.timestamps.subarray(0, recent.length), timestamps.length)
  joined.values.set(values)
  joined.values.set(recent.values.subarray(0, recent.length), timestamps.length)
  const stale = recent.stale === undefined ? undefined : new Uint8Array(length)
  stale?.set(recent.stale!.subarray(0, recent.length), timestamps.length)
  return { ...joined, stale }
}

/** From the seam back to where the older samples are no further apart than these, in the order of time. */
function denseTimes (older: Samples, recent: Samples, rangeMs: number): number[] {
  const [firstMs, seamMs] = [older.timestamps[0]!, recent.timestamps[0]!]
  const sparseMs = older.timestamps[1]! - firstMs
  let stepMs = Math.max(recent.length > 1 ? recent.timestamps[1]! - seamMs : sparseMs, rangeMs / maxMade)
  const times: number[] = []
  for (let atMs = seamMs - stepMs; atMs > firstMs && stepMs < sparseMs; atMs -= stepMs) {
    times.push(Math.round(atMs))
    stepMs *= 1 + growth * stepMs / rangeMs
  }
  return times.reverse()
}

/** How many of the samples are older than an instant. */
export function countBefore ({ length, timestamps }: Samples, atMs: number): number {
  let [from, to] = [0, length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (timestamps[middle]! < atMs) from = middle + 1
    else to = middle
  }
  return from
}

/** A total grows evenly between samples, and is flat after the last. A level is that of the sample after: a window's stands at its end. */
function valueAt (samples: Samples, atMs: number, isCumulative: boolean): number {
  const { length, timestamps, values } = samples
  const next = countBefore(samples, atMs)
  if (next === length) return values[length - 1]!
  if (next === 0 || !isCumulative) return values[next]!
  const share = (atMs - timestamps[next - 1]!) / (timestamps[next]! - timestamps[next - 1]!)
  return values[next - 1]! + (values[next]! - values[next - 1]!) * share
}
