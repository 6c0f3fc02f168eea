import { describe } from '../contracts/check.js'
import type { EventListeners, TradingEvents } from '../contracts/events.js'
import type { StrategyMetrics } from '../contracts/strategy-metrics.js'
import { NJORD_ERR_INVALID_PAYLOAD } from '../errors.js'
import { CompensatedSum } from '../statistics/compensated-sum.js'
import { Account } from './account.js'
import { BookHistory, type HistoryUsage } from './book-history.js'
import type { BookRecord } from './book-record.js'
import { AverageCost, FifoCost } from './cost-basis.js'
import { isAmount, resolveLedgerOptions, type LedgerOptions, type ResolvedLedgerOptions } from './ledger-options.js'
import { Position } from './position.js'
import { Publisher } from './publisher.js'
import { StrategyBook } from './strategy-book.js'
import type { PortfolioView, PositionView, StrategyView } from './views.js'

export type { LedgerOptions } from './ledger-options.js'

const dayMs = 86_400_000
/** What names from outside alone may add; what trades is always kept. */
const maxUntradedSymbols = 10_000
const maxUntradedStrategies = 1000
/** Of symbols that nobody trades, so many are in the history: a benchmark may be among them. */
const maxRecordedUntraded = 20

/** One symbol: its price, and who has ever traded it. */
interface Market {
  markPrice: number
  /** The first price that was heard of, or that at which it was first traded: where its history begins. */
  openPrice: number
  /** Whether `markPrice` came from the market; until then it is the last fill's. */
  isQuoted: boolean
  readonly holdings: Array<{ readonly book: StrategyBook, readonly position: Position }>
}

/**
 * The books of one portfolio: turns fills and market ticks into positions, PnL, equity, drawdown and exposure, and
 * emits them as `positionMark`, `strategyMark`, `equityMark`, `strategyMetrics` and `strategyFigures`. Keeps what has become of them.
 *
 * A fill is published at once, with the portfolio and the strategy it moved; market moves at most once in
 * `markIntervalMs` of the clock, with the first event after it. `flush()` publishes the rest. A day is a UTC day of the
 * clock. Memory grows with the pairs of strategy and symbol that have traded.
 */
export class Ledger {
  /** To be mounted on the dispatcher: `dispatcher.on(ledger.listeners)`. They throw for a payload that would spoil the books. */
  readonly listeners: EventListeners
  readonly #options: ResolvedLedgerOptions
  readonly #account: Account
  readonly #symbols = new Map<string, Market>()
  readonly #strategies = new Map<string, StrategyBook>()
  readonly #publisher: Publisher
  readonly #history: BookHistory
  /** The end of the current UTC day; days begin with the first event. */
  #dayEndMs: number | undefined
  /** When the day ends or a state of the books is due, whichever is first: one comparison an event. */
  #turnMs = -Infinity

