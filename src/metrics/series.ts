import type { ExemplarLabels } from '../contracts/instruments.js'
import type { AnyFamily } from './family.js'

/** The longest exemplar label set, names and values together, in characters (OpenMetrics 1.0, "Exemplars"). */
const MAX_EXEMPLAR_CHARACTERS = 128

/** An example of one observation, with what it can be looked up by. */
export interface Exemplar {
  readonly labels: ExemplarLabels
  readonly value: number
  readonly atMs: number
}

/**
 * One label set of one family, bound: it writes straight into its row. There may be very many: what few of them have is
 * kept by the family.
 */
export abstract class Series {
  /** The block's cells, and where this row starts in them. */
  protected cells: Float64Array
  protected start: number
  readonly slot: number

  constructor (cells: Float64Array, start: number, slot: number) {
    this.cells = cells
    this.start = start
    this.slot = slot
  }

  abstract readonly family: AnyFamily

  /** Cuts the series off from its family: from now on it writes into `cells`, which are its own. */
  detach (cells: Float64Array): void {
    this.cells = cells
    this.start = 0
  }

  /** Keeps an exemplar for a line of this series, if its labels are fit for it. */
  protected keepExemplar (line: number, labels: ExemplarLabels, value: number): void {
    const { family } = this
    const copy = cleanExemplarLabels(labels)
    if (copy === undefined) {
      family.context.dropped(family, 'invalid_exemplar')
      return
    }
    family.keepExemplar(this, line, { labels: copy, value, atMs: family.context.clock.nowMs() })
  }
}

/** A copy that nobody else can change, or `undefined` for labels that OpenMetrics would refuse. Never throws. */
function cleanExemplarLabels (labels: ExemplarLabels): ExemplarLabels | undefined {
  try {
    let characters = 0
    const copy: Array<[string, string]> = []
    for (const [name, raw] of Object.entries(labels)) {
      const value = String(raw).toWellFormed()
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) return undefined
      characters += name.length + [...value.slice(0, MAX_EXEMPLAR_CHARACTERS + 1)].length
      if (characters > MAX_EXEMPLAR_CHARACTERS) return undefined
      copy.push([name, value])
    }
    return Object.fromEntries(copy)
  } catch {
    return undefined
  }
}
