import { fitBenchmark, type BenchmarkFit } from '../attribution/benchmark-fit.js'
import { brinsonOverTime } from '../attribution/brinson-over-time.js'
import type { SegmentedPeriod } from '../attribution/brinson.js'
import type { LinkMethod } from '../attribution/linking.js'
import { attributePnlOverTime, type PnlEffects } from '../attribution/pnl.js'
import { attributeRisk, type RiskAttribution } from '../attribution/risk.js'
import type { BookRecord } from '../portfolio/book-record.js'
import { TradingCalendar } from '../statistics/trading-days.js'
import { factorTable, type FactorTable } from './factors.js'
import { formatTime } from './format.js'
import { edgesOf, periodFor, periodMs, type PeriodName } from './grid.js'
import { buyAndHold, cutBooks, equityPeriods, portfolioReturns, returnsOf, strategyReturns, type BookPeriods } from './periods.js'

export interface AttributionQuery {
  /** Milliseconds since the Unix epoch. @defaultValue the beginning of what is recorded */
  readonly fromMs?: number
  /** @defaultValue its end */
  readonly toMs?: number
  /** Markets bought in equal parts at the start and held. @defaultValue all that are recorded and traded; empty: no benchmark */
  readonly benchmark?: readonly string[]
  /** How effects of periods are linked. @defaultValue `'carino'` */
  readonly method?: LinkMethod
  /** @defaultValue days for two weeks and more, hours for as many hours, else minutes */
  readonly period?: PeriodName
}

export interface AttributionOptions {
  /** IANA name of the zone of the trader's day. @defaultValue `'UTC'` */
  readonly timeZone?: string
  /** By which figures are annualised. @defaultValue 365 */
  readonly daysPerYear?: number
}

/** What one period came to. */
export interface PeriodAttribution {
  /** The day in the time zone, or the time (UTC) at which the hour or the minute begins. */
  readonly label: string
  /** ISO times. */
  readonly from: string
  readonly to: string
  readonly startEquity: number
  readonly total: number
  readonly return: number | null
  readonly benchmarkReturn: number | null
  /** Net PnL by strategy, in the order of `strategies`. */
  readonly nets: readonly number[]
  readonly cash: number
  readonly residual: number
}

/** One row of the Brinson table: average weights, and effects linked over the periods. */
export interface BrinsonRow {
  /** A strategy, or `null` for what was in cash. */
  readonly strategyId: string | null
  readonly portfolioWeight: number
  readonly benchmarkWeight: number
  readonly allocation: number
  readonly selection: number
  readonly total: number
}

export interface BrinsonTable {
  readonly rows: readonly BrinsonRow[]
  readonly allocation: number
  readonly selection: number
  /** What effects do not explain: PnL of strategies whose average exposure was 0. */
  readonly residual: number
  readonly portfolioReturn: number
  readonly benchmarkReturn: number
  /** `allocation + selection + residual`. */
  readonly activeReturn: number
}

/** What made the money, in parts that add up. JSON as it is; figures that are undefined carry their reason. */
export interface AttributionReport {
  readonly portfolioId: string
  /** ISO times: what was asked for, as far as it is recorded. */
  readonly from: string
  readonly to: string
  readonly timeZone: string
  readonly period: PeriodName
  readonly periodsPerYear: number
  readonly method: LinkMethod
  readonly startEquity: number
  readonly endEquity: number
  /** Change of the equity: the strategies' nets, `cash` and `residual`. */
  readonly total: number
  readonly totalReturn: number | null
  readonly benchmark: { readonly symbols: readonly string[], readonly totalReturn: number | null }
  readonly effects: PnlEffects
  readonly cash: number
  readonly residual: number
  readonly strategies: ReadonlyArray<PnlEffects & {
    readonly strategyId: string
    /** Of the compounded return, linked over the periods: with those of cash and residual they sum to `totalReturn`. */
    readonly contribution: number | null
  }>
  /** Linked as the strategies' contributions; `null` with a `reason` where it cannot be. */
  readonly linked: { readonly cash: number, readonly residual: number, readonly totalReturn: number } | null
  readonly reason?: string
  readonly periods: readonly PeriodAttribution[]
  readonly brinson: BrinsonTable | null
  readonly factors: FactorTable | null
  readonly risk: RiskAttribution
  /** Alpha and beta of the portfolio, then of each strategy, against the benchmark. */
  readonly market: ReadonlyArray<{ readonly strategyId: string | null, readonly fit: BenchmarkFit | null, readonly reason?: string }>
  /** Strategies of which something is missing: what it was is in the residual. */
  readonly missing: readonly string[]
  /** For people: what was cut, what is too little to be relied on. */
  readonly notes: readonly string[]
}

