import { goQuote } from '../../promql/go-text.js'
import { TemplateError } from './template-error.js'

export type TokenKind =
  | 'text' | 'open' | 'close' | 'identifier' | 'keyword' | 'field' | 'variable' | 'dot' | 'nil' | 'bool' | 'number' | 'char'
  | 'string' | 'rawString' | 'pipe' | 'declare' | 'assign' | 'comma' | 'leftParen' | 'rightParen' | 'space' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** As written; of a string, its value. */
  readonly text: string
  /** Offset into the template. */
  readonly at: number
}

const keywords = new Set(['if', 'else', 'end', 'range', 'with', 'define', 'template', 'block', 'break', 'continue'])

/** The words of a template, as Go's text/template splits it: text outside, and what stands between `{{` and `}}`. */
export function tokenize (source: string, name: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  let trimsNext = false
  while (at < source.length) {
    const open = source.indexOf('{{', at)
    let text = source.slice(at, open === -1 ? undefined : open)
    if (trimsNext) text = text.trimStart()
    const trims = open !== -1 && source[open + 2] === '-' && isSpace(source[open + 3])
    if (trims) text = text.trimEnd()
    if (text !== '') tokens.push({ kind: 'text', text, at })
    if (open === -1) break
    at = open + (trims ? 3 : 2)
    const comment = /^\s*\/\*/.exec(source.slice(at, at + 64))
    if (comment !== null) {
      const end = source.indexOf('*/', at)
      if (end === -1) throw new TemplateError(name, source, open, 'unclosed comment')
      const close = /^(\s-)?\}\}/.exec(source.slice(end + 2, end + 6))
      if (close === null) throw new TemplateError(name, source, end, 'comment ends before closing delimiter')
      trimsNext = close[1] !== undefined
      at = end + 2 + close[0].length
      continue
    }
    tokens.push({ kind: 'open', text: '{{', at: open })
    const closed = action(source, at, name, tokens)
    at = closed.at
    trimsNext = closed.trims
  }
  tokens.push({ kind: 'end', text: '', at: source.length })
  return tokens
}

function action (source: string, start: number, name: string, tokens: Token[]): { at: number, trims: boolean } {
  let at = start
  let parens = 0
  const push = (kind: TokenKind, text: string, length: number): void => {
    tokens.push({ kind, text, at })
    at += length
  }
  for (;;) {
    const rest = source.slice(at, at + 4)
    const trims = /^\s-\}\}/.test(rest)
    if (trims || rest.startsWith('}}')) {
      if (parens > 0) throw new TemplateError(name, source, at, 'unclosed left paren')
      push('close', '}}', trims ? 4 : 2)
      return { at, trims }
    }
    const char = source[at]
    if (char === undefined) throw new TemplateError(name, source, start, 'unclosed action')
    if (isSpace(char)) {
      let end = at + 1
      while (isSpace(source[end]) && !/^\s-\}\}/.test(source.slice(end, end + 4))) end++
      push('space', ' ', end - at)
    } else if (char === '"') {
      const end = endOfQuoted(source, at, '"')
      if (end === -1) throw new TemplateError(name, source, at, 'unterminated quoted string')
      push('string', unquote(source.slice(at, end), name, source, at), end - at)
    } else if (char === '`') {
      const end = source.indexOf('`', at + 1)
      if (end === -1) throw new TemplateError(name, source, at, 'unterminated raw quoted string')
      push('rawString', source.slice(at + 1, end), end + 1 - at)
    } else if (char === '\'') {
      const end = endOfQuoted(source, at, '\'')
      if (end === -1) throw new TemplateError(name, source, at, 'unterminated character constant')
      push('char', unquote(source.slice(at, end), name, source, at), end - at)
    } else if (rest.startsWith(':=')) push('declare', ':=', 2)
    else if (char === '=') push('assign', '=', 1)
    else if (char === '|') push('pipe', '|', 1)
    else if (char === ',') push('comma', ',', 1)
    else if (char === '(') {
      parens++
      push('leftParen', '(', 1)
    } else if (char === ')') {
      if (--parens < 0) throw new TemplateError(name, source, at, 'unexpected right paren')
      push('rightParen', ')', 1)
    } else at = word(source, at, name, tokens)
  }
}

const size = String.raw`[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[bB][01_]*|0[oO][0-7_]*|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?[\d_]*)?)i?`
const number = new RegExp(String.raw`^(?:${size})(?:(?<!i)[+-](?:${size}))?`)
const identifier = /^[\p{L}_][\p{L}\p{Nd}_]*/u

function word (source: string, at: number, name: string, tokens: Token[]): number {
  const rest = source.slice(at, at + 512)
  const push = (kind: TokenKind, text: string, length = text.length): number => {
    tokens.push({ kind, text, at })
    return at + length
  }
  if (rest.startsWith('$')) {
    const found = identifier.exec(rest.slice(1))
    return push('variable', found === null ? '$' : `$${found[0]}`)
  }
  const numeric = number.exec(rest)
  if (numeric !== null) {
    const next = /^[\p{L}\p{Nd}_]/u.exec(rest.slice(numeric[0].length))?.[0]
    if (next !== undefined) throw new TemplateError(name, source, at, `bad number syntax: ${goQuote(numeric[0] + next)}`)
    return push('number', numeric[0])
  }
  if (rest.startsWith('.')) {
    const found = identifier.exec(rest.slice(1))
    return found === null ? push('dot', '.') : push('field', found[0], found[0].length + 1)
  }
  const found = identifier.exec(rest)
  if (found === null) throw new TemplateError(name, source, at, `unexpected ${describe(rest)} in command`)
  const text = found[0]
  if (text === 'true' || text === 'false') return push('bool', text)
  if (text === 'nil') return push('nil', text)
  return push(keywords.has(text) ? 'keyword' : 'identifier', text)
}

function describe (rest: string): string {
  const char = String.fromCodePoint(rest.codePointAt(0)!)
  return /[!-~]/.test(char) ? `"${char}"` : `unrecognized character in action: U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}

function endOfQuoted (source: string, start: number, quote: string): number {
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === '\n') return -1
    else if (source[i] === quote) return i + 1
  }
  return -1
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '\'': '\'', '"': '"' }

function unquote (quoted: string, name: string, source: string, at: number): string {
  return quoted.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[\s\S])/g, (_all, code: string) => {
    const simple = escapes[code]
    if (simple !== undefined) return simple
    if (code.length === 1) throw new TemplateError(name, source, at, 'invalid syntax')
    return String.fromCodePoint(/^[0-7]/.test(code) ? parseInt(code, 8) : parseInt(code.slice(1), 16))
  })
}

function isSpace (char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n'
}
