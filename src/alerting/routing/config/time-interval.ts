import { timeZoneLinks } from './time-zone-links.js'
import { quoted, type YamlValue } from './yaml-reader.js'

interface Range {
  readonly from: number
  /** Inclusive, but for times of a day. */
  readonly to: number
}

/** What Go makes of nothing in a list. */
const nothing: Range = { from: 0, to: 0 }

interface TimeParts {
  readonly minute: number
  readonly weekday: number
  readonly day: number
  readonly month: number
  readonly year: number
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']

/** A span of time that comes again: every field that is given has to hold. Alertmanager's timeinterval. */
export class TimeInterval {
  readonly #times: readonly Range[] | undefined
  readonly #weekdays: readonly Range[] | undefined
  readonly #days: readonly Range[] | undefined
  readonly #months: readonly Range[] | undefined
  readonly #years: readonly Range[] | undefined
  readonly #format: Intl.DateTimeFormat | undefined

  /** Refuses in Alertmanager's words. */
  constructor (value: YamlValue) {
    const fields = value.fields(['times', 'weekdays', 'days_of_month', 'months', 'years', 'location'])
    const list = (key: string, read: (item: YamlValue) => Range): Range[] | undefined => {
      const found = fields.get(key)
      return found === undefined || found.isNull ? undefined : found.items().map(item => item.isNull ? nothing : read(item))
    }
    this.#times = list('times', readTimes)
    this.#weekdays = list('weekdays', readWeekdays)
    this.#days = list('days_of_month', readDays)
    this.#months = list('months', readMonths)
    this.#years = list('years', readYears)
    const location = fields.get('location')
    if (location !== undefined && !location.isNull) this.#format = formatIn(location)
  }

  contains (atMs: number): boolean {
    const { minute, weekday, day, month, year } = this.#parts(atMs)
    const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
    const holds = (ranges: readonly Range[] | undefined, value: number): boolean => ranges?.some(({ from, to }) => value >= from && value <= to) ?? true
    return (this.#times?.some(({ from, to }) => minute >= from && minute < to) ?? true) &&
      (this.#days?.some(range => isDayIn(range, day, last)) ?? true) &&
      holds(this.#months, month) && holds(this.#weekdays, weekday) && holds(this.#years, year)
  }

  #parts (atMs: number): TimeParts {
    if (this.#format === undefined) {
      const date = new Date(atMs)
      return {
        minute: date.getUTCHours() * 60 + date.getUTCMinutes(),
        weekday: date.getUTCDay(),
        day: date.getUTCDate(),
        month: date.getUTCMonth() + 1,
        year: date.getUTCFullYear()
      }
    }
    const parts = Object.fromEntries(this.#format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)])) as Record<'hour' | 'minute' | 'day' | 'month' | 'year', number>
    const { hour, minute, day, month, year } = parts
    return { minute: hour * 60 + minute, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(), day, month, year }
  }
}

/** Negative days count from the end of the month; a range is kept within the month. */
function isDayIn ({ from, to }: Range, day: number, last: number): boolean {
  const begin = from < 0 ? last + from + 1 : from
  const end = to < 0 ? last + to + 1 : to
  return begin <= last && day >= Math.max(begin, -last) && day <= Math.min(Math.max(end, -last), last)
}

function formatIn (location: YamlValue): Intl.DateTimeFormat | undefined {
  const name = location.string()
  if (name === '' || name === 'UTC') return undefined
  // Go's Local is the zone of the machine, and Factory has no clocks yet.
  const timeZone = name === 'Local' ? undefined : name === 'Factory' ? 'UTC' : name
  try {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' })
    // Intl minds no case and knows names that the tz database does not: to it, BST is the time of Dhaka.
    const isExact = timeZoneLinks.has(name) || (format.resolvedOptions().timeZone === name && !name.startsWith('SystemV/'))
    if (isExact || timeZone !== name) return format
  } catch {
    // No zone at all.
  }
  return location.fail(`unknown time zone ${name}`)
}

function readTimes (value: YamlValue): Range {
  const fields = value.fields(['start_time', 'end_time'])
  const start = fields.get('start_time')?.string() ?? ''
  const end = fields.get('end_time')?.string() ?? ''
  if (start === '' || end === '') value.fail('both start and end times must be provided')
  const minutes = (text: string): number => {
    if (!/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(text)) value.fail(`couldn't parse timestamp ${text}, invalid format`)
    return Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
  }
  const range = { from: minutes(start), to: minutes(end) }
  return range.from >= range.to ? value.fail('start time cannot be equal or greater than end time') : range
}

/** `a:b` or `a`, by words or numbers. */
function readRange (value: YamlValue, member: (text: string) => number): Range {
  const text = value.string().toLowerCase()
  const parts = text.split(':')
  if (parts.length > 2 || parts.some(part => part.trim() === '')) return value.fail(`couldn't parse range ${text}, invalid format`)
  const [from, to = from] = parts.map(member)
  return { from: from!, to: to! }
}

function readWeekdays (value: YamlValue): Range {
  const range = readRange(value, text => {
    const at = weekdays.indexOf(text)
    return at < 0 ? value.fail(`${text} is not a valid weekday`) : at
  })
  return range.from > range.to ? value.fail('start day cannot be before end day') : range
}

function readInteger (value: YamlValue, text: string): number {
  if (!/^[+-]?\d+$/.test(text)) value.fail(`strconv.Atoi: parsing ${quoted(text)}: invalid syntax`)
  return isInt64(text) ? Number(text) : value.fail(`strconv.Atoi: parsing ${quoted(text)}: value out of range`)
}

const isInt64 = (digits: string): boolean => BigInt.asIntN(64, BigInt(digits.replace('+', ''))) === BigInt(digits.replace('+', ''))

function readDays (value: YamlValue): Range {
  const range = readRange(value, text => readInteger(value, text))
  const { from, to } = range
  for (const day of [from, to]) if (day === 0 || day < -31 || day > 31) value.fail(`${day} is not a valid day of the month: out of range`)
  if (from < 0 && to > 0) value.fail('end day must be negative if start day is negative')
  if ((from < 0 ? 28 + from : from) > (to < 0 ? 28 + to : to)) value.fail(`end day ${to} is always before start day ${from}`)
  return range
}

function readMonths (value: YamlValue): Range {
  const range = readRange(value, text => {
    const at = months.indexOf(text)
    if (at >= 0) return at + 1
    return /^[+-]?\d+$/.test(text) && isInt64(text) ? Number(text) : value.fail(`${text} is not a valid month`)
  })
  return range.from > range.to ? value.fail(`end month ${months[range.to - 1] ?? ''} is before start month ${months[range.from - 1] ?? ''}`) : range
}

function readYears (value: YamlValue): Range {
  const range = readRange(value, text => readInteger(value, text))
  return range.from > range.to ? value.fail(`end year ${range.to} is before start year ${range.from}`) : range
}
