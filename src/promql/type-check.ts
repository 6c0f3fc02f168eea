import type { AggregateExpr, BinaryExpr, Call, Expr, ValueType, VectorSelector } from './ast.js'
import { FUNCTIONS } from './functions-signatures.js'
import { goQuote } from './go-text.js'
import type { ParseIssue } from './parse-error.js'

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])
const SET_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless'])
const SCALAR_PARAMETERS: ReadonlySet<string> = new Set(['topk', 'bottomk', 'quantile', 'limitk', 'limit_ratio'])

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** A type as the messages call it. */
function documentedType (type: ValueType): string {
  return type === 'vector' ? 'instant vector' : type === 'matrix' ? 'range vector' : type
}

/**
 * Checks that the types of an expression go together (Prometheus promql/parser/parse.go, checkAST), and completes it: set operators
 * get their cardinality, operations that are not between two vectors lose their matching. Returns every fault, in Prometheus's order.
 */
export function typeCheck (expr: Expr, text: string): ParseIssue[] {
  const checker = new TypeChecker(text)
  checker.check(expr)
  return checker.issues
}

class TypeChecker {
  readonly issues: ParseIssue[] = []
  readonly #text: string

  constructor (text: string) {
    this.#text = text
  }

  /** The type that an expression evaluates to, after a check of all below it. */
  check (expr: Expr): ValueType {
    switch (expr.kind) {
      case 'number': return 'scalar'
      case 'string': return 'string'
      case 'paren': return this.check(expr.expr)
      case 'aggregate': return this.#aggregate(expr)
      case 'binary': return this.#binary(expr)
      case 'call': return this.#call(expr)
      case 'vectorSelector': return this.#selector(expr)
      case 'matrixSelector':
        this.#selector(expr.selector)
        return 'matrix'
      case 'subquery': {
        const type = this.check(expr.expr)
        if (type !== 'vector') this.#report(expr, `subquery is only allowed on instant vector, got ${type} instead`)
        return 'matrix'
      }
      case 'unary': {
        const type = this.check(expr.expr)
        if (type !== 'scalar' && type !== 'vector') {
          this.#report(expr, `unary expression only allowed on expressions of type scalar or instant vector, got ${goQuote(documentedType(type))}`)
        }
        return type
      }
    }
  }

  #report (expr: Expr, message: string): void {
    this.issues.push({ message, start: expr.span.start })
  }

  #expect (expr: Expr, want: ValueType, context: string): void {
    const type = this.check(expr)
    if (type !== want) this.#report(expr, `expected type ${documentedType(want)} in ${context}, got ${documentedType(type)}`)
  }

  #aggregate (expr: AggregateExpr): ValueType {
    this.#expect(expr.expr, 'vector', 'aggregation expression')
    if (SCALAR_PARAMETERS.has(expr.op)) this.#expect(expr.param!, 'scalar', 'aggregation parameter')
    if (expr.op === 'count_values') this.#expect(expr.param!, 'string', 'aggregation parameter')
    return 'vector'
  }

  #binary (expr: Writable<BinaryExpr>): ValueType {
    const left = this.check(expr.lhs)
    const right = this.check(expr.rhs)
    const areScalars = left === 'scalar' && right === 'scalar'
    const areVectors = left === 'vector' && right === 'vector'
    const isComparison = COMPARISONS.has(expr.op)
    const isSet = SET_OPERATORS.has(expr.op)
    const matching = expr.matching!
    const card = isSet && matching.card === 'one-to-one' ? 'many-to-many' : matching.card

    if (expr.returnBool && !isComparison) this.#reportOperator(expr, 'bool modifier can only be used on comparison operators')
    if (isComparison && !expr.returnBool && areScalars) this.#reportOperator(expr, 'comparisons between scalars must use BOOL modifier')
    if (matching.on && matching.include.length > 0) {
      const included = new Set(matching.include)
      for (const label of matching.matchingLabels) {
        if (included.has(label)) this.#reportOperator(expr, `label ${goQuote(label)} must not occur in ON and GROUP clause at once`)
      }
    }
    for (const [type, side] of [[left, expr.lhs], [right, expr.rhs]] as const) {
      if (type !== 'scalar' && type !== 'vector') this.#report(side, 'binary expression must contain only scalar and instant vector types')
    }
    if (!areVectors) {
      if (matching.matchingLabels.length > 0) this.#report(expr, 'vector matching only allowed between instant vectors')
    } else if (isSet && card !== 'many-to-many') {
      this.#report(expr, `no grouping allowed for ${goQuote(expr.op)} operation`)
      this.#report(expr, 'set operations must always be many-to-many')
    }
    if (isSet && (left === 'scalar' || right === 'scalar')) {
      this.#report(expr, `set operator ${goQuote(expr.op)} not allowed in binary scalar expression`)
    }
    expr.matching = areVectors ? { ...matching, card } : undefined
    return areScalars ? 'scalar' : 'vector'
  }

  /** Reports at the operator: past the left side and the blanks behind it. */
  #reportOperator (expr: BinaryExpr, message: string): void {
    let start = expr.lhs.span.end
    while (' \t\n\r'.includes(this.#text[start] ?? '.')) start++
    this.issues.push({ message, start })
  }

  #call (expr: Call): ValueType {
    const { argTypes, variadic, returnType } = FUNCTIONS.get(expr.func)!
    const name = goQuote(expr.func)
    const count = expr.args.length
    const least = variadic === 0 ? argTypes.length : argTypes.length - 1
    const most = variadic < 0 ? Infinity : least + variadic
    if (variadic === 0 && count !== least) this.#report(expr, `expected ${least} argument(s) in call to ${name}, got ${count}`)
    else if (count < least) this.#report(expr, `expected at least ${least} argument(s) in call to ${name}, got ${count}`)
    else if (count > most) this.#report(expr, `expected at most ${most} argument(s) in call to ${name}, got ${count}`)
    for (let i = 0; i < count; i++) {
      // The last type serves all further arguments of a variadic function; the others have said already that there are too many.
      const type = argTypes[i] ?? (variadic === 0 ? undefined : argTypes.at(-1))
      if (type === undefined) break
      this.#expect(expr.args[i]!, type, `call to function ${name}`)
    }
    return returnType
  }

  #selector (expr: VectorSelector): ValueType {
    if (expr.name !== '') {
      for (const matcher of expr.matchers.slice(0, -1)) {
        if (matcher.name === '__name__') {
          this.#report(expr, `metric name must not be set twice: ${goQuote(expr.name)} or ${goQuote(matcher.value)}`)
        }
      }
    } else if (expr.matchers.every(matcher => matcher.matches(''))) {
      this.#report(expr, 'vector selector must contain at least one non-empty matcher')
    }
    return 'vector'
  }
}
