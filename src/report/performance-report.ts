import type { BookRecord } from '../portfolio/book-record.js'
import { drawdowns } from '../statistics/drawdowns.js'
import { returnsFromEquity } from '../statistics/returns.js'
import { summarizeReturns, type ReturnSummary } from '../statistics/summary.js'
import { attributeCut, cut, iso, type AttributionOptions, type AttributionQuery, type AttributionReport } from './attribution.js'
import { calendarOf, type ReturnCalendar } from './calendar.js'
import { curveOf, type ReportCurve } from './curve.js'
import { equityAt, portfolioReturns, strategyReturns } from './periods.js'
import { rollingOf, type Rolling } from './rolling.js'
import { tradesOf, type TradeReport } from './trade-report.js'

/** A fall of the equity from a peak, as it was recorded. */
export interface ReportDrawdown {
  /** Trough over peak less 1: 0 or less. */
  readonly depth: number
  /** In money, 0 or less. */
  readonly amount: number
  /** ISO times. */
  readonly start: string
  readonly trough: string
  /** `null` when it is not made good yet. */
  readonly recovery: string | null
  /** From the peak to the recovery, or to the end of the report. */
  readonly days: number
}

/** The tear sheet: one object, of which HTML, JSON and Markdown are three views. JSON as it is. */
export interface PerformanceReport {
  /** ISO time at which it was made. */
  readonly madeAt: string
  readonly attribution: AttributionReport
  /** Figures of the returns by period: of the portfolio beside the benchmark, of the benchmark, of each strategy beside it. */
  readonly statistics: {
    readonly portfolio: ReturnSummary
    readonly benchmark: ReturnSummary | null
    readonly strategies: ReadonlyArray<{ readonly strategyId: string, readonly capital: number, readonly summary: ReturnSummary }>
  }
  readonly curve: ReportCurve
  readonly calendar: ReturnCalendar
  readonly rolling: Rolling
  /** Those of the equity as recorded, the deepest first. */
  readonly drawdowns: readonly ReportDrawdown[]
  readonly trades: TradeReport
}

/** Makes the tear sheet of what is recorded of a time; `undefined` when nothing is. */
export function performanceReport (
  record: BookRecord, query: AttributionQuery, options: AttributionOptions, madeAtMs: number
): PerformanceReport | undefined {
  const found = cut(record, query, options)
  if (found === undefined) return undefined
  const attribution = attributeCut(record, found, query, options)
  const { fromMs, toMs, periods, benchmark, symbols } = found
  const { periodsPerYear } = attribution
  const returns = portfolioReturns(periods.equity)
  return {
    madeAt: iso(madeAtMs),
    attribution,
    statistics: {
      portfolio: summarizeReturns(returns, { periodsPerYear }, benchmark),
      benchmark: benchmark === undefined ? null : summarizeReturns(benchmark, { periodsPerYear }),
      strategies: periods.strategies.map(each => ({
        strategyId: each.strategyId, capital: each.capital, summary: summarizeReturns(strategyReturns(each), { periodsPerYear }, benchmark)
      }))
    },
    curve: curveOf(record, symbols, fromMs, toMs),
    calendar: calendarOf(record, fromMs, toMs, options.timeZone ?? 'UTC'),
    rolling: rollingOf(record, symbols, fromMs, toMs, options.daysPerYear ?? 365),
    drawdowns: worstDrawdowns(record, fromMs, toMs),
    trades: tradesOf(record.trades.filter(({ closedMs }) => closedMs >= fromMs && closedMs <= toMs), record.droppedTrades)
  }
}

const daysOf = (lengthMs: number): number => lengthMs / 86_400_000

/** At the resolution of the record: a fall within a day counts. */
function worstDrawdowns (record: BookRecord, fromMs: number, toMs: number): ReportDrawdown[] {
  const edges = [fromMs, ...Array.from(record.timesMs).filter(time => time > fromMs && time < toMs), toMs]
  const equity = equityAt(record, edges)
  return drawdowns(returnsFromEquity(equity), { limit: 5 }).map(({ depth, start, trough, recovery }) => ({
    depth,
    amount: equity[trough]! - equity[start]!,
    start: iso(edges[start]!),
    trough: iso(edges[trough]!),
    recovery: recovery === null ? null : iso(edges[recovery]!),
    days: daysOf((recovery === null ? toMs : edges[recovery]!) - edges[start]!)
  }))
}
