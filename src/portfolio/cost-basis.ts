import { CompensatedSum } from '../statistics/compensated-sum.js'

/** What the open part of a position cost. The two methods differ in this figure and in nothing else. */
export interface CostBasis {
  /** Signed like the position: 2 bought at 100 cost 200, 2 sold short at 100 cost -200; exactly 0 when flat. */
  readonly value: number
  /** Takes in a fill of `quantity` (signed) at `price`, which moved the position from `before` to `after`. */
  fill (quantity: number, price: number, before: number, after: number): void
}

const isOpening = (before: number, after: number): boolean => before === 0 || (before < 0) !== (after < 0)
const isIncrease = (before: number, after: number): boolean => Math.abs(after) > Math.abs(before)

/**
 * Average cost: every open unit cost the same, and a partial close takes its share. After buying 1 at 100 and 1 at 110,
 * selling 1 leaves a cost of 105.
 */
export class AverageCost implements CostBasis {
  #value = 0

  get value (): number {
    return this.#value
  }

  fill (quantity: number, price: number, before: number, after: number): void {
    if (after === 0) this.#value = 0
    else if (isOpening(before, after)) this.#value = after * price
    else if (isIncrease(before, after)) this.#value += quantity * price
    else this.#value *= after / before
  }
}

/** Past this many open lots a new fill joins the youngest at their average price, so that memory stays bounded. */
export const maxLots = 1000

/**
 * First in, first out: a close takes the oldest open units. After buying 1 at 100 and 1 at 110, selling 1 leaves a
 * cost of 110.
 */
export class FifoCost implements CostBasis {
  /** Oldest first; those before `#head` are used up. Quantities are signed. */
  #lots: Array<{ quantity: number, price: number }> = []
  #head = 0
  readonly #value = new CompensatedSum()

  get value (): number {
    return this.#value.value
  }

  /** The number of open lots. */
  get lotCount (): number {
    return this.#lots.length - this.#head
  }

  fill (quantity: number, price: number, before: number, after: number): void {
    if (after === 0) this.#clear()
    else if (isOpening(before, after)) {
      this.#clear()
      this.#open(after, price)
    } else if (isIncrease(before, after)) this.#open(quantity, price)
    else this.#close(Math.abs(quantity))
  }

  #open (quantity: number, price: number): void {
    this.#value.add(quantity * price)
    const youngest = this.#lots.at(-1)
    const open = this.lotCount
    if (youngest !== undefined && open > 0 && (youngest.price === price || open >= maxLots)) {
      const total = youngest.quantity + quantity
      if (youngest.price !== price) youngest.price = (youngest.quantity * youngest.price + quantity * price) / total
      youngest.quantity = total
    } else this.#lots.push({ quantity, price })
  }

  #close (size: number): void {
    let left = size
    while (left > 0 && this.#head < this.#lots.length) {
      const lot = this.#lots[this.#head]!
      const lotSize = Math.abs(lot.quantity)
      if (lotSize <= left) {
        this.#value.add(-lot.quantity * lot.price)
        left -= lotSize
        this.#head++
      } else {
        const taken = lot.quantity < 0 ? -left : left
        this.#value.add(-taken * lot.price)
        lot.quantity -= taken
        left = 0
      }
    }
    // Used-up lots go in batches: shifting the array for each would cost its length.
    if (this.#head > 64 && this.#head * 2 > this.#lots.length) {
      this.#lots = this.#lots.slice(this.#head)
      this.#head = 0
    }
  }

  #clear (): void {
    this.#lots.length = this.#head = 0
    this.#value.reset()
  }
}
