import type { TradingEvents } from '../contracts/events.js'
import type { StrategyMetrics } from '../contracts/strategy-metrics.js'
import { TradeTracker } from '../statistics/trades.js'
import { Account } from './account.js'
import type { Position } from './position.js'
import type { StrategyView } from './views.js'

/** What the ledger keeps of one strategy. */
export class StrategyBook {
  /** Waits to be published. */
  isListed = false
  readonly strategyId: string
  readonly account: Account
  readonly positions = new Map<string, Position>()
  readonly trades = new TradeTracker()
  closedTrades = 0
  winningTrades = 0
  ordersSent = 0
  ordersFilled = 0
  ordersRejected = 0

  constructor (strategyId: string, capital: number, daysPerYear?: number) {
    this.strategyId = strategyId
    this.account = new Account(capital, daysPerYear)
  }

  view (): StrategyView {
    const { account, account: { curve } } = this
    return {
      strategyId: this.strategyId,
      capital: account.capital,
      equity: curve.equity,
      realizedPnl: account.realizedPnl,
      unrealizedPnl: account.unrealizedPnl,
      fees: account.fees,
      dailyPnl: curve.dailyPnl,
      highWaterMark: curve.highWaterMark,
      drawdown: curve.drawdown,
      maxDrawdown: curve.maxDrawdown,
      openPositions: account.openPositions,
      closedTrades: this.closedTrades,
      winningTrades: this.winningTrades,
      winRate: this.#winRate(),
      sharpeRatio: curve.returns.sharpeRatio(),
      sortinoRatio: curve.returns.sortinoRatio(),
      calmarRatio: curve.calmarRatio(),
      volatility: curve.returns.volatility(),
      profitFactor: this.trades.profitFactor().value,
      expectancy: this.trades.average().value,
      funding: account.funding,
      slippage: account.slippage,
      ordersSent: this.ordersSent,
      ordersFilled: this.ordersFilled,
      ordersRejected: this.ordersRejected
    }
  }

  metrics (timestampNs: bigint): StrategyMetrics {
    const { account, account: { curve } } = this
    return {
      strategy_id: this.strategyId,
      timestamp_ns: timestampNs,
      active_positions: account.openPositions,
      total_pnl: account.realizedPnl + account.unrealizedPnl,
      daily_pnl: curve.dailyPnl,
      win_rate: this.#winRate(),
      sharpe_ratio: curve.returns.sharpeRatio(),
      max_drawdown_pct: curve.maxDrawdown * 100,
      orders_sent: this.ordersSent,
      orders_filled: this.ordersFilled,
      orders_rejected: this.ordersRejected
    }
  }

  figures (): TradingEvents['strategyFigures'] {
    const { account, account: { curve } } = this
    return {
      strategyId: this.strategyId,
      sortinoRatio: curve.returns.sortinoRatio(),
      calmarRatio: curve.calmarRatio(),
      volatility: curve.returns.volatility(),
      profitFactor: this.trades.profitFactor().value,
      expectancy: this.trades.average().value,
      closedTrades: this.closedTrades,
      fees: account.fees,
      funding: account.funding,
      slippage: account.slippage
    }
  }

  #winRate (): number | null {
    return this.closedTrades === 0 ? null : this.winningTrades / this.closedTrades
  }
}
