import type { Tick } from '../messages.js'
import type { Signal, Strategy } from './strategy.js'

/** A price above all of these is a new high, one below the last few of them a new low. */
const highTicks = 12
const lowTicks = 5
/** What each new high adds to the position, whatever is held already. */
const step = 0.25

/**
 * The loser of the house: it buys every new high and adds to what it has, panics at the first new low, pays the spread
 * and the fee each time, and leaves it to the risk engine to say when it is enough.
 */
export class Chase implements Strategy {
  readonly #prices: number[] = []

  onTick ({ price }: Tick, position: number): Signal | undefined {
    const high = Math.max(...this.#prices)
    const low = Math.min(...this.#prices.slice(-lowTicks))
    if (this.#prices.push(price) <= highTicks) return undefined
    this.#prices.shift()

    if (price > high) return { target: position + step }
    if (price < low && position > 0) return { target: 0 }
    return undefined
  }
}
