import { unquote as goUnquote } from '../../../promql/go-text.js'
import { isReserved, LabelMatcher, type MatchOperator } from './label-matcher.js'

interface Token {
  readonly kind: '{' | '}' | ',' | 'operator' | 'quoted' | 'unquoted' | 'end'
  readonly text: string
  /** In characters. */
  readonly from: number
  readonly to: number
}

/** Matchers by the rules of Alertmanager's matcher/parse: any UTF-8, quoted where it has to be. Throws an `Error` in its words. */
export function parseUtf8Matchers (text: string): LabelMatcher[] {
  const tokens = tokenize(text)
  let at = 0
  const peek = (): Token => tokens[at]!
  const expect = (kinds: readonly Token['kind'][], what: string): Token => {
    const token = peek()
    if (token.kind === 'end') throw new Error(`end of input: ${what}`)
    if (!kinds.includes(token.kind)) throw new Error(`${token.from}:${token.to}: unexpected ${token.text}: ${what}`)
    at++
    return token
  }
  const matchers: LabelMatcher[] = []
  if (peek().kind === 'end') return matchers
  const isOpen = peek().kind === '{'
  if (isOpen) at++
  while (peek().kind !== '}' && peek().kind !== 'end') {
    const name = expect(['quoted', 'unquoted'], 'expected label name')
    const operator = expect(['operator'], "expected an operator such as '=', '!=', '=~' or '!~'")
    const value = expect(['quoted', 'unquoted'], 'expected label value')
    matchers.push(new LabelMatcher(unquote(name), operator.text as MatchOperator, unquote(value)))
    if (peek().kind === 'end' || peek().kind === '}') break
    expect([','], 'expected a comma or close brace')
    if (!['}', 'end', 'quoted', 'unquoted'].includes(peek().kind)) expect(['}'], 'expected a matcher or close brace after comma')
  }
  const end = peek()
  if (isOpen) {
    if (end.kind !== '}') throw new Error(`0:${text.length}: end of input: expected close brace`)
    at++
  } else if (end.kind === '}') throw new Error(`0:${end.to}: }: expected opening brace`)
  if (peek().kind !== 'end') throw new Error(`${peek().from}:${peek().to}: ${peek().text}: expected end of input`)
  return matchers
}

function tokenize (text: string): Token[] {
  const chars = [...text]
  const tokens: Token[] = []
  let at = 0
  const push = (kind: Token['kind'], to: number): void => {
    tokens.push({ kind, text: chars.slice(at, to).join(''), from: at, to })
    at = to
  }
  while (at < chars.length) {
    const char = chars[at]!
    if (/\p{White_Space}/u.test(char)) at++
    else if (char === '{' || char === '}' || char === ',') push(char, at + 1)
    else if (char === '=') push('operator', at + (chars[at + 1] === '~' ? 2 : 1))
    else if (char === '!') {
      if (chars[at + 1] !== '=' && chars[at + 1] !== '~') throw new Error(`${at}:${at + 1}: unexpected end of input, expected one of '=~'`)
      push('operator', at + 2)
    } else if (char === '"') {
      let end = at + 1
      while (end < chars.length && chars[end] !== '"') end += chars[end] === '\\' ? 2 : 1
      if (end >= chars.length) throw new Error(`${at}:${chars.length}: ${chars.slice(at).join('')}: missing end "`)
      push('quoted', end + 1)
    } else {
      let end = at
      while (end < chars.length && !isReserved(chars[end]!)) end++
      if (end === at) throw new Error(`${at}:${at + 1}: ${char}: invalid input`)
      push('unquoted', end)
    }
  }
  at = chars.length
  push('end', at)
  return tokens
}

/** Go's `strconv.Unquote` of a string in double quotes, which has to come to UTF-8. */
function unquote ({ kind, text, from, to }: Token): string {
  if (kind !== 'quoted') return text
  const invalid = (): never => { throw new Error(`${from}:${to}: ${text}: invalid input`) }
  if (text.includes('\n')) invalid()
  for (const [, hex, short, long, octal, char] of text.slice(1, -1).matchAll(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([^]?))/g)) {
    if (char !== undefined) {
      if (!'abfnrtv\\"'.includes(char) || char === '') invalid()
      continue
    }
    const code = octal === undefined ? parseInt(hex ?? short ?? long!, 16) : parseInt(octal, 8)
    if (code > (octal === undefined ? 0x10ffff : 0xff) || (code >= 0xd800 && code <= 0xdfff)) invalid()
  }
  const value = goUnquote(text)
  // A byte that is no UTF-8 stands as half a pair.
  return /(?<![\ud800-\udbff])[\udc80-\udcff]/.test(value) ? invalid() : value
}
