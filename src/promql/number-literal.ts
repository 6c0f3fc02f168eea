import { parseFloatLikeGo } from './go-number.js'
import { goQuote } from './go-text.js'

/**
 * The value of a number token; the reason why it has none, otherwise. As Go's `strconv` reads it: an integer with a base by its prefix
 * (`0x1f`, octal `017`) and `_` between digits where it fits 64 bits, a decimal float otherwise.
 */
export function parseNumber (text: string): number | string {
  // The usual: short, decimal, without a leading zero.
  if (/^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text)
  const value = parseInteger(text.toLowerCase()) ?? parseFloatLikeGo(text)
  return typeof value === 'string' ? `strconv.ParseFloat: parsing ${goQuote(text)}: ${value}` : value
}

function parseInteger (lower: string): number | undefined {
  if (!underscoresStandWell(lower)) return undefined
  // Leading zeros aside: what is longer than 64 bits are in octal is no integer, and need not be read as one.
  const digits = lower.replaceAll('_', '').replace(/^(0x|0)0+(?=.)/, '$1')
  if (digits.length > 24) return undefined
  const value = /^0x[0-9a-f]+$/.test(digits)
    ? BigInt(digits)
    : /^0[0-7]+$/.test(digits)
      ? BigInt(`0o${digits}`)
      : /^(?:0|[1-9]\d*)$/.test(digits) ? BigInt(digits) : undefined
  return value === undefined || value >= 2n ** 63n ? undefined : Number(value)
}

/** Whether every `_` stands between digits, or between the prefix and a digit. */
function underscoresStandWell (lower: string): boolean {
  if (!lower.includes('_')) return true
  return lower.startsWith('0x') ? !/(?:[^0-9a-fx]|^)_|_(?:[^0-9a-f]|$)/.test(lower) : !/(?:\D|^)_|_(?:\D|$)/.test(lower)
}
