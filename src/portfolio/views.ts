/** One strategy's position in one symbol. Money is in the account's currency. */
export interface PositionView {
  readonly strategyId: string
  readonly symbol: string
  /** Signed: negative is short; exactly 0 when flat. */
  readonly quantity: number
  /** Cost a unit of what is open, by the ledger's method; 0 when flat. */
  readonly entryPrice: number
  /** The last market price of the symbol, or the last fill price as long as the market has not been heard of. */
  readonly markPrice: number
  /** Signed: quantity × mark price. */
  readonly marketValue: number
  /** Of everything closed so far, net of all fees paid so far. */
  readonly realizedPnl: number
  /** Market value less cost of what is open. */
  readonly unrealizedPnl: number
  /** Fees paid less rebates received. */
  readonly fees: number
  /** Funding received less funding paid. */
  readonly funding: number
}

/** How one strategy is doing: its capital, its curve and its trades. */
export interface StrategyView {
  readonly strategyId: string
  /** What its curve started from: its allocation, or the portfolio's starting cash. */
  readonly capital: number
  /** Capital + realised + unrealised PnL. */
  readonly equity: number
  /** Net of fees. */
  readonly realizedPnl: number
  readonly unrealizedPnl: number
  readonly fees: number
  /** Since the start of the UTC day. */
  readonly dailyPnl: number
  readonly highWaterMark: number
  /** Distance from the high-water mark as a share of it: 0.25 is a quarter below. */
  readonly drawdown: number
  readonly maxDrawdown: number
  readonly openPositions: number
  /** Round trips from flat to flat (or through a flip). */
  readonly closedTrades: number
  readonly winningTrades: number
  /** 0..1; `null` before the first closed trade. */
  readonly winRate: number | null
  /** Annualised by `daysPerYear`; `null` before two full days, or without deviation. */
  readonly sharpeRatio: number | null
  /** Annualised; `null` before two full days, or without a day that lost. */
  readonly sortinoRatio: number | null
  /** Compound annual growth over the largest drawdown; `null` before the first full day, or without a drawdown. */
  readonly calmarRatio: number | null
  /** Annualised deviation of the daily returns; `null` before two full days. */
  readonly volatility: number | null
  /** Sum of the wins over the sum of the losses; `null` before the first loss. */
  readonly profitFactor: number | null
  /** Average PnL of a closed trade; `null` before the first. */
  readonly expectancy: number | null
  /** Funding received less funding paid. */
  readonly funding: number
  /** What was lost against the market at arrival; fills without `arrivalPrice` do not tell. */
  readonly slippage: number
  readonly ordersSent: number
  readonly ordersFilled: number
  readonly ordersRejected: number
}

/** The portfolio as a whole. */
export interface PortfolioView {
  readonly portfolioId: string
  readonly startingCash: number
  readonly cash: number
  /** Cash + the market value of all positions. */
  readonly equity: number
  /** Sum of the absolute market values. */
  readonly grossExposure: number
  /** Sum of the signed market values. */
  readonly netExposure: number
  /** Net of fees. */
  readonly realizedPnl: number
  readonly unrealizedPnl: number
  readonly fees: number
  readonly funding: number
  readonly slippage: number
  /** What idle cash earned. */
  readonly interest: number
  /** Change of the equity less the PnL of the strategies and interest: what nobody accounts for; rounding, unless the books are wrong. */
  readonly residual: number
  /** Since the start of the UTC day. */
  readonly dailyPnl: number
  readonly highWaterMark: number
  /** Distance from the high-water mark as a share of it. */
  readonly drawdown: number
  readonly maxDrawdown: number
}
