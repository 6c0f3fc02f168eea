import type { Tick } from '../messages.js'
import { seededRandom, type Random } from '../random.js'

/**
 * What a market does for a while. `drift` and `volatility` are per tick, in basis points; `pull` draws the price back
 * to where the regime began, as a share of the distance per tick.
 */
interface Regime {
  readonly drift: number
  readonly volatility: number
  readonly pull: number
  readonly meanTicks: number
  readonly weight: number
}

const regimes = [
  { drift: 0.45, volatility: 2.2, pull: 0, meanTicks: 600, weight: 3 }, // a rally
  { drift: -0.45, volatility: 2.2, pull: 0, meanTicks: 600, weight: 3 }, // a decline
  { drift: 0, volatility: 6, pull: 0.06, meanTicks: 700, weight: 6 }, // a range
  { drift: 0, volatility: 1, pull: 0.01, meanTicks: 150, weight: 1 }, // a lull
  { drift: -3, volatility: 9, pull: 0, meanTicks: 40, weight: 0.5 } // a panic
] as const satisfies readonly Regime[]

/** `first` is the regime in which a symbol opens: from the start there is something for everybody to do. */
const listings = [
  { symbol: 'BTC/USDT', price: 42_000, meanGapMs: 120, lot: 0.4, first: 0 },
  { symbol: 'ETH/USDT', price: 2_300, meanGapMs: 150, lot: 6, first: 2 },
  { symbol: 'SOL/USDT', price: 95, meanGapMs: 180, lot: 120, first: 1 }
] as const

/** The symbols of the synthetic market. */
export const syntheticSymbols: readonly string[] = listings.map(({ symbol }) => symbol)

/**
 * An invented market without an end: each symbol wanders through regimes of its own (rally, decline, range, lull,
 * panic), some 21 ticks a second in all. The same seed gives the same prices and gaps.
 */
export function * syntheticTicks (seed: number, startMs: number): Generator<Tick> {
  const markets = listings.map(listing => new SyntheticSymbol(listing, seededRandom(seed, listing.symbol), startMs))
  for (;;) {
    const next = markets.reduce((earliest, market) => market.nextAtMs < earliest.nextAtMs ? market : earliest)
    yield next.tick()
  }
}

class SyntheticSymbol {
  readonly #listing: typeof listings[number]
  readonly #random: Random
  #price: number
  #regime!: Regime
  #anchor!: number
  #ticksLeft!: number
  nextAtMs: number

  constructor (listing: typeof listings[number], random: Random, startMs: number) {
    this.#listing = listing
    this.#random = random
    this.#price = listing.price
    this.#enter(regimes[listing.first])
    this.nextAtMs = startMs + Math.round(random.between(0, listing.meanGapMs))
  }

  tick (): Tick {
    if (--this.#ticksLeft < 0) this.#changeRegime()
    const { drift, volatility, pull } = this.#regime
    const moveBps = drift + volatility * this.#random.normal() + pull * Math.log(this.#anchor / this.#price) * 1e4
    this.#price *= Math.exp(moveBps / 1e4)

    const { symbol, meanGapMs, lot } = this.#listing
    const atMs = this.nextAtMs
    // Exponential gaps: ticks come in bursts, as trades do. One millisecond at least keeps the order plain.
    this.nextAtMs += Math.max(1, Math.round(-Math.log(1 - this.#random.next()) * meanGapMs))
    return { symbol, atMs, price: Number(this.#price.toPrecision(7)), quantity: Number((lot * this.#random.between(0.05, 2)).toPrecision(4)) }
  }

  #changeRegime (): void {
    let pick = this.#random.between(0, regimes.reduce((sum, { weight }) => sum + weight, 0))
    this.#enter(regimes.find(({ weight }) => (pick -= weight) < 0) ?? regimes[0])
  }

  #enter (regime: Regime): void {
    this.#regime = regime
    this.#anchor = this.#price
    this.#ticksLeft = Math.ceil(regime.meanTicks * this.#random.between(0.5, 1.5))
  }
}