  /** Throws `NJORD_ERR_INVALID_OPTION`. */
  constructor (options: LedgerOptions) {
    this.#options = resolveLedgerOptions(options)
    const { startingCash, portfolioId, daysPerYear, history } = this.#options
    this.#account = new Account(startingCash, daysPerYear)
    this.#publisher = new Publisher(this.#options, this.#account, () => this.#residual())
    this.#history = new BookHistory({
      portfolioId,
      startingCash,
      account: this.#account,
      strategies: { [Symbol.iterator]: () => this.#strategies.values() },
      markets: { [Symbol.iterator]: () => this.#markets() }
    }, history)
    this.listeners = {
      orderFilled: fill => { this.#onFill(fill) },
      marketTick: tick => { this.#onTick(tick) },
      orderPlaced: order => { this.#onOrder(order.strategyId, 'ordersSent') },
      orderRejected: order => { this.#onOrder(order.strategyId, 'ordersRejected') },
      fundingSettled: funding => { this.#onFunding(funding) },
      interestAccrued: ({ amount }) => { this.#onInterest(amount) }
    }
  }

  /** One position, or `undefined` when the strategy has never traded the symbol. */
  position (strategyId: string, symbol: string): PositionView | undefined {
    return this.#strategies.get(strategyId)?.positions.get(symbol)?.view()
  }

  /** Every position there has been, flat ones too, by strategy in the order of their first fills. */
  positions (): PositionView[] {
    return [...this.#strategies.values()].flatMap(book => [...book.positions.values()].map(position => position.view()))
  }

  /** Cash + the market value of all positions. */
  equity (): number {
    return this.#account.curve.equity
  }

  portfolio (): PortfolioView {
    const account = this.#account
    const { curve } = account
    return {
      portfolioId: this.#options.portfolioId,
      startingCash: account.capital,
      cash: account.cash,
      equity: curve.equity,
      grossExposure: account.grossExposure,
      netExposure: account.netExposure,
      realizedPnl: account.realizedPnl,
      unrealizedPnl: account.unrealizedPnl,
      fees: account.fees,
      funding: account.funding,
      slippage: account.slippage,
      interest: account.interest,
      residual: this.#residual(),
      dailyPnl: curve.dailyPnl,
      highWaterMark: curve.highWaterMark,
      drawdown: curve.drawdown,
      maxDrawdown: curve.maxDrawdown
    }
  }

  /** One strategy, or `undefined` when it has neither traded nor placed an order. */
  strategy (strategyId: string): StrategyView | undefined {
    return this.#strategies.get(strategyId)?.view()
  }

  strategies (): StrategyView[] {
    return [...this.#strategies.values()].map(book => book.view())
  }

  /** What every strategy tells of itself, as it stands. */
  strategyMetrics (): StrategyMetrics[] {
    const timestampNs = this.#options.clock.nowNs()
    return [...this.#strategies.values()].map(book => book.metrics(timestampNs))
  }

  /**
   * What is kept of the books from `fromMs` to `toMs` (milliseconds since the Unix epoch), the state before it included
   * and the state of now where `toMs` is not before it. A copy.
   */
  record (fromMs = -Infinity, toMs = Infinity): BookRecord {
    const nowMs = this.#options.clock.nowMs()
    if (this.#dayEndMs !== undefined) this.#turn(nowMs)
    return this.#history.record(fromMs, toMs, nowMs)
  }

  /** Writes the last state of the books to the history's sink; they may go on, and are kept no more. */
  closeHistory (): void {
    this.#history.close()
  }

  historyUsage (): HistoryUsage {
    return this.#history.usage()
  }

  /** Publishes now everything that changed since it was last published. Cheap when nothing did: fit for `onCollect`. */
  flush (): void {
    const nowMs = this.#options.clock.nowMs()
    // Before the first event there is no day to end.
    if (this.#dayEndMs !== undefined) this.#turn(nowMs)
    this.#publisher.publish(nowMs)
  }

  #onFill (fill: TradingEvents['orderFilled']): void {
    const { strategyId, symbol, side, quantity, price, fee } = fill
    if (!(isAmount(quantity) && isAmount(price) && quantity * price < Infinity && Number.isFinite(fee)) || (side !== 'buy' && side !== 'sell')) {
      throw new NJORD_ERR_INVALID_PAYLOAD('orderFilled: expected a side, a quantity and a price above 0 and a fee; found ' +
        `${describe(side)}, ${describe(quantity)}, ${describe(price)}, ${describe(fee)}`)
    }
    const nowMs = this.#options.clock.nowMs()
    this.#turn(nowMs)
    const book = this.#strategies.get(strategyId) ?? this.#addStrategy(strategyId)
    const market = this.#symbols.get(symbol) ?? this.#addSymbol(symbol)
    const position = book.positions.get(symbol) ?? this.#addPosition(book, market, symbol)
    const isWon = position.fill(side === 'buy' ? quantity : -quantity, price, fee, market.isQuoted ? market.markPrice : price, nowMs)
    if (isWon !== undefined) this.#closeTrade(book, position, isWon, nowMs)
    if (isAmount(fill.arrivalPrice)) position.change.slippage = (price - fill.arrivalPrice) * (side === 'buy' ? quantity : -quantity)
    if (fill.complete) book.ordersFilled++
    this.#carry(book, position)
    if (!market.isQuoted) this.#mark(market, price)
    this.#account.moveCurve()
    this.#publisher.publishFill(book, position)
    this.#publisher.publishIfDue(nowMs)
  }

  #onTick ({ symbol, price }: TradingEvents['marketTick']): void {
    if (!isAmount(price)) throw new NJORD_ERR_INVALID_PAYLOAD(`marketTick.price: found ${describe(price)}, expected a number above 0`)
    const nowMs = this.#options.clock.nowMs()
    this.#turn(nowMs)
    let market = this.#symbols.get(symbol)
    if (market === undefined) {
      if (this.#symbols.size >= maxUntradedSymbols) return
      market = this.#addSymbol(symbol)
    }
    market.isQuoted = true
    if (market.markPrice !== price) {
      this.#mark(market, price)
      this.#account.moveCurve()
    }
    this.#publisher.publishIfDue(nowMs)
  }

  #onFunding ({ strategyId, symbol, amount }: TradingEvents['fundingSettled']): void {
    if (!Number.isFinite(amount)) throw new NJORD_ERR_INVALID_PAYLOAD(`fundingSettled.amount: found ${describe(amount)}, expected a number`)
    const nowMs = this.#options.clock.nowMs()
    this.#turn(nowMs)
    const book = this.#strategies.get(strategyId)
    const position = book?.positions.get(symbol)
    if (book === undefined || position === undefined) {
      throw new NJORD_ERR_INVALID_PAYLOAD(`fundingSettled: found ${describe(strategyId)} and ${describe(symbol)}, expected a strategy and a symbol that it has traded`)
    }
    position.fund(amount)
    this.#carry(book, position)
    this.#account.moveCurve()
    this.#publisher.positionChanged(position)
    this.#publisher.strategyChanged(book)
    this.#publisher.equityChanged()
    this.#publisher.publishIfDue(nowMs)
  }

  #onInterest (amount: number): void {
    if (!Number.isFinite(amount)) throw new NJORD_ERR_INVALID_PAYLOAD(`interestAccrued.amount: found ${describe(amount)}, expected a number`)
    const nowMs = this.#options.clock.nowMs()
    this.#turn(nowMs)
    this.#account.addInterest(amount)
    this.#account.moveCurve()
    this.#publisher.equityChanged()
    this.#publisher.publishIfDue(nowMs)
  }

  #closeTrade (book: StrategyBook, { symbol, ended }: Position, isWon: boolean, closedMs: number): void {
    book.closedTrades++
    if (isWon) book.winningTrades++
    book.trades.add(ended.pnl)
    const { pnl, fees, quantity, isLong, openedMs } = ended
    this.#history.addTrade({ strategyId: book.strategyId, symbol, side: isLong ? 'long' : 'short', quantity, openedMs, closedMs, pnl, fees })
  }

  /** What of the equity's change no strategy and no interest accounts for. */
  #residual (): number {
    const left = new CompensatedSum()
    left.add(this.#account.curve.equity)
    left.add(-this.#account.capital)
    left.add(-this.#account.interest)
    for (const { account } of this.#strategies.values()) {
      left.add(-account.realizedPnl)
      left.add(-account.unrealizedPnl)
    }
    return left.value
  }

  /** Those that are traded, and a few others: a history of every symbol ever named would hold little else. */
  * #markets (): Generator<[string, Market]> {
    let untraded = 0
    for (const entry of this.#symbols) {
      if (entry[1].holdings.length > 0 || untraded++ < maxRecordedUntraded) yield entry
    }
  }

  #onOrder (strategyId: string, counter: 'ordersSent' | 'ordersRejected'): void {
    const nowMs = this.#options.clock.nowMs()
    this.#turn(nowMs)
    let book = this.#strategies.get(strategyId)
    if (book === undefined) {
      if (this.#strategies.size >= maxUntradedStrategies) return
      book = this.#addStrategy(strategyId)
    }
    book[counter]++
    this.#publisher.strategyChanged(book)
    this.#publisher.publishIfDue(nowMs)
  }

  /** Values every position in a symbol at its new price. */
  #mark (market: Market, price: number): void {
    if (market.openPrice === 0) market.openPrice = price
    market.markPrice = price
    for (const { book, position } of market.holdings) {
      if (position.markPrice === price) continue
      position.mark(price)
      if (position.quantity === 0) continue
      this.#carry(book, position)
      this.#publisher.positionChanged(position)
      this.#publisher.strategyChanged(book)
      this.#publisher.equityChanged()
    }
  }

  /** Carries a position's change over to the accounts it is part of; the portfolio's curve moves when all are in. */
  #carry (book: StrategyBook, position: Position): void {
    book.account.apply(position.change)
    book.account.moveCurve()
    this.#account.apply(position.change)
  }

  #turn (nowMs: number): void {
    if (nowMs < this.#turnMs) return
    // The state first: what a day ends with is what the history shows of it.
    if (nowMs >= this.#history.nextMs) this.#history.turn(nowMs)
    this.#turnDay(nowMs)
    this.#turnMs = Math.min(this.#history.nextMs, this.#dayEndMs!)
  }

  #turnDay (nowMs: number): void {
    const dayEndMs = this.#dayEndMs
    if (dayEndMs !== undefined && nowMs < dayEndMs) return
    this.#dayEndMs = (Math.floor(nowMs / dayMs) + 1) * dayMs
    if (dayEndMs === undefined) return
    const days = (this.#dayEndMs - dayEndMs) / dayMs
    this.#account.curve.endDays(days)
    this.#publisher.equityChanged()
    for (const book of this.#strategies.values()) {
      book.account.curve.endDays(days)
      this.#publisher.strategyChanged(book)
    }
  }

  #addSymbol (symbol: string): Market {
    checkName('symbol', symbol)
    const market: Market = { markPrice: 0, openPrice: 0, isQuoted: false, holdings: [] }
    this.#symbols.set(symbol, market)
    return market
  }

  #addStrategy (strategyId: string): StrategyBook {
    checkName('strategyId', strategyId)
    const book = new StrategyBook(strategyId, this.#options.allocations.get(strategyId) ?? this.#options.startingCash, this.#options.daysPerYear)
    this.#strategies.set(strategyId, book)
    return book
  }

  #addPosition (book: StrategyBook, market: Market, symbol: string): Position {
    const position = new Position(book.strategyId, symbol, this.#options.method === 'fifo' ? new FifoCost() : new AverageCost())
    book.positions.set(symbol, position)
    if (market.holdings.length === 0) market.openPrice = market.markPrice
    market.holdings.push({ book, position })
    return position
  }
}

function checkName (key: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw new NJORD_ERR_INVALID_PAYLOAD(`${key}: found ${describe(value)}, expected a name`)
}
