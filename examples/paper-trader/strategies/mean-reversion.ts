import type { Tick } from '../messages.js'
import { MovingAverage } from './moving-average.js'
import type { Signal, Strategy } from './strategy.js'

const warmUpTicks = 30
const entryDeviations = 2
const exitDeviations = 0.3
/** Where it admits that there is no way back. */
const lostDeviations = 4
/** How much better than the price it saw the price of an entry must be, in deviations. */
const patience = 0.6

/**
 * Bets on the way back: sells what is far above its average, buys what is far below, and is out once it is back.
 * It enters with limit orders a little better than the market, so a market that turns at once leaves it unfilled.
 */
export class MeanReversion implements Strategy {
  readonly #mean = new MovingAverage(60)
  readonly #variance = new MovingAverage(300)
  #seen = 0

  onTick ({ price }: Tick, position: number): Signal | undefined {
    const deviation = price - this.#mean.add(price)
    const typical = Math.sqrt(this.#variance.add(deviation * deviation))
    if (++this.#seen < warmUpTicks || typical === 0) return undefined

    const score = deviation / typical
    if (score * Math.sign(position) < -lostDeviations) return { target: 0 }
    if (Math.abs(score) > entryDeviations) return { target: -Math.sign(score), limitPrice: price + Math.sign(score) * patience * typical }
    if (position !== 0 && score * Math.sign(position) > -exitDeviations) return { target: 0 }
    return undefined
  }
}
