import { formatFixed, formatShort } from '../../promql/go-number.js'
import { goQuote, goQuoteRune, goUnicode } from '../../promql/go-text.js'
import { GoMap, GoObject, GoStruct, isList, ownText, SafeHtml, typeOf, type GoValue } from './values.js'

/** What stands between `%` and the verb: `#`, `+`, `-`, a space, `0`, a width and a precision. */
export interface FormatFlags {
  readonly sharp: boolean
  readonly plus: boolean
  readonly minus: boolean
  readonly space: boolean
  readonly zero: boolean
  readonly width: number | undefined
  readonly precision: number | undefined
}

/** The widest that a value may be padded: more is a slip, or an attack. */
const MAX_WIDTH = 10_000

/** One value by a verb as Go's `fmt` prints it (fmt/print.go, fmt/format.go); hexadecimal floats are not among what is known. */
export function formatValue (value: GoValue, verb: string, flags: FormatFlags): string {
  if (value === null) return verb === 'v' || verb === 'T' ? padded('<nil>', flags) : badVerb(value, verb, flags)
  if (verb === 'T') return padded(typeOf(value), flags)
  return nested(value, verb, flags, 0)
}

/** As `TYPE=VALUE`, for what Go says of arguments that do not fit. */
export function describeValue (value: GoValue, flags: FormatFlags): string {
  return value === null ? '<nil>' : `${typeOf(value)}=${formatValue(value, 'v', flags)}`
}

function badVerb (value: GoValue, verb: string, flags: FormatFlags): string {
  return `%!${verb}(${describeValue(value, flags)})`
}

function nested (value: GoValue, verb: string, flags: FormatFlags, depth: number): string {
  // %#v is Go's syntax, and %+v names the fields of structs: neither means its sign.
  const isGoSyntax = verb === 'v' && flags.sharp
  if (value === null) return isGoSyntax ? 'interface {}(nil)' : '<nil>'
  const own = ownText(value)
  if (own !== undefined && !isGoSyntax && 'vsxXq'.includes(verb)) return text(own, value, verb, flags)
  if (typeof value === 'boolean') return verb === 't' || verb === 'v' ? padded(String(value), flags) : badVerb(value, verb, flags)
  if (typeof value === 'number') return float(value, verb, flags)
  if (typeof value === 'bigint') return integer(value, value, verb, flags)
  if (typeof value === 'string') return text(value, value, verb, flags)
  if (value instanceof SafeHtml) return text(value.text, value, verb, flags)
  if (value instanceof GoObject) return value.integer === undefined ? padded(String(value), flags) : integer(value.integer, value, verb, flags)
  const inner = (item: GoValue): string => nested(item, verb, flags, depth + 1)
  const between = isGoSyntax ? ', ' : ' '
  if (isList(value)) {
    const items = value.map(inner).join(between)
    return isGoSyntax ? `${typeOf(value)}{${items}}` : `[${items}]`
  }
  if (value instanceof GoMap) {
    const items = [...value.entries].map(([key, item]) => `${inner(key)}:${inner(item)}`).join(between)
    return isGoSyntax ? `${value.type}{${items}}` : `map[${items}]`
  }
  const hasNames = verb === 'v' && (flags.sharp || flags.plus)
  const fields = [...(value as GoStruct).fields].map(([name, item]) => (hasNames ? `${name}:` : '') + inner(item)).join(between)
  const type = isGoSyntax ? value.type.replace(/^\*/, '') : ''
  return `${depth === 0 && value.type.startsWith('*') ? '&' : ''}${type}{${fields}}`
}

function padded (text: string, { width = 0, minus, zero }: FormatFlags): string {
  const missing = Math.min(width, MAX_WIDTH) - [...text].length
  if (missing <= 0) return text
  return minus ? text + ' '.repeat(missing) : (zero ? '0' : ' ').repeat(missing) + text
}

