import { cleanLabelValue } from '../metrics/label-value.js'
import { labelPairs } from './lines.js'

/** Labels that a host put on every series of its registry (`setDefaultLabels`), fit for the exposition. */
export class ConstantLabels {
  readonly #values = new Map<string, string>()

  constructor (labels: Readonly<Record<string, unknown>> = {}) {
    for (const [name, value] of Object.entries(labels)) {
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) continue
      try {
        this.#values.set(name, cleanLabelValue(value))
      } catch {
        // An object of the host's that cannot be a string: nothing can be said.
      }
    }
  }

  /** As label pairs, without those of which a series has one of its own: no label stands twice. */
  pairsBesides (own: readonly string[]): string {
    if (this.#values.size === 0) return ''
    const names = [...this.#values.keys()].filter(name => !own.includes(name))
    return labelPairs(names, names.map(name => this.#values.get(name)!))
  }

  /** Merged under the labels of a series, which win. */
  under (own: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return this.#values.size === 0 ? own : { ...Object.fromEntries(this.#values), ...own }
  }
}
