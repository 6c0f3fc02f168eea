import { resolutionMs, type GaugeWindow, type Resolution, type WindowRecord } from '../contracts/window.js'
import { portfolioColumns, strategyColumns, type BookRecord } from './book-record.js'

/** The state of the books at one time. */
export interface BookState {
  readonly portfolioId: string
  readonly startingCash: number
  /** Which ledger wrote it: books that start again begin at 0 again. */
  readonly run: string
  readonly atMs: number
  /** By `portfolioColumns`. */
  readonly portfolio: ArrayLike<number>
  /** With the capital, and by `strategyColumns`. */
  readonly strategies: ReadonlyArray<{ readonly strategyId: string, readonly capital: number, readonly values: ArrayLike<number> }>
  readonly prices: ReadonlyArray<readonly [symbol: string, price: number]>
}

const snake = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
const portfolioNames = [...portfolioColumns.map(name => `njord_books_${snake(name)}_usd`), 'njord_books_starting_cash_usd']
const strategyNames = [...strategyColumns.map(name => `njord_books_strategy_${snake(name)}_usd`), 'njord_books_strategy_capital_usd']
const priceName = 'njord_books_price'

/** The metrics under which the books stand in a journal. */
export const bookMetricNames: readonly string[] = [...portfolioNames, ...strategyNames, priceName]

/**
 * A state as gauge windows, those of the window that ends at `atMs`. The books are running totals, so the latest value of a window is
 * all there is to it, and rolled up to hours and days it is still exact.
 */
export function bookWindows ({ portfolioId, startingCash, run, atMs, portfolio, strategies, prices }: BookState, resolution: Resolution): WindowRecord[] {
  const own = { portfolio_id: portfolioId, run }
  const window = (name: string, labels: Record<string, string>, last: number): GaugeWindow => ({
    name, labels, type: 'gauge', resolution, startMs: atMs - resolutionMs[resolution], endMs: atMs, avg: last, min: last, max: last, last, count: 1, sum: last
  })
  return [
    ...portfolioNames.map((name, at) => window(name, own, at < portfolioColumns.length ? portfolio[at]! : startingCash)),
    ...strategies.flatMap(({ strategyId, capital, values }) =>
      strategyNames.map((name, at) => window(name, { ...own, strategy_id: strategyId }, at < strategyColumns.length ? values[at]! : capital))),
    ...prices.map(([symbol, price]) => window(priceName, { ...own, symbol }, price))
  ]
}

/** What one ledger wrote: by time, then by series. */
interface Run {
  readonly rows: Map<number, Map<string, number>>
  readonly strategies: Set<string>
  readonly symbols: Set<string>
}

/**
 * The books of each portfolio that stand in a journal, read back from its windows (in any order, of any resolutions). Runs of
 * a portfolio follow one another: totals go on where the last run ended, the equity is what it was, and what happened to it in
 * between is in the residual. Trades are not in the journal.
 */
export function booksFromWindows (windows: Iterable<WindowRecord>): BookRecord[] {
  const portfolios = new Map<string, Map<string, Run>>()
  for (const record of windows) {
    const { portfolio_id: portfolioId, run: name, strategy_id: strategyId, symbol } = record.labels
    if (record.type !== 'gauge' || portfolioId === undefined || name === undefined) continue
    const runs = getOr(portfolios, portfolioId, () => new Map<string, Run>())
    const run = getOr(runs, name, (): Run => ({ rows: new Map(), strategies: new Set(), symbols: new Set() }))
    if (strategyId !== undefined) run.strategies.add(strategyId)
    if (symbol !== undefined) run.symbols.add(symbol)
    getOr(run.rows, record.endMs, () => new Map<string, number>()).set(key(record.name, strategyId ?? symbol), record.last)
  }
  return [...portfolios].map(([portfolioId, runs]) => joinRuns(portfolioId, [...runs.values()].sort((a, b) => firstMs(a) - firstMs(b))))
}

const key = (name: string, of = ''): string => `${name} ${of}`
const firstMs = ({ rows }: Run): number => [...rows.keys()].reduce((least, time) => Math.min(least, time), Infinity)

function joinRuns (portfolioId: string, runs: readonly Run[]): BookRecord {
  const times: number[] = []
  const strategies = [...new Set(runs.flatMap(run => [...run.strategies]))]
  const symbols = [...new Set(runs.flatMap(run => [...run.symbols]))]
  const series = [
    ...portfolioNames.map((name, at) => ({ key: key(name), isTotal: portfolioColumns[at] === 'interest', empty: 0 })),
    ...strategies.flatMap(id => strategyNames.map((name, at) => ({ key: key(name, id), isTotal: at < strategyColumns.indexOf('netExposure'), empty: 0 }))),
    ...symbols.map(symbol => ({ key: key(priceName, symbol), isTotal: false, empty: NaN }))
  ].map(each => ({ ...each, values: [] as number[], base: 0, last: each.empty }))
  for (const { rows } of runs) {
    for (const each of series) {
      each.base = each.isTotal ? each.last : 0
      // What a new run does not say is 0 of it, but a market keeps its price.
      if (!each.isTotal && !Number.isNaN(each.empty)) each.last = 0
    }
    for (const [atMs, row] of [...rows].sort(([a], [b]) => a - b)) {
      times.push(atMs)
      for (const each of series) {
        const found = row.get(each.key)
        if (found !== undefined) each.last = each.base + found
        each.values.push(each.last)
      }
    }
  }
  const columns = series.map(({ values }) => Float64Array.from(values))
  const take = (count: number) => columns.splice(0, count)
  const portfolio = take(portfolioNames.length)
  return {
    portfolioId,
    startingCash: portfolio.at(-1)![0] ?? 0,
    timesMs: Float64Array.from(times),
    portfolio: portfolio.slice(0, -1),
    strategies: strategies.map(strategyId => {
      const own = take(strategyNames.length)
      return { strategyId, capital: own.at(-1)!.findLast(capital => capital > 0) ?? 0, columns: own.slice(0, -1) }
    }),
    markets: symbols.map(symbol => ({ symbol, prices: take(1)[0]! })),
    trades: [],
    droppedTrades: 0,
    notes: [
      'Read from a journal, which has no trades.',
      ...runs.length > 1 ? [`The books were begun ${runs.length} times; what happened to the equity in between is in the residual.`] : []
    ]
  }
}

function getOr<K, V> (map: Map<K, V>, at: K, make: () => V): V {
  let found = map.get(at)
  if (found === undefined) map.set(at, found = make())
  return found
}
