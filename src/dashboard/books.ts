import type { Ledger } from '../portfolio/ledger.js'
import type { PortfolioView, PositionView, StrategyView } from '../portfolio/views.js'
import type { MetricReader } from './metric-reader.js'

/** The books as the dashboard shows them: a ledger's views, or as much of them as the metrics of a host with books of its own tell. */
export interface Books {
  portfolio (): Partial<PortfolioView> | undefined
  strategies (): StrategyFigures[]
  /** Open positions only. */
  positions (): PositionView[]
}

export type StrategyFigures = Partial<StrategyView> & Pick<StrategyView, 'strategyId'> & { readonly pnl?: number }

export function ledgerBooks (ledger: Ledger): Books {
  return {
    portfolio: () => ledger.portfolio(),
    strategies: () => ledger.strategies().map(view => ({ ...view, pnl: view.realizedPnl + view.unrealizedPnl })),
    positions: () => ledger.positions().filter(({ quantity }) => quantity !== 0)
  }
}

/** Where the host keeps the books and says `equityMark` and `strategyMark` itself: what `/metrics` shows. */
export function metricBooks (reader: MetricReader): Books {
  return {
    portfolio () {
      const equity = reader.sum('njord_portfolio_equity_usd')
      if (equity === undefined) return undefined
      return {
        portfolioId: [...reader.sums('njord_portfolio_equity_usd', 'portfolio_id').keys()].join(', '),
        equity,
        cash: reader.sum('njord_portfolio_cash_usd'),
        grossExposure: reader.sum('njord_portfolio_gross_exposure_usd'),
        netExposure: reader.sum('njord_portfolio_net_exposure_usd'),
        dailyPnl: reader.sum('njord_portfolio_daily_pnl_usd'),
        realizedPnl: reader.sum('njord_realized_pnl_usd'),
        unrealizedPnl: reader.sum('njord_unrealized_pnl_usd'),
        fees: reader.sum('njord_strategy_fees_usd'),
        drawdown: share(reader.max('njord_portfolio_drawdown_pct'))
      }
    },
    strategies () {
      const read = Object.entries(strategyMetrics).map(([key, name]) => [key, reader.sums(name, 'strategy_id')] as const)
      const ids = new Set(read.flatMap(([key, sums]) => key === 'pnl' || key === 'ordersSent' ? [...sums.keys()] : []))
      return Array.from(ids, strategyId => {
        const known = read.flatMap(([key, sums]) => sums.has(strategyId) ? [[key, sums.get(strategyId)!] as const] : [])
        const figures: StrategyFigures = { strategyId, ...noOrders, ...Object.fromEntries(known) }
        return { ...figures, drawdown: share(figures.drawdown), maxDrawdown: share(figures.maxDrawdown) }
      })
    },
    positions: () => []
  }
}

const noOrders = { ordersSent: 0, ordersFilled: 0, ordersRejected: 0 }

/** Where the figures of a strategy stand. */
const strategyMetrics = {
  pnl: 'njord_strategy_pnl_usd',
  dailyPnl: 'njord_strategy_daily_pnl_usd',
  equity: 'njord_strategy_equity_usd',
  realizedPnl: 'njord_realized_pnl_usd',
  unrealizedPnl: 'njord_unrealized_pnl_usd',
  fees: 'njord_strategy_fees_usd',
  drawdown: 'njord_strategy_drawdown_pct',
  maxDrawdown: 'njord_strategy_max_drawdown_pct',
  sharpeRatio: 'njord_strategy_sharpe_ratio',
  sortinoRatio: 'njord_strategy_sortino_ratio',
  calmarRatio: 'njord_strategy_calmar_ratio',
  volatility: 'njord_strategy_volatility_ratio',
  winRate: 'njord_strategy_win_rate',
  profitFactor: 'njord_strategy_profit_factor',
  expectancy: 'njord_strategy_expectancy_usd',
  closedTrades: 'njord_strategy_closed_trades',
  ordersSent: 'njord_orders_total',
  ordersFilled: 'njord_orders_filled_total',
  ordersRejected: 'njord_orders_rejected_total'
} as const satisfies Partial<Record<keyof StrategyFigures, string>>

function share (percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : percent / 100
}
