import type { BookRecord } from '../portfolio/book-record.js'
import { TradingCalendar } from '../statistics/trading-days.js'
import { edgesOf } from './grid.js'
import { equityAt, portfolioReturns } from './periods.js'

export interface CalendarCell {
  /** The month (`2022-01`), the day (`2022-01-31`) or the hour (`2022-01-31T05`). */
  readonly label: string
  readonly return: number | null
}

/** Returns laid out for a heat map: rows of cells, `null` where nothing is. */
export interface ReturnCalendar {
  /** Years of months for more than 62 days, weeks of days for more than four, else days of hours. */
  readonly kind: 'months' | 'days' | 'hours'
  readonly columns: readonly string[]
  readonly rows: ReadonlyArray<{ readonly label: string, readonly cells: ReadonlyArray<CalendarCell | null> }>
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))

export function calendarOf (record: BookRecord, fromMs: number, toMs: number, timeZone: string): ReturnCalendar {
  const calendar = new TradingCalendar(timeZone)
  const dayEdges = edgesOf(fromMs, toMs, 'day', timeZone)
  const days = dayEdges.slice(0, -1).map(edge => calendar.dayOf(edge))
  const monthsSeen = new Set(days.map(day => day.slice(0, 7))).size
  if (monthsSeen > 2 && toMs - fromMs > 62 * 86_400_000) {
    return layOut('months', months, cells(record, dayEdges, days.map(day => day.slice(0, 7))), label => [label.slice(0, 4), Number(label.slice(5, 7)) - 1])
  }
  if (days.length > 4) return layOut('days', weekdays, cells(record, dayEdges, days), label => [mondayOf(label), (new Date(label).getUTCDay() + 6) % 7])
  const hourEdges = edgesOf(fromMs, toMs, 'hour')
  const labels = hourEdges.slice(0, -1).map(edge => new Date(edge).toISOString().slice(0, 13))
  return layOut('hours', hours, cells(record, hourEdges, labels), label => [label.slice(0, 10), Number(label.slice(11))])
}

/** The return of all periods with one label, compounded. */
function cells (record: BookRecord, edges: readonly number[], labels: readonly string[]): CalendarCell[] {
  const returns = portfolioReturns(equityAt(record, edges))
  const wealth = new Map<string, number>()
  labels.forEach((label, at) => { wealth.set(label, (wealth.get(label) ?? 1) * (1 + returns[at]!)) })
  return [...wealth].map(([label, value]) => ({ label, return: Number.isFinite(value) ? value - 1 : null }))
}

function layOut (
  kind: ReturnCalendar['kind'], columns: readonly string[], found: readonly CalendarCell[], placeOf: (label: string) => [row: string, column: number]
): ReturnCalendar {
  const rows = new Map<string, Array<CalendarCell | null>>()
  for (const cell of found) {
    const [row, column] = placeOf(cell.label)
    let line = rows.get(row)
    if (line === undefined) rows.set(row, line = columns.map(() => null))
    line[column] = cell
  }
  return { kind, columns, rows: [...rows].map(([label, line]) => ({ label, cells: line })) }
}

/** The Monday of a day's week, both ISO dates. */
function mondayOf (day: string): string {
  const date = new Date(day)
  date.setUTCDate(date.getUTCDate() - (date.getUTCDay() + 6) % 7)
  return date.toISOString().slice(0, 10)
}
