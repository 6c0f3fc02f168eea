import type { AggregateExpr } from '../ast.js'
import type { Column } from './column.js'
import { fail } from './failure.js'
import { groupColumns } from './grouping.js'
import { Heap, isLess } from './heap.js'
import { labelRatio } from './label-hash.js'
import type { QueryRun } from './query-run.js'
import { unwrapped } from './unwrapped.js'

/**
 * `limit_ratio`: about that share of the series, always the same ones; with a negative ratio the others. The grouping does not
 * matter: each label set has its place.
 */
export async function limitRatio (run: QueryRun, expr: AggregateExpr, columns: readonly Column[], ratios: Float64Array): Promise<Column[]> {
  warnOfRatios(run, expr, ratios)
  const kept: Column[] = []
  for (const column of columns) {
    if (run.isDue) await run.pause()
    const place = labelRatio(column.labels)
    const { present } = column
    for (let i = 0; i < ratios.length; i++) {
      if (present[i] === 0) continue
      if (Number.isNaN(ratios[i])) fail('Ratio value NaN is NaN')
      const ratio = Math.max(-1, Math.min(1, ratios[i]!))
      if (ratio >= 0 ? place >= ratio : place < 1 + ratio) present[i] = 0
    }
    if (present.includes(1)) kept.push(column)
  }
  return ratios.length > 1 ? kept : await heaped(run, kept, expr)
}

/** In an instant query the series of a group come out as they lie in a heap of their values. */
async function heaped (run: QueryRun, columns: readonly Column[], expr: AggregateExpr): Promise<Column[]> {
  const { of, labels } = await groupColumns(run, columns, expr)
  const heaps = labels.map(() => new Heap(isLess))
  for (const [i, { values }] of columns.entries()) {
    if (run.isDue) await run.pause()
    heaps[of[i]!]!.push(i, values[0]!)
  }
  return heaps.flatMap(heap => heap.columns.map(i => columns[i]!))
}

function warnOfRatios (run: QueryRun, { param }: AggregateExpr, ratios: Float64Array): void {
  const { span } = unwrapped(param!)
  const greatest = ratios.reduce((a, b) => Math.max(a, b), -Infinity)
  const least = ratios.reduce((a, b) => Math.min(a, b), Infinity)
  if (greatest > 1) run.annotations.invalidRatio(greatest, 1, span)
  if (least < -1) run.annotations.invalidRatio(least, -1, span)
}
