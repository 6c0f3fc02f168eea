import { difference, orderOf, type Outcome } from './compare.js'
import type { Profile } from './data.js'
import { render, smaller } from './fragments.js'
import { Generator, type GeneratedCase } from './generator.js'
import type { QueryCase } from './oracle.js'
import { Random } from './random.js'

/** One of the two that answer queries. */
export interface Side {
  ask (query: QueryCase): Promise<Outcome>
}

export interface DifferentialOptions {
  readonly theirs: Side
  readonly ours: Side
  readonly seed: number
  readonly cases: number
  readonly profile: Profile
  /** Stops after so many differences that look unlike one another. @defaultValue 20 */
  readonly most?: number
  /** Called now and then with the number of cases done. */
  progress? (done: number, differences: number): void
}

/** A case of which the two sides make different things, made as small as it goes. */
export interface Difference {
  readonly what: string
  readonly query: QueryCase
  readonly theirs: Outcome
  readonly ours: Outcome
  /** The case as it was generated. */
  readonly original: QueryCase
}

export interface DifferentialResult {
  readonly cases: number
  /** How many cases differ. */
  readonly differing: number
  /** Cases left out, because Prometheus itself answers now one thing, now another, and ours was not among it. */
  readonly unsettled: readonly QueryCase[]
  /** Those unlike one another. */
  readonly differences: readonly Difference[]
  /** Of the cases, how many were errors, and how many had an answer with something in it. */
  readonly errors: number
  readonly filled: number
  readonly slowestMs: number
  readonly slowest: QueryCase | undefined
}

/** Asks both sides the cases of a seed. */
export async function runDifferential ({ theirs, ours, seed, cases, profile, most = 20, progress }: DifferentialOptions): Promise<DifferentialResult> {
  const generator = new Generator(new Random(seed), profile)
  const differences: Difference[] = []
  const seen = new Set<string>()
  const unsettled: QueryCase[] = []
  let [errors, filled, done, differing, slowestMs] = [0, 0, 0, 0, 0]
  let slowest: QueryCase | undefined
  while (done < cases && differences.length < most) {
    const generated = generator.next()
    const [expected, [found, lastedMs]] = await Promise.all([theirs.ask(generated), timed(ours, generated)])
    done++
    if (lastedMs > slowestMs) [slowestMs, slowest] = [lastedMs, generated]
    if (expected.error !== undefined) errors++
    else if (!Array.isArray(expected.data!.result) || expected.data!.result.length > 0) filled++
    if (differs(generated, profile, expected, found) !== undefined) {
      if (!await isSettled(generated, theirs, expected, profile)) {
        if (!await isAmong(generated, theirs, found, profile)) unsettled.push(plain(generated))
        continue
      }
      const difference = await shrink(generated, theirs, ours, profile)
      differing++
      const alike = likeness(difference)
      if (!seen.has(alike)) differences.push(difference)
      seen.add(alike)
    }
    if (done % 100 === 0) progress?.(done, differing)
  }
  return { cases: done, differing, unsettled, differences, errors, filled, slowestMs, slowest: slowest === undefined ? undefined : plain(slowest) }
}

/** The same for differences that likely have one cause: the functions and the kind of difference, without labels and numbers. */
function likeness ({ what, query }: Difference): string {
  return `${what.replace(/[\d.e+-]+|\[.*\]|\{.*\}/g, '')} ${query.expr.replace(/"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(?:Inf|NaN)\b|[\d.e+-]+|\s/gi, '')}`
}

async function timed (side: Side, query: QueryCase): Promise<[Outcome, number]> {
  const start = performance.now()
  const outcome = await side.ask(query)
  return [outcome, performance.now() - start]
}

function differs ({ expr }: QueryCase, profile: Profile, theirs: Outcome, ours: Outcome): string | undefined {
  // A panic of Prometheus, as `(count()by)` and `("")` bring about, is no answer.
  if (theirs.error !== undefined && /^unexpected (?:error|result)/.test(theirs.error)) return undefined
  // Go's sort leaves equals in another order, and these messages name the first two.
  const duplicates = 'found duplicate series'
  if (expr.includes('sort') && theirs.error?.startsWith(duplicates) === true && ours.error?.startsWith(duplicates) === true) return undefined
  // Prometheus 2 has other texts, and no infos.
  return difference(theirs, ours, { ordered: orderOf(expr), messages: profile === 'full' })
}

/**
 * Whether Prometheus answers the same each time. It keeps the results of binary operators of range queries in a Go map, the
 * order of which is random: which of equals topk takes is left to chance, and what is added up in which order.
 */
async function isSettled (query: QueryCase, theirs: Side, expected: Outcome, profile: Profile): Promise<boolean> {
  for (let i = 0; i < 12; i++) if (differs(query, profile, expected, await theirs.ask(query)) !== undefined) return false
  return true
}

/** Whether Prometheus gives our answer, too, if only it is asked often enough. */
async function isAmong (query: QueryCase, theirs: Side, found: Outcome, profile: Profile): Promise<boolean> {
  for (let i = 0; i < 100; i++) if (differs(query, profile, await theirs.ask(query), found) === undefined) return true
  return false
}

/** Tries smaller cases as long as one of them still differs. */
async function shrink (original: GeneratedCase, theirs: Side, ours: Side, profile: Profile): Promise<Difference> {
  let smallest = await examine(original)
  let tries = 0
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false
    for (const candidate of candidates(smallest.generated)) {
      if (tries++ > 1000) break
      const found = await examine(candidate)
      if (found.what === '') continue
      smallest = found
      isSmaller = true
      break
    }
  }
  const { generated, ...rest } = smallest
  return { ...rest, query: plain(generated), original: plain(original) }

  async function examine (generated: GeneratedCase): Promise<{ what: string, generated: GeneratedCase, theirs: Outcome, ours: Outcome }> {
    const [expected, found] = await Promise.all([theirs.ask(generated), ours.ask(generated)])
    const what = differs(generated, profile, expected, found)
    const counts = what !== undefined && (generated === original || await isSettled(generated, theirs, expected, profile))
    return { what: counts ? what : '', generated, theirs: expected, ours: found }
  }
}

function * candidates (generated: GeneratedCase): globalThis.Generator<GeneratedCase> {
  const { startMs, endMs, stepMs } = generated
  if (stepMs !== undefined) {
    for (let atMs = startMs; atMs <= endMs; atMs += stepMs) yield { ...generated, startMs: atMs, endMs: atMs, stepMs: undefined }
    if (endMs > startMs) yield { ...generated, endMs: startMs }
    if (endMs > startMs + stepMs) yield { ...generated, endMs: startMs + stepMs }
  }
  const { length } = generated.expr
  for (const fragment of smaller(generated.fragment)) {
    const expr = render(fragment)
    if (expr.length < length) yield { ...generated, fragment, expr }
  }
}

function plain ({ expr, startMs, endMs, stepMs }: QueryCase): QueryCase {
  return { expr, startMs, endMs, stepMs }
}
