import type { Labels } from '../../contracts/labels.js'
import type { AggregateExpr } from '../ast.js'
import type { Column } from './column.js'
import { exceptLabels, matchingKey, onlyLabels, withoutName } from './label-sets.js'
import type { QueryRun } from './query-run.js'

/** Which group each column of an aggregation falls into. */
export interface Groups {
  /** Group number by column number. */
  readonly of: Int32Array
  /** Labels by group number, in the order in which the groups came up. */
  readonly labels: readonly Labels[]
}

/** Groups columns by the labels of `by (…)`, or by all but those of `without (…)`. */
export async function groupColumns (run: QueryRun, columns: readonly Column[], { grouping, without }: AggregateExpr): Promise<Groups> {
  const names = [...grouping].sort()
  const numbers = new Map<string, number>()
  const labels: Labels[] = []
  const of = new Int32Array(columns.length)
  for (const [i, column] of columns.entries()) {
    if (run.isDue) await run.pause()
    const key = matchingKey(column.labels, names, !without)
    let number = numbers.get(key)
    if (number === undefined) {
      numbers.set(key, number = labels.length)
      labels.push(groupLabels(column.labels, names, without))
    }
    of[i] = number
  }
  return { of, labels }
}

/** The labels that a group of an aggregation has. */
export function groupLabels (labels: Labels, names: readonly string[], without: boolean): Labels {
  return without ? withoutName(exceptLabels(labels, names)) : onlyLabels(labels, names)
}
