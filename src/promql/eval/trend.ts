import { formatFixed } from '../go-number.js'
import { fail } from './failure.js'
import type { RangeFunction, Windows } from './windows.js'

/** Slope per second and value at `interceptMs` of the least-squares line through a window's samples; at least two of them. */
function line (windows: Windows, from: number, to: number, interceptMs: number): { slope: number, intercept: number } {
  const { timestamps, values } = windows
  const firstValue = values[from]!
  const sums = new CompensatedSums()
  let isConstant = true
  for (let i = from; i < to; i++) {
    const x = (timestamps[i]! - interceptMs) / 1e3
    const y = values[i]!
    if (y !== firstValue && i > from) isConstant = false
    sums.add(0, x)
    sums.add(1, y)
    sums.add(2, x * y)
    sums.add(3, x * x)
  }
  if (isConstant) return Number.isFinite(firstValue) ? { slope: 0, intercept: firstValue } : { slope: NaN, intercept: NaN }
  const n = to - from
  const x = sums.total(0)
  const y = sums.total(1)
  const slope = (sums.total(2) - x * y / n) / (sums.total(3) - x * x / n)
  return { slope, intercept: y / n - slope * x / n }
}

/** Four sums side by side, compensated after Neumaier. */
class CompensatedSums {
  readonly #sums = new Float64Array(4)
  readonly #lost = new Float64Array(4)

  add (which: number, value: number): void {
    const sum = this.#sums[which]!
    const next = sum + value
    if (next === Infinity || next === -Infinity) this.#lost[which] = 0
    else this.#lost[which]! += Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum
    this.#sums[which] = next
  }

  total (which: number): number {
    return this.#sums[which]! + this.#lost[which]!
  }
}

/** `deriv`: the slope of the line through a window's samples, per second. */
export const derivative: RangeFunction = (windows, out, first, last) => {
  const { from, to, timestamps } = windows
  for (let i = first; i < last; i++) {
    if (to[i]! - from[i]! < 2) continue
    out.values[i] = line(windows, from[i]!, to[i]!, timestamps[from[i]!]!).slope
    out.present[i] = 1
  }
}

/** `predict_linear`: where that line will be some seconds after the instant of evaluation. */
export const predictLinear: RangeFunction = (windows, out, first, last, [seconds]) => {
  const { from, to, grid } = windows
  for (let i = first; i < last; i++) {
    if (to[i]! - from[i]! < 2) continue
    const { slope, intercept } = line(windows, from[i]!, to[i]!, grid.startMs + i * grid.stepMs)
    out.values[i] = slope * seconds![i]! + intercept
    out.present[i] = 1
  }
}

/** `double_exponential_smoothing`: a smoothed value that follows a smoothed trend; both factors lie between 0 and 1. */
export const doubleExponentialSmoothing: RangeFunction = ({ from, to, values }, out, first, last, [smoothings, trends]) => {
  for (let i = first; i < last; i++) {
    if (from[i] === to[i]) continue
    const smoothing = factor('smoothing', 'sf', smoothings![i]!)
    const trend = factor('trend', 'tf', trends![i]!)
    if (to[i]! - from[i]! < 2) continue
    let before = 0
    let level = values[from[i]!]!
    let slope = values[from[i]! + 1]! - level
    for (let s = from[i]! + 1; s < to[i]!; s++) {
      if (s > from[i]! + 1) slope = trend * (level - before) + (1 - trend) * slope
      const next = smoothing * values[s]! + (1 - smoothing) * (level + slope)
      before = level
      level = next
    }
    out.values[i] = level
    out.present[i] = 1
  }
}

function factor (name: string, short: string, value: number): number {
  if (value <= 0 || value >= 1) fail(`invalid ${name} factor. Expected: 0 < ${short} < 1, got: ${formatFixed(value)}`)
  return value
}
