import { figure, undefinedFor, type Figure } from './figure.js'
import { Moments } from './moments.js'
import { Streaks } from './streaks.js'
import { isObserved, type Series } from './series.js'

/**
 * The PnL of closed trades (or daily returns taken as trades), one at a time. A trade of exactly 0 is neither a win nor
 * a loss, and counts. Two merge when the other saw the trades that follow.
 */
export class TradeTracker {
  readonly streaks = new Streaks()
  readonly #all = new Moments()
  readonly #losers = new Moments()
  #wins = 0
  #won = 0
  #lost = 0

  /** Takes in the PnL of the next trade, costs included. */
  add (pnl: number): void {
    this.#all.add(pnl)
    this.streaks.add(pnl)
    if (pnl > 0) {
      this.#wins++
      this.#won += pnl
    } else if (pnl < 0) {
      this.#losers.add(pnl)
      this.#lost -= pnl
    }
  }

  merge (next: TradeTracker): void {
    this.#all.merge(next.#all)
    this.#losers.merge(next.#losers)
    this.streaks.merge(next.streaks)
    this.#wins += next.#wins
    this.#won += next.#won
    this.#lost += next.#lost
  }

  get count (): number {
    return this.#all.count
  }

  get wins (): number {
    return this.#wins
  }

  get losses (): number {
    return this.#losers.count
  }

  get breakEvens (): number {
    return this.count - this.wins - this.losses
  }

  /** Wins over all trades; `zeros: 'exclude'` leaves break-evens out of the count. */
  winRate (zeros: 'count' | 'exclude' = 'count'): Figure {
    const trades = zeros === 'count' ? this.count : this.wins + this.losses
    return trades === 0 ? undefinedFor('no trades') : figure(this.wins / trades)
  }

  /** Sum of the wins over the sum of the losses. */
  profitFactor (): Figure {
    if (this.count === 0) return undefinedFor('no trades')
    return this.losses === 0 ? undefinedFor('no losses') : figure(this.#won / this.#lost)
  }

  /** Average win over average loss; 0 when nothing was won. */
  payoff (): Figure {
    if (this.count === 0) return undefinedFor('no trades')
    if (this.losses === 0) return undefinedFor('no losses')
    return figure(this.wins === 0 ? 0 : this.#won / this.wins / (this.#lost / this.losses))
  }

  /** Win rate × average win - loss rate × average loss. With break-evens excluded from the rates, 0 where all are. */
  expectancy (zeros: 'count' | 'exclude' = 'count'): Figure {
    if (this.count === 0) return undefinedFor('no trades')
    const trades = zeros === 'count' ? this.count : this.wins + this.losses
    return figure(trades === 0 ? 0 : (this.#won - this.#lost) / trades)
  }

  /** (1 + payoff) × win rate - 1: what is expected for each unit at risk. */
  expectancyRatio (): Figure {
    const payoff = this.payoff()
    return payoff.value === null ? payoff : figure((1 + payoff.value) * this.wins / this.count - 1)
  }

  average (): Figure {
    return this.count === 0 ? undefinedFor('no trades') : figure(this.#all.mean)
  }

  /** Deviation of the PnL, n - 1 in the denominator. */
  deviation (): Figure {
    if (this.count < 2) return undefinedFor(this.count === 0 ? 'no trades' : 'too few observations')
    return figure(this.#all.deviation())
  }

  /** Average over deviation, not annualised (Lean's Sharpe ratio of trades). */
  sharpe (): Figure {
    const deviation = this.deviation()
    if (deviation.value === null) return deviation
    return deviation.value === 0 ? undefinedFor('no deviation') : figure(this.#all.mean / deviation.value)
  }

  /** Average over the deviation of the losers about their own mean (Lean's Sortino ratio of trades). */
  sortino (): Figure {
    if (this.count === 0) return undefinedFor('no trades')
    if (this.losses === 0) return undefinedFor('no losses')
    if (this.losses < 2) return undefinedFor('too few observations')
    const deviation = this.#losers.deviation()
    return deviation === 0 ? undefinedFor('no deviation') : figure(this.#all.mean / deviation)
  }

  /** Losses × their sum over wins × their sum (Bacon's d ratio): less than 1 is good. */
  dRatio (): Figure {
    if (this.count === 0) return undefinedFor('no trades')
    return this.wins === 0 ? undefinedFor('no wins') : figure(this.losses * this.#lost / (this.wins * this.#won))
  }
}

/** A tracker of every PnL that is observed. */
export function trackTrades (pnls: Series): TradeTracker {
  const tracker = new TradeTracker()
  for (let at = 0; at < pnls.length; at++) {
    const pnl = pnls[at]
    if (isObserved(pnl)) tracker.add(pnl)
  }
  return tracker
}

export interface ZeroOptions {
  /** Whether a trade of exactly 0 is in the denominator. @defaultValue `'count'` */
  readonly zeros?: 'count' | 'exclude'
}

export const winRate = (pnls: Series, { zeros }: ZeroOptions = {}): Figure => trackTrades(pnls).winRate(zeros)
export const profitFactor = (pnls: Series): Figure => trackTrades(pnls).profitFactor()
export const payoff = (pnls: Series): Figure => trackTrades(pnls).payoff()
export const expectancy = (pnls: Series, { zeros }: ZeroOptions = {}): Figure => trackTrades(pnls).expectancy(zeros)
export const expectancyRatio = (pnls: Series): Figure => trackTrades(pnls).expectancyRatio()
export const averagePnl = (pnls: Series): Figure => trackTrades(pnls).average()
export const pnlDeviation = (pnls: Series): Figure => trackTrades(pnls).deviation()
export const tradeSharpe = (pnls: Series): Figure => trackTrades(pnls).sharpe()
export const tradeSortino = (pnls: Series): Figure => trackTrades(pnls).sortino()
export const dRatio = (pnls: Series): Figure => trackTrades(pnls).dRatio()
