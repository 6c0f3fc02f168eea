import { figure, undefinedFor, type Figure } from './figure.js'
import { isObserved, type Series } from './series.js'

/** When something was held, in milliseconds since the epoch; the end is not part of it. */
export interface Interval {
  readonly fromMs: number
  readonly toMs: number
}

/** The share of the time in `period`, 0..1, in which at least one of `held` lasted. Overlaps count once. */
export function exposureTime (held: readonly Interval[], period: Interval): Figure {
  const lastedMs = period.toMs - period.fromMs
  if (!(lastedMs > 0)) return undefinedFor('no observations')
  let exposedMs = 0
  let coveredToMs = period.fromMs
  for (const { fromMs, toMs } of [...held].sort((a, b) => a.fromMs - b.fromMs)) {
    const startMs = Math.max(fromMs, coveredToMs)
    const endMs = Math.min(toMs, period.toMs)
    if (endMs > startMs) exposedMs += endMs - startMs
    coveredToMs = Math.max(coveredToMs, endMs)
  }
  return figure(exposedMs / lastedMs)
}

/** Notional traded, buys and sells, over the average equity: how many times the equity was traded. */
export function turnover (notionals: Series, equity: Series): Figure {
  let traded = 0
  for (let at = 0; at < notionals.length; at++) traded += Math.abs(notionals[at] ?? 0)
  let sum = 0
  let count = 0
  for (let at = 0; at < equity.length; at++) {
    const value = equity[at]
    if (!isObserved(value)) continue
    sum += value
    count++
  }
  if (count === 0) return undefinedFor('no observations')
  return sum > 0 ? figure(traded / (sum / count)) : undefinedFor('no capital')
}
