import { parse as parseLossless, stringify as stringifyLossless } from 'lossless-json'

/** A key that carries nanoseconds: its integers are always `bigint`, however small. */
const nanosecondKey = /(?:_n|N)s$/
/** Anything the built-in parser could lose: nanosecond keys, and runs of digits past what a double holds. */
const needsLosslessParse = /(?:_n|N)s"|\d{16}/

/**
 * Writes a JSON text in which a `bigint` is a JSON integer, without loss and without quotes:
 * `{ timestamp_ns: 1700000000000000001n }` gives `{"timestamp_ns":1700000000000000001}`.
 * Throws for what JSON cannot hold (a cycle).
 */
export function stringifyJson (value: unknown): string {
  let hasBigint = false
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'bigint') return item
    hasBigint = true
    return null
  })
  // The built-in one is several times faster and cannot write a bigint; lossless-json can.
  return (hasBigint ? stringifyLossless(value) : text) ?? 'null'
}

/**
 * Reads a JSON text without loss: an integer past 2^53 becomes a `bigint`, and so does every integer (or decimal
 * string) under a key that ends in `_ns` or `Ns`. Throws a `SyntaxError` that names the position.
 */
export function parseJson (text: string): unknown {
  if (!needsLosslessParse.test(text)) return JSON.parse(text)
  return parseLossless(text, reviveNanoseconds, parseNumber)
}

function parseNumber (digits: string): number | bigint {
  const value = Number(digits)
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(digits) ? value : BigInt(digits)
}

function reviveNanoseconds (key: string, value: unknown): unknown {
  if (!nanosecondKey.test(key)) return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value)
  return value
}
