import { goQuote, unquote } from './go-text.js'
import { LABEL_NAMES } from './token.js'
import type { TokenStream } from './token-stream.js'

const CONTEXT = 'grouping opts'

/** Label names in parentheses, as after `by` and `on`: names, words of the language, quoted names; a comma may end them. */
export function parseGrouping (tokens: TokenStream): readonly string[] {
  tokens.expect('(', CONTEXT, '"("')
  const labels: string[] = []
  while (!tokens.takeIf(')')) {
    labels.push(parseLabel(tokens))
    if (!tokens.takeIf(',') && tokens.peek() !== ')') tokens.unexpected(CONTEXT, '"," or ")"')
  }
  return labels
}

function parseLabel (tokens: TokenStream): string {
  const type = tokens.peek()
  if (type !== 'string' && !LABEL_NAMES.has(type)) tokens.unexpected(CONTEXT, 'label')
  tokens.take()
  const label = type === 'string' ? unquote(tokens.text) : tokens.text
  if (label === '' || !label.isWellFormed()) tokens.report(`invalid label name for grouping: ${goQuote(label)}`, tokens.start)
  return label
}
