import { RE2JS } from 're2js'
import { labelValue } from '../../contracts/labels.js'
import { regexpCost } from '../regexp-cost.js'
import { mergeSameLabels, type Column } from './column.js'
import { fail } from './failure.js'
import { withLabel } from './label-sets.js'

/** The most that a regular expression may cost: compiling it holds the event loop. */
const MAX_REGEXP_COST = 5000

/** `label_replace`: sets a label to what a regular expression's groups make of another; only where it matches the whole value. */
export function labelReplace (columns: Column[], [target, replacement, source, pattern]: readonly string[]): Column[] {
  let regex: RE2JS
  try {
    if (regexpCost(pattern!) > MAX_REGEXP_COST) throw new RangeError('too large')
    regex = RE2JS.compile(`^(?s:${pattern!})$`)
  } catch {
    fail(`invalid regular expression in label_replace(): ${pattern!}`)
  }
  if (!isLabelName(target!)) fail(`invalid destination label name in label_replace(): ${target!}`)
  for (const column of columns) {
    const matcher = regex.matcher(labelValue(column.labels, source!))
    if (!matcher.find()) continue
    const value = expand(replacement!, name => {
      if (/^\d+$/.test(name)) return Number(name) <= matcher.groupCount() ? matcher.group(Number(name)) : null
      return name in regex.namedGroups() ? matcher.group(name) : null
    })
    setLabel(column, target!, value)
  }
  return mergeSameLabels(columns, true)
}

/** `label_join`: sets a label to others' values, joined. */
export function labelJoin (columns: Column[], [target, separator, ...sources]: readonly string[]): Column[] {
  for (const source of sources) if (!isLabelName(source)) fail(`invalid source label name in label_join(): ${source}`)
  if (!isLabelName(target!)) fail(`invalid destination label name in label_join(): ${target!}`)
  for (const column of columns) {
    setLabel(column, target!, sources.map(source => labelValue(column.labels, source)).join(separator!))
  }
  return mergeSameLabels(columns, true)
}

function setLabel (column: Column, name: string, value: string): void {
  column.labels = withLabel(column.labels, name, value)
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
