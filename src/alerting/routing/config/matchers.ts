import { LabelMatcher, type MatchOperator } from './label-matcher.js'
import { parseUtf8Matchers } from './utf8-matchers.js'

/**
 * Matchers as in `severity="critical", team=~"a|b"`, with braces or without. As Alertmanager 0.33 does, it reads them by the rules of UTF-8
 * and by the classic ones: where both take the text and differ, or only the classic ones take it, those count. Throws an `Error`.
 */
export function parseMatchers (text: string): LabelMatcher[] {
  return eitherWay(() => parseUtf8Matchers(text), () => parseClassicMatchers(text))
}

/** Exactly one matcher, without braces, as in the filters of the HTTP API. Throws an `Error`. */
export function parseMatcher (text: string): LabelMatcher {
  if (text.startsWith('{') || text.endsWith('}')) throw new Error(`unexpected open or close brace: ${text}`)
  const [matcher] = eitherWay(() => {
    const found = parseUtf8Matchers(text)
    if (found.length !== 1) throw new Error(found.length === 0 ? 'no matchers' : `expected 1 matcher, found ${found.length}`)
    return found
  }, () => [parseClassicMatcher(text)])
  return matcher!
}

function eitherWay (utf8: () => LabelMatcher[], classic: () => LabelMatcher[]): LabelMatcher[] {
  let modern
  let failure
  try {
    modern = utf8()
  } catch (error) {
    failure = error
  }
  try {
    const old = classic()
    return modern === undefined || String(modern) !== String(old) ? old : modern
  } catch (error) {
    if (failure === undefined) return modern!
    throw error
  }
}

function parseClassicMatchers (text: string): LabelMatcher[] {
  const inner = text.replace(/^\{/, '').replace(/\}$/, '')
  const parts: string[] = []
  let part = ''
  let isQuoted = false
  let isEscaped = false
  for (const char of inner) {
    if (char === ',' && !isQuoted) {
      parts.push(part)
      part = ''
      continue
    }
    if (char === '"') {
      if (!isEscaped) isQuoted = !isQuoted
      isEscaped = false
    } else isEscaped = char === '\\' ? !isEscaped : false
    part += char
  }
  if (part.trim() !== '') parts.push(part.trim())
  return parts.map(parseClassicMatcher)
}

function parseClassicMatcher (text: string): LabelMatcher {
  const found = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*([^]*?)[\t\n\f\r ]*$/.exec(text)
  if (found === null) throw new Error(`bad matcher format: ${text}`)
  const [, name, operator, raw] = found
  return new LabelMatcher(name!, operator as MatchOperator, unquoteClassic(raw!))
}

function unquoteClassic (raw: string): string {
  const isQuoted = raw.startsWith('"')
  const inner = isQuoted ? raw.slice(1) : raw
  const unescaped = (): never => { throw new Error(`matcher value contains unescaped double quote: ${raw}`) }
  let value = ''
  let isClosed = !isQuoted
  for (let at = 0; at < inner.length; at++) {
    const char = inner[at]!
    if (char === '\\' && at < inner.length - 1) {
      const next = inner[++at]!
      value += next === 'n' ? '\n' : next === '"' || next === '\\' ? next : `\\${next}`
    } else if (char === '"') {
      if (isClosed || at < inner.length - 1) unescaped()
      isClosed = true
    } else value += char
  }
  return isClosed ? value : unescaped()
}
