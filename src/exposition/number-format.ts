/** A number as the text formats write it: `1`, `0.25`, `NaN`, `+Inf`, `-Inf`. */
export function formatValue (value: number): string {
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  return String(value)
}

/**
 * A bound or a quantile as a label value, as Go's `strconv.FormatFloat(v, 'g', -1, 64)` writes it: 1e-05, 0.0001,
 * 2.5e+06, +Inf: the exponent form below 1e-4 and from 1e6 on. In OpenMetrics a whole number carries a fraction (1.0), as its canonical numbers do.
 */
export function formatBound (value: number, openMetrics: boolean): string {
  const text = formatGo(value)
  return openMetrics && /^-?\d+$/.test(text) ? `${text}.0` : text
}

function formatGo (value: number): string {
  const [digits, exponentText] = value.toExponential().split('e') as [string, string]
  const exponent = Number(exponentText)
  if (value === 0 || !Number.isFinite(value) || (exponent >= -4 && exponent < 6)) return formatValue(value)
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** Room that any number's digits need: `-0.0000012345678901234567` has 25. */
export const MAX_DIGITS = 25

const ZERO = 48
const MINUS = 45

/**
 * Writes a number's digits into `bytes` and returns how many there are (at most {@link MAX_DIGITS}). Whole numbers up
 * to 2^31, which most samples are, never become a string.
 */
export function writeDigits (value: number, bytes: Uint8Array): number {
  if ((value | 0) === value) {
    let rest = value < 0 ? -value : value
    const sign = value < 0 ? 1 : 0
    let width = sign + 1
    for (let limit = 10; limit <= rest; limit *= 10) width++
    let at = width
    do {
      const quotient = (rest / 10) | 0
      bytes[--at] = ZERO + rest - quotient * 10
      rest = quotient
    } while (rest > 0)
    if (sign === 1) bytes[0] = MINUS
    return width
  }
  const text = formatValue(value)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return text.length
}
