import { CompensatedSum } from './compensated-sum.js'
import { checkLengths, isObserved, type Series } from './series.js'

const dayMs = 86_400_000

/** What fell on one day of the trader's calendar. */
export interface DayFigure {
  /** ISO date in the time zone asked for: `2022-03-27`. */
  readonly day: string
  readonly value: number
}

export interface DayOptions {
  /** IANA name of the zone whose midnight ends the day. @defaultValue `'UTC'` */
  readonly timeZone?: string
}

/** PnL summed by day, in the order of the first row of each day. Missing rows are left out. */
export function dailyPnl (timesMs: ArrayLike<number>, pnl: Series, options: DayOptions = {}): DayFigure[] {
  return byDay('times and PnL', timesMs, pnl, options, () => {
    const sum = new CompensatedSum()
    return { add: value => { sum.add(value) }, value: () => sum.value }
  })
}

/** Returns compounded by day: product of 1 + return, less 1. Intraday returns are never summed. */
export function dailyReturns (timesMs: ArrayLike<number>, returns: Series, options: DayOptions = {}): DayFigure[] {
  return byDay('times and returns', timesMs, returns, options, () => {
    let wealth = 1
    return { add: value => { wealth *= 1 + value }, value: () => wealth - 1 }
  })
}

interface Fold {
  add (value: number): void
  value (): number
}

function byDay (what: string, timesMs: ArrayLike<number>, values: Series, { timeZone = 'UTC' }: DayOptions, fold: () => Fold): DayFigure[] {
  checkLengths(what, timesMs, values)
  const calendar = new TradingCalendar(timeZone)
  const days = new Map<string, Fold>()
  for (let at = 0; at < timesMs.length; at++) {
    const value = values[at]
    if (!isObserved(value)) continue
    const day = calendar.dayOf(timesMs[at]!)
    let found = days.get(day)
    if (found === undefined) days.set(day, found = fold())
    found.add(value)
  }
  return [...days].map(([day, found]) => ({ day, value: found.value() }))
}

/** Which day of a time zone a time falls on. The day last asked for is remembered, so rows in order cost next to nothing. */
export class TradingCalendar {
  readonly #format: Intl.DateTimeFormat | undefined
  #day = ''
  #fromMs = 0
  #toMs = 0

  /** Throws a RangeError for a zone that does not exist. */
  constructor (timeZone = 'UTC') {
    if (timeZone === 'UTC') return
    // The Swedish date is the ISO date.
    this.#format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  }

  /** The ISO date of a time in milliseconds since the epoch. */
  dayOf (timeMs: number): string {
    if (timeMs >= this.#fromMs && timeMs < this.#toMs) return this.#day
    const format = this.#format
    if (format === undefined) {
      this.#fromMs = Math.floor(timeMs / dayMs) * dayMs
      this.#toMs = this.#fromMs + dayMs
      this.#day = new Date(this.#fromMs).toISOString().slice(0, 10)
      return this.#day
    }
    const day = format.format(timeMs)
    this.#day = day
    // No day is longer than 25 hours; offsets and their changes are whole minutes.
    const minute = Math.floor(timeMs / 60_000)
    const isToday = (at: number) => format.format(at * 60_000) === day
    this.#fromMs = 60_000 * firstMinute(minute - 1800, minute, isToday)
    this.#toMs = 60_000 * firstMinute(minute, minute + 1800, at => !isToday(at))
    return day
  }
}

/** The first minute after `low`, at the latest `high`, from which on `holds` is true. */
function firstMinute (low: number, high: number, holds: (minute: number) => boolean): number {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}
