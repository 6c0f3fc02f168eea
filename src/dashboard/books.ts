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
        drawdown: share(reader.max('njord_portfolio_drawdown_pct'))
      }
    },
    strategies () {
      const by = (name: string): Map<string, number> => reader.sums(name, 'strategy_id')
      const pnl = by('njord_strategy_pnl_usd')
      const [orders, filled, rejected] = [by('njord_orders_total'), by('njord_orders_filled_total'), by('njord_orders_rejected_total')]
      const [daily, drawdown, maxDrawdown] = [by('njord_strategy_daily_pnl_usd'), by('njord_strategy_drawdown_pct'), by('njord_strategy_max_drawdown_pct')]
      const [realized, unrealized, equity] = [by('njord_realized_pnl_usd'), by('njord_unrealized_pnl_usd'), by('njord_strategy_equity_usd')]
      const [sharpe, sortino] = [by('njord_strategy_sharpe_ratio'), by('njord_strategy_sortino_ratio')]
      const [winRate, profitFactor] = [by('njord_strategy_win_rate'), by('njord_strategy_profit_factor')]
      return [...new Set([...pnl.keys(), ...orders.keys()])].map(strategyId => ({
        strategyId,
        pnl: pnl.get(strategyId),
        dailyPnl: daily.get(strategyId),
        equity: equity.get(strategyId),
        realizedPnl: realized.get(strategyId),
        unrealizedPnl: unrealized.get(strategyId),
        drawdown: share(drawdown.get(strategyId)),
        maxDrawdown: share(maxDrawdown.get(strategyId)),
        sharpeRatio: sharpe.get(strategyId),
        sortinoRatio: sortino.get(strategyId),
        profitFactor: profitFactor.get(strategyId),
        winRate: winRate.get(strategyId),
        ordersSent: orders.get(strategyId) ?? 0,
        ordersFilled: filled.get(strategyId) ?? 0,
        ordersRejected: rejected.get(strategyId) ?? 0
      }))
    },
    positions: () => []
  }
}

function share (percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : percent / 100
}
