import type { Tick } from '../messages.js'
import type { Signal, Strategy } from './strategy.js'

const memoryTicks = 12
/** What each new high adds to the position, whatever is held already. */
const step = 0.5

/**
 * The loser of the house: it buys every new high and adds to what it has, sells everything at the first new low, pays
 * the spread and the fee each time, and leaves it to the risk engine to say when it is enough.
 */
export class Chase implements Strategy {
  readonly #prices: number[] = []

  onTick ({ price }: Tick, position: number): Signal | undefined {
    const [high, low] = [Math.max(...this.#prices), Math.min(...this.#prices)]
    const warm = this.#prices.push(price) > memoryTicks
    if (warm) this.#prices.shift()

    if (warm && price > high) return { target: position + step }
    if (warm && price < low && position > 0) return { target: 0 }
    return undefined
  }
}