/** The record cut into the periods that were asked for. */
export interface Cut {
  readonly fromMs: number
  readonly toMs: number
  readonly period: PeriodName
  readonly periods: BookPeriods
  readonly symbols: readonly string[]
  readonly benchmark: Float64Array | undefined
  readonly notes: string[]
}

/** Cuts a record as asked; `undefined` when nothing is recorded of that time. */
export function cut (record: BookRecord, query: AttributionQuery, { timeZone }: AttributionOptions): Cut | undefined {
  const { timesMs } = record
  const notes: string[] = []
  const [firstMs, lastMs] = [timesMs[0] ?? NaN, timesMs.at(-1) ?? NaN]
  const fromMs = Math.max(query.fromMs ?? firstMs, firstMs)
  const toMs = Math.min(query.toMs ?? lastMs, lastMs)
  if (!(toMs > fromMs)) return undefined
  if (query.fromMs !== undefined && query.fromMs < firstMs) notes.push(`What is recorded begins at ${iso(firstMs)}.`)
  if (query.toMs !== undefined && query.toMs > lastMs) notes.push(`What is recorded ends at ${iso(lastMs)}.`)
  const period = query.period ?? periodFor(toMs - fromMs)
  const edgesMs = edgesOf(fromMs, toMs, period, timeZone)
  const symbols = query.benchmark ?? record.markets.map(({ symbol }) => symbol)
  const wealth = buyAndHold(record, symbols, edgesMs)
  const silent = symbols.filter(symbol => !record.markets.some(market => market.symbol === symbol))
  if (silent.length > 0) notes.push(`No price is recorded of ${silent.join(', ')}.`)
  return { fromMs, toMs, period, periods: cutBooks(record, edgesMs), symbols, benchmark: wealth === undefined ? undefined : returnsOf(wealth), notes }
}

/** Attributes what is recorded of a time; `undefined` when nothing is. */
export function attribute (record: BookRecord, query: AttributionQuery = {}, options: AttributionOptions = {}): AttributionReport | undefined {
  const found = cut(record, query, options)
  return found === undefined ? undefined : attributeCut(record, found, query, options)
}

export function attributeCut (
  record: BookRecord, { fromMs, toMs, period, periods, symbols, benchmark, notes }: Cut, { method = 'carino' }: AttributionQuery,
  { timeZone = 'UTC', daysPerYear = 365 }: AttributionOptions
): AttributionReport {
  const rows = equityPeriods(periods)
  const pnl = attributePnlOverTime(rows, { method })
  const { equity, strategies } = periods
  const returns = portfolioReturns(equity)
  const periodsPerYear = daysPerYear * 86_400_000 / periodMs[period]
  const count = returns.length
  const markets = benchmark ?? new Float64Array(count).fill(NaN)
  const { linked } = pnl
  const calendar = new TradingCalendar(timeZone)
  const shares = new Map(linked.value?.strategies.map(({ strategyId, contribution }) => [strategyId, contribution]))
  return {
    portfolioId: record.portfolioId,
    from: iso(fromMs),
    to: iso(toMs),
    timeZone,
    period,
    periodsPerYear,
    method,
    startEquity: equity[0]!,
    endEquity: equity.at(-1)!,
    total: pnl.total,
    totalReturn: equity[0]! > 0 ? equity.at(-1)! / equity[0]! - 1 : null,
    benchmark: { symbols: benchmark === undefined ? [] : symbols, totalReturn: benchmark === undefined ? null : compound(benchmark) },
    effects: pnl.effects,
    cash: pnl.cash,
    residual: pnl.residual,
    strategies: pnl.strategies.map(effects => ({ ...effects, contribution: shares.get(effects.strategyId) ?? null })),
    ...linked.value === null
      ? { linked: null, reason: linked.reason }
      : { linked: { cash: linked.value.cash, residual: linked.value.residual, totalReturn: linked.value.totalReturn } },
    periods: pnl.periods.map((each, at) => ({
      label: period === 'day' ? calendar.dayOf(periods.edgesMs[at]!) : formatTime(iso(periods.edgesMs[at]!)),
      from: iso(periods.edgesMs[at]!),
      to: iso(periods.edgesMs[at + 1]!),
      startEquity: equity[at]!,
      total: each.total,
      return: orNull(returns[at]!),
      benchmarkReturn: orNull(markets[at]!),
      nets: each.strategies.map(({ net }) => net),
      cash: each.cash,
      residual: each.residual
    })),
    brinson: benchmark === undefined ? null : brinsonTable(periods, benchmark, method),
    factors: benchmark === undefined ? null : factorTable(returns, benchmark),
    risk: attributeRisk(
      strategies.map(({ strategyId, net, capital }) => ({
        strategyId, contributions: net.map((value, at) => value / equity[at]!), weight: capital / record.startingCash
      })), { periodsPerYear }),
    market: benchmark === undefined
      ? []
      : [{ strategyId: null, of: returns }, ...strategies.map(each => ({ strategyId: each.strategyId, of: strategyReturns(each) }))]
          .map(({ strategyId, of }) => {
            const fit = fitBenchmark(of, benchmark)
            return fit.value === null ? { strategyId, fit: null, reason: fit.reason } : { strategyId, fit: fit.value }
          }),
    missing: pnl.missing,
    notes: [...record.notes ?? [], ...notes, ...count < 30 ? [`${count} ${count === 1 ? period : `${period}s`}: too few for ratios to be relied on.`] : []]
  }
}

