import type { VectorSelector } from './ast.js'
import { parseLabelMatchers } from './label-matchers.js'
import { createMatcher } from './matcher.js'
import type { TokenStream } from './token-stream.js'
import { METRIC_NAMES } from './token.js'

/** A selector: `up`, `{job="a"}`, `up{job="a"}`. */
export function parseVectorSelector (tokens: TokenStream): VectorSelector {
  const type = tokens.peek()
  if (type === '{') return selector('', tokens.start, tokens)
  if (!METRIC_NAMES.has(type)) tokens.unexpected()
  tokens.take()
  return parseNamedSelector(tokens.text, tokens.start, tokens)
}

/** The selector whose name has just been taken. */
export function parseNamedSelector (name: string, start: number, tokens: TokenStream): VectorSelector {
  if (tokens.peek() === '{') return selector(name, start, tokens)
  return {
    kind: 'vectorSelector',
    name,
    matchers: [createMatcher('__name__', '=', name)],
    offsetMs: 0,
    at: undefined,
    span: { start, end: start + name.length }
  }
}

function selector (name: string, start: number, tokens: TokenStream): VectorSelector {
  const matchers = parseLabelMatchers(tokens)
  const { end } = tokens
  if (name !== '') matchers.push(createMatcher('__name__', '=', name))
  return { kind: 'vectorSelector', name, matchers, offsetMs: 0, at: undefined, span: { start, end } }
}