function text (value: string, whole: GoValue, verb: string, flags: FormatFlags): string {
  const { precision, sharp, plus, space } = flags
  const cut = precision === undefined ? value : [...value].slice(0, precision).join('')
  if (verb === 's' || (verb === 'v' && !sharp)) return padded(cut, flags)
  if (verb === 'v') return padded(goQuote(cut), flags)
  if (verb === 'q') {
    // eslint-disable-next-line no-control-regex -- Go looks for control characters
    if (sharp && /^[^\x00-\x08\x0a-\x1f\x7f`\ufeff]*$/.test(cut)) return padded(`\`${cut}\``, flags)
    return padded(plus ? inAscii(goQuote(cut)) : goQuote(cut), flags)
  }
  if (verb !== 'x' && verb !== 'X') return badVerb(whole, verb, flags)
  const bytes = [...Buffer.from(value).subarray(0, precision)].map(byte => byte.toString(16).padStart(2, '0'))
  const prefix = sharp && bytes.length > 0 ? '0x' : ''
  const hex = space ? bytes.map(byte => prefix + byte).join(' ') : prefix + bytes.join('')
  return padded(verb === 'x' ? hex : hex.toUpperCase(), flags)
}

function inAscii (quoted: string): string {
  return quoted.replace(/[^\0-\x7f]/gu, char => {
    const code = char.codePointAt(0)!
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

const bases: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }

function integer (value: bigint, whole: GoValue, verb: string, flags: FormatFlags): string {
  const size = value < 0n ? -value : value
  const char = (): string => String.fromCodePoint(value < 0n || value > 0x10ffffn ? 0xfffd : Number(value))
  if (verb === 'c') return padded(char(), flags)
  if (verb === 'q') return padded(flags.plus ? inAscii(goQuoteRune(char())) : goQuoteRune(char()), flags)
  if (verb === 'U') return padded(flags.sharp ? goUnicode(char()) : `U+${size.toString(16).toUpperCase().padStart(Math.max(flags.precision ?? 4, 4), '0')}`, { ...flags, zero: false })
  const base = bases[verb]
  if (base === undefined) return badVerb(whole, verb, flags)
  const isPlain = verb === 'v'
  const sign = value < 0n ? '-' : flags.plus && !isPlain ? '+' : flags.space ? ' ' : ''
  const { precision, width = 0 } = flags
  if (precision === 0 && value === 0n) return padded('', { ...flags, zero: false })
  const places = precision ?? (flags.zero && !flags.minus ? width - sign.length : 0)
  let digits = size.toString(base).padStart(Math.min(places, MAX_WIDTH), '0')
  if (flags.sharp && !isPlain) digits = base === 2 ? `0b${digits}` : base === 16 ? `0x${digits}` : base === 8 && !digits.startsWith('0') ? `0${digits}` : digits
  if (verb === 'O') digits = `0o${digits}`
  return padded(sign + (verb === 'X' ? digits.toUpperCase() : digits), { ...flags, zero: false })
}

function float (value: number, verb: string, flags: FormatFlags): string {
  if (!'veEfFgG'.includes(verb)) return badVerb(value, verb, flags)
  const isPlain = verb === 'v'
  const form = isPlain ? 'g' : verb === 'F' ? 'f' : verb
  const [, minus, bare] = /^([+-]?)(.*)$/.exec(formatFloat(form, value, flags.precision ?? (form.toLowerCase() === 'g' ? undefined : 6))) as unknown as [string, string, string]
  const hasPlus = flags.plus && !isPlain
  const sign = minus === '-' ? '-' : hasPlus ? '+' : flags.space ? ' ' : minus
  if (!Number.isFinite(value)) return padded((Number.isNaN(value) || hasPlus || flags.space ? sign : minus) + bare, { ...flags, zero: false })
  const digits = flags.sharp && !isPlain ? withPoint(bare, form.toLowerCase() === 'g' ? flags.precision ?? 6 : 0) : bare
  if (!flags.zero || flags.minus) return padded(sign + digits, flags)
  return sign + padded(digits, { ...flags, width: Math.max((flags.width ?? 0) - sign.length, 0) })
}

/** `#` of a float: there is a point, and for `g` as many digits as were asked for. */
function withPoint (number: string, significant: number): string {
  const [, digits, exponent] = /^([\d.]*)(.*)$/.exec(number) as unknown as [string, string, string]
  const known = digits === '0' ? 1 : digits.replace('.', '').replace(/^0+/, '').length
  return `${digits}${digits.includes('.') ? '' : '.'}${'0'.repeat(Math.max(significant - known, 0))}${exponent}`
}

/** Go's %e, %f and %g; without `precision` %g takes the shortest digits. */
export function formatFloat (verb: string, value: number, precision: number | undefined): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const minus = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  const finish = (text: string): string => minus + (verb === verb.toUpperCase() ? text.toUpperCase() : text)
  if (verb.toLowerCase() === 'f') return finish(formatFixed(size, Math.min(precision ?? 6, 100)))
  if (verb.toLowerCase() === 'e') return finish(goExponent(exponential(size, Math.min(precision ?? 6, 100))))
  if (precision === undefined) return finish(formatShort(size))
  const significant = Math.min(precision === 0 ? 1 : precision, 100)
  const scientific = exponential(size, significant - 1)
  const exponent = Number(scientific.split('e')[1])
  const text = exponent < -4 || exponent >= significant ? goExponent(scientific) : formatFixed(size, Math.max(significant - 1 - exponent, 0))
  return finish(text.includes('.') ? text.replace(/\.?0+(e|$)/, '$1') : text)
}

/** Rounds to the even neighbour, as {@link formatFixed} does. */
function exponential (size: number, digits: number): string {
  const [exact, exponent] = size.toExponential(100).split('e') as [string, string]
  const cut = digits === 0 ? exact.slice(0, 1) : exact.slice(0, digits + 2)
  return /^50*$/.test(exact.slice(digits + 2)) && /[02468]$/.test(cut) ? `${cut}e${exponent}` : size.toExponential(digits)
}

function goExponent (text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}
