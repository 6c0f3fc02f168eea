import type { BoundCounter, BoundGauge } from '../../contracts/instruments.js'
import { ChildCache } from '../child-cache.js'

/** What the recorders share about one symbol. */
export interface Market {
  /** `NaN` until the market has been heard of. */
  lastPrice: number
  ticks: BoundCounter | undefined
  markPrice: BoundGauge | undefined
}

export type Markets = ChildCache<Market>

export const createMarkets = (): Markets => new ChildCache(() => ({ lastPrice: NaN, ticks: undefined, markPrice: undefined }))
