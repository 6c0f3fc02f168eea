import { randomUUID } from 'node:crypto'

/** A key that carries nanoseconds: its integers are always `bigint`, however small. */
const nanosecondKey = /(?:_n|N)s$/
/** Anything the built-in parser could lose: nanosecond keys, and runs of digits past what a double holds. */
const needsLosslessParse = /(?:_n|N)s"|\d{16}/
/** Longer ones stay as they are: turning a million digits into a `bigint` would hold the host. */
const mostDigits = 400

/**
 * Between the built-in functions and us, a number that they cannot carry travels as a string that starts with U+0001.
 * In a JSON text that character is spelt in one way only, as below.
 */
const mark = '\u0001'
const spelt = '\\u0001'

/**
 * Writes a JSON text in which a `bigint` is a JSON integer, without loss and without quotes:
 * `{ timestamp_ns: 1700000000000000001n }` gives `{"timestamp_ns":1700000000000000001}`. A double past 2^53 is written
 * with an exponent, so that it is read as a double again, and `-0` keeps its sign. NaN and infinities become `null`.
 * Throws for what JSON cannot hold (a cycle).
 */
export function stringifyJson (value: unknown): string {
  return stringifyMarked(value, '') ?? stringifyMarked(value, randomUUID())!
}

/** Marks with U+0001 and `tag`; `undefined` when a string of the caller's starts like that. */
function stringifyMarked (value: unknown, tag: string): string | undefined {
  const start = mark + tag
  let isMarked = false
  let isAmbiguous = false
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, item: unknown) {
    if (typeof item === 'number') {
      const digits = digitsOf(item)
      if (digits === undefined) return item
      isMarked = true
      return start + digits
    }
    // Not `item`: a host may have given bigints a `toJSON`.
    const own = this[key]
    if (typeof own === 'bigint') {
      isMarked = true
      return start + String(own)
    }
    if (typeof item === 'string' && item.startsWith(start)) isAmbiguous = true
    return item
  }) ?? 'null'
  if (!isMarked) return text
  if (isAmbiguous) return undefined
  // An opening quote never follows a backslash, and a value is never followed by a colon: only whole values match.
  return text.replace(new RegExp(`(?<!\\\\)"\\\\u0001${tag}([-+.\\de]+)"(?!:)`, 'g'), '$1')
}

/** The digits of a number that `JSON.stringify` would not write so that it is read as the same number again. */
function digitsOf (value: number): string | undefined {
  if (value === 0) return Object.is(value, -0) ? '-0' : undefined
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : undefined
}

/**
 * Reads a JSON text without loss: an integer past 2^53 becomes a `bigint`, and so does every integer (or decimal
 * string) under a key that ends in `_ns` or `Ns`. Throws a `SyntaxError` that names the position.
 */
export function parseJson (text: string): unknown {
  if (!needsLosslessParse.test(text)) return JSON.parse(text)
  const start = text.includes(spelt) ? spelt + randomUUID() : spelt
  const marked = markIntegers(text, start)
  let value: unknown
  try {
    value = JSON.parse(marked)
  } catch {
    return JSON.parse(text) // throws with the position in the text as it came
  }
  return unmark(value, JSON.parse(`"${start}"`))
}

/** The text with every integer of 16 digits or more, outside strings and where a value may stand, as a marked string. */
function markIntegers (text: string, start: string): string {
  const integers = /(?<![\w.+-])-?[1-9]\d{15,}(?![\w.+-]|\s*:)/g
  let marked = ''
  let from = 0
  let quote = text.indexOf('"')
  for (let found = integers.exec(text); found !== null; found = integers.exec(text)) {
    let end = 0
    while (quote !== -1 && quote < found.index) {
      end = endOfString(text, quote)
      quote = text.indexOf('"', end)
    }
    if (end > found.index) {
      integers.lastIndex = end
    } else if (found[0].length <= mostDigits) {
      marked += `${text.slice(from, found.index)}"${start}${found[0]}"`
      from = integers.lastIndex
    }
  }
  return marked + text.slice(from)
}

/** Where the string that opens at `from` is over; the end of the text when it is not. */
function endOfString (text: string, from: number): number {
  let end = text.indexOf('"', from + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end + 1
}

function isEscaped (text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

/** Makes bigints of marked strings, and of the integers under nanosecond keys. */
function unmark (value: unknown, start: string): unknown {
  const root: Record<string, unknown> = { '': value }
  // Not recursive: the built-in parser takes any depth, and so does this.
  const pending = [root]
  for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
    for (const key of Object.keys(object)) {
      const item = object[key]
      if (typeof item === 'object') {
        if (item !== null) pending.push(item as Record<string, unknown>)
      } else if (typeof item === 'string') {
        if (item.startsWith(start)) object[key] = integerOf(item.slice(start.length))
        else if (nanosecondKey.test(key) && item.length <= mostDigits && /^-?\d+$/.test(item)) object[key] = BigInt(item)
      } else if (typeof item === 'number' && Number.isSafeInteger(item) && nanosecondKey.test(key)) {
        object[key] = BigInt(item)
      }
    }
  }
  return root['']
}

/** Sixteen digits may still be within 2^53. */
function integerOf (digits: string): number | bigint {
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : BigInt(digits)
}
