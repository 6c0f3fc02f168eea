import type { Matcher } from '../contracts/queryable.js'
import type { AggregateOp, BinaryOp, Expr, NumberLiteral } from './ast.js'
import { parseNumberOrDuration } from './duration-expression.js'
import { FUNCTIONS } from './functions-signatures.js'
import { goQuote, unquote } from './go-text.js'
import { parseGrouping } from './grouping.js'
import { parseBinaryModifiers, POWER, PRECEDENCE } from './operators.js'
import { isSelectorSuffix, parseSelectorSuffix } from './selector-suffix.js'
import { TokenStream } from './token-stream.js'
import { AGGREGATORS, EXPRESSION_STARTS } from './token.js'
import { typeCheck } from './type-check.js'
import { parseNamedSelector, parseVectorSelector } from './vector-selector.js'

export { ParseError } from './parse-error.js'

export interface ParseOptions {
  /** Allows `limitk`, `limit_ratio`, `sort_by_label` and the like, as `--enable-feature=promql-experimental-functions` does. @defaultValue `false` */
  readonly experimentalFunctions?: boolean
}

/** The most that parentheses, calls, signs and powers may nest. */
const MAX_NESTING = 256
/** The most that the tree may be high: `a or b or …` is one level an operator. */
const MAX_HEIGHT = 1000

/**
 * The expression of a query, checked for types, by the grammar of Prometheus 3.5. Throws a `ParseError` and nothing else. Beyond
 * Prometheus's rules a query may not nest deeper than 256 levels, make a tree higher than 1,000, or have more than
 * 131,072 characters, 20,000 tokens, or regular expressions of some 4,000 characters (plain words and `|` do not count).
 */
export function parse (text: string, options: ParseOptions = {}): Expr {
  const tokens = new TokenStream(text)
  if (tokens.peek() === 'eof') tokens.fail('no expression found in input', 0)
  const expr = new ExpressionParser(tokens, options.experimentalFunctions ?? false).parse()
  if (tokens.peek() !== 'eof') tokens.unexpected()
  if (tokens.issues.length === 0) tokens.issues.push(...typeCheck(expr, text))
  const error = tokens.error()
  if (error !== undefined) throw error
  return expr
}

/** The matchers of a selector by itself, as `match[]` gives them: `up{job="njord"}`. Throws a `ParseError`. */
export function parseSelector (text: string): readonly Matcher[] {
  const tokens = new TokenStream(text)
  const { matchers } = parseVectorSelector(tokens)
  if (tokens.peek() !== 'eof') tokens.unexpected()
  const error = tokens.error()
  if (error !== undefined) throw error
  return matchers
}

/** Operator precedence by recursion. Faults are found in the order in which Prometheus's generated parser finds them. */
class ExpressionParser {
  readonly #tokens: TokenStream
  readonly #experimentalFunctions: boolean
  #nesting = 0
  /** Of the expression that was parsed last. */
  #height = 0

  constructor (tokens: TokenStream, experimentalFunctions: boolean) {
    this.#tokens = tokens
    this.#experimentalFunctions = experimentalFunctions
  }

  /** An expression of operators that bind at least as tightly as `least`. */
  parse (least = 0): Expr {
    const tokens = this.#tokens
    if (++this.#nesting > MAX_NESTING) tokens.fail(`expression nests deeper than ${MAX_NESTING} levels`, tokens.start)
    let expr = this.#operand()
    for (;;) {
      const type = tokens.peek()
      if (isSelectorSuffix(type)) {
        expr = parseSelectorSuffix(expr, tokens)
        this.#grow(this.#height)
        continue
      }
      const precedence = PRECEDENCE[type]
      if (precedence === undefined || precedence < least) break
      tokens.take()
      const { matching, returnBool } = parseBinaryModifiers(tokens)
      const height = this.#height
      const rhs = this.parse(type === '^' ? precedence : precedence + 1)
      this.#grow(Math.max(height, this.#height))
      const span = { start: expr.span.start, end: rhs.span.end }
      expr = { kind: 'binary', op: type as BinaryOp, lhs: expr, rhs, matching, returnBool, span }
    }
    this.#nesting--
    return expr
  }

  #grow (height: number): void {
    this.#height = height + 1
    if (this.#height > MAX_HEIGHT) this.#tokens.fail(`expression is higher than ${MAX_HEIGHT} levels`, this.#tokens.start)
  }

  #operand (): Expr {
    const tokens = this.#tokens
    const type = tokens.peek()
    this.#height = 1
    switch (type) {
      case 'number': case 'duration': return this.#number()
      case 'string':
        tokens.take()
        return { kind: 'string', value: unquote(tokens.text), span: { start: tokens.start, end: tokens.end } }
      case '+': case '-': return this.#unary(type)
      case '(': {
        tokens.take()
        const { start } = tokens
        const expr = this.parse()
        tokens.expect(')')
        tokens.firstClosed() // theirs is never looked at
        this.#grow(this.#height)
        return { kind: 'paren', expr, span: { start, end: tokens.end } }
      }
      case 'identifier': {
        tokens.take()
        const { text, start } = tokens
        return tokens.peek() === '(' ? this.#call(text, start) : parseNamedSelector(text, start, tokens)
      }
    }
    if (!AGGREGATORS.has(type)) return parseVectorSelector(tokens)
    tokens.take()
    const { text, start } = tokens
    const next = tokens.peek()
    if (next !== '(' && next !== 'by' && next !== 'without') return parseNamedSelector(text, start, tokens)
    return this.#aggregation(type as AggregateOp, start)
  }

