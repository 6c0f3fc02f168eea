const DAY = 86400

/** A day of the Gregorian calendar: month 1 … 12, day 1 … 31, and its number in the year, from 1. */
interface CivilDay { readonly year: number, readonly month: number, readonly day: number, readonly dayOfYear: number }

function isLeap (year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function daysInMonth (year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** The day that is `days` after 1 January 1970 (Hinnant 2014, civil_from_days). */
function civilDay (days: number): CivilDay {
  const shifted = days + 719468
  const era = Math.floor(shifted / 146097)
  const dayOfEra = shifted - era * 146097
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365)
  const dayFromMarch = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayFromMarch + 2) / 153)
  const day = dayFromMarch - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const dayOfYear = month > 2 ? dayFromMarch + 60 + (isLeap(year) ? 1 : 0) : dayFromMarch - 305
  return { year, month, day, dayOfYear }
}

/** Functions of a time in seconds since the Unix epoch, in UTC; the fraction does not count. */
export const calendarFunctions: ReadonlyMap<string, (seconds: number) => number> = new Map(Object.entries({
  minute: (seconds: number) => Math.floor(secondOfDay(seconds) / 60) % 60,
  hour: (seconds: number) => Math.floor(secondOfDay(seconds) / 3600),
  day_of_week: (seconds: number) => (((dayOf(seconds) + 4) % 7) + 7) % 7,
  day_of_month: (seconds: number) => civilDay(dayOf(seconds)).day,
  day_of_year: (seconds: number) => civilDay(dayOf(seconds)).dayOfYear,
  days_in_month: (seconds: number) => {
    const { year, month } = civilDay(dayOf(seconds))
    return daysInMonth(year, month)
  },
  month: (seconds: number) => civilDay(dayOf(seconds)).month,
  year: (seconds: number) => civilDay(dayOf(seconds)).year
}))

/** The earliest moment that Go's calendar knows, in seconds since the Unix epoch; what lies before comes out 2^64 seconds later. */
const EARLIEST = -(292_277_022_400n * 3_652_425n / 10_000n + 306n) * 86_400n - 62_135_596_800n

function dayOf (seconds: number): number {
  if (Math.abs(seconds) < 2 ** 53) return Math.floor(Math.trunc(seconds) / DAY)
  const far = farSeconds(seconds)
  return Number((far - modulo(far, BigInt(DAY))) / BigInt(DAY))
}

function secondOfDay (seconds: number): number {
  if (!(Math.abs(seconds) < 2 ** 53)) return Number(modulo(farSeconds(seconds), BigInt(DAY)))
  const whole = Math.trunc(seconds)
  return whole - Math.floor(whole / DAY) * DAY
}

/** Seconds that a double holds, but an integer of 64 bits need not: what does not fit, NaN too, becomes the least one. */
function farSeconds (seconds: number): bigint {
  const whole = Math.abs(seconds) < 2 ** 63 ? BigInt(Math.trunc(seconds)) : -(2n ** 63n)
  return whole < EARLIEST ? whole + 2n ** 64n : whole
}

function modulo (a: bigint, b: bigint): bigint {
  return (a % b + b) % b
}
