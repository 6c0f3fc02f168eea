import type { AtModifier, Expr, MatrixSelector, SubqueryExpr, VectorSelector } from './ast.js'
import { parseNumberOrDuration, parseOffsetSeconds, parsePositiveSeconds } from './duration-expression.js'
import { msOfSeconds } from './duration.js'
import { formatFixed } from './go-number.js'
import type { TokenStream } from './token-stream.js'
import type { TokenType } from './token.js'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

const MAX_TIMESTAMP_SECONDS = 2 ** 63
const MODIFIED = 'an instant vector selector or range vector selector or a subquery'

/** Whether `[…]`, `offset …` or `@ …` follows; they bind more tightly than every operator. */
export function isSelectorSuffix (type: TokenType): boolean {
  return type === '[' || type === 'offset' || type === '@'
}

/** The expression with the one suffix that follows. */
export function parseSelectorSuffix (expr: Expr, tokens: TokenStream): Expr {
  switch (tokens.take()) {
    case '[': return parseRange(expr, tokens)
    case 'offset': return parseOffset(expr, tokens)
    default: return parseAt(expr, tokens)
  }
}

function parseRange (expr: Expr, tokens: TokenStream): Expr {
  const { start: bracket } = tokens
  const rangeMs = msOfSeconds(parsePositiveSeconds(tokens, ['subquery selector', 'number or duration']))
  const { start } = expr.span
  if (tokens.takeIf(':')) {
    const stepMs = tokens.peek() === ']' ? 0 : msOfSeconds(parsePositiveSeconds(tokens, ['subquery selector', 'number or duration or "]"']))
    tokens.expect(']', 'subquery selector', '"]"')
    return { kind: 'subquery', expr, rangeMs, stepMs, offsetMs: 0, at: undefined, span: { start, end: tokens.end } }
  }
  tokens.expect(']', 'subquery or range', '":" or "]"')
  const fault = rangeFault(expr)
  if (fault !== undefined) tokens.report(fault, bracket)
  return { kind: 'matrixSelector', selector: expr as VectorSelector, rangeMs, span: { start, end: tokens.end } }
}

function rangeFault (expr: Expr): string | undefined {
  if (expr.kind !== 'vectorSelector') return 'ranges only allowed for vector selectors'
  if (expr.offsetMs !== 0) return 'no offset modifiers allowed before range'
  // `foo @ start() [5m]` goes through, in Prometheus as well.
  return expr.at !== undefined && 'timestampMs' in expr.at ? 'no @ modifiers allowed before range' : undefined
}

function parseOffset (expr: Expr, tokens: TokenStream): Expr {
  const offsetMs = msOfSeconds(parseOffsetSeconds(tokens))
  const target = modified(expr, 'offset modifier', tokens)
  if (target === undefined) return expr
  if (target.offsetMs !== 0) tokens.report('offset may not be set multiple times', expr.span.start)
  else target.offsetMs = offsetMs
  return extended(expr, tokens)
}

function parseAt (expr: Expr, tokens: TokenStream): Expr {
  const at = parseTime(expr, tokens)
  const target = modified(expr, '@ modifier', tokens)
  if (target === undefined) return expr
  if (target.at !== undefined) {
    tokens.report('@ <timestamp> may not be set multiple times', expr.span.start)
    return expr
  }
  target.at = at
  return extended(expr, tokens)
}

function parseTime (expr: Expr, tokens: TokenStream): AtModifier {
  const type = tokens.peek()
  if (type === 'start' || type === 'end') {
    tokens.take()
    tokens.expect('(', '@', 'timestamp')
    tokens.expect(')', '@', 'timestamp')
    return { preprocessor: type }
  }
  const isSigned = type === '-' || type === '+'
  if (isSigned) tokens.take()
  const next = tokens.peek()
  if (next !== 'number' && next !== 'duration') tokens.unexpected('@', 'timestamp')
  const value = parseNumberOrDuration(tokens)
  const seconds = type === '-' ? -value : value
  if (!(Math.abs(seconds) < MAX_TIMESTAMP_SECONDS)) {
    tokens.report(`timestamp out of bounds for @ modifier: ${formatFixed(seconds)}`, expr.span.start)
  }
  return { timestampMs: roundedMs(seconds) }
}

/** Halves away from zero, as Go rounds. */
function roundedMs (seconds: number): number {
  const ms = Math.round(Math.abs(seconds) * 1000)
  return seconds < 0 ? -ms : ms
}

/** The node that keeps the offset and the `@` of an expression; reported where there is none. */
function modified (expr: Expr, what: string, tokens: TokenStream): Writable<VectorSelector> | Writable<SubqueryExpr> | undefined {
  if (expr.kind === 'vectorSelector' || expr.kind === 'subquery') return expr
  if (expr.kind !== 'matrixSelector') {
    tokens.report(`${what} must be preceded by ${MODIFIED}`, expr.span.start)
    return undefined
  }
  if (expr.selector.kind === 'vectorSelector') return expr.selector
  tokens.report('ranges only allowed for vector selectors', expr.span.start)
  return undefined
}

function extended (expr: Writable<VectorSelector | SubqueryExpr | MatrixSelector> | Expr, tokens: TokenStream): Expr {
  const node: Writable<Expr> = expr
  node.span = { start: expr.span.start, end: tokens.end }
  return node
}
