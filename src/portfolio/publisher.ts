import type { Account } from './account.js'
import type { ResolvedLedgerOptions } from './ledger-options.js'
import type { Position } from './position.js'
import type { StrategyBook } from './strategy-book.js'

/**
 * What of the books has changed since it was last emitted, and the emitting: fills at once, the rest at most once in
 * `markIntervalMs` of the clock.
 */
export class Publisher {
  readonly #options: ResolvedLedgerOptions
  readonly #account: Account
  readonly #positions = new Set<Position>()
  readonly #strategies = new Set<StrategyBook>()
  /** The equity at the start is news too. */
  #isEquityNew = true
  #publishedMs = -Infinity

  constructor (options: ResolvedLedgerOptions, account: Account) {
    this.#options = options
    this.#account = account
  }

  /** A strategy changed, in one of its positions when that is given. */
  strategyChanged (book: StrategyBook, position?: Position): void {
    this.#strategies.add(book)
    if (position !== undefined) this.#positions.add(position)
  }

  equityChanged (): void {
    this.#isEquityNew = true
  }

  /** Emits what a fill moved, now. */
  publishFill (book: StrategyBook, position: Position): void {
    this.#emitPosition(position)
    this.#emitStrategy(book)
    this.#emitEquity()
  }

  publishIfDue (nowMs: number): void {
    // The distance, not the difference: a clock that was set back must not hold publications until it has caught up.
    if (Math.abs(nowMs - this.#publishedMs) >= this.#options.markIntervalMs) this.publish(nowMs)
  }

  /** Emits everything that changed. */
  publish (nowMs: number): void {
    this.#publishedMs = nowMs
    for (const position of this.#positions) this.#emitPosition(position)
    if (this.#strategies.size > 0) {
      const timestampNs = this.#options.clock.nowNs()
      for (const book of this.#strategies) {
        this.#emitStrategy(book)
        this.#options.emit('strategyMetrics', book.metrics(timestampNs))
      }
      this.#strategies.clear()
    }
    if (this.#isEquityNew) this.#emitEquity()
  }

  #emitPosition (position: Position): void {
    this.#positions.delete(position)
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
      dailyPnl: curve.dailyPnl
    })
  }
}
