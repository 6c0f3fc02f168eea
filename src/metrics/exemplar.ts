import type { ExemplarLabels } from '../contracts/instruments.js'

/** The longest exemplar label set, names and values together, in characters (OpenMetrics 1.0, "Exemplars"). */
const MAX_EXEMPLAR_CHARACTERS = 128

/** An example of one observation, with what it can be looked up by. */
export interface Exemplar {
  readonly labels: ExemplarLabels
  readonly value: number
  readonly atMs: number
}

/** A copy that nobody else can change, or `undefined` for labels that OpenMetrics would refuse. Never throws. */
export function cleanExemplarLabels (labels: ExemplarLabels): ExemplarLabels | undefined {
  try {
    if (typeof labels !== 'object') return undefined
    let characters = 0
    const copy: Array<[string, string]> = []
    for (const [name, raw] of Object.entries(labels)) {
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) || raw === undefined || raw === null) return undefined
      const value = String(raw)
      // A character takes two of a string's units at most.
      if (value.length > 2 * MAX_EXEMPLAR_CHARACTERS) return undefined
      characters += name.length + [...value].length
      if (characters > MAX_EXEMPLAR_CHARACTERS) return undefined
      copy.push([name, value.toWellFormed()])
    }
    return Object.fromEntries(copy)
  } catch {
    return undefined
  }
}
