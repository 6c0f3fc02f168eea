import type { RangeFunction } from './windows.js'

/**
 * `rate`, `increase` and `delta`: the difference of a window's last and first value, with what counter resets hid, stretched to the
 * window's ends as far as the series is likely to reach (Prometheus promql/functions.go, extrapolatedRate).
 */
export function extrapolated (isCounter: boolean, perSecond: boolean): RangeFunction {
  return (windows, out, first, last) => {
    const { from, to, timestamps, values, rangeMs } = windows
    const resets = isCounter ? resetsBetween(values, from[first]!, to[last - 1]!) : []
    let nextReset = 0
    for (let i = first; i < last; i++) {
      const start = from[i]!
      const end = to[i]! - 1
      if (end <= start) continue
      const firstMs = timestamps[start]!
      const lastMs = timestamps[end]!
      let difference = values[end]! - values[start]!
      while (nextReset < resets.length && resets[nextReset]! <= start) nextReset++
      for (let r = nextReset; r < resets.length && resets[r]! <= end; r++) difference += values[resets[r]! - 1]!

      const endMs = windows.endMs(i)
      let toStart = (firstMs - (endMs - rangeMs)) / 1000
      let toEnd = (endMs - lastMs) / 1000
      const sampled = (lastMs - firstMs) / 1000
      const average = sampled / (end - start)
      const near = average * 1.1
      if (toStart >= near) toStart = average / 2
      if (isCounter && difference > 0 && values[start]! >= 0) {
        // A counter starts at 0: it does not reach further back than to there.
        const toZero = sampled * (values[start]! / difference)
        if (toZero < toStart) toStart = toZero
      }
      if (toEnd >= near) toEnd = average / 2
      let factor = (sampled + toStart + toEnd) / sampled
      if (perSecond) factor /= rangeMs / 1000
      out.values[i] = difference * factor
      out.present[i] = 1
    }
  }
}

/** Indices of the values in `from … to - 1` that are less than the one before. */
function resetsBetween (values: Float64Array, from: number, to: number): number[] {
  const resets: number[] = []
  for (let i = from + 1; i < to; i++) if (values[i]! < values[i - 1]!) resets.push(i)
  return resets
}

/** `irate` and `idelta`: the difference of a window's last two values. */
export function lastTwo (isCounter: boolean): RangeFunction {
  return ({ from, to, timestamps, values }, out, first, last) => {
    for (let i = first; i < last; i++) {
      const end = to[i]! - 1
      if (end <= from[i]!) continue
      const before = values[end - 1]!
      const value = values[end]!
      const difference = isCounter && value < before ? value : value - before
      out.values[i] = isCounter ? difference / ((timestamps[end]! - timestamps[end - 1]!) / 1000) : difference
      out.present[i] = 1
    }
  }
}

/** `resets`: how often a value is less than the one before. */
export function countResets (values: Float64Array, from: number, to: number): number {
  let count = 0
  for (let i = from + 1; i < to; i++) if (values[i]! < values[i - 1]!) count++
  return count
}

/** `changes`: how often a value differs from the one before; NaN does not differ from NaN. */
export function countChanges (values: Float64Array, from: number, to: number): number {
  let count = 0
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!
    const before = values[i - 1]!
    if (value !== before && !(Number.isNaN(value) && Number.isNaN(before))) count++
  }
  return count
}
