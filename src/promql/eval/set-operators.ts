import type { SetOp, VectorMatching } from '../ast.js'
import { hasSamples, mergeSameLabels, type Column } from './column.js'
import { matchingKey } from './label-sets.js'

/** `and`, `unless` and `or`: keeps samples by whether the other side has one with the same matching labels at the instant. */
export function setOperation (op: SetOp, left: Column[], right: Column[], matching: VectorMatching, count: number, delayed: boolean): Column[] {
  const names = [...matching.matchingLabels].sort()
  const keyOf = (column: Column): string => matchingKey(column.labels, names, matching.on)
  if (op !== 'or') {
    const there = presence(right, keyOf, count)
    return filter(left, keyOf, there, op === 'and')
  }
  const there = presence(left, keyOf, count)
  const both = [...left, ...filter(right, keyOf, there, false)]
  return delayed && count === 1 ? both : mergeSameLabels(both)
}

/** By matching labels: 1 at the instants at which any of the columns has a sample. */
function presence (columns: readonly Column[], keyOf: (column: Column) => string, count: number): Map<string, Uint8Array> {
  const there = new Map<string, Uint8Array>()
  for (const column of columns) {
    const key = keyOf(column)
    let marks = there.get(key)
    if (marks === undefined) there.set(key, marks = new Uint8Array(count))
    for (let i = 0; i < count; i++) marks[i]! |= column.present[i]!
  }
  return there
}

/** Keeps the samples for which there is one (or, with `wanted` false, none) on the other side. */
function filter (columns: readonly Column[], keyOf: (column: Column) => string, there: ReadonlyMap<string, Uint8Array>, wanted: boolean): Column[] {
  return columns.filter(column => {
    const marks = there.get(keyOf(column))
    if (marks === undefined) return !wanted
    for (let i = 0; i < marks.length; i++) column.present[i]! &= wanted ? marks[i]! : 1 - marks[i]!
    return hasSamples(column)
  })
}
