import { resolutionMs, type Resolution, type WindowSink } from '../contracts/window.js'
import type { Account } from './account.js'
import { bookWindows, type MarketPrice } from './book-journal.js'
import { portfolioColumns, strategyColumns, type BookRecord, type ClosedTrade } from './book-record.js'
import { Track } from './track.js'

const hourMs = 3_600_000
const dayMs = 86_400_000
/** Tracks grow by so many rows, so that little more is taken than is used. */
const growthRows = 512

export interface HistoryOptions {
  /** How far apart the states of the books are that are kept. @defaultValue `'1m'` */
  readonly resolution?: Resolution
  /** The most memory for them; past it the oldest are thinned out: to hours, to days, then dropped. @defaultValue 33554432 */
  readonly maxBytes?: number
  /** The most closed trades kept; past it the oldest go. @defaultValue 20000 */
  readonly maxTrades?: number
  /** Where the states are written as well, to outlive the process: a journal. */
  readonly sink?: WindowSink
}

/** The books of which the history is: those of the portfolio, of each strategy, and the prices. */
export interface HistoryBooks {
  readonly portfolioId: string
  readonly startingCash: number
  readonly account: Account
  readonly strategies: Iterable<{ readonly strategyId: string, readonly account: Account }>
  /** By symbol, the price last heard of, and the first one; 0 before there was any. */
  readonly markets: Iterable<readonly [symbol: string, market: { readonly markPrice: number, readonly openPrice: number }]>
}

/** What the history holds and may hold: to be shown as metrics. */
export interface HistoryUsage {
  readonly rows: number
  readonly bytes: number
  readonly maxBytes: number
  /** Rows that were thinned out. */
  readonly thinned: number
  readonly trades: number
  readonly maxTrades: number
  readonly droppedTrades: number
}

/**
 * What has become of the books: their state at every full minute (or `resolution`) at which it may have changed, as
 * running totals, so that the difference of two rows is what happened in between, however many rows are gone.
 *
 * Memory is bounded by `maxBytes`: past it the older half of the rows is thinned out to full hours, later to full UTC
 * days, and when that is not enough the oldest quarter goes. Trades are kept up to `maxTrades`.
 */
export class BookHistory {
  readonly resolution: Resolution
  readonly #stepMs: number
  readonly #maxBytes: number
  readonly #maxTrades: number
  readonly #books: HistoryBooks
  readonly #sink: WindowSink | undefined
  #run = ''
  readonly #times = new Track(1, 0)
  readonly #portfolio = new Track(portfolioColumns.length, 0)
  readonly #strategies = new Map<string, Track>()
  readonly #markets = new Map<string, Track>()
  readonly #row = new Float64Array(Math.max(portfolioColumns.length, strategyColumns.length))
  #rows = 0
  #thinned = 0
  #trades: ClosedTrade[] = []
  #droppedTrades = 0
  #nextMs = -Infinity

  constructor (books: HistoryBooks, { resolution = '1m', maxBytes = 32 * 1024 * 1024, maxTrades = 20_000, sink }: HistoryOptions = {}) {
    this.resolution = resolution
    this.#stepMs = resolutionMs[resolution]
    this.#books = books
    this.#sink = sink
    this.#maxBytes = maxBytes
    this.#maxTrades = maxTrades
  }

  /** When the next state is due, in milliseconds since the epoch. */
  get nextMs (): number {
    return this.#nextMs
  }

