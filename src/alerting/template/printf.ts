import { formatFixed, formatShort } from '../../promql/go-number.js'
import { goQuote, goQuoteRune } from '../../promql/go-text.js'
import { isList, print, SafeHtml, typeOf, type GoValue } from './values.js'

/** Go's `fmt.Sprintf` for what templates can hold. */
export function sprintf (format: string, args: readonly GoValue[]): string {
  let used = 0
  const text = format.replace(/%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?([\s\S])/g, (all: string, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%'
    const star = (): number => {
      const value = args[used++]
      return typeof value === 'bigint' ? Number(value) : 0
    }
    let size = width === '*' ? star() : Number(width ?? 0)
    const hasPrecision = /\.(\d*|\*)[\s\S]$/.test(all)
    const digits = precision === '*' ? star() : hasPrecision ? Number(precision ?? 0) : undefined
    let leftAligned = flags.includes('-')
    if (size < 0) {
      leftAligned = true
      size = -size
    }
    if (used >= args.length) return `%!${verb}(MISSING)`
    const value = args[used++]!
    const body = one(verb, value, flags, digits)
    return pad(body, size, leftAligned, flags.includes('0') && isNumber(value) && !leftAligned)
  })
  if (used >= args.length) return text
  const extra = args.slice(used).map(value => value === null ? '<nil>' : `${typeOf(value)}=${print(value)}`)
  return `${text}%!(EXTRA ${extra.join(', ')})`
}

function isNumber (value: GoValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint'
}

function pad (text: string, width: number, leftAligned: boolean, zeros: boolean): string {
  const missing = Math.min(width, 10_000) - [...text].length
  if (missing <= 0) return text
  if (leftAligned) return text + ' '.repeat(missing)
  if (!zeros || /Inf|NaN/.test(text)) return ' '.repeat(missing) + text
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  return sign + '0'.repeat(missing) + text.slice(sign.length)
}

function one (verb: string, value: GoValue, flags: string, digits: number | undefined): string {
  const wrong = (): string => `%!${verb}(${value === null ? '<nil>' : `${typeOf(value)}=${print(value)}`})`
  const signed = (text: string): string => flags.includes('+') && !/^[+-]/.test(text) ? `+${text}` : flags.includes(' ') && !/^[+-]/.test(text) ? ` ${text}` : text
  if (verb === 'v') {
    if (typeof value === 'number' && digits !== undefined) return signed(formatFloat('g', value, digits, false))
    return isNumber(value) ? signed(value === null ? '<nil>' : print(value)) : value === null ? '<nil>' : print(value)
  }
  if (verb === 'T') return value === null ? '<nil>' : typeOf(value)
  if (verb === 't') return typeof value === 'boolean' ? String(value) : wrong()
  if (isList(value)) return `[${value.map(item => one(verb, item, flags, digits)).join(' ')}]`
  if (typeof value === 'bigint') return integer(verb, value, signed, digits) ?? wrong()
  if (typeof value === 'number') {
    if (!'eEfFgGb'.includes(verb)) return wrong()
    return signed(formatFloat(verb === 'F' ? 'f' : verb, value, digits ?? (verb.toLowerCase() === 'g' ? undefined : 6), flags.includes('#')))
  }
  if (typeof value === 'string' || value instanceof SafeHtml) {
    const text = typeof value === 'string' ? value : value.text
    const cut = digits === undefined ? text : [...text].slice(0, digits).join('')
    if (verb === 's') return cut
    if (verb === 'q') return goQuote(cut)
    if (verb === 'x' || verb === 'X') {
      const hex = Buffer.from(text).toString('hex')
      return verb === 'x' ? hex : hex.toUpperCase()
    }
    return wrong()
  }
  return verb === 's' && value !== null && typeof value === 'object' ? print(value) : wrong()
}

function integer (verb: string, value: bigint, signed: (text: string) => string, digits: number | undefined): string | undefined {
  const sign = value < 0n ? '-' : ''
  const size = value < 0n ? -value : value
  const inBase = (base: number): string => signed(sign + size.toString(base).padStart(digits ?? 0, '0'))
  switch (verb) {
    case 'd': return inBase(10)
    case 'b': return inBase(2)
    case 'o': return inBase(8)
    case 'O': return `${sign}0o${size.toString(8)}`
    case 'x': return inBase(16)
    case 'X': return inBase(16).toUpperCase()
    case 'c': return String.fromCodePoint(Number(size))
    case 'q': return goQuoteRune(String.fromCodePoint(Number(size)))
    case 'U': return `U+${size.toString(16).toUpperCase().padStart(4, '0')}`
  }
  return undefined
}

/** Go's %e, %f and %g; without `precision` %g takes the shortest digits. */
export function formatFloat (verb: string, value: number, precision: number | undefined, keepsZeros: boolean): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const minus = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  const upper = verb === verb.toUpperCase()
  const finish = (text: string): string => minus + (upper ? text.toUpperCase() : text)
  if (verb.toLowerCase() === 'f') return finish(formatFixed(size, Math.min(precision ?? 6, 100)))
  if (verb.toLowerCase() === 'e') return finish(goExponent(exponential(size, Math.min(precision ?? 6, 100))))
  if (precision === undefined) {
    return finish(formatShort(size))
  }
  const significant = Math.min(precision === 0 ? 1 : precision, 100)
  const scientific = exponential(size, significant - 1)
  const exponent = Number(scientific.split('e')[1])
  const text = exponent < -4 || exponent >= significant ? goExponent(scientific) : formatFixed(size, Math.max(significant - 1 - exponent, 0))
  if (keepsZeros || !text.includes('.')) return finish(text)
  return finish(text.replace(/\.?0+(e|$)/, '$1'))
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
