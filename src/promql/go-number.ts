/**
 * Numbers as Go writes and reads them. Prometheus prints the samples of its answers, the numbers of its expressions and those
 * of its messages each in another way.
 */

const MINUS = 45

/** A sample's value as Prometheus's API prints it: 1, 0.25, 1e-07, 1e+21, NaN, +Inf, -Inf, -0. */
export function formatSample (value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const magnitude = Math.abs(value)
  if (magnitude === Infinity) return value > 0 ? '+Inf' : '-Inf'
  const text = String(value)
  // JavaScript turns to exponents at the same magnitudes, but writes one digit where Go writes two.
  return magnitude < 1e-6 && text.charCodeAt(text.length - 2) === MINUS ? `${text.slice(0, -1)}0${text.slice(-1)}` : text
}

/** A number without an exponent, as Go's `FormatFloat(v, 'f', -1, 64)` writes it: 0.0000001, 1000000000000000000000. */
export function formatPlain (value: number): string {
  const text = formatSample(value)
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (parts === null) return text
  const [, sign, whole, fraction = '', exponentText] = parts
  const exponent = Number(exponentText)
  const digits = whole! + fraction
  return exponent < 0
    ? `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
    : `${sign}${digits}${'0'.repeat(exponent - fraction.length)}`
}

/** A number as Go's `%g` and `%v` write it: 0.0001, 1e-05, 123456, 1e+06. */
export function formatShort (value: number): string {
  if (value === 0 || !Number.isFinite(value)) return formatSample(value)
  const [digits, exponentText] = value.toExponential().split('e') as [string, string]
  const exponent = Number(exponentText)
  if (exponent >= -4 && exponent < 6) return formatPlain(value)
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/**
 * A number as Go's `%f` writes it, with `digits` (0 … 99) after the point. JavaScript rounds what lies just between two numbers to the larger
 * one, Go to the even one; it lies there when its digits from the next on are 5, 0, 0, …
 */
export function formatFixed (value: number, digits = 6): string {
  if (!Number.isFinite(value)) return formatSample(value)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  // `toFixed` gives up at 1e21.
  if (size >= 1e21) return sign + BigInt(size).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '')
  const exact = size.toFixed(100)
  const point = exact.indexOf('.')
  const cut = exact.slice(0, point + (digits === 0 ? 0 : digits + 1))
  return sign + (/^50*$/.test(exact.slice(point + digits + 1)) && /[02468]$/.test(cut) ? cut : size.toFixed(digits))
}

export type FloatFault = 'invalid syntax' | 'value out of range'

/** A decimal or hexadecimal number as Go's `ParseFloat` reads it, `inf` and `nan` among them; why not, where it refuses. */
export function parseFloatLikeGo (text: string): number | FloatFault {
  const digits = text.includes('_') && !/(?:\D|^)_|_(?:\D|$)/.test(text) ? text.replaceAll('_', '') : text
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits)) {
    const value = Number(digits)
    return Number.isFinite(value) ? value : 'value out of range'
  }
  const [, sign, whole, fraction, exponent] = /^([+-]?)0x(?=\.?[\da-f])([\da-f]*)\.?([\da-f]*)p([+-]?\d+)$/i.exec(text) ?? []
  if (exponent !== undefined) {
    const value = Number(`0x${whole!}${fraction!}`) * 2 ** (Number(exponent) - 4 * fraction!.length)
    return Number.isFinite(value) ? sign === '-' ? -value : value : 'value out of range'
  }
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return /^nan$/i.test(text) ? NaN : 'invalid syntax'
}
