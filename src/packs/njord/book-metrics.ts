import type { PackMetric } from '../pack.js'

/** The books: positions, marks, portfolios and the PnL of strategies. */
export const bookMetrics = {
  activePositions: {
    type: 'gauge',
    name: 'njord_active_positions',
    help: 'Whether a strategy has a position in a symbol (1) or is flat (0).',
    labelNames: ['strategy_id', 'symbol'],
    fedBy: ['positionMark']
  },
  positionSize: {
    type: 'gauge',
    name: 'njord_position_size',
    help: 'Position in units of the base asset; negative is short.',
    labelNames: ['strategy_id', 'symbol'],
    fedBy: ['positionMark']
  },
  positionNotional: {
    type: 'gauge',
    name: 'njord_position_notional_usd',
    help: 'Position at the mark price, in money; negative is short.',
    unit: 'usd',
    labelNames: ['strategy_id', 'symbol'],
    fedBy: ['positionMark']
  },
  markPrice: {
    type: 'gauge',
    name: 'njord_mark_price',
    help: 'Price at which positions in a symbol are valued.',
    labelNames: ['symbol'],
    fedBy: ['marketTick', 'positionMark']
  },
  marketTicks: {
    type: 'counter', name: 'njord_market_ticks_total', help: 'Market moves heard of.', labelNames: ['symbol'], fedBy: ['marketTick']
  },
  portfolioEquity: {
    type: 'gauge',
    name: 'njord_portfolio_equity_usd',
    help: 'Cash and the market value of all positions.',
    unit: 'usd',
    labelNames: ['portfolio_id'],
    fedBy: ['equityMark']
  },
  portfolioCash: {
    type: 'gauge',
    name: 'njord_portfolio_cash_usd',
    help: 'Cash of a portfolio.',
    unit: 'usd',
    labelNames: ['portfolio_id'],
    fedBy: ['equityMark']
  },
  portfolioGrossExposure: {
    type: 'gauge',
    name: 'njord_portfolio_gross_exposure_usd',
    help: 'Sum of the absolute market values of all positions.',
    unit: 'usd',
    labelNames: ['portfolio_id'],
    fedBy: ['equityMark']
  },
  portfolioNetExposure: {
    type: 'gauge',
    name: 'njord_portfolio_net_exposure_usd',
    help: 'Sum of the signed market values of all positions.',
    unit: 'usd',
    labelNames: ['portfolio_id'],
    fedBy: ['equityMark']
  },
  portfolioDrawdown: {
    type: 'gauge',
    name: 'njord_portfolio_drawdown_pct',
    help: 'Distance of the equity below its high-water mark, in per cent of that.',
    unit: 'pct',
    labelNames: ['portfolio_id'],
    fedBy: ['equityMark']
  },
  portfolioDailyPnl: {
    type: 'gauge',
    name: 'njord_portfolio_daily_pnl_usd',
    help: 'Change of the equity since the start of the UTC day.',
    unit: 'usd',
    labelNames: ['portfolio_id'],
    fedBy: ['equityMark']
  },
  strategyPnl: {
    type: 'gauge',
    name: 'njord_strategy_pnl_usd',
    help: 'Realised and unrealised PnL, net of fees.',
    unit: 'usd',
    labelNames: ['strategy_id'],
    fedBy: ['strategyMark', 'strategyMetrics']
  },
  realizedPnl: {
    type: 'gauge',
    name: 'njord_realized_pnl_usd',
    help: 'PnL of what has been closed, net of all fees paid.',
    unit: 'usd',
    labelNames: ['strategy_id'],
    fedBy: ['strategyMark']
  },
  unrealizedPnl: {
    type: 'gauge',
    name: 'njord_unrealized_pnl_usd',
    help: 'Market value less cost of the open positions.',
    unit: 'usd',
    labelNames: ['strategy_id'],
    fedBy: ['strategyMark']
  },
  strategyDailyPnl: {
    type: 'gauge',
    name: 'njord_strategy_daily_pnl_usd',
    help: 'PnL since the start of the UTC day.',
    unit: 'usd',
    labelNames: ['strategy_id'],
    fedBy: ['strategyMark', 'strategyMetrics']
  },
  strategyEquity: {
    type: 'gauge',
    name: 'njord_strategy_equity_usd',
    help: 'Capital of a strategy and everything it has made.',
    unit: 'usd',
    labelNames: ['strategy_id'],
    fedBy: ['strategyMark']
  },
  strategyDrawdown: {
    type: 'gauge',
    name: 'njord_strategy_drawdown_pct',
    help: 'Distance of a strategy\'s equity below its high-water mark, in per cent of that.',
    unit: 'pct',
    labelNames: ['strategy_id'],
    fedBy: ['strategyMark']
  },
  strategyMaxDrawdown: {
    type: 'gauge',
    name: 'njord_strategy_max_drawdown_pct',
    help: 'Largest drawdown so far, in per cent of the high-water mark.',
    unit: 'pct',
    labelNames: ['strategy_id'],
    fedBy: ['strategyMetrics']
  },
  strategySharpeRatio: {
    type: 'gauge',
    name: 'njord_strategy_sharpe_ratio',
    help: 'Annualised Sharpe ratio of the daily returns; there from the second full day.',
    unit: 'ratio',
    labelNames: ['strategy_id'],
    fedBy: ['strategyMetrics']
  },
  strategyWinRate: {
    type: 'gauge',
    name: 'njord_strategy_win_rate',
    help: 'Share of the closed trades that made a profit, 0 to 1; there from the first closed trade.',
    labelNames: ['strategy_id'],
    fedBy: ['strategyMetrics']
  },
  strategySortinoRatio: {
    type: 'gauge',
    name: 'njord_strategy_sortino_ratio',
    help: 'Annualised Sortino ratio of the daily returns; there from the second full day, and the first that lost.',
    unit: 'ratio',
    labelNames: ['strategy_id'],
    fedBy: ['strategyFigures']
  },
  strategyCalmarRatio: {
    type: 'gauge',
    name: 'njord_strategy_calmar_ratio',
    help: 'Compound annual growth over the largest drawdown; there from the first full day.',
    unit: 'ratio',
    labelNames: ['strategy_id'],
    fedBy: ['strategyFigures']
  },
  strategyVolatility: {
    type: 'gauge',
    name: 'njord_strategy_volatility_ratio',
    help: 'Annualised deviation of the daily returns; there from the second full day.',
    unit: 'ratio',
    labelNames: ['strategy_id'],
    fedBy: ['strategyFigures']
  },
  strategyProfitFactor: {
    type: 'gauge',
    name: 'njord_strategy_profit_factor',
    help: 'Sum of the trades that won over the sum of those that lost; there from the first that lost.',
    labelNames: ['strategy_id'],
    fedBy: ['strategyFigures']
  },
  strategyExpectancy: {
    type: 'gauge',
    name: 'njord_strategy_expectancy_usd',
    help: 'Average PnL of a closed trade, net of fees; there from the first.',
    unit: 'usd',
    labelNames: ['strategy_id'],
    fedBy: ['strategyFigures']
  },
  strategyClosedTrades: {
    type: 'gauge',
    name: 'njord_strategy_closed_trades',
    help: 'Round trips closed so far.',
    labelNames: ['strategy_id'],
    fedBy: ['strategyFigures']
  },
  strategyFees: {
    type: 'gauge',
    name: 'njord_strategy_fees_usd',
    help: 'Fees paid less rebates received.',
    unit: 'usd',
    labelNames: ['strategy_id'],
    fedBy: ['strategyFigures']
  },
  strategyFunding: {
    type: 'gauge',
    name: 'njord_strategy_funding_usd',
    help: 'Funding received less funding paid.',
    unit: 'usd',
    labelNames: ['strategy_id'],
    fedBy: ['strategyFigures']
  },
  strategySlippage: {
    type: 'gauge',
    name: 'njord_strategy_slippage_usd',
    help: 'Money lost against the market at arrival; negative where fills were better.',
    unit: 'usd',
    labelNames: ['strategy_id'],
    fedBy: ['strategyFigures']
  },
  attributionResidual: {
    type: 'gauge',
    name: 'njord_attribution_residual_usd',
    help: 'Change of the equity that no strategy and no interest accounts for.',
    unit: 'usd',
    labelNames: ['portfolio_id'],
    fedBy: ['equityMark']
  }
} as const satisfies Record<string, PackMetric>
