import { goQuote, goQuoteRune, goUnicode } from './go-text.js'
import { WORDS, type TokenType } from './token.js'

/** Ends the parse with a message; `start` is an offset into the text. */
export type Fail = (message: string, start: number) => never

/** `{…}` has identifiers and strings only; `[…` has durations only, up to its first number. */
type Mode = 'statements' | 'braces' | 'duration'

/** Kinds of characters in numbers and durations, one bit each. */
const DIGIT = 1
const HEX = 2
const DOT = 4
const EXPONENT = 8
const UNDERSCORE = 16
const SIGN = 32
const X = 64
const UNIT = 128
const YEAR = 256
const SECOND = 512

const KINDS = new Uint16Array(128)
for (const [kind, chars] of [
  [DIGIT | HEX, '0123456789'], [HEX, 'abcdefABCDEF'], [DOT, '.'], [EXPONENT, 'eE'], [UNDERSCORE, '_'], [SIGN, '+-'], [X, 'xX'], [UNIT, 'smhdw'],
  [YEAR, 'y'], [SECOND, 's']
] as const) {
  for (const char of chars) KINDS[char.charCodeAt(0)]! |= kind
}

/** What a quoted string may hold up to its end, an escape or a fault; U+FFFD is what is no UTF-8. */
const PLAIN_RUNS: Readonly<Record<string, RegExp>> = { '"': /[^"\\\n\ufffd]*/y, "'": /[^'\\\n\ufffd]*/y, '`': /[^`\ufffd]*/y }

const SINGLE: Readonly<Record<string, TokenType>> = { ',': ',', '*': '*', '/': '/', '%': '%', '+': '+', '-': '-', '^': '^', '@': '@' }
const IN_DURATION: Readonly<Record<string, TokenType>> = { '*': '*', '/': '/', '%': '%', '+': '+', '-': '-', '^': '^' }

/**
 * Cuts a query into tokens (Prometheus promql/parser/lex.go), one a call of `next()`. The last token is in `type`, `start` and `end`.
 * Its faults, with their places and odd cases, are those of Prometheus.
 */
export class Lexer {
  type: TokenType = 'eof'
  start = 0
  end = 0
  readonly #text: string
  readonly #fail: Fail
  #mode: Mode = 'statements'
  #parens = 0
  #inBrackets = false
  #gotColon = false
  #gotDuration = false

  constructor (text: string, fail: Fail) {
    this.#text = text
    this.#fail = fail
  }

  /** The token as it was written. */
  get text (): string {
    return this.#text.slice(this.start, this.end)
  }

  next (): void {
    this.#skipBlanks()
    this.start = this.end
    if (this.#mode === 'braces') this.#nextInBraces()
    else if (this.#mode === 'duration') this.#nextInDuration()
    else this.#nextInStatements()
  }

  #skipBlanks (): void {
    const text = this.#text
    for (;;) {
      const code = text.charCodeAt(this.end)
      if (isSpace(code)) this.end++
      else if (code === 0x23 && this.#mode !== 'duration') {
        while (this.end < text.length && text[this.end] !== '\n' && text[this.end] !== '\r') this.end++
      } else return
    }
  }

  #emit (type: TokenType, length: number): void {
    this.type = type
    this.end = this.start + length
  }

  #nextInStatements (): void {
    const text = this.#text
    const code = text.charCodeAt(this.start)
    if (isAlpha(code) || code === 0x3a) {
      if (!this.#inBrackets) return this.#word()
      const char = text[this.start]!
      if (this.#gotColon) this.#fail(`unexpected colon ${goQuoteRune(char)}`, this.start)
      this.#gotColon = true
      return this.#emit(':', 1) // any letter, too, as in Prometheus
    }
    if (this.#startsNumber(code)) return this.#numberOrDuration()
    const char = this.#char(this.start)
    switch (char) {
      case '':
        if (this.#parens !== 0) this.#fail('unclosed left parenthesis', this.start)
        if (this.#inBrackets) this.#fail('unclosed left bracket', this.start)
        return this.#emit('eof', 0)
      case '(': case ')': return this.#paren(char)
      case '{':
        this.#mode = 'braces'
        return this.#emit('{', 1)
      case '[':
        if (this.#inBrackets) this.#fail(`unexpected left bracket ${goQuoteRune(char)}`, this.start)
        this.#inBrackets = true
        this.#gotColon = false
        this.#mode = 'duration'
        return this.#emit('[', 1)
      case ']':
        if (!this.#inBrackets) this.#fail(`unexpected right bracket ${goQuoteRune(char)}`, this.start)
        this.#inBrackets = false
        return this.#emit(']', 1)
      case '"': case "'": case '`': return this.#string(char)
      case '<': case '>':
        return text[this.start + 1] === '=' ? this.#emit(`${char}=`, 2) : this.#emit(char, 1)
      case '=':
        if (text[this.start + 1] === '~') this.#fail("unexpected character after '=': '~'", this.start)
        return text[this.start + 1] === '=' ? this.#emit('==', 2) : this.#emit('=', 1)
      case '!':
        if (text[this.start + 1] === '=') return this.#emit('!=', 2)
        return this.#fail(`unexpected character after '!': ${goQuoteRune(this.#char(this.start + 1))}`, this.start)
    }
    const type = SINGLE[char]
    if (type === undefined) this.#fail(`unexpected character: ${goQuoteRune(char)}`, this.start)
    this.#emit(type, 1)
  }

  #nextInBraces (): void {
    const text = this.#text
    if (isAlpha(text.charCodeAt(this.start))) {
      this.#absorbWord(false)
      this.type = 'identifier'
      return
    }
    const char = this.#char(this.start)
    switch (char) {
      case '': return this.#fail('unexpected end of input inside braces', this.start)
      case ',': return this.#emit(',', 1)
      case '"': case "'": case '`': return this.#string(char)
      case '=': return text[this.start + 1] === '~' ? this.#emit('=~', 2) : this.#emit('=', 1)
      case '!': {
        const after = this.#char(this.start + 1)
        if (after === '~' || after === '=') return this.#emit(`!${after}`, 2)
        return this.#fail(`unexpected character after '!' inside braces: ${goQuoteRune(after)}`, this.start)
      }
      case '{': return this.#fail(`unexpected left brace ${goQuoteRune(char)}`, this.start)
      case '}':
        this.#mode = 'statements'
        return this.#emit('}', 1)
    }
    this.#fail(`unexpected character inside braces: ${goQuoteRune(char)}`, this.start)
  }

  #nextInDuration (): void {
    const char = this.#char(this.start)
    if (this.#startsNumber(this.#text.charCodeAt(this.start))) {
      this.#gotDuration = true
      this.#mode = 'statements'
      return this.#numberOrDuration()
    }
    switch (char) {
      case '': return this.#fail('unexpected end of input in duration expression', this.start)
      case '(': case ')': return this.#paren(char)
      case ']':
        this.#inBrackets = false
        this.#gotColon = false
        this.#mode = 'statements'
        return this.#emit(']', 1)
      case ':':
        if (!this.#gotDuration) this.#fail('unexpected colon before duration in duration expression', this.start + 1)
        if (this.#gotColon) this.#fail('unexpected repeated colon in duration expression', this.start + 1)
        this.#gotColon = true
        return this.#emit(':', 1)
    }
    const type = IN_DURATION[char]
    if (type === undefined) this.#fail(`unexpected character in duration expression: ${goQuoteRune(char)}`, this.start)
    this.#emit(type, 1)
  }

  #paren (char: '(' | ')'): void {
    this.#parens += char === '(' ? 1 : -1
    if (this.#parens < 0) this.#fail(`unexpected right parenthesis ${goQuoteRune(char)}`, this.start + 1)
    this.#emit(char, 1)
  }

  #word (): void {
    const hasColon = this.#absorbWord(true)
    const length = this.end - this.start
    const word = length <= 12 ? WORDS.get(this.text.toLowerCase()) : undefined
    this.type = word ?? (hasColon ? 'metricIdentifier' : 'identifier')
  }

  /** Moves `end` past letters, digits and `_`, with `colons` past `:`, too; whether there was one. */
  #absorbWord (colons: boolean): boolean {
    const text = this.#text
    let hasColon = false
    for (;; this.end++) {
      const code = text.charCodeAt(this.end)
      if (isAlphaNumeric(code)) continue
      if (code !== 0x3a || !colons) return hasColon
      hasColon = true
    }
  }

  #string (quote: string): void {
    const text = this.#text
    const plain = PLAIN_RUNS[quote]!
    for (let at = this.start + 1; ;) {
      plain.lastIndex = at
      plain.test(text)
      at = plain.lastIndex
      const char = text[at]
      if (char === quote) {
        this.type = 'string'
        this.end = at + 1
        return
      }
      if (char === '\ufffd') this.#fail('invalid UTF-8 rune', this.start)
      if (char !== '\\') this.#fail(quote === '`' ? 'unterminated raw string' : 'unterminated quoted string', this.start)
      at = this.#escape(at + 1, quote)
    }
  }

  /** The offset past the escape whose backslash ends before `at`. */
  #escape (at: number, quote: string): number {
    const char = this.#char(at)
    if (char === quote) return at + 1
    switch (char) {
      case '': return this.#fail('escape sequence not terminated', this.start)
      case 'a': case 'b': case 'f': case 'n': case 'r': case 't': case 'v': case '\\': return at + 1
      case 'x': return this.#code(at + 1, 2, 16, 255)
      case 'u': return this.#code(at + 1, 4, 16, 0x10ffff)
      case 'U': return this.#code(at + 1, 8, 16, 0x10ffff)
    }
    if (char >= '0' && char <= '7') return this.#code(at, 3, 8, 255)
    return this.#fail(`unknown escape sequence ${goUnicode(char)}`, this.start)
  }

  #code (at: number, digits: number, base: number, max: number): number {
    let code = 0
    for (let i = at; i < at + digits; i++) {
      const char = this.#char(i)
      if (char === '') this.#fail('escape sequence not terminated', this.start)
      const digit = /^[0-9a-f]$/i.test(char) ? parseInt(char, 16) : 16
      if (digit >= base) this.#fail(`illegal character ${goUnicode(char)} in escape sequence`, this.start)
      code = code * base + digit
    }
    if (code > max || (code >= 0xd800 && code < 0xe000)) this.#fail('escape sequence is an invalid Unicode code point', this.start)
    return at + digits
  }

  #startsNumber (code: number): boolean {
    return isDigit(code) || (code === 0x2e && isDigit(this.#text.charCodeAt(this.start + 1)))
  }

  #numberOrDuration (): void {
    if (this.#number()) this.type = 'number'
    else if (this.#restOfDuration()) this.type = 'duration'
    else this.#fail(`bad number or duration syntax: ${goQuote(this.text)}`, this.start)
  }

  /** Whether the next character is of one of these kinds. */
  #is (kinds: number): boolean {
    const code = this.#text.charCodeAt(this.end)
    return code < 128 && (KINDS[code]! & kinds) !== 0
  }

  #accept (kinds: number): boolean {
    if (!this.#is(kinds)) return false
    this.end++
    return true
  }

  /** Moves past a number, well-formed or nearly so: its value is the parser's matter. */
  #number (): boolean {
    const text = this.#text
    let digits = DIGIT
    if (text[this.end] === '0') {
      this.end++
      if (this.#accept(X)) {
        this.#accept(UNDERSCORE)
        digits = HEX
      }
    }
    this.#accept(DOT)
    this.#accept(digits)
    let gotDot = false
    let gotExponent = false
    while (this.#is(digits | DOT | UNDERSCORE | EXPONENT)) {
      if ((gotDot && this.#accept(DOT)) || (gotExponent && this.#accept(EXPONENT))) return false
      if (this.#accept(DOT)) {
        gotDot = true
        if (this.#accept(UNDERSCORE | DOT) || digits === HEX) return false
      } else if (this.#accept(EXPONENT)) {
        gotExponent = true
        this.#accept(SIGN)
        if (this.#accept(DOT | UNDERSCORE | EXPONENT) || this.end === text.length) return false
      } else if (this.#accept(UNDERSCORE)) {
        if (this.#accept(DOT | UNDERSCORE | EXPONENT) || this.end === text.length) return false
      } else {
        while (this.#accept(digits));
      }
    }
    return !isAlphaNumeric(text.charCodeAt(this.end))
  }

  /** Moves past what makes digits a duration: a unit, then more digits and units. */
  #restOfDuration (): boolean {
    if (!this.#accept(UNIT | YEAR)) return false
    this.#accept(SECOND)
    while (this.#accept(DIGIT)) {
      while (this.#accept(DIGIT));
      if (!this.#accept(UNIT)) return false
      this.#accept(SECOND)
    }
    if (!isAlphaNumeric(this.#text.charCodeAt(this.end))) return true
    this.end++
    return false
  }

  /** The character at an offset, `''` past the end. */
  #char (at: number): string {
    const code = this.#text.codePointAt(at)
    return code === undefined ? '' : String.fromCodePoint(code)
  }
}

function isSpace (code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
}

function isDigit (code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isAlpha (code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f
}

function isAlphaNumeric (code: number): boolean {
  return isAlpha(code) || isDigit(code)
}
