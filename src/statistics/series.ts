import { NJORD_ERR_UNEQUAL_SERIES } from '../errors.js'

/** Numbers in order of time, one a period; `null` or NaN is a missing observation. */
export type Series = ArrayLike<number | null>

/** A rate per period: one for all periods, or one for each. */
export type Rate = number | Series

/** Whether there is an observation: neither `null` nor NaN. */
export function isObserved (value: number | null | undefined): value is number {
  return typeof value === 'number' && !Number.isNaN(value)
}

/** The rate of period `at`; NaN where it is missing. */
export function rateAt (rate: Rate, at: number): number {
  return typeof rate === 'number' ? rate : rate[at] ?? NaN
}

/** Throws `NJORD_ERR_UNEQUAL_SERIES` unless the two series have the same length. Join by date first where they may differ. */
export function checkLengths (what: string, first: { readonly length: number }, second: { readonly length: number }): void {
  if (first.length !== second.length) throw new NJORD_ERR_UNEQUAL_SERIES(what, first.length, second.length)
}

/** Throws `NJORD_ERR_UNEQUAL_SERIES` unless a rate given for each period has as many as there are periods. */
export function checkRate (what: string, periods: { readonly length: number }, rate: Rate): void {
  if (typeof rate !== 'number') checkLengths(what, periods, rate)
}

/** Two series of the same dates. */
export interface JoinedSeries<D> {
  readonly dates: D[]
  readonly first: number[]
  readonly second: number[]
}

/** A series and its dates, of the same length. */
export interface DatedSeries<D> {
  readonly dates: readonly D[]
  readonly values: Series
}

/**
 * The rows both series have, in the order of the first: an inner join on the dates (strings or epoch numbers), missing
 * observations dropped. Where a date stands twice in the second series the last row counts.
 * Throws `NJORD_ERR_UNEQUAL_SERIES` where dates and values differ in number.
 */
export function joinByDate<D extends string | number> (first: DatedSeries<D>, second: DatedSeries<D>): JoinedSeries<D> {
  checkLengths('dates and values of the first series', first.dates, first.values)
  checkLengths('dates and values of the second series', second.dates, second.values)
  const rows = new Map(second.dates.map((date, at) => [date, second.values[at]]))
  const joined: JoinedSeries<D> = { dates: [], first: [], second: [] }
  first.dates.forEach((date, at) => {
    const value = first.values[at]
    const other = rows.get(date)
    if (!isObserved(value) || !isObserved(other)) return
    joined.dates.push(date)
    joined.first.push(value)
    joined.second.push(other)
  })
  return joined
}
