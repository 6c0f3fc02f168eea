/** Of the portfolio, by column: in the account's currency. */
export const portfolioColumns = ['equity', 'cash', 'interest', 'netExposure', 'grossExposure'] as const

/** Of each strategy, by column: running totals of PnL (realised is net of fees, funding included) and costs; signed exposures. */
export const strategyColumns = ['realized', 'unrealized', 'fees', 'funding', 'slippage', 'netExposure', 'grossExposure'] as const

/** One round trip, from flat to flat or through a flip. */
export interface ClosedTrade {
  readonly strategyId: string
  readonly symbol: string
  readonly side: 'long' | 'short'
  /** The largest size it had, in units of the base asset. */
  readonly quantity: number
  /** Milliseconds since the Unix epoch. */
  readonly openedMs: number
  readonly closedMs: number
  /** Net of fees, funding included. */
  readonly pnl: number
  readonly fees: number
}

/** What was recorded of the books: their states in order of time. Every column has one value for each of `timesMs`. */
export interface BookRecord {
  readonly portfolioId: string
  readonly startingCash: number
  /** Milliseconds since the Unix epoch, ascending; a state holds until the next. */
  readonly timesMs: Float64Array
  /** By {@link portfolioColumns}. */
  readonly portfolio: readonly Float64Array[]
  readonly strategies: ReadonlyArray<{
    readonly strategyId: string
    /** What the strategy's returns refer to: its allocation, or the whole starting cash. */
    readonly capital: number
    /** By {@link strategyColumns}; 0 before the strategy was heard of. */
    readonly columns: readonly Float64Array[]
  }>
  /** Prices; NaN before the market was heard of. */
  readonly markets: ReadonlyArray<{ readonly symbol: string, readonly prices: Float64Array }>
  /** Those that closed in the time asked for, in the order in which they closed. */
  readonly trades: readonly ClosedTrade[]
  /** Trades that are kept no more. */
  readonly droppedTrades: number
  /** For people: what is special about this record. */
  readonly notes?: readonly string[]
}
