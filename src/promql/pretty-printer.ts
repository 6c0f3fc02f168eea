import type { Expr } from './ast.js'
import { print, printAggregation, printOperator, printSubquerySuffix } from './printer.js'

const MAX_LINE_BYTES = 100

/** An expression as `/api/v1/format_query` answers it: what is longer than 100 bytes is broken into indented lines. */
export function prettyPrint (expr: Expr): string {
  return new PrettyPrinter().print(expr, 0)
}

class PrettyPrinter {
  readonly #isLong = new Map<Expr, boolean>()

  print (expr: Expr, level: number): string {
    const indent = '  '.repeat(level)
    switch (expr.kind) {
      case 'unary': return `${indent}${expr.op}${this.print(expr.expr, level).trim()}`
      case 'subquery':
        // Not indented when it is short: so does Prometheus.
        return this.#needsSplit(expr) ? this.print(expr.expr, level) + printSubquerySuffix(expr) : print(expr)
      case 'number': case 'string': case 'vectorSelector': case 'matrixSelector': return indent + print(expr)
    }
    if (!this.#needsSplit(expr)) return indent + print(expr)
    if (expr.kind === 'binary') {
      return `${this.print(expr.lhs, level + 1)}\n${indent}${printOperator(expr)}\n${this.print(expr.rhs, level + 1)}`
    }
    const head = expr.kind === 'call' ? expr.func : expr.kind === 'aggregate' ? printAggregation(expr) : ''
    return `${indent}${head}(\n${inside(expr).map(part => this.print(part, level + 1)).join(',\n')}\n${indent})`
  }

  /** Whether it is too long for a line. What has a part that is too long is so, too: only the innermost are printed to be measured. */
  #needsSplit (expr: Expr): boolean {
    const known = this.#isLong.get(expr)
    if (known !== undefined) return known
    // All parts, and not up to the first long one, so that each is known when it is asked for from above.
    const isLong = inside(expr).map(part => this.#needsSplit(part)).includes(true) || Buffer.byteLength(print(expr)) > MAX_LINE_BYTES
    this.#isLong.set(expr, isLong)
    return isLong
  }
}

/** The expressions that an expression is made of, in the order of printing. */
function inside (expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'binary': return [expr.lhs, expr.rhs]
    case 'call': return expr.args
    case 'aggregate': return expr.param === undefined ? [expr.expr] : [expr.param, expr.expr]
    case 'paren': case 'unary': case 'subquery': return [expr.expr]
    default: return []
  }
}
