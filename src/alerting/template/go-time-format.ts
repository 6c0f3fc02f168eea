const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** 1 is January. */
export const monthName = (month: number): string => months[month - 1] ?? `%!Month(${month})`
/** 0 is Sunday. */
export const weekdayName = (weekday: number): string => days[weekday] ?? `%!Weekday(${weekday})`

/** The words of a Go layout, in the order in which `nextStdChunk` of Go's time package looks for them. */
const words = new RegExp([
  'January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm',
  '[-Z]070000|[-Z]07:00:00|[-Z]0700|[-Z]07:00|[-Z]07|[.,](?:0+|9+)(?!\\d)'
].join('|'), 'g')

/** A point in time as a clock and a calendar of a zone show it. */
export interface ShownTime {
  /** Its fields in UTC are those that the zone shows; whole seconds. */
  readonly local: Date
  /** 0 to 999,999,999. */
  readonly nanosecond: number
  readonly offsetSeconds: number
}

/** `ns` is since the Unix epoch, `zone` an IANA name. */
export function shownIn (ns: bigint, zone: string): ShownTime {
  const nanosecond = Number((ns % 1_000_000_000n + 1_000_000_000n) % 1_000_000_000n)
  const seconds = Number((ns - BigInt(nanosecond)) / 1_000_000_000n)
  const offsetSeconds = offsetAt(seconds, zone)
  return { local: new Date((seconds + offsetSeconds) * 1000), nanosecond, offsetSeconds }
}

/** What a zone is ahead of UTC, in seconds. */
export function offsetAt (seconds: number, zone: string): number {
  if (zone === 'UTC') return 0
  const name = zoneName(seconds, zone, 'en-US', 'longOffset')
  const [, sign, hours, minutes = '0', rest = '0'] = /^GMT([+-])(\d+):?(\d+)?:?(\d+)?$/.exec(name) ?? ['', '+', '0']
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(rest))
}

/** The day of the year from 1 on. */
export function yearDayOf (local: Date): number {
  const first = new Date(local)
  first.setUTCMonth(0, 1)
  return Math.round((local.getTime() - first.getTime()) / 86_400_000) + 1
}

/** A point in time by a Go layout, as in `2006-01-02 15:04:05 MST`: `time.Time.Format`. `ns` is since the Unix epoch, `zone` an IANA name. */
export function formatTime (ns: bigint, layout: string, zone: string): string {
  const { local, nanosecond, offsetSeconds } = shownIn(ns, zone)
  const [year, month, day, hour] = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate(), local.getUTCHours()]
  const two = (value: number): string => String(value).padStart(2, '0')
  const hour12 = hour % 12 === 0 ? 12 : hour % 12
  const longYear = `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}`
  return layout.replace(words, word => {
    switch (word) {
      case 'January': return monthName(month)
      case 'Jan': return monthName(month).slice(0, 3)
      case 'Monday': return weekdayName(local.getUTCDay())
      case 'Mon': return weekdayName(local.getUTCDay()).slice(0, 3)
      case 'MST': return abbreviation(Math.floor(Number(ns / 1_000_000_000n)), zone, offsetSeconds)
      case '2006': return longYear
      case '06': return two(Math.max(year, 0) % 100)
      case '01': return two(month)
      case '1': return String(month)
      case '02': return two(day)
      case '_2': return String(day).padStart(2, ' ')
      case '2': return String(day)
      case '002': return String(yearDayOf(local)).padStart(3, '0')
      case '__2': return String(yearDayOf(local)).padStart(3, ' ')
      case '15': return two(hour)
      case '03': return two(hour12)
      case '3': return String(hour12)
      case '04': return two(local.getUTCMinutes())
      case '4': return String(local.getUTCMinutes())
      case '05': return two(local.getUTCSeconds())
      case '5': return String(local.getUTCSeconds())
      case 'PM': return hour >= 12 ? 'PM' : 'AM'
      case 'pm': return hour >= 12 ? 'pm' : 'am'
    }
    if (word[0] === 'Z' && offsetSeconds === 0) return 'Z'
    if (/^[-Z]/.test(word)) return offsetText(offsetSeconds, word.slice(1))
    const digits = String(nanosecond).padStart(9, '0').padEnd(word.length - 1, '0').slice(0, word.length - 1)
    if (word[1] === '0') return word[0]! + digits
    const short = digits.replace(/0+$/, '')
    return short === '' ? '' : word[0]! + short
  })
}

/** An offset in a form as `07`, `0700` or `07:00:00`. */
function offsetText (offsetSeconds: number, form: string): string {
  const size = Math.abs(offsetSeconds)
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60].map(value => String(value).padStart(2, '0'))
  const count = form.replaceAll(':', '').length / 2
  // An offset of less than a minute shows as +00, as in Go, which looks at its minutes.
  return (Math.trunc(offsetSeconds / 60) < 0 ? '-' : '+') + parts.slice(0, count).join(form.includes(':') ? ':' : '')
}

/** The short name of a zone, which each part of the English-speaking world knows for its own zones only; some of the rest are listed. */
function abbreviation (seconds: number, zone: string, offsetSeconds: number): string {
  if (zone === 'UTC') return 'UTC'
  const known = unnamed[zone]
  if (known !== undefined) return known
  for (const locale of ['en-US', 'en-CA', 'en-GB', 'en-AU', 'en-NZ']) {
    const name = zoneName(seconds, zone, locale, 'short')
    if (!/^(?:GMT|UTC)[+-]/.test(name)) return name
  }
  return offsetText(offsetSeconds, offsetSeconds % 3600 === 0 ? '07' : '0700')
}

/** Zones of great markets that keep one time all year and that no English name of ICU's knows. */
const unnamed: Readonly<Record<string, string>> = {
  'Asia/Tokyo': 'JST',
  'Asia/Seoul': 'KST',
  'Asia/Shanghai': 'CST',
  'Asia/Hong_Kong': 'HKT',
  'Asia/Taipei': 'CST',
  'Asia/Jakarta': 'WIB',
  'Asia/Manila': 'PST',
  'Asia/Karachi': 'PKT',
  'Asia/Kolkata': 'IST',
  'Asia/Calcutta': 'IST',
  'Europe/Moscow': 'MSK',
  'Africa/Johannesburg': 'SAST',
  'Africa/Lagos': 'WAT',
  'Africa/Nairobi': 'EAT',
  GMT: 'GMT'
}

function zoneName (seconds: number, timeZone: string, locale: string, timeZoneName: 'short' | 'longOffset'): string {
  return new Intl.DateTimeFormat(locale, { timeZone, timeZoneName }).formatToParts(seconds * 1000).find(({ type }) => type === 'timeZoneName')!.value
}
