import type { EquityPeriod } from '../attribution/pnl.js'
import type { BookRecord } from '../portfolio/book-record.js'

/** What one strategy did by period. Money in the account's currency. */
export interface StrategyPeriods {
  readonly strategyId: string
  readonly capital: number
  /** PnL since the strategy was first heard of, at the start of the first period. */
  readonly startPnl: number
  /** Realised and unrealised, net of everything. */
  readonly net: Float64Array
  readonly fees: Float64Array
  readonly funding: Float64Array
  readonly slippage: Float64Array
  /** Time-weighted average of the signed market value of what was held. */
  readonly exposure: Float64Array
}

/** The recorded books cut into periods: differences of the states at their edges, so that periods sum to the whole. */
export interface BookPeriods {
  /** One more than there are periods. */
  readonly edgesMs: readonly number[]
  /** The equity at each edge. */
  readonly equity: Float64Array
  readonly interest: Float64Array
  readonly strategies: readonly StrategyPeriods[]
}

/** Cuts a record at `edgesMs` (ascending; two or more, within the record). What holds at an edge is the last state up to it. */
export function cutBooks (record: BookRecord, edgesMs: readonly number[]): BookPeriods {
  const rows = rowsAt(record.timesMs, edgesMs)
  const at = (column: Float64Array) => Float64Array.from(rows, row => column[row]!)
  const [equity, , interest] = record.portfolio
  return {
    edgesMs,
    equity: at(equity!),
    interest: differences(at(interest!)),
    strategies: record.strategies.map(({ strategyId, capital, columns: [realized, unrealized, fees, funding, slippage, exposure] }) => {
      const pnl = Float64Array.from(rows, row => realized![row]! + unrealized![row]!)
      return {
        strategyId,
        capital,
        startPnl: pnl[0]!,
        net: differences(pnl),
        fees: differences(at(fees!)),
        funding: differences(at(funding!)),
        slippage: differences(at(slippage!)),
        exposure: averages(record.timesMs, exposure!, edgesMs, rows)
      }
    })
  }
}

/** The equity at each edge. */
export function equityAt ({ timesMs, portfolio: [equity] }: BookRecord, edgesMs: readonly number[]): Float64Array {
  return Float64Array.from(rowsAt(timesMs, edgesMs), row => equity![row]!)
}

/** The periods as attribution takes them: what trading would have made without costs, and what each cost took. */
export function equityPeriods ({ equity, interest, strategies }: BookPeriods): EquityPeriod[] {
  return Array.from(interest, (cash, at) => ({
    startEquity: equity[at]!,
    total: equity[at + 1]! - equity[at]!,
    cash,
    strategies: strategies.map(({ strategyId, net, fees, funding, slippage }) => ({
      strategyId,
      trading: net[at]! + fees[at]! - funding[at]! + slippage[at]!,
      fees: fees[at]!,
      funding: funding[at]!,
      costs: slippage[at]!
    }))
  }))
}

/** The returns of the portfolio by period; NaN where there was no equity to begin with. */
export function portfolioReturns (equity: Float64Array): Float64Array {
  return Float64Array.from({ length: equity.length - 1 }, (_, at) => equity[at]! > 0 ? equity[at + 1]! / equity[at]! - 1 : NaN)
}

/** The returns of a strategy on its capital and what it had made of it. */
export function strategyReturns ({ capital, startPnl, net }: StrategyPeriods): Float64Array {
  let equity = capital + startPnl
  return net.map(pnl => {
    const found = equity > 0 ? pnl / equity : NaN
    equity += pnl
    return found
  })
}

/**
 * What 1 became at each edge when it was put into equal parts of these markets at the first edge and left there. A market
 * that is heard of later counts as cash until then, and is bought at the first price that is recorded of it, in the midst of a period as
 * well. `undefined` when none of them has a price.
 */
export function buyAndHold (record: BookRecord, symbols: readonly string[], edgesMs: readonly number[]): Float64Array | undefined {
  const rows = rowsAt(record.timesMs, edgesMs)
  const [begin, end] = [rows[0]!, rows.at(-1)! + 1]
  const found = record.markets.filter(({ symbol }) => symbols.includes(symbol))
    .map(({ prices }) => ({ prices, first: prices.subarray(begin, end).find(price => price > 0) ?? 0 })).filter(({ first }) => first > 0)
  if (found.length === 0) return undefined
  return Float64Array.from(rows, row => found.reduce((sum, { prices, first }) => sum + (prices[row]! > 0 ? prices[row]! / first : 1), 0) / found.length)
}

/** Returns by period of what 1 became. */
export function returnsOf (wealth: Float64Array): Float64Array {
  return Float64Array.from({ length: wealth.length - 1 }, (_, at) => wealth[at + 1]! / wealth[at]! - 1)
}

/** The last row at or before each edge; the first row where there is none. */
function rowsAt (timesMs: Float64Array, edgesMs: readonly number[]): number[] {
  let row = 0
  return edgesMs.map(edge => {
    while (row + 1 < timesMs.length && timesMs[row + 1]! <= edge) row++
    return row
  })
}

function differences (values: Float64Array): Float64Array {
  return Float64Array.from({ length: values.length - 1 }, (_, at) => values[at + 1]! - values[at]!)
}

/** The time-weighted average of a column between the edges; a row holds until the next. */
function averages (timesMs: Float64Array, column: Float64Array, edgesMs: readonly number[], rows: readonly number[]): Float64Array {
  return Float64Array.from({ length: edgesMs.length - 1 }, (_, at) => {
    const [from, to] = [edgesMs[at]!, edgesMs[at + 1]!]
    let sum = 0
    for (let row = rows[at]!; row <= rows[at + 1]!; row++) {
      const begin = Math.max(from, timesMs[row]!)
      const end = Math.min(to, row + 1 < timesMs.length ? timesMs[row + 1]! : to)
      if (end > begin) sum += column[row]! * (end - begin)
    }
    return sum / (to - from)
  })
}
