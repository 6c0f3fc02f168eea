import type { Tick } from '../messages.js'
import { MovingAverage } from './moving-average.js'
import type { Signal, Strategy } from './strategy.js'

const warmUpTicks = 40
/** How far apart the averages must be to call it a trend, in typical moves between two ticks. */
const entryMoves = 4

/**
 * Follows trends: long while the fast average is well above the slow one, short while it is well below, out when they
 * cross. Distances are measured in typical moves, so that it trades a quiet market as it does a wild one.
 */
export class EmaTrend implements Strategy {
  readonly #fast = new MovingAverage(20)
  readonly #slow = new MovingAverage(60)
  readonly #move = new MovingAverage(60)
  #lastPrice = NaN
  #seen = 0

  onTick ({ price }: Tick, position: number): Signal | undefined {
    const gap = this.#fast.add(price) - this.#slow.add(price)
    if (this.#seen++ > 0) this.#move.add(Math.abs(price - this.#lastPrice))
    this.#lastPrice = price
    if (this.#seen < warmUpTicks) return undefined

    if (Math.abs(gap) > entryMoves * this.#move.value) return { target: Math.sign(gap) }
    if (gap * position < 0) return { target: 0 }
    return undefined
  }
}
