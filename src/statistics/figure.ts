/** Why a figure is undefined. */
export type UndefinedReason =
  | 'no observations'
  | 'too few observations'
  | 'no deviation'
  | 'no downside'
  | 'no drawdown'
  | 'flat benchmark'
  | 'no beta'
  | 'no trades'
  | 'no losses'
  | 'no wins'
  | 'no capital'
  | 'wealth is gone'
  | 'sample not kept'
  | 'not finite'

/**
 * What a statistic answers: a finite number, or `null` and the reason why there is none. Never Infinity, which is not
 * JSON and sorts first, and never a 0 that reads like a score.
 */
export type Figure =
  | { readonly value: number, readonly reason?: undefined }
  | { readonly value: null, readonly reason: UndefinedReason }

/** The figure of a computed number; undefined as `not finite` where it overflowed or the input was not finite. */
export function figure (value: number): Figure {
  return Number.isFinite(value) ? { value } : { value: null, reason: 'not finite' }
}

/** The figure that is undefined for `reason`. */
export function undefinedFor (reason: UndefinedReason): Figure {
  return { value: null, reason }
}