/**
 * What the portfolio did beside the benchmark. A segment is a strategy with the time-weighted average of its exposure as its
 * weight, or cash: what was not in the market. The benchmark is in the market with all of it, each strategy's share
 * being that of its capital. Allocation is then what being out of the market (or deeper in it) earned, selection what a
 * strategy earned beside the market at its exposure, costs included.
 */
function brinsonTable ({ equity, interest, strategies }: BookPeriods, benchmark: Float64Array, method: LinkMethod): BrinsonTable | null {
  const capital = strategies.reduce((sum, each) => sum + each.capital, 0)
  const benchmarkWeights = [...strategies.map(each => each.capital / capital), 0]
  const rows: SegmentedPeriod[] = Array.from(benchmark, (market, at) => {
    const start = equity[at]!
    const held = strategies.map(({ exposure }) => exposure[at]! / start)
    const cash = 1 - held.reduce((sum, weight) => sum + weight, 0)
    return {
      portfolioWeights: [...held, cash],
      benchmarkWeights,
      portfolioReturns: [
        ...strategies.map(({ net }, strategy) => held[strategy] === 0 ? null : net[at]! / start / held[strategy]!),
        cash === 0 ? null : interest[at]! / start / cash
      ],
      benchmarkReturns: [...strategies.map(() => market), 0],
      portfolioReturn: equity[at + 1]! / start - 1,
      benchmarkReturn: market
    }
  })
  // A strategy that holds nothing on average has no return; what it made is in the residual. Cash in the benchmark's view earns nothing.
  const linked = brinsonOverTime(rows, { method, interaction: 'selection', zeroWeights: 'keep' })
  if (linked.value === null) return null
  const { allocation, selection, total, residual, portfolioReturn, benchmarkReturn, activeReturn } = linked.value
  const average = (segment: number) => rows.reduce((sum, { portfolioWeights }) => sum + portfolioWeights[segment]!, 0) / rows.length
  return {
    rows: Array.from(allocation, (effect, segment) => ({
      strategyId: strategies[segment]?.strategyId ?? null,
      portfolioWeight: average(segment),
      benchmarkWeight: benchmarkWeights[segment]!,
      allocation: effect,
      selection: selection[segment]!,
      total: effect + selection[segment]!
    })),
    allocation: total.allocation,
    selection: total.selection,
    residual,
    portfolioReturn,
    benchmarkReturn,
    activeReturn
  }
}

export function iso (timeMs: number): string {
  return new Date(timeMs).toISOString()
}

function orNull (value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function compound (returns: Float64Array): number {
  return returns.reduce((wealth, value) => wealth * (1 + value), 1) - 1
}
