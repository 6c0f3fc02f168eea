import type { SetOp, VectorMatching } from '../ast.js'
import { hasSamples, mergeSameLabels, type Column } from './column.js'
import { matchingKey } from './label-sets.js'
import type { QueryRun } from './query-run.js'

/** `and`, `unless` and `or`: keeps samples by whether the other side has one with the same matching labels at the instant. */
export async function setOperation (
  run: QueryRun, op: SetOp, left: readonly Column[], right: readonly Column[], matching: VectorMatching, count: number
): Promise<Column[]> {
  const names = [...matching.matchingLabels].sort()
  const keyOf = (column: Column): string => matchingKey(column.labels, names, matching.on)
  if (op !== 'or') {
    const there = await presence(run, right, keyOf, count)
    return await filter(run, left, keyOf, there, op === 'and')
  }
  const there = await presence(run, left, keyOf, count)
  const both = [...left, ...await filter(run, right, keyOf, there, false)]
  return run.settings.delayedNameRemoval && count === 1 ? both : await mergeSameLabels(run, both)
}

/** By matching labels: 1 at the instants at which any of the columns has a sample. */
async function presence (run: QueryRun, columns: readonly Column[], keyOf: (column: Column) => string, count: number): Promise<Map<string, Uint8Array>> {
  const there = new Map<string, Uint8Array>()
  for (const column of columns) {
    if (run.isDue) await run.pause()
    const key = keyOf(column)
    const marks = there.get(key)
    if (marks === undefined) there.set(key, column.present.slice())
    else for (let i = 0; i < count; i++) marks[i]! |= column.present[i]!
  }
  return there
}

/** Keeps the samples for which there is one (or, with `wanted` false, none) on the other side. */
async function filter (
  run: QueryRun, columns: readonly Column[], keyOf: (column: Column) => string, there: ReadonlyMap<string, Uint8Array>, wanted: boolean
): Promise<Column[]> {
  const kept: Column[] = []
  for (const column of columns) {
    if (run.isDue) await run.pause()
    const marks = there.get(keyOf(column))
    if (marks === undefined) {
      if (!wanted) kept.push(column)
      continue
    }
    for (let i = 0; i < marks.length; i++) column.present[i]! &= wanted ? marks[i]! : 1 - marks[i]!
    if (hasSamples(column)) kept.push(column)
  }
  return kept
}
