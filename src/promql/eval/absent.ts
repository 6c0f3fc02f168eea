import type { Labels } from '../../contracts/labels.js'
import type { Matcher } from '../../contracts/queryable.js'
import type { Expr } from '../ast.js'
import { emptyColumn, hasSamples, type Column } from './column.js'
import { withLabel } from './label-sets.js'
import type { QueryRun } from './query-run.js'

/** `absent` and `absent_over_time`: 1 at each instant at which no column has a sample, with the labels that the argument's matchers tell. */
export async function absent (run: QueryRun, columns: readonly Column[], argument: Expr, count: number): Promise<Column[]> {
  const column = emptyColumn(impliedLabels(argument), count)
  column.values.fill(1)
  column.present.fill(1)
  for (const { present } of columns) {
    if (run.isDue) await run.pause()
    for (let i = 0; i < count; i++) if (present[i] === 1) column.present[i] = 0
  }
  return hasSamples(column) ? [column] : []
}

/** The labels that a selector demands by `=`, each no more than once. */
function impliedLabels (argument: Expr): Labels {
  const matchers: readonly Matcher[] =
    argument.kind === 'vectorSelector' ? argument.matchers : argument.kind === 'matrixSelector' ? argument.selector.matchers : []
  const seen = new Set<string>()
  let labels: Labels = []
  for (const { name, op, value } of matchers) {
    if (name === '__name__') continue
    const isFirst = op === '=' && !seen.has(name)
    if (isFirst) seen.add(name)
    labels = withLabel(labels, name, isFirst ? value.toWellFormed() : '')
  }
  return labels
}
