import { quantile } from './quantile.js'
import type { RangeFunction } from './windows.js'

// Each takes a window's values: values[from] … values[to - 1], at least one.

/** Sum, compensated after Neumaier. */
export function sum (values: Float64Array, from: number, to: number): number {
  let total = 0
  let lost = 0
  for (let i = from; i < to; i++) {
    const value = values[i]!
    const next = total + value
    if (next === Infinity || next === -Infinity) lost = 0
    else if (Math.abs(total) >= Math.abs(value)) lost += (total - next) + value
    else lost += (value - next) + total
    total = next
  }
  return total === Infinity || total === -Infinity ? total : total + lost
}

/** Mean: the compensated sum divided, or, where that sum would overflow, from then on a running mean. */
export function average (values: Float64Array, from: number, to: number): number {
  let total = values[from]!
  let lost = 0
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!
    const next = total + value
    if (next === Infinity || next === -Infinity) return runningMean(values, from, i, to, total, lost)
    if (Math.abs(total) >= Math.abs(value)) lost += (total - next) + value
    else lost += (value - next) + total
    total = next
  }
  return total / (to - from) + lost / (to - from)
}

function runningMean (values: Float64Array, from: number, at: number, to: number, total: number, lostBefore: number): number {
  let mean = total / (at - from)
  let lost = lostBefore / (at - from)
  for (let i = at; i < to; i++) {
    const count = i - from + 1
    const share = (count - 1) / count
    const value = values[i]! / count
    mean *= share
    lost *= share
    const next = mean + value
    if (next === Infinity || next === -Infinity) lost = 0
    else if (Math.abs(mean) >= Math.abs(value)) lost += (mean - next) + value
    else lost += (value - next) + mean
    mean = next
  }
  return mean + lost
}

/** Least value; NaN only where there is nothing else. */
export function least (values: Float64Array, from: number, to: number): number {
  let found = values[from]!
  for (let i = from; i < to; i++) if (values[i]! < found || Number.isNaN(found)) found = values[i]!
  return found
}

/** Greatest value; NaN only where there is nothing else. */
export function greatest (values: Float64Array, from: number, to: number): number {
  let found = values[from]!
  for (let i = from; i < to; i++) if (values[i]! > found || Number.isNaN(found)) found = values[i]!
  return found
}

/** Population variance after Welford, both running terms compensated. */
export function variance (values: Float64Array, from: number, to: number): number {
  let mean = 0
  let meanLost = 0
  let squares = 0
  let squaresLost = 0
  for (let i = from; i < to; i++) {
    const delta = values[i]! - (mean + meanLost)
    const step = delta / (i - from + 1)
    const nextMean = mean + step
    if (nextMean === Infinity || nextMean === -Infinity) meanLost = 0
    else if (Math.abs(mean) >= Math.abs(step)) meanLost += (mean - nextMean) + step
    else meanLost += (step - nextMean) + mean
    mean = nextMean
    const square = delta * (values[i]! - (mean + meanLost))
    const nextSquares = squares + square
    if (nextSquares === Infinity || nextSquares === -Infinity) squaresLost = 0
    else if (Math.abs(squares) >= Math.abs(square)) squaresLost += (squares - nextSquares) + square
    else squaresLost += (square - nextSquares) + squares
    squares = nextSquares
  }
  return (squares + squaresLost) / (to - from)
}

/** Median of the distances from the median. */
export function medianDeviation (values: Float64Array, from: number, to: number): number {
  const sorted = values.slice(from, to)
  const median = quantile(0.5, sorted)
  return quantile(0.5, sorted.map(value => Math.abs(value - median)))
}

/** `quantile_over_time`: the quantile of each window's values. */
export const quantileOverTime: RangeFunction = ({ from, to, values }, out, first, last, [quantiles]) => {
  for (let i = first; i < last; i++) {
    if (from[i] === to[i]) continue
    out.values[i] = quantile(quantiles![i]!, values.slice(from[i], to[i]))
    out.present[i] = 1
  }
}

/** Index of the last value that equals the least or greatest one. */
export function latestOf (values: Float64Array, from: number, to: number, extreme: typeof least): number {
  const found = extreme(values, from, to)
  for (let i = to - 1; i > from; i--) if (values[i] === found || Number.isNaN(found)) return i
  return from
}
