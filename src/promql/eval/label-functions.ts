import { RE2JS } from 're2js'
import { labelValue } from '../../contracts/labels.js'
import { RegexpBudget } from '../regexp-budget.js'
import { mergeSameLabels, type Column } from './column.js'
import { fail } from './failure.js'
import { withLabel } from './label-sets.js'
import type { QueryRun } from './query-run.js'

/** Changes each column's labels, which must stay distinct. */
export async function relabel (run: QueryRun, columns: Column[], change: Relabel): Promise<Column[]> {
  for (const column of columns) {
    if (run.isDue) await run.pause()
    change(column)
  }
  return await mergeSameLabels(run, columns, true)
}

/** Changes one column's labels. */
export type Relabel = (column: Column) => void

/** `label_replace`: sets a label to what a regular expression's groups make of another; only where it matches the whole value. */
export function labelReplace ([target, replacement, source, pattern]: readonly string[]): Relabel {
  let regex: RE2JS
  try {
    if (!new RegexpBudget().spend(pattern!)) throw new RangeError('too large')
    regex = RE2JS.compile(`^(?s:${pattern!})$`)
  } catch {
    fail(`invalid regular expression in label_replace(): ${pattern!}`)
  }
  if (!isLabelName(target!)) fail(`invalid destination label name in label_replace(): ${target!}`)
  return column => {
    const matcher = regex.matcher(labelValue(column.labels, source!))
    if (!matcher.find()) return
    const value = expand(replacement!, name => {
      // `01` is a name.
      if (/^(?:0|[1-9]\d*)$/.test(name)) return Number(name) <= matcher.groupCount() ? matcher.group(Number(name)) : null
      return Object.hasOwn(regex.namedGroups(), name) ? matcher.group(name) : null
    })
    setLabel(column, target!, value)
  }
}

/** `label_join`: sets a label to others' values, joined. */
export function labelJoin ([target, separator, ...sources]: readonly string[]): Relabel {
  for (const source of sources) if (!isLabelName(source)) fail(`invalid source label name in label_join(): ${source}`)
  if (!isLabelName(target!)) fail(`invalid destination label name in label_join(): ${target!}`)
  return column => setLabel(column, target!, sources.map(source => labelValue(column.labels, source)).join(separator!))
}

/** Bytes that are no UTF-8 come out as U+FFFD. */
function setLabel (column: Column, name: string, value: string): void {
  column.labels = withLabel(column.labels, name, value.toWellFormed())
  if (name === '__name__') column.dropName = false
}

/** Prometheus 3 takes any text in UTF-8 for a label's name. */
export function isLabelName (name: string): boolean {
  return name !== '' && name.isWellFormed()
}

/** Puts groups into a template as Go's `regexp.Expand` does: `$1`, `${1}`, `$name`, `$$`; the longest name counts, an unknown one is empty. */
function expand (template: string, group: (name: string) => string | null): string {
  return template.replace(/\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu, (_, dollar?: string, bare?: string, braced?: string) =>
    dollar ?? group((bare ?? braced)!) ?? '')
}
