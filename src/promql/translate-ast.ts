import type { Matcher } from '../contracts/queryable.js'
import type { AtModifier, Expr, SubqueryExpr, VectorSelector } from './ast.js'
import { FUNCTIONS } from './functions-signatures.js'
import { formatPlain } from './go-number.js'

/** JSON of an expression, as `/api/v1/parse_query` answers it. */
export type AstJson = { readonly type: string, readonly [property: string]: unknown }

/** An expression as `/api/v1/parse_query` of Prometheus answers it; durations and times are milliseconds. */
export function translateAst (expr: Expr): AstJson {
  switch (expr.kind) {
    case 'number': return { type: 'numberLiteral', val: formatPlain(expr.value) }
    case 'string': return { type: 'stringLiteral', val: expr.value.toWellFormed() }
    case 'paren': return { type: 'parenExpr', expr: translateAst(expr.expr) }
    case 'unary': return { type: 'unaryExpr', op: expr.op, expr: translateAst(expr.expr) }
    case 'vectorSelector': return { type: 'vectorSelector', ...selection(expr) }
    case 'matrixSelector': return { type: 'matrixSelector', range: expr.rangeMs, ...selection(expr.selector) }
    case 'subquery':
      return { type: 'subquery', expr: translateAst(expr.expr), range: expr.rangeMs, step: expr.stepMs, ...modifiers(expr) }
    case 'call': {
      const { name, argTypes, variadic, returnType } = FUNCTIONS.get(expr.func)!
      return { type: 'call', func: { name, argTypes, variadic, returnType }, args: expr.args.map(translateAst) }
    }
    case 'aggregate':
      return {
        type: 'aggregation',
        op: expr.op,
        expr: translateAst(expr.expr),
        param: expr.param === undefined ? null : translateAst(expr.param),
        grouping: expr.grouping,
        without: expr.without
      }
    case 'binary': {
      const { matching } = expr
      return {
        type: 'binaryExpr',
        op: expr.op,
        lhs: translateAst(expr.lhs),
        rhs: translateAst(expr.rhs),
        matching: matching === undefined
          ? null
          : { card: matching.card, labels: matching.matchingLabels, on: matching.on, include: matching.include },
        bool: expr.returnBool
      }
    }
  }
}

function selection (selector: VectorSelector): object {
  return { name: selector.name, matchers: selector.matchers.map(matcher), ...modifiers(selector) }
}

function matcher ({ name, op, value }: Matcher): object {
  return { name: name.toWellFormed(), value: value.toWellFormed(), type: op }
}

function modifiers ({ offsetMs, at }: VectorSelector | SubqueryExpr): object {
  return { offset: offsetMs, timestamp: timestampOf(at), startOrEnd: at !== undefined && 'preprocessor' in at ? at.preprocessor : null }
}

function timestampOf (at: AtModifier | undefined): number | null {
  return at !== undefined && 'timestampMs' in at ? at.timestampMs : null
}
