import type { Clock } from '../contracts/clock.js'
import type { Emit, EventListeners } from '../contracts/events.js'
import type { PortfolioView, PositionView, StrategyView } from './views.js'

export interface LedgerOptions {
  /** Where the marks and the strategies' metrics go: usually the dispatcher on which `listeners` is mounted. */
  readonly emit: Emit
  readonly clock: Clock
  readonly portfolioId: string
  /** Cash at the start, in the account's currency; more than 0. */
  readonly startingCash: number
  /** How the cost of what is closed is found. @defaultValue `'average'` */
  readonly method?: 'average' | 'fifo'
  /** Capital by strategy, the base of its returns and drawdown. @defaultValue the whole starting cash for each */
  readonly allocations?: Readonly<Record<string, number>>
  /** The least time between two publications of market moves; fills are published at once. @defaultValue 1000 */
  readonly markIntervalMs?: number
}

/** Turns fills and market ticks into positions, PnL, equity, drawdown and exposure. */
export class Ledger {
  /** To be mounted on the dispatcher: `dispatcher.on(ledger.listeners)`. */
  readonly listeners: EventListeners = {}

  constructor (options: LedgerOptions) { void options }

  /** One position, or `undefined` when the strategy has never traded the symbol. */
  position (_strategyId: string, _symbol: string): PositionView | undefined {
    return undefined
  }

  /** Every position there has been, flat ones too, in the order of their first fills. */
  positions (): PositionView[] {
    return []
  }

  /** Cash + the market value of all positions. */
  equity (): number {
    return 0
  }

  portfolio (): PortfolioView {
    throw new Error('not there yet')
  }

  strategy (_strategyId: string): StrategyView | undefined {
    return undefined
  }

  strategies (): StrategyView[] {
    return []
  }

  /** Publishes now everything that changed since it was last published. Cheap when nothing did; fit for `onCollect`. */
  flush (): void {}
}
