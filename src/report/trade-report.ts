import type { ClosedTrade } from '../portfolio/book-record.js'
import { figure, undefinedFor, type Figure } from '../statistics/figure.js'
import { TradeTracker } from '../statistics/trades.js'
import { iso } from './attribution.js'

/** One round trip; times are ISO. */
export interface ReportTrade extends Omit<ClosedTrade, 'openedMs' | 'closedMs'> {
  readonly opened: string
  readonly closed: string
}

/** Figures of the trades of one strategy, or of all. */
export interface TradeFigures {
  /** `null`: of all. */
  readonly strategyId: string | null
  readonly trades: number
  readonly wins: number
  readonly losses: number
  readonly winRate: Figure
  readonly profitFactor: Figure
  readonly payoff: Figure
  /** Average PnL, net of fees. */
  readonly expectancy: Figure
  readonly longestWins: number
  readonly longestLosses: number
  readonly averageHoldMinutes: Figure
  readonly pnl: number
  readonly fees: number
}

export interface TradeReport {
  /** Of all, then by strategy. */
  readonly figures: readonly TradeFigures[]
  /** Those that made the most, the best first; and those that lost the most, the worst first. */
  readonly best: readonly ReportTrade[]
  readonly worst: readonly ReportTrade[]
  /** Trades that are kept no more: not in these figures. */
  readonly dropped: number
}

const shown = 5

export function tradesOf (trades: readonly ClosedTrade[], dropped: number): TradeReport {
  const strategies = [...new Set(trades.map(({ strategyId }) => strategyId))]
  const byPnl = [...trades].sort((a, b) => b.pnl - a.pnl || a.closedMs - b.closedMs)
  const asShown = ({ openedMs, closedMs, ...trade }: ClosedTrade): ReportTrade => ({ ...trade, opened: iso(openedMs), closed: iso(closedMs) })
  return {
    figures: [figuresOf(null, trades), ...strategies.map(strategyId => figuresOf(strategyId, trades.filter(trade => trade.strategyId === strategyId)))],
    best: byPnl.filter(({ pnl }) => pnl > 0).slice(0, shown).map(asShown),
    worst: byPnl.reverse().filter(({ pnl }) => pnl < 0).slice(0, shown).map(asShown),
    dropped
  }
}

function figuresOf (strategyId: string | null, trades: readonly ClosedTrade[]): TradeFigures {
  const tracker = new TradeTracker()
  let [pnl, fees, heldMs] = [0, 0, 0]
  for (const trade of trades) {
    tracker.add(trade.pnl)
    pnl += trade.pnl
    fees += trade.fees
    heldMs += trade.closedMs - trade.openedMs
  }
  return {
    strategyId,
    trades: tracker.count,
    wins: tracker.wins,
    losses: tracker.losses,
    winRate: tracker.winRate(),
    profitFactor: tracker.profitFactor(),
    payoff: tracker.payoff(),
    expectancy: tracker.expectancy(),
    longestWins: tracker.streaks.longestWins,
    longestLosses: tracker.streaks.longestLosses,
    averageHoldMinutes: trades.length === 0 ? undefinedFor('no trades') : figure(heldMs / 60_000 / trades.length),
    pnl,
    fees
  }
}
