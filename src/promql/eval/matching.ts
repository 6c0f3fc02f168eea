import { labelsKey, labelValue, type Labels } from '../../contracts/labels.js'
import type { BinaryExpr, VectorMatching } from '../ast.js'
import { emptyColumn, hasSamples, mergeSameLabels, type Column } from './column.js'
import { fail } from './failure.js'
import { exceptLabels, matchingKey, onlyLabels, printLabels, withLabel, withoutName } from './label-sets.js'
import { operation, type Operation } from './operators.js'
import type { QueryRun } from './query-run.js'

/** The columns of the "one" side that share their matching labels. */
interface OneSide {
  readonly columns: Column[]
  /** One to one: 1 at the instants at which a column of the other side has had its match. */
  readonly taken: Uint8Array
  /** Many to one: the results by their labels. */
  readonly results: Map<string, Column>
}

/** A binary operation, but for set operations, between two vectors: one to one, or many to one where `group_left` or `group_right` says so. */
export async function vectorOperation (run: QueryRun, expr: BinaryExpr, lhs: Column[], rhs: Column[], count: number): Promise<Column[]> {
  const matching = expr.matching!
  const swapped = matching.card === 'one-to-many'
  const [many, one] = swapped ? [rhs, lhs] : [lhs, rhs]
  const names = [...matching.matchingLabels].sort()
  const sides = await oneSides(run, one, names, matching, count)
  const duplicates = await firstDuplicates(run, sides, one, many, count)
  // What is wrong at an earlier instant is told of first.
  const end = duplicates?.step ?? count
  const does = operation(expr.op, expr.returnBool)
  const { delayedNameRemoval } = run.settings
  const out: Column[] = []
  let mayRepeat = matching.card !== 'one-to-one'
  for (const column of many) {
    if (run.isDue) await run.pause()
    const side = sides.get(matchingKey(column.labels, names, matching.on))
    if (side === undefined) continue
    for (const partner of side.columns) {
      const result = combine(does, column, partner, end, swapped, matching.card === 'one-to-one' ? side.taken : undefined)
      if (result === undefined) continue
      result.labels = resultLabels(does, matching, delayedNameRemoval, column.labels, partner.labels)
      mayRepeat ||= side.results.size > 0
      if (!addResult(side, result, matching)) continue
      run.hold(count)
      out.push(result)
    }
  }
  const merged = mayRepeat && !(delayedNameRemoval && count === 1) ? await mergeSameLabels(run, out) : out
  if (duplicates !== undefined) failOnDuplicates(duplicates.first, duplicates.second, matching)
  return merged
}

async function oneSides (
  run: QueryRun, one: readonly Column[], names: readonly string[], matching: VectorMatching, count: number
): Promise<Map<string, OneSide>> {
  const sides = new Map<string, OneSide>()
  for (const column of one) {
    if (run.isDue) await run.pause()
    const key = matchingKey(column.labels, names, matching.on)
    const side = sides.get(key)
    if (side === undefined) sides.set(key, { columns: [column], taken: new Uint8Array(count), results: new Map() })
    else side.columns.push(column)
  }
  return sides
}

/** Where first, at an instant at which the other side has any sample at all, two columns of a "one" side have one; and the two. */
async function firstDuplicates (
  run: QueryRun, sides: ReadonlyMap<string, OneSide>, one: readonly Column[], many: readonly Column[], count: number
): Promise<{ step: number, first: Labels, second: Labels } | undefined> {
  const doubtful = [...sides.values()].filter(({ columns }) => columns.length > 1)
  if (doubtful.length === 0) return undefined
  const relevant = new Uint8Array(count)
  for (const { present } of many) {
    if (run.isDue) await run.pause()
    for (let i = 0; i < count; i++) relevant[i]! |= present[i]!
  }
  const order = new Map(one.map((column, i) => [column, i]))
  for (let i = 0; i < count; i++) {
    if (relevant[i] === 0) continue
    if (run.isDue) await run.pause()
    const pairs = doubtful.map(({ columns }) => columns.filter(({ present }) => present[i] === 1)).filter(({ length }) => length > 1)
    // The first that comes second is the one that is told of.
    pairs.sort(([, a], [, b]) => order.get(a!)! - order.get(b!)!)
    if (pairs.length > 0) return { step: i, first: pairs[0]![0]!.labels, second: pairs[0]![1]!.labels }
  }
  return undefined
}

function failOnDuplicates (first: Labels, second: Labels, { on, matchingLabels, card }: VectorMatching): never {
  const group = on ? onlyLabels(second, matchingLabels) : withoutName(exceptLabels(second, matchingLabels))
  fail(`found duplicate series for the match group ${printLabels(group)} on the ${card === 'one-to-many' ? 'left' : 'right'} hand-side of the operation: ` +
    `[${printLabels(second)}, ${printLabels(first)}];many-to-many matching not allowed: matching labels must be unique on one side`)
}

/** Combines two columns where both have samples before `end`; `undefined` where nothing comes of it. Marks what it has matched in `taken`. */
function combine (does: Operation, many: Column, one: Column, end: number, swapped: boolean, taken: Uint8Array | undefined): Column | undefined {
  const { value, keeps, returnBool } = does
  const count = many.present.length
  const out = emptyColumn(many.labels, count, returnBool)
  const left = swapped ? one.values : many.values
  const right = swapped ? many.values : one.values
  for (let i = 0; i < end; i++) {
    if (many.present[i] === 0 || one.present[i] === 0) continue
    const a = left[i]!
    const b = right[i]!
    if (keeps !== undefined && !keeps(a, b)) continue
    if (taken !== undefined) {
      if (taken[i] === 1) fail('multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)')
      taken[i] = 1
    }
    out.values[i] = keeps === undefined ? value(a, b) : a
    out.present[i] = 1
  }
  return hasSamples(out) ? out : undefined
}

/** Whether a result is a series of its own; otherwise its samples have gone into an earlier one with the same labels. */
function addResult (side: OneSide, result: Column, { card }: VectorMatching): boolean {
  const key = card === 'one-to-one' ? String(side.results.size) : labelsKey(result.labels)
  const earlier = side.results.get(key)
  if (earlier === undefined) {
    side.results.set(key, result)
    return true
  }
  for (let i = 0; i < result.present.length; i++) {
    if (result.present[i] === 0) continue
    if (earlier.present[i] === 1) fail('multiple matches for labels: grouping labels must ensure unique matches')
    earlier.values[i] = result.values[i]!
    earlier.present[i] = 1
  }
  return false
}

function resultLabels ({ isArithmetic, returnBool }: Operation, matching: VectorMatching, delayed: boolean, many: Labels, one: Labels): Labels {
  const { card, on, matchingLabels, include } = matching
  let labels = isArithmetic ? withoutName(many) : many
  if (card === 'one-to-one') labels = on ? onlyLabels(labels, matchingLabels) : exceptLabels(labels, matchingLabels)
  for (const name of include) labels = withLabel(labels, name, labelValue(one, name))
  // `bool` takes off a name that was included, too; arithmetic leaves that.
  return returnBool && !delayed ? withoutName(labels) : labels
}
