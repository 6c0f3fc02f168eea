import type { VectorMatching } from './ast.js'
import { parseGrouping } from './grouping.js'
import type { TokenStream } from './token-stream.js'
import { EXPRESSION_STARTS, type TokenType } from './token.js'

/** How tightly the binary operators bind. Those of one level group to the left, but for `^`. */
export const PRECEDENCE: Readonly<Partial<Record<TokenType, number>>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6
}

/** A sign takes what binds more tightly than multiplication: `-2 ^ 2` is -4, `-2 * 3` is (-2) * 3. */
export const POWER = 6

export interface BinaryModifiers {
  readonly returnBool: boolean
  readonly matching: VectorMatching
}

/** What may stand between an operator and its right side: `bool on (a) group_left (b)`. */
export function parseBinaryModifiers (tokens: TokenStream): BinaryModifiers {
  const returnBool = tokens.takeIf('bool')
  const on = tokens.takeIf('on')
  if (!on && !tokens.takeIf('ignoring')) return { returnBool, matching: { card: 'one-to-one', matchingLabels: [], on, include: [] } }
  const matchingLabels = parseGrouping(tokens)
  const isLeft = tokens.takeIf('group_left')
  if (!isLeft && !tokens.takeIf('group_right')) return { returnBool, matching: { card: 'one-to-one', matchingLabels, on, include: [] } }
  // A parenthesis here is of the labels, never of the right side.
  const next = tokens.peek()
  const include = next !== '(' && EXPRESSION_STARTS.has(next) ? [] : parseGrouping(tokens)
  return { returnBool, matching: { card: isLeft ? 'many-to-one' : 'one-to-many', matchingLabels, on, include } }
}
