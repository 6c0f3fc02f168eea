const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** The words of a Go layout, the longest first where one begins another. */
const words = /January|Jan|Monday|Mon|MST|2006|Z07:00|Z0700|-07:00|-0700|-07|[.,]0+(?!\d)|[.,]9+(?!\d)|01|02|03|04|05|06|002|15|PM|pm|_2|1|2|3|4|5/g

/** A point in time by a Go layout: `2006-01-02 15:04:05 MST`; `time.Time.Format`. `zone` is an IANA name. */
export function formatTime (ms: number, layout: string, zone: string): string {
  const parts = partsIn(ms, zone)
  const two = (value: number): string => String(value).padStart(2, '0')
  const hour12 = parts.hour % 12 === 0 ? 12 : parts.hour % 12
  const fraction = String(((ms % 1000) + 1000) % 1000).split('.')[0]!.padStart(3, '0')
  const offset = (separator: string): string => {
    const minutes = Math.abs(parts.offsetMinutes)
    return `${parts.offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`
  }
  return layout.replace(words, word => {
    switch (word) {
      case 'January': return months[parts.month - 1]!
      case 'Jan': return months[parts.month - 1]!.slice(0, 3)
      case 'Monday': return days[parts.weekday]!
      case 'Mon': return days[parts.weekday]!.slice(0, 3)
      case 'MST': return parts.abbreviation
      case '2006': return String(parts.year).padStart(4, '0')
      case '06': return two(parts.year % 100)
      case '01': return two(parts.month)
      case '1': return String(parts.month)
      case '02': return two(parts.day)
      case '_2': return String(parts.day).padStart(2, ' ')
      case '2': return String(parts.day)
      case '002': return String(parts.yearDay).padStart(3, '0')
      case '15': return two(parts.hour)
      case '03': return two(hour12)
      case '3': return String(hour12)
      case '04': return two(parts.minute)
      case '4': return String(parts.minute)
      case '05': return two(parts.second)
      case '5': return String(parts.second)
      case 'PM': return parts.hour >= 12 ? 'PM' : 'AM'
      case 'pm': return parts.hour >= 12 ? 'pm' : 'am'
      case 'Z07:00': return parts.offsetMinutes === 0 ? 'Z' : offset(':')
      case 'Z0700': return parts.offsetMinutes === 0 ? 'Z' : offset('')
      case '-07:00': return offset(':')
      case '-0700': return offset('')
      case '-07': return offset('').slice(0, 3)
    }
    const digits = fraction.padEnd(9, '0').slice(0, word.length - 1)
    if (word.includes('0')) return word[0]! + digits
    const short = digits.replace(/0+$/, '')
    return short === '' ? '' : word[0]! + short
  })
}

interface Parts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly weekday: number
  readonly yearDay: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly offsetMinutes: number
  readonly abbreviation: string
}

function partsIn (ms: number, zone: string): Parts {
  const shown = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', timeZoneName: 'short'
  }).formatToParts(ms)
  const part = (type: string): string => shown.find(item => item.type === type)!.value
  const number = (type: string): number => Number(part(type))
  const local = new Date(0)
  local.setUTCFullYear(number('year'), number('month') - 1, number('day'))
  local.setUTCHours(number('hour'), number('minute'), number('second'))
  const first = new Date(local)
  first.setUTCMonth(0, 1)
  const offsetMinutes = Math.round((local.getTime() - Math.floor(ms / 1000) * 1000) / 60_000)
  // Europe's names are known to English Europe only, America's to America.
  const names = ['en-US', 'en-GB'].map(locale => new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' }).formatToParts(ms)
    .find(({ type }) => type === 'timeZoneName')!.value)
  const name = names.find(name => !/^GMT[+-]/.test(name)) ?? names[0]!
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    weekday: local.getUTCDay(),
    yearDay: Math.floor((local.getTime() - first.getTime()) / 86_400_000) + 1,
    hour: number('hour'),
    minute: number('minute'),
    second: number('second'),
    offsetMinutes,
    abbreviation: /^GMT[+-]/.test(name) ? `${offsetMinutes < 0 ? '-' : '+'}${String(Math.floor(Math.abs(offsetMinutes) / 60)).padStart(2, '0')}` : name
  }
}

/** RFC 3339 in UTC as Go's JSON writes a time: the fraction without trailing zeros. */
export function rfc3339 (ms: number): string {
  const whole = Math.floor(ms)
  const iso = new Date(whole).toISOString()
  const digits = `${iso.slice(20, 23)}${String(Math.round((ms - whole) * 1e6)).padStart(6, '0').slice(0, 6)}`.replace(/0+$/, '')
  return `${iso.slice(0, 19)}${digits === '' ? '' : `.${digits}`}Z`
}

/** Go's zero time, in milliseconds since the Unix epoch. */
export const ZERO_TIME_MS = Date.parse('0001-01-01T00:00:00Z')
