import type { AggregateExpr } from '../ast.js'
import { accumulators, type MakeAccumulator } from './accumulators.js'
import { emptyColumn, hasSamples, type Column } from './column.js'
import { groupColumns } from './grouping.js'
import { quantile } from './quantile.js'
import type { QueryRun } from './query-run.js'
import { unwrapped } from './unwrapped.js'

/** `sum`, `avg`, `min` and the others that fold a group's samples into one. */
export async function aggregate (run: QueryRun, expr: AggregateExpr, columns: readonly Column[], count: number): Promise<Column[]> {
  const make: MakeAccumulator = accumulators.get(expr.op)!
  const { of, labels } = await groupColumns(run, columns, expr)
  run.hold(labels.length * count)
  const out = labels.map(group => emptyColumn(group, count))
  const groups = out.map(column => make(column, count))
  for (const [i, column] of columns.entries()) {
    if (run.isDue) await run.pause()
    const group = of[i]!
    groups[group]!.add(column)
    out[group]!.dropName ||= column.dropName
  }
  for (const [i, group] of groups.entries()) group.finish(out[i]!)
  return out.filter(hasSamples)
}

/** `quantile`: the φ-quantile of each group's samples at each instant. */
export async function aggregateQuantile (
  run: QueryRun, expr: AggregateExpr, columns: readonly Column[], quantiles: Float64Array
): Promise<Column[]> {
  warnOfQuantiles(run, expr, quantiles)
  const count = quantiles.length
  const { of, labels } = await groupColumns(run, columns, expr)
  run.hold(labels.length * count)
  const members: Column[][] = labels.map(() => [])
  for (const [i, column] of columns.entries()) members[of[i]!]!.push(column)
  const out: Column[] = []
  for (const [g, group] of members.entries()) {
    const column = emptyColumn(labels[g]!, count, group.some(member => member.dropName))
    const found = new Float64Array(group.length)
    for (let i = 0; i < count; i++) {
      if (run.isDue) await run.pause()
      let length = 0
      for (const { present, values } of group) if (present[i] === 1) found[length++] = values[i]!
      if (length === 0) continue
      column.values[i] = quantile(quantiles[i]!, found.subarray(0, length))
      column.present[i] = 1
    }
    if (hasSamples(column)) out.push(column)
  }
  return out
}

function warnOfQuantiles (run: QueryRun, expr: AggregateExpr, quantiles: Float64Array): void {
  const span = unwrapped(expr.param!).span
  if (quantiles.some(Number.isNaN)) run.annotations.invalidQuantile(NaN, span)
  const greatest = quantiles.reduce((a, b) => Math.max(a, b), -Infinity)
  const least = quantiles.reduce((a, b) => Math.min(a, b), Infinity)
  if (greatest > 1) run.annotations.invalidQuantile(greatest, span)
  if (least < 0) run.annotations.invalidQuantile(least, span)
}
