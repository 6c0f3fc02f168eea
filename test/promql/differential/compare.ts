/** The `data` of the HTTP API's answer to a query. */
export interface QueryData {
  readonly resultType: string
  readonly result: unknown
}

export type Order = 'none' | 'by value' | 'by labels'

/** What orders the answer of a query. */
export function orderOf (expr: string): Order {
  return /^sort_by_label(_desc)?\s*\(/.test(expr) ? 'by labels' : /^sort(_desc)?\s*\(/.test(expr) ? 'by value' : 'none'
}

/** What came of a query, on either side. */
export interface Outcome {
  readonly data?: QueryData
  readonly error?: string
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
}

export interface CompareOptions {
  /** Whether the elements' order counts, because the query sorts; elements of one value may stand in any order under `by value`. */
  readonly ordered?: Order
  /** Whether messages count: the texts of errors, warnings and infos. @defaultValue true */
  readonly messages?: boolean
}

type Point = readonly [seconds: number, value: string]
interface Element { readonly metric: Readonly<Record<string, string>>, readonly value?: Point, readonly values?: readonly Point[] }

/** The first difference of two outcomes in a few words, or `undefined` where they are the same. */
export function difference (theirs: Outcome, ours: Outcome, { ordered = 'none', messages = true }: CompareOptions = {}): string | undefined {
  if (theirs.error !== undefined || ours.error !== undefined) {
    if (theirs.error === undefined || ours.error === undefined) return 'error'
    return messages && theirs.error !== ours.error ? 'error text' : undefined
  }
  return dataDifference(theirs.data!, ours.data!, ordered) ??
    (messages ? messagesDifference('warnings', theirs.warnings, ours.warnings) ?? messagesDifference('infos', theirs.infos, ours.infos) : undefined)
}

/** Ten at most are told, and which of them is left to chance: then only how many there are counts. */
function messagesDifference (what: string, theirs: readonly string[], ours: readonly string[]): string | undefined {
  if (theirs.length > 10) return theirs.length === ours.length && theirs.at(-1) === ours.at(-1) ? undefined : what
  return JSON.stringify([...theirs].sort()) === JSON.stringify([...ours].sort()) ? undefined : what
}

function dataDifference (theirs: QueryData, ours: QueryData, ordered: Order): string | undefined {
  if (theirs.resultType !== ours.resultType) return `type: ${theirs.resultType}, ours ${ours.resultType}`
  if (theirs.resultType === 'scalar') return pointDifference(theirs.result as Point, ours.result as Point)
  if (theirs.resultType === 'string') return JSON.stringify(theirs.result) === JSON.stringify(ours.result) ? undefined : 'string'

  const [theirElements, ourElements] = [theirs.result as Element[], ours.result as Element[]]
  if (theirElements.length !== ourElements.length) return `${theirElements.length} elements, ours ${ourElements.length}`
  const byLabels = new Map(ourElements.map(element => [keyOf(element), element]))
  for (const element of theirElements) {
    const key = keyOf(element)
    const other = byLabels.get(key)
    if (other === undefined) return `no element ${key}`
    const found = pointsDifference(pointsOf(element), pointsOf(other))
    if (found !== undefined) return `${key}: ${found}`
  }
  // A matrix is sorted by labels, always.
  if (theirs.resultType === 'matrix') ordered = 'by labels'
  if (ordered === 'none') return undefined
  for (let i = 0; i < theirElements.length; i++) {
    const [one, other] = [theirElements[i]!, ourElements[i]!]
    const tied = ordered === 'by value' && same(one.value![1], other.value![1])
    if (!tied && keyOf(one) !== keyOf(other)) return `order: ${keyOf(one)}, ours ${keyOf(other)}`
  }
  return undefined
}

const pointsOf = ({ value, values }: Element): readonly Point[] => value === undefined ? values! : [value]

function keyOf ({ metric }: Element): string {
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => a < b ? -1 : 1))
}

function pointsDifference (theirs: readonly Point[], ours: readonly Point[]): string | undefined {
  if (theirs.length !== ours.length) return `${theirs.length} points, ours ${ours.length}`
  for (let i = 0; i < theirs.length; i++) {
    const found = pointDifference(theirs[i]!, ours[i]!)
    if (found !== undefined) return found
  }
  return undefined
}

function pointDifference (theirs: Point, ours: Point): string | undefined {
  if (theirs[0] !== ours[0]) return `at ${theirs[0]}, ours at ${ours[0]}`
  return same(theirs[1], ours[1]) ? undefined : `${theirs[1]}, ours ${ours[1]} at ${theirs[0]}`
}

/** Equal within 1e-9 relative, and printed alike where equal. */
function same (theirs: string, ours: string): boolean {
  if (theirs === ours) return true
  const [a, b] = [toNumber(theirs), toNumber(ours)]
  // The same number in other words is a wrong format.
  if (a === b) return false
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}

function toNumber (text: string): number {
  return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text)
}
