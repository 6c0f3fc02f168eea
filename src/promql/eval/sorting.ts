import { sortInTurns } from '../../clock/turns.js'
import { labelValue } from '../../contracts/labels.js'
import type { Column } from './column.js'
import { compareLabels } from './label-sets.js'
import type { QueryRun } from './query-run.js'

// Order means something only where there is one instant; over more the answer is sorted by labels anyway.

/** `sort` and `sort_desc`: by value, NaN last in both. */
export async function byValue (run: QueryRun, columns: Column[], descending: boolean): Promise<Column[]> {
  return await sortInTurns(run, columns, (a, b) => {
    const x = a.values[0]!
    const y = b.values[0]!
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
    return x === y ? 0 : (x < y) === descending ? 1 : -1
  })
}

/** `sort_by_label` and `sort_by_label_desc`: by the labels' values, numbers in them as numbers; then by all labels. */
export async function byLabels (run: QueryRun, columns: Column[], names: readonly string[], descending: boolean): Promise<Column[]> {
  const sign = descending ? -1 : 1
  const compare = (a: Column, b: Column): number => {
    for (const name of names) {
      const x = labelValue(a.labels, name)
      const y = labelValue(b.labels, name)
      if (x !== y) return sign * (isNaturallyLess(x, y) ? -1 : 1)
    }
    return sign * compareLabels(a.labels, b.labels)
  }
  return columns.length <= GO_INSERTS ? insertionSort(columns, compare) : await sortInTurns(run, columns, compare)
}

/** So few Go sorts by insertion. */
const GO_INSERTS = 12

/** Where the order contradicts itself, as the natural one does for `1`, `01` and nothing, it takes the same steps for the same result. */
function insertionSort<T> (items: readonly T[], compare: (a: T, b: T) => number): T[] {
  const sorted = [...items]
  for (let i = 1; i < sorted.length; i++) {
    for (let at = i; at > 0 && compare(sorted[at]!, sorted[at - 1]!) < 0; at--) [sorted[at - 1], sorted[at]] = [sorted[at]!, sorted[at - 1]!]
  }
  return sorted
}

/** Whether `a` comes before `b` when runs of digits count as numbers: `node2` before `node10`. */
function isNaturallyLess (a: string, b: string): boolean {
  const chunksA = a.match(/\d+|\D+/g) ?? []
  const chunksB = b.match(/\d+|\D+/g) ?? []
  for (let i = 0; i < chunksA.length; i++) {
    if (i >= chunksB.length) return false
    const x = chunksA[i]!
    const y = chunksB[i]!
    const areNumbers = isDigit(x) && isDigit(y)
    if (areNumbers ? Number(x) === Number(y) : x === y) continue
    return areNumbers ? Number(x) < Number(y) : x < y
  }
  // Nothing comes before nothing, nor before anything: such a pair stays as it is.
  return chunksA.length > 0
}

function isDigit (chunk: string): boolean {
  return chunk.charCodeAt(0) >= 48 && chunk.charCodeAt(0) <= 57
}
