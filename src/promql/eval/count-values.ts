import { labelsKey } from '../../contracts/labels.js'
import type { AggregateExpr } from '../ast.js'
import { formatPlain } from '../go-number.js'
import { emptyColumn, type Column } from './column.js'
import { groupLabels } from './grouping.js'
import { withLabel } from './label-sets.js'
import type { QueryRun } from './query-run.js'

/** `count_values`: how many samples of a group have the same value, which goes into a label. */
export async function countValues (
  run: QueryRun, { grouping, without }: AggregateExpr, label: string, columns: readonly Column[], count: number
): Promise<Column[]> {
  const names = without ? grouping : [...grouping, label]
  const out = new Map<string, Column>()
  for (const { labels, present, values } of columns) {
    if (run.isDue) await run.pause()
    const byValue = new Map<number, Column>()
    for (let i = 0; i < count; i++) {
      if (present[i] === 0) continue
      const value = values[i]!
      let counted = Object.is(value, -0) ? undefined : byValue.get(value)
      if (counted === undefined) {
        const group = groupLabels(withLabel(labels, label, formatPlain(value)), names, without)
        const key = labelsKey(group)
        counted = out.get(key)
        if (counted === undefined) {
          run.hold(count)
          out.set(key, counted = emptyColumn(group, count))
        }
        if (!Object.is(value, -0)) byValue.set(value, counted)
      }
      counted.values[i]!++
      counted.present[i] = 1
    }
  }
  return [...out.values()]
}
