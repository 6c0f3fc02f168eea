/** A sample's value as Prometheus's API prints it: 1, 0.25, 1e-07, 1e+21, NaN, +Inf, -Inf, -0. */
export function formatSample (value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const magnitude = Math.abs(value)
  if (magnitude === Infinity) return value > 0 ? '+Inf' : '-Inf'
  const text = String(value)
  // JavaScript turns to exponents at the same magnitudes, but writes one digit where Go writes two.
  return magnitude < 1e-6 && text.charCodeAt(text.length - 2) === MINUS ? `${text.slice(0, -1)}0${text.slice(-1)}` : text
}

const MINUS = 45

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

/** A number as Go's `ParseFloat` reads it; `undefined` where it would refuse. */
export function parseFloatLikeGo (text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) ? value : undefined
  }
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return /^nan$/i.test(text) ? NaN : undefined
}
