import type { Tick } from '../messages.js'
import { MovingAverage } from './moving-average.js'
import type { Signal, Strategy } from './strategy.js'

const warmUpTicks = 30
const entryDeviations = 1.8
const exitDeviations = 0.3

/**
 * Bets on the way back: sells what is far above its average, buys what is far below, and is out once it is back.
 * It enters with limit orders at the price it saw, so a market that runs away leaves it unfilled.
 */
export class MeanReversion implements Strategy {
  readonly #mean = new MovingAverage(60)
  readonly #variance = new MovingAverage(60)
  #seen = 0

  onTick ({ price }: Tick, position: number): Signal | undefined {
    const deviation = price - this.#mean.add(price)
    const typical = Math.sqrt(this.#variance.add(deviation * deviation))
    if (++this.#seen < warmUpTicks || typical === 0) return undefined

    const score = deviation / typical
    if (Math.abs(score) > entryDeviations) return { target: -Math.sign(score), limitPrice: price }
    if (position !== 0 && score * Math.sign(position) > -exitDeviations) return { target: 0 }
    return undefined
  }
}
