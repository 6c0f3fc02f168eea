import type { Expr } from '../ast.js'

/** Functions whose result depends on the instant of evaluation even where their arguments do not. */
const TIME_DEPENDENT: ReadonlySet<string> = new Set([
  'days_in_month', 'day_of_month', 'day_of_week', 'day_of_year', 'hour', 'minute', 'month', 'year', 'predict_linear', 'time', 'timestamp'
])

/**
 * Tells which parts of an expression are the same at every instant, because every selector in them has an `@`: they are
 * evaluated once. The rules, and what they overlook, are Prometheus's (promql/engine.go, preprocessExprHelper): an
 * aggregation's parameter, for one, does not count.
 */
export class StepInvariance {
  readonly #known = new Map<Expr, boolean>()

  /** Whether to evaluate the expression at the first instant only, and to repeat the result. */
  holdsFor (expr: Expr): boolean {
    return expr.kind !== 'number' && expr.kind !== 'string' && this.isInvariant(expr)
  }

  /** Whether nothing in the expression depends on the instant. */
  isInvariant (expr: Expr): boolean {
    let invariant = this.#known.get(expr)
    if (invariant === undefined) this.#known.set(expr, invariant = this.#decide(expr))
    return invariant
  }

  #decide (expr: Expr): boolean {
    switch (expr.kind) {
      case 'number':
      case 'string':
        return true
      case 'vectorSelector':
      case 'subquery':
        return expr.at !== undefined
      case 'matrixSelector':
        return expr.selector.at !== undefined
      case 'paren':
      case 'unary':
      case 'aggregate':
        return this.isInvariant(expr.expr)
      case 'binary':
        return this.isInvariant(expr.lhs) && this.isInvariant(expr.rhs)
      case 'call':
        return !TIME_DEPENDENT.has(expr.func) && expr.args.every(argument => this.isInvariant(argument))
    }
  }
}
