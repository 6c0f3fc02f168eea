import { formatShort } from '../../promql/go-number.js'

/**
 * A value as Go's templates see it: `bigint` is Go's int and `number` its float64, which print and compare apart;
 * `null` is nil.
 */
export type GoValue = null | string | boolean | bigint | number | SafeHtml | GoObject | GoMap | GoStruct | readonly GoValue[]

/** Text that is not escaped where a page is made of it: `safeHtml`. */
export class SafeHtml {
  readonly text: string

  constructor (text: string) {
    this.text = text
  }
}

/** A function that templates may call; what it throws becomes `error calling NAME: …`. */
export interface TemplateFunction {
  /** Fewest and most arguments. */
  readonly arity: readonly [least: number, most: number]
  /** Go's types of the arguments, where they are not any; that of the last holds for all that follow. */
  readonly types?: readonly GoArgumentType[]
  readonly call: (...args: GoValue[]) => GoValue | Promise<GoValue>
}

export type GoArgumentType =
  'string' | 'int' | '[]string' | '[]interface {}' | 'time.Time' | 'time.Duration' | 'template.queryResult' | '*template.sample' | 'interface {}'

/** A value of a Go type of its own, which prints itself and may have methods: a time, a month, a duration. */
export abstract class GoObject {
  /** Go's name of the type, for errors. */
  abstract readonly type: string
  /** Its number, where its kind is int. */
  readonly integer: bigint | undefined = undefined
  abstract method (name: string): TemplateFunction | undefined
  abstract toString (): string
}

/** What templates may call of a value (`.SortedPairs`, `.Remove NAMES`), and how the value prints itself. */
export interface GoMethods {
  readonly methods: ReadonlyMap<string, TemplateFunction>
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

/** A method of a value. */
export function methodOf (value: GoValue, name: string): TemplateFunction | undefined {
  return value instanceof GoObject ? value.method(name) : behaviorOf(value)?.methods.get(name)
}

function behaviorOf (value: GoValue): GoMethods | undefined {
  return value instanceof GoMap || value instanceof GoSlice ? value.behavior : undefined
}

/** How a value that has a way of its own prints itself: Go's `Stringer`. */
export function ownText (value: GoValue): string | undefined {
  return value instanceof GoObject ? String(value) : behaviorOf(value)?.print?.()
}

/** What `{{ value }}` prints: Go's `%v`. */
export function print (value: GoValue): string {
  if (value === null) return '<no value>'
  return printNested(value)
}

function printNested (value: GoValue): string {
  if (value === null) return '<nil>'
  if (typeof value === 'string') return value
  const printed = ownText(value)
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
  if (value instanceof GoObject) return value.integer !== 0n
  return !isList(value) || value.length > 0
}

/** Numbers of named types, such as months, compare as the numbers that they are. */
export function basicOf (value: GoValue): GoValue {
  return value instanceof GoObject && value.integer !== undefined ? value.integer : value
}

/** Go's name of a value's type. */
export function typeOf (value: GoValue): string {
  if (value === null) return 'interface {}'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float64'
  if (value instanceof GoMap || value instanceof GoStruct || value instanceof GoSlice || value instanceof GoObject) return value.type
  if (value instanceof SafeHtml) return 'template.HTML'
  return '[]interface {}'
}
