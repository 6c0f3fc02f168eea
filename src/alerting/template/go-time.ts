import { formatTime, monthName, offsetAt, shownIn, weekdayName, yearDayOf } from './go-time-format.js'
import { GoObject, type GoArgumentType, type GoValue, type TemplateFunction } from './values.js'

const NS_PER_SECOND = 1_000_000_000n
const DURATION_MAX = 2n ** 63n - 1n
/** What year 1, from which Go rounds, is before the Unix epoch. */
const ZERO_NS = -62_135_596_800n * NS_PER_SECOND

/** A method; `types` are those of its arguments. */
function method<T extends GoObject> (call: (self: T, ...args: GoValue[]) => GoValue, ...types: GoArgumentType[]): (self: T) => TemplateFunction {
  return self => ({ arity: [types.length, types.length], types, call: (...args) => call(self, ...args) })
}

type Methods<T> = ReadonlyMap<string, (self: T) => TemplateFunction>

/** A point in time, shown in a zone. Its methods are those of Go's `time.Time` that give one value, without the encodings. */
export class GoTime extends GoObject {
  /** Nanoseconds since the Unix epoch. */
  readonly ns: bigint
  /** An IANA name. */
  readonly zone: string
  /** Prometheus's `toTime` gives a pointer, Alertmanager's fields are values: errors tell the difference. */
  readonly type: 'time.Time' | '*time.Time'

  constructor (ns: bigint, zone = 'UTC', type: GoTime['type'] = 'time.Time') {
    super()
    this.ns = ns
    this.zone = zone
    this.type = type
  }

  /** `ms` since the Unix epoch; it may have a fraction. */
  static ofMs (ms: number, type: GoTime['type'] = 'time.Time'): GoTime {
    const whole = Math.floor(ms)
    return new GoTime(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)), 'UTC', type)
  }

  override method (name: string): TemplateFunction | undefined {
    return timeMethods.get(name)?.(this)
  }

  override toString (): string {
    return formatTime(this.ns, '2006-01-02 15:04:05.999999999 -0700 MST', this.zone)
  }
}

/** A length of time: an int64 of nanoseconds. */
export class GoDuration extends GoObject {
  readonly type = 'time.Duration'
  override readonly integer: bigint

  /** What is longer than 292 years becomes as long as that. */
  constructor (ns: bigint) {
    super()
    this.integer = ns > DURATION_MAX ? DURATION_MAX : ns < -DURATION_MAX - 1n ? -DURATION_MAX - 1n : ns
  }

  get seconds (): number {
    return inUnits(this.integer, NS_PER_SECOND)
  }

  override method (name: string): TemplateFunction | undefined {
    return durationMethods.get(name)?.(this)
  }