  #number (): NumberLiteral {
    const tokens = this.#tokens
    const isDuration = tokens.peek() === 'duration'
    const value = parseNumberOrDuration(tokens)
    const span = { start: tokens.start, end: tokens.end }
    return isDuration ? { kind: 'number', value, duration: true, span } : { kind: 'number', value, span }
  }

  #unary (op: '+' | '-'): Expr {
    const tokens = this.#tokens
    tokens.take()
    const { start } = tokens
    const expr = this.parse(POWER)
    const span = { start, end: expr.span.end }
    if (expr.kind === 'number') return { ...expr, value: op === '-' ? -expr.value : expr.value, span }
    this.#grow(this.#height)
    return { kind: 'unary', op, expr, span }
  }

  #call (func: string, start: number): Expr {
    const args = this.#args()
    const span = { start, end: this.#tokens.firstClosed() }
    const known = FUNCTIONS.get(func)
    if (known === undefined) this.#tokens.report(`unknown function with name ${goQuote(func)}`, start)
    else if (known.experimental && !this.#experimentalFunctions) this.#tokens.report(`function ${goQuote(func)} is not enabled`, start)
    return { kind: 'call', func, args, span }
  }

  /** Arguments in parentheses; the height is then one more than that of the highest. */
  #args (): Expr[] {
    const tokens = this.#tokens
    tokens.expect('(')
    const args: Expr[] = []
    let height = 0
    if (tokens.peek() !== ')') {
      do {
        args.push(this.parse())
        height = Math.max(height, this.#height)
      } while (this.#comma())
    }
    tokens.expect(')')
    this.#grow(height)
    return args
  }

  /** Takes the comma before a further argument; whether there is one. */
  #comma (): boolean {
    const tokens = this.#tokens
    while (tokens.takeIf(',')) {
      const { start } = tokens
      if (EXPRESSION_STARTS.has(tokens.peek())) return true
      tokens.report('trailing commas not allowed in function call args', start)
    }
    return false
  }

  #aggregation (op: AggregateOp, start: number): Expr {
    const tokens = this.#tokens
    tokens.openAggregations++
    let modifier = this.#modifier()
    const args = this.#args()
    modifier ??= this.#modifier()
    if (modifier !== undefined) tokens.firstClosed()
    const end = tokens.firstClosed()
    tokens.openAggregations--
    const hasParam = PARAMETERS.has(op)
    const fault = this.#aggregationFault(op, args.length, hasParam ? 2 : 1)
    if (fault !== undefined) tokens.report(fault, start)
    const { grouping, without } = modifier ?? { grouping: [], without: false }
    // With a fault there is no tree, so that a missing argument is never seen.
    return { kind: 'aggregate', op, expr: args.at(-1)!, param: hasParam ? args[0] : undefined, grouping, without, span: { start, end } }
  }

  #modifier (): { grouping: readonly string[], without: boolean } | undefined {
    const without = this.#tokens.takeIf('without')
    if (!without && !this.#tokens.takeIf('by')) return undefined
    return { grouping: parseGrouping(this.#tokens), without }
  }

  #aggregationFault (op: AggregateOp, count: number, wanted: number): string | undefined {
    if (count === 0) return 'no arguments for aggregate expression provided'
    if (!this.#experimentalFunctions && (op === 'limitk' || op === 'limit_ratio')) {
      return `${op}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`
    }
    return count === wanted ? undefined : `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${count}`
  }
}

const PARAMETERS: ReadonlySet<AggregateOp> = new Set(['topk', 'bottomk', 'count_values', 'quantile', 'limitk', 'limit_ratio'])
