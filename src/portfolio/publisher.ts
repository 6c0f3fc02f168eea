import type { Account } from './account.js'
import type { ResolvedLedgerOptions } from './ledger-options.js'
import type { Position } from './position.js'
import type { StrategyBook } from './strategy-book.js'

/** Something to be published once, however often it changes until then. */
export interface Publishable {
  isListed: boolean
}

/**
 * What of the books has changed since it was last emitted, and the emitting: fills at once, the rest at most once in
 * `markIntervalMs` of the clock.
 */
export class Publisher {
  readonly #options: ResolvedLedgerOptions
  readonly #account: Account
  readonly #residual: () => number
  readonly #positions: Position[] = []
  readonly #strategies: StrategyBook[] = []
  /** The equity at the start is news too. */
  #isEquityNew = true
  #publishedMs = -Infinity

  /** @param residual what of the equity's change nobody accounts for */
  constructor (options: ResolvedLedgerOptions, account: Account, residual: () => number) {
    this.#options = options
    this.#account = account
    this.#residual = residual
  }

  positionChanged (position: Position): void {
    list(this.#positions, position)
  }

  strategyChanged (book: StrategyBook): void {
    list(this.#strategies, book)
  }

  equityChanged (): void {
    this.#isEquityNew = true
  }

  /** Emits what a fill moved, now; the strategy's metrics follow with the rest. */
  publishFill (book: StrategyBook, position: Position): void {
    this.#emitPosition(position)
    this.#emitStrategy(book)
    this.#emitEquity()
    this.strategyChanged(book)
  }

  publishIfDue (nowMs: number): void {
    // The distance, not the difference: a clock that was set back must not hold publications until it has caught up.
    if (Math.abs(nowMs - this.#publishedMs) >= this.#options.markIntervalMs) this.publish(nowMs)
  }

  /** Emits everything that changed. */
  publish (nowMs: number): void {
    this.#publishedMs = nowMs
    for (const position of take(this.#positions)) this.#emitPosition(position)
    if (this.#strategies.length > 0) {
      const timestampNs = this.#options.clock.nowNs()
      for (const book of take(this.#strategies)) {
        this.#emitStrategy(book)
        this.#options.emit('strategyMetrics', book.metrics(timestampNs))
        this.#options.emit('strategyFigures', book.figures())
      }
    }
    if (this.#isEquityNew) this.#emitEquity()
  }

  #emitPosition (position: Position): void {
    const { strategyId, symbol, quantity, markPrice, realizedPnl, unrealizedPnl } = position
    this.#options.emit('positionMark', { strategyId, symbol, quantity, markPrice, realizedPnl, unrealizedPnl })
  }

  #emitStrategy ({ strategyId, account, account: { curve } }: StrategyBook): void {
    this.#options.emit('strategyMark', {
      strategyId,
      equity: curve.equity,
      realizedPnl: account.realizedPnl,
      unrealizedPnl: account.unrealizedPnl,
      dailyPnl: curve.dailyPnl,
      drawdown: curve.drawdown
    })
  }

  #emitEquity (): void {
    this.#isEquityNew = false
    const { cash, grossExposure, netExposure, curve } = this.#account
    this.#options.emit('equityMark', {
      portfolioId: this.#options.portfolioId,
      equity: curve.equity,
      cash,
      grossExposure,
      netExposure,
      drawdown: curve.drawdown,
      dailyPnl: curve.dailyPnl,
      residual: this.#residual()
    })
  }
}

function list<T extends Publishable> (listed: T[], item: T): void {
  if (item.isListed) return
  item.isListed = true
  listed.push(item)
}

/** Takes everything out before any of it is emitted: what a listener changes meanwhile is for the next time. */
function take<T extends Publishable> (listed: T[]): T[] {
  const items = listed.splice(0)
  for (const item of items) item.isListed = false
  return items
}
