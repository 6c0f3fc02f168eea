import { resolutionMs, type GaugeWindow, type Resolution, type WindowRecord } from '../contracts/window.js'
import { portfolioColumns, strategyColumns, type BookRecord } from './book-record.js'

/** What a market was worth, and when: in milliseconds since the Unix epoch. */
export type MarketPrice = readonly [symbol: string, price: number, atMs: number]

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
  /** Of that time; where a market was heard of since the state before, what it opened at stands at the time of that one. */
  readonly prices: readonly MarketPrice[]
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
  const window = (name: string, labels: Record<string, string>, last: number, endMs = atMs): GaugeWindow => ({
    name, labels, type: 'gauge', resolution, startMs: endMs - resolutionMs[resolution], endMs, avg: last, min: last, max: last, last, count: 1, sum: last
  })
  return [
    ...portfolioNames.map((name, at) => window(name, own, at < portfolioColumns.length ? portfolio[at]! : startingCash)),
    ...strategies.flatMap(({ strategyId, capital, values }) =>
      strategyNames.map((name, at) => window(name, { ...own, strategy_id: strategyId }, at < strategyColumns.length ? values[at]! : capital))),
    ...prices.map(([symbol, price, endMs]) => window(priceName, { ...own, symbol }, price, endMs))
  ]
}

/** What one ledger wrote: by time, then by series. */
interface Run {
  /** When it began, as an ISO time. */
  readonly name: string
  readonly rows: Map<number, Map<string, number>>
  readonly strategies: Set<string>
  readonly symbols: Set<string>
}

/**
 * The books of each portfolio that stand in a journal, read back from its windows (in any order, of any resolutions), as far as they
 * overlap the time from `fromMs` to `toMs`. Each start of the host is a session, whose books begin anew with its starting cash.
 * Sessions follow one another: totals and equity go on where the one before ended, so that what each made adds up, and what
 * it began with beside that counts as money put in or taken out. In between nothing is held. Trades are not in the journal.
 */
export function booksFromWindows (windows: Iterable<WindowRecord>, fromMs = -Infinity, toMs = Infinity): BookRecord[] {
  const portfolios = new Map<string, Map<string, Run>>()
  for (const record of windows) {
    const { portfolio_id: portfolioId, run: name, strategy_id: strategyId, symbol } = record.labels
    if (record.type !== 'gauge' || portfolioId === undefined || name === undefined) continue
    const runs = getOr(portfolios, portfolioId, () => new Map<string, Run>())
    const run = getOr(runs, name, (): Run => ({ name, rows: new Map(), strategies: new Set(), symbols: new Set() }))
    if (strategyId !== undefined) run.strategies.add(strategyId)
    if (symbol !== undefined) run.symbols.add(symbol)
    getOr(run.rows, record.endMs, () => new Map<string, number>()).set(key(record.name, strategyId ?? symbol), record.last)
  }
  return [...portfolios].map(([portfolioId, runs]) => {
    const all = [...runs.values()].sort((a, b) => a.name < b.name ? -1 : 1)
    const asked = all.filter(({ rows }) => [...rows.keys()].some(at => at > fromMs) && [...rows.keys()].some(at => at < toMs))
    return joinRuns(portfolioId, asked.length === 0 ? all : asked)
  })
}

const key = (name: string, of = ''): string => `${name} ${of}`
const startingCashKey = key('njord_books_starting_cash_usd')

/** How a column goes on when books are begun anew: totals and equity from where they were, what was held at 0, the rest as it is. */
type Joint = 'total' | 'equity' | 'held' | 'known'

function jointOf (column: typeof portfolioColumns[number] | typeof strategyColumns[number] | undefined): Joint {
  switch (column) {
    case undefined: return 'known'
    case 'equity':
    case 'cash': return 'equity'
    case 'netExposure':
    case 'grossExposure': return 'held'
    default: return 'total'
  }
}

function joinRuns (portfolioId: string, runs: readonly Run[]): BookRecord {
  const times: number[] = []
  const strategies = [...new Set(runs.flatMap(run => [...run.strategies]))]
  const symbols = [...new Set(runs.flatMap(run => [...run.symbols]))]
  const column = (at: string, joint: Joint, last = 0) => ({ key: at, joint, values: [] as number[], base: 0, last })
  const series = [
    ...portfolioNames.map((name, at) => column(key(name), jointOf(portfolioColumns[at]))),
    ...strategies.flatMap(id => strategyNames.map((name, at) => column(key(name, id), jointOf(strategyColumns[at])))),
    ...symbols.map(symbol => column(key(priceName, symbol), 'known', NaN))
  ]
  let endEquity: number | undefined
  for (const { rows } of runs) {
    const ordered = [...rows].sort(([a], [b]) => a - b)
    const startingCash = ordered.find(([, row]) => row.has(startingCashKey))?.[1].get(startingCashKey) ?? 0
    const carried = endEquity === undefined ? 0 : endEquity - startingCash
    for (const each of series) {
      each.base = each.joint === 'total' ? each.last : each.joint === 'equity' ? carried : 0
      if (each.joint !== 'held') continue
      // From the end of one session to the next nothing is held.
      each.last = 0
      if (each.values.length > 0) each.values[each.values.length - 1] = 0
    }
    for (const [atMs, row] of ordered) {
      // The last minute of one may be the first of the next.
      times.push(Math.max(atMs, times.at(-1) ?? atMs))
      for (const each of series) {
        const found = row.get(each.key)
        if (found !== undefined) each.last = each.base + found
        each.values.push(each.last)
      }
    }
    endEquity = series[0]!.last
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
      ...runs.length > 1
        ? [`${runs.length} sessions, the last begun at ${runs.at(-1)!.name.slice(0, 16).replace('T', ' ')}: each began with books of its own. What they made is added up, and the equity goes on where the one before ended; ` +
          'what a session began with beside that counts as money put in or taken out.']
        : []
    ]
  }
}

function getOr<K, V> (map: Map<K, V>, at: K, make: () => V): V {
  let found = map.get(at)
  if (found === undefined) map.set(at, found = make())
  return found
}