  /** As Go's `time.Duration.String()`: `1h30m0s`, `1.5ms`. */
  override toString (): string {
    const ns = this.integer
    const size = ns < 0n ? -ns : ns
    const sign = ns < 0n ? '-' : ''
    if (size === 0n) return '0s'
    if (size < 1_000n) return `${sign}${size}ns`
    if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`
    if (size < NS_PER_SECOND) return `${sign}${decimal(size, 6)}ms`
    const minutes = size / (60n * NS_PER_SECOND)
    const hours = minutes / 60n
    return sign + (hours > 0n ? `${hours}h` : '') + (minutes > 0n ? `${minutes % 60n}m` : '') + `${decimal(size % (60n * NS_PER_SECOND), 9)}s`
  }
}

/** A month or a day of the week, which is a number with a name. */
class GoNamedNumber extends GoObject {
  readonly type: 'time.Month' | 'time.Weekday'
  override readonly integer: bigint

  constructor (type: GoNamedNumber['type'], value: number) {
    super()
    this.type = type
    this.integer = BigInt(value)
  }

  override method (name: string): TemplateFunction | undefined {
    return name === 'String' ? { arity: [0, 0], call: () => String(this) } : undefined
  }

  override toString (): string {
    return (this.type === 'time.Month' ? monthName : weekdayName)(Number(this.integer))
  }
}

const ofCalendar = (read: (local: Date) => number): (self: GoTime) => TemplateFunction =>
  method(({ ns, zone }) => BigInt(read(shownIn(ns, zone).local)))
const ofInstant = (read: (ns: bigint) => bigint): (self: GoTime) => TemplateFunction => method(({ ns }) => BigInt.asIntN(64, read(ns)))
const compared = (holds: (ns: bigint, other: bigint) => GoValue): (self: GoTime) => TemplateFunction =>
  method(({ ns }, other) => holds(ns, (other as GoTime).ns), 'time.Time')
const lengthOf = (value: GoValue | undefined): bigint => value instanceof GoDuration ? value.integer : value as bigint

const timeMethods: Methods<GoTime> = new Map([
  ['Format', method<GoTime>(({ ns, zone }, layout) => formatTime(ns, layout as string, zone), 'string')],
  ['String', method<GoTime>(String)],
  ['UTC', method<GoTime>(({ ns }) => new GoTime(ns))],
  ['Local', method<GoTime>(({ ns }) => new GoTime(ns, localZone()))],
  ['Unix', ofInstant(ns => floored(ns, NS_PER_SECOND))],
  ['UnixMilli', ofInstant(ns => floored(ns, 1_000_000n))],
  ['UnixMicro', ofInstant(ns => floored(ns, 1_000n))],
  ['UnixNano', ofInstant(ns => ns)],
  ['Year', ofCalendar(local => local.getUTCFullYear())],
  ['Month', method<GoTime>(({ ns, zone }) => new GoNamedNumber('time.Month', shownIn(ns, zone).local.getUTCMonth() + 1))],
  ['Day', ofCalendar(local => local.getUTCDate())],
  ['Hour', ofCalendar(local => local.getUTCHours())],
  ['Minute', ofCalendar(local => local.getUTCMinutes())],
  ['Second', ofCalendar(local => local.getUTCSeconds())],
  ['Nanosecond', method<GoTime>(({ ns, zone }) => BigInt(shownIn(ns, zone).nanosecond))],
  ['YearDay', ofCalendar(yearDayOf)],
  ['Weekday', method<GoTime>(({ ns, zone }) => new GoNamedNumber('time.Weekday', shownIn(ns, zone).local.getUTCDay()))],
  ['IsZero', method<GoTime>(({ ns }) => ns === ZERO_NS)],
  ['Before', compared((ns, other) => ns < other)],
  ['After', compared((ns, other) => ns > other)],
  ['Equal', compared((ns, other) => ns === other)],
  ['Compare', compared((ns, other) => ns < other ? -1n : ns > other ? 1n : 0n)],
  ['Sub', compared((ns, other) => new GoDuration(ns - other))],
  ['Add', method<GoTime>(({ ns, zone }, length) => new GoTime(ns + lengthOf(length), zone), 'time.Duration')],
  ['AddDate', method<GoTime>((time, years, months, days) => addDate(time, Number(years), Number(months), Number(days)), 'int', 'int', 'int')],
  ['Truncate', method<GoTime>(({ ns, zone }, length) => new GoTime(ns - sinceStep(ns, lengthOf(length)), zone), 'time.Duration')],
  ['Round', method<GoTime>(({ ns, zone }, length) => {
    const step = lengthOf(length)
    const since = sinceStep(ns, step)
    return new GoTime(ns - since + (since > 0n && since * 2n >= step ? step : 0n), zone)
  }, 'time.Duration')]
])

const durationMethods: Methods<GoDuration> = new Map([
  ['String', method<GoDuration>(String)],
  ['Hours', method<GoDuration>(({ integer }) => inUnits(integer, 3600n * NS_PER_SECOND))],
  ['Minutes', method<GoDuration>(({ integer }) => inUnits(integer, 60n * NS_PER_SECOND))],
  ['Seconds', method<GoDuration>(({ seconds }) => seconds)],
  ['Milliseconds', method<GoDuration>(({ integer }) => integer / 1_000_000n)],
  ['Microseconds', method<GoDuration>(({ integer }) => integer / 1_000n)],
  ['Nanoseconds', method<GoDuration>(({ integer }) => integer)],
  ['Abs', method<GoDuration>(({ integer }) => new GoDuration(integer < 0n ? -integer : integer))],
  ['Truncate', method<GoDuration>(({ integer }, length) => {
    const step = lengthOf(length)
    return new GoDuration(step <= 0n ? integer : integer - integer % step)
  }, 'time.Duration')],
  ['Round', method<GoDuration>(({ integer }, length) => {
    const step = lengthOf(length)
    if (step <= 0n) return new GoDuration(integer)
    const rest = integer % step
    const size = rest < 0n ? -rest : rest
    return new GoDuration(integer - rest + (size * 2n < step ? 0n : integer < 0n ? -step : step))
  }, 'time.Duration')]
])

function floored (ns: bigint, unit: bigint): bigint {
  return ns / unit - (ns % unit < 0n ? 1n : 0n)
}

/** As Go divides: the whole units and the rest, each a double. */
function inUnits (ns: bigint, unit: bigint): number {
  return Number(ns / unit) + Number(ns % unit) / Number(unit)
}

function decimal (value: bigint, places: number): string {
  const digits = String(value).padStart(places + 1, '0')
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '')
}

function sinceStep (ns: bigint, step: bigint): bigint {
  if (step <= 0n) return 0n
  return ((ns - ZERO_NS) % step + step) % step
}

/** The zone that the process runs in. */
export function localZone (): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** The same time of the day, years, months and days away; `January 31 + 1 month` is March 3, as in Go. */
function addDate ({ ns, zone }: GoTime, years: number, months: number, days: number): GoTime {
  const { local, nanosecond } = shownIn(ns, zone)
  const moved = new Date(local)
  moved.setUTCFullYear(local.getUTCFullYear() + years, local.getUTCMonth() + months, local.getUTCDate() + days)
  const seconds = moved.getTime() / 1000
  if (!Number.isFinite(seconds)) throw new Error('the year is out of range')
  const first = offsetAt(seconds, zone)
  const offset = first === 0 ? 0 : offsetAt(seconds - first, zone)
  return new GoTime(BigInt(seconds - offset) * NS_PER_SECOND + BigInt(nanosecond), zone)
}
