import { labelsKey, type Labels } from '../../contracts/labels.js'
import { fail } from './failure.js'
import { metricName, withoutName } from './label-sets.js'
import type { QueryRun } from './query-run.js'

/** The instants at which an expression is evaluated: `startMs + i * stepMs` for `i` in `0 … count - 1`. */
export interface Grid {
  readonly startMs: number
  readonly stepMs: number
  readonly count: number
}

/** One series of an instant vector over all instants of a grid: values side by side, and where there are any. */
export interface Column {
  labels: Labels
  /** One value an instant; means nothing where `present` is 0. */
  readonly values: Float64Array
  /** 1 where the series has a sample, else 0. */
  readonly present: Uint8Array
  /** Under delayed name removal: the metric's name is to be taken off at the end. */
  dropName: boolean
}

/** What an expression evaluates to over a grid. Range vectors are not among them: see `range-vector.ts`. */
export type Value =
  { readonly kind: 'vector', readonly columns: Column[] } |
  { readonly kind: 'scalar', readonly values: Float64Array } |
  { readonly kind: 'string', readonly text: string }

/** A column without samples. */
export function emptyColumn (labels: Labels, count: number, dropName = false): Column {
  return { labels, values: new Float64Array(count), present: new Uint8Array(count), dropName }
}

/** Whether a column has a sample at any instant. */
export function hasSamples (column: Column): boolean {
  return column.present.includes(1)
}

const SAME_LABELS = 'vector cannot contain metrics with the same labelset'

/**
 * Makes one column of those with the same labels. Throws where two have a sample at the same instant; with `strictly`
 * for any two.
 */
export async function mergeSameLabels (run: QueryRun, columns: Column[], strictly = false): Promise<Column[]> {
  if (columns.length < 2) return columns
  const byKey = new Map<string, Column>()
  for (const column of columns) {
    if (run.isDue) await run.pause()
    const key = labelsKey(column.labels)
    const first = byKey.get(key)
    if (first === undefined) byKey.set(key, column)
    else if (strictly) fail(SAME_LABELS)
    else addSamples(first, column)
  }
  return byKey.size === columns.length ? columns : [...byKey.values()]
}

function addSamples (to: Column, from: Column): void {
  for (let i = 0; i < from.present.length; i++) {
    if (from.present[i] === 0) continue
    if (to.present[i] === 1) fail(SAME_LABELS)
    to.values[i] = from.values[i]!
    to.present[i] = 1
  }
}

/**
 * Takes the metric's name off every column, or marks them for it under delayed removal, and merges those that have
 * become the same (with `strictly` they may not).
 */
export async function dropNames (run: QueryRun, columns: Column[], strictly = false): Promise<Column[]> {
  if (run.settings.delayedNameRemoval) {
    for (const column of columns) column.dropName = true
    return columns
  }
  // Label sets of one name stay distinct without it: the usual case, and the one worth not building keys for.
  const name = columns.length === 0 ? '' : metricName(columns[0]!.labels)
  let oneName = true
  for (const column of columns) {
    if (run.isDue) await run.pause()
    oneName &&= metricName(column.labels) === name
    column.labels = withoutName(column.labels)
  }
  return oneName ? columns : await mergeSameLabels(run, columns, strictly)
}
