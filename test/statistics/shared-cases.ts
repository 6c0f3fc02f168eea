import { existsSync, readFileSync } from 'node:fs'
import type { Test } from 'tap'

/** A published figure of a statistic or an attribution, with its inputs, its tolerance and where it stands. */
export interface Case {
  readonly id: string
  readonly function: string
  readonly variant: string
  readonly inputs: Record<string, any>
  readonly params: Record<string, any>
  readonly expected: unknown
  readonly tolerance: { readonly abs?: number, readonly rel?: number }
}

const folder = new URL('../../../shared/data/attribution/', import.meta.url)
/** Why the cases cannot be tested, or `false`. */
export const missing: string | false = existsSync(folder) ? false : 'NOT TESTED: expected ../shared/data/attribution beside the repository'

const files = new Map<string, Record<string, unknown>>()

/** The cases of one file, references to data resolved, "NaN" and "Infinity" as numbers in what is expected. */
export function loadCases (name: string): Case[] {
  const cases = read(`cases/${name}.json`) as unknown as Case[]
  return cases.map(found => ({ ...found, inputs: resolve(found.inputs) as Case['inputs'], expected: decode(found.expected) }))
}

/** Compares all that `wanted` states, within |found - wanted| <= max(abs, rel × |wanted|); a wanted NaN is our `null`. */
export function isClose (found: unknown, wanted: unknown, tolerance: Case['tolerance']): boolean {
  if (wanted === null) return true
  if (Array.isArray(wanted)) {
    const list = ArrayBuffer.isView(found) ? Array.from(found as Float64Array) : found
    return Array.isArray(list) && list.length === wanted.length && wanted.every((item, at) => isClose(list[at], item, tolerance))
  }
  if (typeof wanted === 'object') {
    return Object.entries(wanted).every(([key, item]) => isClose((found as Record<string, unknown> | undefined)?.[key], item, tolerance))
  }
  if (Number.isNaN(wanted)) return found === null
  if (typeof found !== 'number' || typeof wanted !== 'number') return false
  return Math.abs(found - wanted) <= Math.max((tolerance.abs ?? 0) * (1 + 1e-9), (tolerance.rel ?? 0) * Math.abs(wanted))
}

/** Runs every case through the answer of its variant; those without one must be named in `unanswered`. */
export function checkCases (
  t: Test, names: readonly string[], answers: Readonly<Record<string, (found: Case) => unknown>>, unanswered: readonly string[]
): void {
  const counts = { agreed: 0, refused: 0, unanswered: 0 }
  for (const found of names.flatMap(loadCases)) {
    const key = `${found.function}/${found.variant}`
    const answer = answers[key]
    if (answer === undefined) {
      counts.unanswered++
      if (!unanswered.includes(key)) t.fail(`${found.id}: ${key} has no answer`)
      continue
    }
    const got = answer(found)
    // Where a source answers Infinity, or 0 for what is undefined, ours is undefined, as the data recommends.
    const isEdge = found.expected === Infinity || (found.expected === 0 && got === null)
    if (isEdge ? got === null : isClose(got, found.expected, found.tolerance)) counts[isEdge ? 'refused' : 'agreed']++
    else t.fail(`${found.id} ${key}: found ${JSON.stringify(got)}, wanted ${JSON.stringify(found.expected)}`)
  }
  t.ok(counts.agreed > 0)
  t.comment(`${names.join(', ')}: ${counts.agreed} cases agree, ${counts.refused} that a source answers with 0 or Infinity are undefined, ` +
    `${counts.unanswered} of variants that are not there`)
}

function read (path: string): Record<string, unknown> {
  const found = files.get(path) ?? JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as Record<string, unknown>
  files.set(path, found)
  return found
}

function resolve (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolve)
  if (typeof value !== 'object' || value === null) return value
  const reference = (value as { $ref?: string }).$ref
  if (reference === undefined) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]))
  const [path, key] = reference.split('#/') as [string, string]
  return read(path)[key]
}

function decode (value: unknown): unknown {
  if (value === 'NaN') return NaN
  if (value === 'Infinity') return Infinity
  if (Array.isArray(value)) return value.map(decode)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]))
  return value
}
