import type { Matcher } from '../contracts/queryable.js'
import { unquote } from './go-text.js'
import { createMatcher } from './matcher.js'
import type { TokenStream } from './token-stream.js'

const CONTEXT = 'label matching'

/** Matchers in braces: `{job="a", "quoted.name"!~"b", "metric.name"}`; a comma may end them. */
export function parseLabelMatchers (tokens: TokenStream): Matcher[] {
  tokens.expect('{')
  const matchers: Matcher[] = []
  while (!tokens.takeIf('}')) {
    const matcher = parseLabelMatcher(tokens)
    if (matcher !== undefined) matchers.push(matcher)
    if (!tokens.takeIf(',') && tokens.peek() !== '}') tokens.unexpected(CONTEXT, '"," or "}"')
  }
  return matchers
}

/** `undefined` where the regular expression is none; that is reported. */
function parseLabelMatcher (tokens: TokenStream): Matcher | undefined {
  const type = tokens.peek()
  if (type !== 'identifier' && type !== 'string') tokens.unexpected(CONTEXT, 'identifier or "}"')
  tokens.take()
  const name = type === 'string' ? unquote(tokens.text) : tokens.text
  const start = tokens.start
  const op = tokens.peek()
  if (op !== '=' && op !== '!=' && op !== '=~' && op !== '!~') {
    if (type === 'identifier') tokens.unexpected(CONTEXT, 'label matching operator')
    return createMatcher('__name__', '=', name)
  }
  tokens.take()
  tokens.expect('string', CONTEXT, 'string')
  try {
    return createMatcher(name, op, unquote(tokens.text), tokens.regexpBudget)
  } catch (error) {
    tokens.report((error as Error).message, start)
    return undefined
  }
}
