import type { Expr } from './ast.js'
import { print, printAggregation, printOperator, printSubquerySuffix } from './printer.js'

const MAX_LINE_BYTES = 100

/** An expression as `/api/v1/format_query` answers it: what is longer than 100 bytes is broken into indented lines. */
export function prettyPrint (expr: Expr): string {
  return pretty(expr, 0)
}

function pretty (expr: Expr, level: number): string {
  const indent = '  '.repeat(level)
  switch (expr.kind) {
    case 'unary': return `${indent}${expr.op}${pretty(expr.expr, level).trim()}`
    case 'subquery':
      // Not indented when it is short: so does Prometheus.
      return isLong(expr) ? pretty(expr.expr, level) + printSubquerySuffix(expr) : print(expr)
    case 'number': case 'string': case 'vectorSelector': case 'matrixSelector': return indent + print(expr)
  }
  if (!isLong(expr)) return indent + print(expr)
  switch (expr.kind) {
    case 'paren': return `${indent}(\n${pretty(expr.expr, level + 1)}\n${indent})`
    case 'call': return `${indent}${expr.func}(\n${expr.args.map(arg => pretty(arg, level + 1)).join(',\n')}\n${indent})`
    case 'aggregate': {
      const param = expr.param === undefined ? '' : `${pretty(expr.param, level + 1)},\n`
      return `${indent}${printAggregation(expr)}(\n${param}${pretty(expr.expr, level + 1)}\n${indent})`
    }
    case 'binary': return `${pretty(expr.lhs, level + 1)}\n${indent}${printOperator(expr)}\n${pretty(expr.rhs, level + 1)}`
  }
}

function isLong (expr: Expr): boolean {
  const text = print(expr)
  return text.length > MAX_LINE_BYTES || Buffer.byteLength(text) > MAX_LINE_BYTES
}