  /**
   * Takes in the state as it was before whatever happens at `nowMs`. To be called when `nowMs` has reached `nextMs`, before
   * the books change: the state stands at the last full minute that has begun since anything was heard. Rows in between
   * would repeat it.
   */
  turn (nowMs: number): void {
    const dueMs = this.#nextMs
    // To the millisecond: books that are begun twice in a minute are two.
    if (this.#run === '') this.#run = new Date(nowMs).toISOString()
    this.#nextMs = (Math.floor(nowMs / this.#stepMs) + 1) * this.#stepMs
    this.#append(dueMs === -Infinity ? this.#nextMs - this.#stepMs : dueMs)
  }

  /** Takes in the last state, that of the minute under way: nothing more is to come. */
  close (): void {
    if (this.#rows === 0 || this.#nextMs === Infinity) return
    this.#append(this.#nextMs)
    this.#nextMs = Infinity
  }

  addTrade (trade: ClosedTrade): void {
    this.#trades.push(trade)
    // Dropped in batches: shifting the array for each would cost its length.
    if (this.#trades.length < 1.25 * this.#maxTrades) return
    const excess = this.#trades.length - this.#maxTrades
    this.#trades = this.#trades.slice(excess)
    this.#droppedTrades += excess
  }

  usage (): HistoryUsage {
    return {
      rows: this.#rows,
      bytes: this.#bytes(),
      maxBytes: this.#maxBytes,
      thinned: this.#thinned,
      trades: this.#trades.length,
      maxTrades: this.#maxTrades,
      droppedTrades: this.#droppedTrades
    }
  }

  /**
   * A copy of what is kept of `fromMs` to `toMs`, the last state before it too, and with `nowMs` the state of now as the
   * last row. Without a row yet the record is empty.
   */
  record (fromMs: number, toMs: number, nowMs?: number): BookRecord {
    const times = this.#times.column(0, 0, this.#rows)
    const { account, strategies, markets, portfolioId, startingCash } = this.#books
    const isNow = nowMs !== undefined && this.#rows > 0 && nowMs <= toMs && nowMs >= times[this.#rows - 1]!
    // A state of this very moment is from before what happened in it.
    const end = isNow ? lowerBound(times, nowMs) : lowerBound(times, toMs + 1)
    const begin = Math.max(0, Math.min(end - 1, lowerBound(times, fromMs + 1) - 1))
    const timesMs = append(times.slice(begin, end), isNow, nowMs ?? 0)
    const copied = (track: Track | undefined, width: number, empty: number, current: (row: Float64Array) => void): Float64Array[] => {
      current(this.#row)
      return Array.from({ length: width }, (_, at) => {
        const kept = track?.column(at, begin, end, empty) ?? new Float64Array(end - begin).fill(empty)
        return append(kept, isNow, this.#row[at]!)
      })
    }
    return {
      portfolioId,
      startingCash,
      timesMs,
      portfolio: copied(this.#portfolio, portfolioColumns.length, 0, row => { portfolioRow(account, row) }),
      strategies: [...strategies].map(({ strategyId, account: own }) => ({
        strategyId,
        capital: own.capital,
        columns: copied(this.#strategies.get(strategyId), strategyColumns.length, 0, row => { strategyRow(own, row) })
      })),
      markets: [...markets].map(([symbol, { markPrice, openPrice }]) => {
        const track = this.#markets.get(symbol)
        const prices = copied(track, 1, NaN, row => { row[0] = markPrice === 0 ? NaN : markPrice })[0]!
        if (track === undefined && isNow && openPrice !== 0 && prices.length > 1) prices[prices.length - 2] = openPrice
        return { symbol, prices }
      }),
      trades: this.#trades.filter(({ closedMs }) => closedMs >= fromMs && closedMs < toMs + 1),
      droppedTrades: this.#droppedTrades
    }
  }

  #append (atMs: number): void {
    const { account, strategies, markets } = this.#books
    if ((this.#rows + 1) * this.#rowBytes() > this.#maxBytes) this.#thin()
    const growth = Math.max(1, Math.min(growthRows, Math.floor(this.#maxBytes / this.#rowBytes()) - this.#rows))
    const put = (track: Track, fill: (row: Float64Array) => void) => {
      fill(this.#row)
      track.append(this.#row, growth)
    }
    for (const { strategyId, account: own } of strategies) {
      let track = this.#strategies.get(strategyId)
      if (track === undefined) this.#strategies.set(strategyId, track = new Track(strategyColumns.length, this.#rows))
      put(track, row => { strategyRow(own, row) })
    }
    const prices: MarketPrice[] = []
    for (const [symbol, { markPrice, openPrice }] of markets) {
      if (markPrice === 0) continue
      let track = this.#markets.get(symbol)
      if (track === undefined) {
        // The state before it holds until now: what the market opened at is its price, or else the move since then would be in no row.
        this.#markets.set(symbol, track = new Track(1, Math.max(0, this.#rows - 1)))
        if (this.#rows > 0) {
          put(track, row => { row[0] = openPrice })
          prices.push([symbol, openPrice, this.#times.column(0, this.#rows - 1, this.#rows)[0]!])
        }
      }
      put(track, row => { row[0] = markPrice })
      prices.push([symbol, markPrice, atMs])
    }
    put(this.#portfolio, row => { portfolioRow(account, row) })
    put(this.#times, row => { row[0] = atMs })
    this.#rows++
    if (this.#sink !== undefined) this.#write(this.#sink, atMs, prices)
  }

  #write (sink: WindowSink, atMs: number, prices: readonly MarketPrice[]): void {
    const { portfolioId, startingCash, account, strategies } = this.#books
    const row = (fill: (row: Float64Array) => void, width: number) => {
      fill(this.#row)
      return this.#row.slice(0, width)
    }
    sink.write(bookWindows({
      portfolioId,
      startingCash,
      run: this.#run,
      atMs,
      portfolio: row(values => { portfolioRow(account, values) }, portfolioColumns.length),
      strategies: [...strategies].map(({ strategyId, account: own }) => ({
        strategyId, capital: own.capital, values: row(values => { strategyRow(own, values) }, strategyColumns.length)
      })),
      prices
    }, this.resolution))
  }

  #all (): Track[] {
    return [this.#times, this.#portfolio, ...this.#strategies.values(), ...this.#markets.values()]
  }

  #rowBytes (): number {
    return 8 * (1 + portfolioColumns.length + this.#strategies.size * strategyColumns.length + this.#markets.size)
  }

  #bytes (): number {
    return this.#all().reduce((sum, track) => sum + track.bytes, 0)
  }

  #thin (): void {
    const times = this.#times.column(0, 0, this.#rows)
    const half = this.#rows >> 1
    const onMultiples = (lengthMs: number) => Uint8Array.from(times, (time, row) => row >= half || time % lengthMs === 0 ? 1 : 0)
    const isEnough = (kept: Uint8Array) => kept.reduce((sum, one) => sum + one, 0) <= 0.8 * this.#rows
    let kept = onMultiples(hourMs)
    if (!isEnough(kept)) kept = onMultiples(dayMs)
    if (!isEnough(kept)) kept = Uint8Array.from(times, (_, row) => row >= this.#rows >> 2 ? 1 : 0)
    for (const track of this.#all()) track.keep(kept)
    const rows = kept.reduce((sum, one) => sum + one, 0)
    this.#thinned += this.#rows - rows
    this.#rows = rows
  }
}

function portfolioRow (account: Account, row: Float64Array): void {
  row[0] = account.curve.equity
  row[1] = account.cash
  row[2] = account.interest
  row[3] = account.netExposure
  row[4] = account.grossExposure
}

function strategyRow (account: Account, row: Float64Array): void {
  row[0] = account.realizedPnl
  row[1] = account.unrealizedPnl
  row[2] = account.fees
  row[3] = account.funding
  row[4] = account.slippage
  row[5] = account.netExposure
  row[6] = account.grossExposure
}

function append (values: Float64Array, isWanted: boolean, value: number): Float64Array {
  if (!isWanted) return values
  const longer = new Float64Array(values.length + 1)
  longer.set(values)
  longer[values.length] = value
  return longer
}

/** The first place whose value is `least` or more. */
function lowerBound (ascending: Float64Array, least: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < least) low = middle + 1
    else high = middle
  }
  return low
}
