import type { Labels } from '../../contracts/labels.js'
import type { Pairs } from './rule-set.js'

/** Names and values of texts by name; of several texts of a name, the last one's. */
export function pairsOf (...maps: ReadonlyArray<ReadonlyMap<string, { readonly text: string }>>): Pairs {
  return sortedPairs(new Map(maps.flatMap(map => [...map].map(([name, { text }]) => [name, text] as const))))
}

/** By name in ascending order. */
export function sortedPairs (values: ReadonlyMap<string, string>): string[] {
  return [...values.keys()].sort().flatMap(name => [name, values.get(name)!])
}

/** Values by name. */
export function mapOf (pairs: Pairs): Map<string, string> {
  const values = new Map<string, string>()
  for (let i = 0; i < pairs.length; i += 2) values.set(pairs[i]!, pairs[i + 1]!)
  return values
}

/** Labels, of which empty values are none. */
export function labelsOfMap (values: ReadonlyMap<string, string>): Labels {
  const labels: string[] = []
  for (const name of [...values.keys()].sort()) {
    const value = values.get(name)!
    if (value !== '') labels.push(name, value)
  }
  return labels
}
