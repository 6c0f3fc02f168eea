import type { AggregateExpr } from '../ast.js'
import { formatShort } from '../go-number.js'
import { emptyColumn, type Column } from './column.js'
import { fail } from './failure.js'
import { groupColumns } from './grouping.js'
import { isLess, Heap, isGreater } from './heap.js'
import type { QueryRun } from './query-run.js'

/**
 * `topk`, `bottomk` and `limitk`: the samples of each group with the greatest or least values, or the first ones, at each instant. Where
 * there is one instant only, each group's are in order, the best first.
 */
export async function pick (run: QueryRun, expr: AggregateExpr, columns: readonly Column[], ks: Float64Array): Promise<Column[]> {
  const count = ks.length
  if (ks.every(k => k < 1)) return []
  const { of, labels } = await groupColumns(run, columns, expr)
  const out = new Map<number, Column>()
  for (let i = 0; i < count; i++) {
    if (run.isDue) await run.pause()
    if (!columns.some(({ present }) => present[i] === 1)) continue
    const k = Math.min(integer(ks[i]!), columns.length)
    if (k < 1) continue
    for (const column of await picked(run, expr.op, columns, of, labels.length, i, k)) {
      let kept = out.get(column)
      if (kept === undefined) {
        run.hold(count)
        out.set(column, kept = emptyColumn(columns[column]!.labels, count, columns[column]!.dropName))
      }
      kept.values[i] = columns[column]!.values[i]!
      kept.present[i] = 1
    }
  }
  return [...out.values()]
}

/** The integer of 64 bits that Go makes of a number; throws where there is none. */
function integer (value: number): number {
  if (!(value >= -(2 ** 63) && value < 2 ** 63)) fail(`Scalar value ${formatShort(value)} overflows int64`)
  return Math.trunc(value)
}

/** The numbers of the columns that are picked at an instant, group by group. */
async function picked (
  run: QueryRun, op: string, columns: readonly Column[], of: Int32Array, groups: number, step: number, k: number
): Promise<number[]> {
  const isWorse = op === 'bottomk' ? isGreater : isLess
  const heaps: (Heap | undefined)[] = new Array(groups)
  for (let c = 0; c < columns.length; c++) {
    if (run.isDue) await run.pause()
    const { present, values } = columns[c]!
    if (present[step] === 0) continue
    const heap = heaps[of[c]!] ??= new Heap(isWorse)
    const value = values[step]!
    if (heap.values.length < k) heap.push(c, value)
    else if (op !== 'limitk' && isWorse(heap.values[0]!, value) && !Number.isNaN(value)) heap.replaceTop(c, value)
  }
  const best: number[] = []
  for (const heap of heaps) {
    if (heap === undefined) continue
    if (run.isDue) await run.pause()
    for (const column of op === 'limitk' ? heap.columns : await heap.bestFirst(run)) best.push(column)
  }
  return best
}
