import fc from 'fast-check'
import { labelsKey, labelsOf, type Labels } from '../../src/contracts/labels.js'
import type { Matcher, Samples, SelectedSeries } from '../../src/contracts/queryable.js'

/** A sample as tests compare it; the value `'stale'` is a staleness mark. */
export type Sample = readonly [atMs: number, value: number | 'stale']

export function listOf ({ length, timestamps, values, stale }: Samples): Sample[] {
  return Array.from({ length }, (_, i) => [timestamps[i]!, stale?.[i] === 1 ? 'stale' : values[i]!])
}

/** What was selected, by label set. */
export function contents (selected: readonly SelectedSeries[]): Map<string, Sample[]> {
  return new Map(selected.map(series => [labelsKey(series.labels), listOf(series.read())]))
}

/** Labels of a metric: `metric('up', { job: 'a' })`. */
export function metric (name: string, labels: Readonly<Record<string, string>> = {}): Labels {
  return labelsOf({ __name__: name, ...labels })
}

export function matcher (name: string, op: Matcher['op'], value: string): Matcher {
  const pattern = op === '=~' || op === '!~' ? new RegExp(`^(?:${value})$`, 's') : undefined
  return {
    name, op, value, matches: text => (pattern === undefined ? text === value : pattern.test(text)) === (op === '=' || op === '=~')
  }
}

/** Every series of a store. */
export const everything = { matchers: [], startMs: -Infinity, endMs: Infinity }

/** Values of every kind: those of instruments, and every bit pattern. */
export const anyValue = fc.oneof(
  fc.constantFrom(0, -0, 1, NaN, Infinity, -Infinity, 5e-324, -5e-324, Number.MAX_VALUE, 2 ** 53, -(2 ** 53), 2 ** 52 + 1, 0.1, 1e-9, 1e22),
  fc.integer({ min: -20, max: 20 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.integer({ min: -1e6, max: 1e6 }).map(cents => cents / 100),
  fc.integer({ min: 0, max: 1e9 }).map(nanos => nanos / 1e9),
  fc.double()
)
