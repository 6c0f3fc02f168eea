import type { JsonObject } from './merge-patch.js'

/** One line of a chart: where its past comes from, and its newest value if it need not be computed over a window. */
export interface ChartLine {
  /** Its name on the wire. */
  readonly key: string
  /** PromQL that gives one series, or one a strategy where `perStrategy`; of a rate, over a window as `5m`. */
  readonly expr: string | ((window: string) => string)
  readonly perStrategy?: true
  /** The value now, out of what the page holds; without it, `expr` is asked again each time there is a new sample. */
  readonly live?: (state: JsonObject) => unknown
}

const section = (state: JsonObject, name: string): JsonObject => state[name] as JsonObject
const live = (name: string, key: string) => (state: JsonObject): unknown => section(state, name)[key]
const quantile = (q: number, metric: string): string => `histogram_quantile(${q}, sum by (le) (rate(${metric}_bucket[5m])))`
const perMinute = (metric: string) => (window: string): string => `60 * sum(rate(${metric}[${window}]))`
const mean = (metric: string): string => `sum(rate(${metric}_sum[5m])) / sum(rate(${metric}_count[5m]))`
/** Of what may be below zero: its sum goes down as well as up, which a rate would take for restarts. */
const signedMean = (metric: string): string => `sum(delta(${metric}_sum[5m])) / sum(delta(${metric}_count[5m]))`

/** Windows of rates, shortest first: the last one, and those that a younger history has to do with. */
const windows = [['10s', 10], ['30s', 30], ['1m', 60], ['2m', 120], ['5m', 300]] as const

/**
 * The PromQL of a line, for times from `startMs` on, where the history is young at `sinceMs`: the first sample that there is, or was. A rate is what
 * came in a window over the length of the window: while the history is shorter than that, it would be too low. Until then each time has the longest
 * window that is full.
 */
export function exprOf ({ expr }: ChartLine, sinceMs: number, startMs: number): string {
  if (typeof expr === 'string') return expr
  const [longest, lengthSeconds] = windows.at(-1)!
  const since = sinceMs / 1000
  if (!Number.isFinite(since) || startMs / 1000 >= since + lengthSeconds) return expr(longest)
  const young = windows.slice(0, -1).map(([window, seconds], at) =>
    `${expr(window)} and on () vector(time()) >= ${since + seconds} < ${since + windows[at + 1]![1]}`)
  // What was before is of an earlier process, out of its journal.
  return [...young, `${expr(longest)} unless on () vector(time()) >= ${since} < ${since + lengthSeconds}`].join(' or ')
}

/** Strategies beyond these are shown without a past: what a page is sent has to have an end. */
export const strategiesWithHistory = 24

export const chartLines: readonly ChartLine[] = [
  { key: 'equity', expr: 'sum(njord_portfolio_equity_usd)', live: live('portfolio', 'equity') },
  { key: 'dailyPnl', expr: 'sum(njord_portfolio_daily_pnl_usd)', live: live('portfolio', 'dailyPnl') },
  { key: 'grossExposure', expr: 'sum(njord_portfolio_gross_exposure_usd)', live: live('portfolio', 'grossExposure') },
  { key: 'netExposure', expr: 'sum(njord_portfolio_net_exposure_usd)', live: live('portfolio', 'netExposure') },
  { key: 'drawdown', expr: 'max(njord_portfolio_drawdown_pct) / 100', live: live('portfolio', 'drawdown') },
  { key: 'pnl', expr: 'sum by (strategy_id) (njord_strategy_pnl_usd)', perStrategy: true },
  { key: 'strategyDrawdown', expr: 'max by (strategy_id) (njord_strategy_drawdown_pct) / 100', perStrategy: true },
  { key: 'allowed', expr: perMinute('njord_intents_allowed_total') },
  { key: 'denied', expr: perMinute('njord_intents_denied_total') },
  { key: 'fillP50', expr: quantile(0.5, 'njord_fill_latency_seconds') },
  { key: 'fillP95', expr: quantile(0.95, 'njord_fill_latency_seconds') },
  { key: 'fillP99', expr: quantile(0.99, 'njord_fill_latency_seconds') },
  { key: 'slippage', expr: signedMean('njord_execution_slippage_bps') },
  { key: 'orders', expr: perMinute('njord_orders_total') },
  { key: 'fills', expr: perMinute('njord_fills_total') },
  { key: 'loopP99', expr: quantile(0.99, 'njord_event_loop_delay_seconds') },
  { key: 'loopLag', expr: 'max(njord_event_loop_lag_seconds)', live: live('system', 'loopLag') },
  { key: 'busLag', expr: quantile(0.99, 'njord_bus_lag_seconds') },
  { key: 'memory', expr: 'sum(process_resident_memory_bytes)', live: live('system', 'memory') },
  { key: 'heap', expr: 'sum(nodejs_heap_size_used_bytes)', live: live('system', 'heap') },
  { key: 'journalBytes', expr: window => `sum(rate(njord_journal_bytes_total[${window}]))` },
  { key: 'scrapeCost', expr: mean('njord_scrape_duration_seconds') }
]

/** The newest values of the lines that have one, by key; those of strategies end in the strategy's number: `pnl.0`. */
export function livePoints (state: JsonObject): Record<string, number> {
  const points: Record<string, number> = {}
  for (const { key, live } of chartLines) {
    const value = live?.(state)
    if (typeof value === 'number') points[key] = value
  }
  const strategies = section(state, 'strategies')
  for (const number in strategies) {
    if (Number(number) >= strategiesWithHistory) continue
    const { pnl, drawdown } = strategies[number] as JsonObject
    if (typeof pnl === 'number') points[`pnl.${number}`] = pnl
    if (typeof drawdown === 'number') points[`strategyDrawdown.${number}`] = drawdown
  }
  return points
}
