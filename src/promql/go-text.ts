/**
 * Text as Go writes and reads it, for the messages, labels and literals that Prometheus prints with `%q`.
 *
 * A PromQL string may hold bytes that are no UTF-8 (`"\xff"`). JavaScript strings cannot, so such a byte stands as the lone
 * surrogate U+DC00 + byte, which no label value that came as UTF-8 holds; `goQuote` prints it as the byte again.
 */

const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u
const PLAIN = /^[ !#-[\]-~]*$/
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\'
}

/** `%q` of a string: `strconv.Quote`. */
export function goQuote (text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  let out = '"'
  for (const char of text) out += char === '"' ? '\\"' : escaped(char)
  return out + '"'
}

/** `%q` of a rune: `strconv.QuoteRune`. The end of the input (`''`) is printed as U+FFFD, as Go prints -1. */
export function goQuoteRune (char: string): string {
  if (char === '') return "'\ufffd'"
  return char === "'" ? "'\\''" : `'${escaped(char)}'`
}

/** `%#U` of a rune: `U+0071 'q'`. */
export function goUnicode (char: string): string {
  const code = char.codePointAt(0)!
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  return PRINTABLE.test(char) ? `${name} '${char}'` : name
}

function escaped (char: string): string {
  const short = SHORT_ESCAPES[char]
  if (short !== undefined) return short
  const code = char.codePointAt(0)!
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  if (PRINTABLE.test(char)) return char
  const hex = code.toString(16)
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

const ESCAPED: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
const CODE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** The value of a string literal, quotes and all, that the lexer let through. */
export function unquote (literal: string): string {
  const end = literal.length - 1
  let at = literal.charCodeAt(0) === 0x60 ? -1 : literal.indexOf('\\')
  if (at < 0) return literal.slice(1, -1)
  let value = ''
  let from = 1
  let hasBytes = false
  for (; at >= 0; at = literal.indexOf('\\', from)) {
    value += literal.slice(from, at)
    const char = literal[at + 1]!
    const digits = CODE_DIGITS[char]
    from = at + 2
    if (digits !== undefined || (char >= '0' && char <= '7')) {
      const first = digits === undefined ? at + 1 : from
      from = first + (digits ?? 3)
      const code = parseInt(literal.slice(first, from), digits === undefined ? 8 : 16)
      const isByte = code >= 0x80 && (digits ?? 2) === 2
      hasBytes ||= isByte
      value += String.fromCodePoint(isByte ? 0xdc00 + code : code)
    } else {
      value += ESCAPED[char] ?? char
    }
  }
  value += literal.slice(from, end)
  return hasBytes ? joinBytes(value) : value
}

/** Puts bytes that stand as surrogates together to the characters that they are, where they are: `"\xc3\xa9"` is `é`. */
function joinBytes (text: string): string {
  return text.replace(/(?<![\ud800-\udbff])[\udc80-\udcff]+/g, run => {
    const bytes = Uint8Array.from(run, char => char.charCodeAt(0) - 0xdc00)
    let out = ''
    for (let i = 0; i < bytes.length;) {
      const length = bytes[i]! >= 0xf0 ? 4 : bytes[i]! >= 0xe0 ? 3 : 2
      const char = decodeOne(bytes.subarray(i, i + length))
      out += char ?? run[i]!
      i += char === undefined ? 1 : length
    }
    return out
  })
}

function decodeOne (bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
