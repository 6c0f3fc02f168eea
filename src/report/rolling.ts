import type { BookRecord } from '../portfolio/book-record.js'
import { BenchmarkTracker } from '../statistics/benchmark.js'
import { Moments } from '../statistics/moments.js'
import { sharpeOf } from '../statistics/ratios.js'
import { iso } from './attribution.js'
import { edgesOf, periodMs, type PeriodName } from './grid.js'
import { buyAndHold, equityAt, portfolioReturns, returnsOf } from './periods.js'

const mostPoints = 240

/** Sharpe ratio and beta over a window that moves along: arrays of one length, `null` where a figure is undefined. */
export interface Rolling {
  /** Of the returns. */
  readonly period: PeriodName
  /** Periods in the window. */
  readonly window: number
  /** ISO times: the ends of the windows. */
  readonly times: readonly string[]
  /** Annualised. */
  readonly sharpe: ReadonlyArray<number | null>
  readonly beta: ReadonlyArray<number | null>
}

/** Windows that people speak of, in minutes. */
const windows = [15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 10_080, 20_160, 43_200, 86_400, 129_600]

export function rollingOf (record: BookRecord, symbols: readonly string[], fromMs: number, toMs: number, daysPerYear: number): Rolling {
  const lengthMs = toMs - fromMs
  const period: PeriodName = lengthMs > 125 * periodMs.day ? 'day' : lengthMs > 2 * periodMs.day ? 'hour' : 'minute'
  const longestMs = lengthMs / 4
  const windowMs = 60_000 * (windows.findLast(minutes => minutes * 60_000 <= longestMs) ?? 0)
  const window = Math.round(windowMs / periodMs[period])
  // A full period has to lie on either side: the first and the last may be cut short.
  const edges = edgesOf(fromMs, toMs, period)
  const times: string[] = []
  const sharpe: Array<number | null> = []
  const beta: Array<number | null> = []
  if (window < 5 || edges.length < window + 2) return { period, window: 0, times, sharpe, beta }
  const returns = portfolioReturns(equityAt(record, edges))
  const wealth = buyAndHold(record, symbols, edges)
  const market = wealth === undefined ? undefined : returnsOf(wealth)
  const step = Math.max(1, Math.ceil((returns.length - window + 1) / mostPoints))
  for (let end = returns.length; end >= window; end -= step) {
    const moments = new Moments()
    const pairs = new BenchmarkTracker()
    for (let at = end - window; at < end; at++) {
      const value = returns[at]!
      if (!Number.isFinite(value)) continue
      moments.add(value)
      if (market !== undefined) pairs.add(value, market[at]!)
    }
    times.unshift(iso(edges[end]!))
    sharpe.unshift(sharpeOf(moments, daysPerYear * 86_400_000 / periodMs[period]).value)
    beta.unshift(pairs.beta().value)
  }
  return { period, window, times, sharpe, beta }
}
