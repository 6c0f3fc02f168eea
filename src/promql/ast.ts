import type { Matcher } from '../contracts/queryable.js'

/** Offsets into the query's text in UTF-16 units: `start` of the first character, `end` past the last. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string'

/** `@ 1609746000`, `@ start()`, `@ end()`. */
export type AtModifier = { readonly timestampMs: number } | { readonly preprocessor: 'start' | 'end' }

interface Offsettable {
  /** As written; negative looks ahead. 0 without one. */
  readonly offsetMs: number
  readonly at: AtModifier | undefined
}

export interface NumberLiteral {
  readonly kind: 'number'
  readonly value: number
  /** Written as a duration, which is its value in seconds: `5m`. */
  readonly duration?: true
  readonly span: Span
}
export interface StringLiteral { readonly kind: 'string', readonly value: string, readonly span: Span }
export interface ParenExpr { readonly kind: 'paren', readonly expr: Expr, readonly span: Span }
export interface UnaryExpr { readonly kind: 'unary', readonly op: '+' | '-', readonly expr: Expr, readonly span: Span }

export interface VectorSelector extends Offsettable {
  readonly kind: 'vectorSelector'
  /** The name before the braces, `''` without one. It is among the matchers, too. */
  readonly name: string
  readonly matchers: readonly Matcher[]
  readonly span: Span
}

/** `selector[5m]`. Offset and `@` are those of the selector. */
export interface MatrixSelector {
  readonly kind: 'matrixSelector'
  readonly selector: VectorSelector
  readonly rangeMs: number
  readonly span: Span
}

/** `expr[1h:5m]`; `stepMs` 0 means the default evaluation interval. */
export interface SubqueryExpr extends Offsettable {
  readonly kind: 'subquery'
  readonly expr: Expr
  readonly rangeMs: number
  readonly stepMs: number
  readonly span: Span
}

export interface Call { readonly kind: 'call', readonly func: string, readonly args: readonly Expr[], readonly span: Span }

export type AggregateOp =
  'sum' | 'avg' | 'count' | 'min' | 'max' | 'group' | 'stddev' | 'stdvar' | 'topk' | 'bottomk' | 'count_values' | 'quantile' | 'limitk' | 'limit_ratio'

export interface AggregateExpr {
  readonly kind: 'aggregate'
  readonly op: AggregateOp
  readonly expr: Expr
  /** k, phi, the ratio, or the label's name. */
  readonly param: Expr | undefined
  readonly grouping: readonly string[]
  readonly without: boolean
  readonly span: Span
}

export type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2'
export type ComparisonOp = '==' | '!=' | '<' | '<=' | '>' | '>='
export type SetOp = 'and' | 'or' | 'unless'
export type BinaryOp = ArithmeticOp | ComparisonOp | SetOp

export interface VectorMatching {
  readonly card: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many'
  readonly matchingLabels: readonly string[]
  /** `on(…)`, else `ignoring(…)` (with no labels where nothing was written). */
  readonly on: boolean
  /** The labels of `group_left(…)` and `group_right(…)`. */
  readonly include: readonly string[]
}

export interface BinaryExpr {
  readonly kind: 'binary'
  readonly op: BinaryOp
  readonly lhs: Expr
  readonly rhs: Expr
  /** Between two vectors; `undefined` otherwise. */
  readonly matching: VectorMatching | undefined
  readonly returnBool: boolean
  readonly span: Span
}

export type Expr =
  NumberLiteral | StringLiteral | ParenExpr | UnaryExpr | VectorSelector | MatrixSelector | SubqueryExpr | Call | AggregateExpr | BinaryExpr
