import type { Expr } from '../ast.js'

/** The expression inside any parentheses. */
export function unwrapped (expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrapped(expr.expr) : expr
}
