import type { UndefinedReason } from '../statistics/figure.js'

/** An answer, or the reason why there is none. */
export type Answer<T, R extends string = never> =
  | { readonly value: T, readonly reason?: undefined }
  | { readonly value: null, readonly reason: UndefinedReason | R }
