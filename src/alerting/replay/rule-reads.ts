import type { Matcher } from '../../contracts/queryable.js'
import type { Expr, VectorSelector } from '../../promql/ast.js'
import type { RuleSpec } from '../rules/rule-set.js'

/** What an expression reads. */
export interface Reads {
  /** The conditions of each of its selectors. */
  readonly selectors: ReadonlyArray<readonly Matcher[]>
  /** How far behind the instant of its evaluation its samples may stand, in milliseconds. */
  readonly behindMs: number
  /** How far ahead of it: a negative offset. */
  readonly aheadMs: number
  /** Whether it reads at times of its own, wherever it is evaluated: `@`. */
  readonly isPinned: boolean
}

/** An instant selector looks back so far. */
const LOOKBACK_MS = 300_000

export function readsOf (expr: Expr): Reads {
  const selectors: Array<readonly Matcher[]> = []
  let [behindMs, aheadMs, isPinned] = [0, 0, false]
  const select = ({ matchers, offsetMs, at }: VectorSelector, shiftMs: number, rangeMs: number): void => {
    selectors.push(matchers)
    behindMs = Math.max(behindMs, shiftMs + offsetMs + rangeMs)
    aheadMs = Math.max(aheadMs, -(shiftMs + offsetMs), -offsetMs)
    isPinned ||= at !== undefined
  }
  const walk = (node: Expr, shiftMs: number): void => {
    switch (node.kind) {
      case 'vectorSelector': return select(node, shiftMs, LOOKBACK_MS)
      case 'matrixSelector': return select(node.selector, shiftMs, node.rangeMs)
      case 'subquery':
        isPinned ||= node.at !== undefined
        aheadMs = Math.max(aheadMs, -node.offsetMs)
        return walk(node.expr, shiftMs + node.rangeMs + node.stepMs + node.offsetMs)
      case 'call':
        for (const arg of node.args) walk(arg, shiftMs)
        return
      case 'aggregate':
        if (node.param !== undefined) walk(node.param, shiftMs)
        return walk(node.expr, shiftMs)
      case 'binary':
        walk(node.lhs, shiftMs)
        return walk(node.rhs, shiftMs)
      case 'paren':
      case 'unary': return walk(node.expr, shiftMs)
      case 'number':
      case 'string':
    }
  }
  walk(expr, 0)
  return { selectors, behindMs, aheadMs, isPinned }
}

/** The names of metrics that a selector may mean, as they stand in a journal; `undefined` for any. `x_bucket` may be of the histogram `x`. */
export function journalNames (matchers: readonly Matcher[]): string[] | undefined {
  const name = matchers.find(matcher => matcher.name === '__name__' && (matcher.op === '=' || (matcher.op === '=~' && matcher.literals !== undefined)))
  const names = name?.op === '=' ? [name.value] : name?.literals
  return names?.flatMap(each => [each, /^(.+)_(?:bucket|sum|count)$/.exec(each)?.[1] ?? each])
}

/** Whether an expression may see what rules write. */
export function readsRules ({ selectors }: Reads, rules: readonly RuleSpec[]): boolean {
  const made = ['ALERTS', 'ALERTS_FOR_STATE', ...rules.flatMap(({ kind, name }) => kind === 'recording' ? [name] : [])]
  return selectors.some(matchers => made.some(name => matchers.every(matcher => matcher.name !== '__name__' || matcher.matches(name))))
}
