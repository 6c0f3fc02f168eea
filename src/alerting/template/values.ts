import { formatShort } from '../../promql/go-number.js'

/**
 * A value as Go's templates see it: `bigint` is Go's int and `number` its float64, which print and compare apart;
 * `null` is nil.
 */
export type GoValue = null | string | boolean | bigint | number | SafeHtml | GoTime | GoDuration | GoMap | GoStruct | readonly GoValue[]

/** Text that is not escaped where a page is made of it: `safeHtml`. */
export class SafeHtml {
  readonly text: string

  constructor (text: string) {
    this.text = text
  }
}

/** A point in time, shown in UTC or in the zone that `tz` gave it. */
export class GoTime {
  readonly ms: number
  /** An IANA name. */
  readonly zone: string

  constructor (ms: number, zone = 'UTC') {
    this.ms = ms
    this.zone = zone
  }

  /** As Go's `time.Time.String()`. */
  toString (): string {
    const iso = new Date(this.ms).toISOString()
    const fraction = iso.slice(19, 23).replace(/\.?0+$/, '')
    return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction} +0000 UTC`
  }
}

/** A length of time in seconds. */
export class GoDuration {
  readonly seconds: number

  constructor (seconds: number) {
    this.seconds = seconds
  }

  /** As Go's `time.Duration.String()`: `1h30m0s`, `1.5ms`. */
  toString (): string {
    const nanoseconds = Math.round(Math.abs(this.seconds) * 1e9)
    const sign = this.seconds < 0 ? '-' : ''
    if (nanoseconds === 0) return '0s'
    if (nanoseconds < 1e3) return `${sign}${nanoseconds}ns`
    if (nanoseconds < 1e6) return `${sign}${nanoseconds / 1e3}µs`
    if (nanoseconds < 1e9) return `${sign}${nanoseconds / 1e6}ms`
    const hours = Math.floor(nanoseconds / 3.6e12)
    const minutes = Math.floor(nanoseconds / 6e10) % 60
    const seconds = (nanoseconds % 6e10) / 1e9
    return sign + (hours > 0 ? `${hours}h` : '') + (hours > 0 || minutes > 0 ? `${minutes}m` : '') + `${seconds}s`
  }
}

/** What templates may call of a value (`.SortedPairs`, `.Remove NAMES`), and how the value prints itself. */
export interface GoMethods {
  readonly methods: ReadonlyMap<string, (...args: GoValue[]) => GoValue>
  readonly print?: () => string
}

/** A Go slice with methods, as `.Alerts` of a notification has them. */
export class GoSlice extends Array<GoValue> {
  readonly type: string
  readonly behavior: GoMethods

  static override get [Symbol.species] (): ArrayConstructor {
    return Array
  }

  constructor (items: readonly GoValue[], type: string, behavior: GoMethods) {
    super()
    for (const item of items) this.push(item)
    this.type = type
    this.behavior = behavior
  }
}

/** A Go map with string keys; a key that is not there gives `zero`. */
export class GoMap {
  readonly entries: ReadonlyMap<string, GoValue>
  readonly zero: GoValue
  /** Go's name of the type, for errors. */
  readonly type: string
  readonly behavior: GoMethods | undefined

  constructor (entries: Iterable<readonly [string, GoValue]>, zero: GoValue, type: string, behavior?: GoMethods) {
    this.entries = new Map([...entries].sort(([a], [b]) => a < b ? -1 : 1))
    this.zero = zero
    this.type = type
    this.behavior = behavior
  }

  static ofStrings (entries: Iterable<readonly [string, string]>): GoMap {
    return new GoMap(entries, '', 'map[string]string')
  }
}

/** A Go struct: what is not among its fields is an error. */
export class GoStruct {
  readonly fields: ReadonlyMap<string, GoValue>
  readonly type: string

  constructor (type: string, fields: Readonly<Record<string, GoValue>>) {
    this.type = type
    this.fields = new Map(Object.entries(fields))
  }
}

/** The methods of a value, where it has some. */
export function behaviorOf (value: GoValue): GoMethods | undefined {
  return value instanceof GoMap || value instanceof GoSlice ? value.behavior : undefined
}

/** What `{{ value }}` prints: Go's `%v`. */
export function print (value: GoValue): string {
  if (value === null) return '<no value>'
  return printNested(value)
}

function printNested (value: GoValue): string {
  if (value === null) return '<nil>'
  if (typeof value === 'string') return value
  const printed = behaviorOf(value)?.print?.()
  if (printed !== undefined) return printed
  if (typeof value === 'number') return formatShort(value)
  if (value instanceof SafeHtml) return value.text
  if (isList(value)) return `[${value.map(printNested).join(' ')}]`
  if (value instanceof GoMap) return `map[${[...value.entries].map(([key, item]) => `${key}:${printNested(item)}`).join(' ')}]`
  if (value instanceof GoStruct) return `{${[...value.fields.values()].map(printNested).join(' ')}}`
  return String(value)
}

export function isList (value: GoValue): value is readonly GoValue[] {
  return Array.isArray(value)
}

/** Go's idea of truth: not the zero of its type, not empty. */
export function isTrue (value: GoValue): boolean {
  if (value === null || value === false || value === '' || value === 0n || value === 0) return false
  if (value instanceof GoMap) return value.entries.size > 0
  if (value instanceof SafeHtml) return value.text !== ''
  if (value instanceof GoDuration) return value.seconds !== 0
  return !isList(value) || value.length > 0
}

/** Go's name of a value's type. */
export function typeOf (value: GoValue): string {
  if (value === null) return 'interface {}'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float64'
  if (value instanceof GoMap || value instanceof GoStruct || value instanceof GoSlice) return value.type
  if (value instanceof GoTime) return '*time.Time'
  if (value instanceof GoDuration) return 'time.Duration'
  if (value instanceof SafeHtml) return 'template.HTML'
  return '[]interface {}'
}
