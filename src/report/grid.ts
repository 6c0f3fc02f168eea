import { TradingCalendar } from '../statistics/trading-days.js'

/** The lengths of the periods into which a stretch of time is cut. */
export const periodNames = ['minute', 'hour', 'day'] as const
export type PeriodName = typeof periodNames[number]

/** Of a day without a change of the clock. */
export const periodMs: Readonly<Record<PeriodName, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** Offsets and their changes are multiples of a quarter of an hour. */
const quarterMs = 900_000

/** Days for two weeks and more, hours for as many hours, else minutes: enough periods for a figure, and no more than a person can look at. */
export function periodFor (lengthMs: number): PeriodName {
  return lengthMs >= 14 * periodMs.day ? 'day' : lengthMs >= 14 * periodMs.hour ? 'hour' : 'minute'
}

/**
 * Where the periods of a stretch of time begin and end: `fromMs`, every full period of the calendar in between, `toMs`.
 * Hours are those of UTC, days those of the time zone: 23 to 25 hours.
 */
export function edgesOf (fromMs: number, toMs: number, period: PeriodName, timeZone = 'UTC'): number[] {
  const edges = [fromMs]
  if (period === 'day' && timeZone !== 'UTC') {
    const calendar = new TradingCalendar(timeZone)
    let day = calendar.dayOf(fromMs)
    for (let at = (Math.floor(fromMs / quarterMs) + 1) * quarterMs; at < toMs; at += quarterMs) {
      const next = calendar.dayOf(at)
      if (next !== day) edges.push(at)
      day = next
    }
  } else {
    const lengthMs = periodMs[period]
    for (let at = (Math.floor(fromMs / lengthMs) + 1) * lengthMs; at < toMs; at += lengthMs) edges.push(at)
  }
  if (toMs > fromMs) edges.push(toMs)
  return edges
}
