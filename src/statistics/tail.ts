import type { Figure } from './figure.js'
import { Sample } from './sample.js'
import type { Series } from './series.js'

export interface TailOptions {
  /** 0..1. @defaultValue 0.95 */
  readonly confidence?: number
}

/** The quantile of `share` (0..1) of what is observed, linear between order statistics. */
export function quantile (values: Series, share: number): Figure {
  return Sample.of(values).quantile(share)
}

/** Historical value at risk as a return: the 5 % quantile at a confidence of 0.95, negative when it is a loss. */
export function valueAtRisk (returns: Series, { confidence = 0.95 }: TailOptions = {}): Figure {
  return Sample.of(returns).valueAtRisk(confidence)
}

/** The mean of the returns at and below the value at risk, negative when it is a loss. */
export function expectedShortfall (returns: Series, { confidence = 0.95 }: TailOptions = {}): Figure {
  return Sample.of(returns).expectedShortfall(confidence)
}

/** |95 % quantile / 5 % quantile|. */
export function tailRatio (returns: Series): Figure {
  return Sample.of(returns).tailRatio()
}
