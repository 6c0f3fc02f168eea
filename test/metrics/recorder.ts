import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { Log } from '../../src/contracts/log.js'
import { Exposition } from '../../src/exposition/exposition.js'
import { MetricRegistry, type MetricRegistryOptions } from '../../src/metrics/registry.js'
import { parseExposition, samplesOf, type ParsedSample } from '../exposition/parse.js'

/** A log that keeps its lines. */
export class Lines implements Log {
  readonly lines: Array<{ level: string, fields: object, message: string }> = []
  info (fields: object, message: string): void { this.lines.push({ level: 'info', fields, message }) }
  warn (fields: object, message: string): void { this.lines.push({ level: 'warn', fields, message }) }
  error (fields: object, message: string): void { this.lines.push({ level: 'error', fields, message }) }
}

/** A registry on a clock that stands still, with a log that can be read. */
export function recorder (options: MetricRegistryOptions = {}) {
  const clock = new VirtualClock(1_700_000_000_000)
  const log = new Lines()
  const registry = new MetricRegistry({ clock, log, ...options })
  return { clock, log, registry, read: async (accept?: string) => await samples(registry, accept) }
}

/** Renders the registry, parses it strictly, and gives a sample's value by name and labels. */
export async function samples (registry: MetricRegistry, accept?: string): Promise<Reading> {
  const { body } = await new Exposition(registry).scrape({ accept })
  return new Reading(body.toString())
}

export const OPENMETRICS = 'application/openmetrics-text;version=1.0.0'

export class Reading {
  readonly text: string
  readonly families: ReturnType<typeof parseExposition>
  readonly #samples: Map<string, ParsedSample>

  constructor (text: string) {
    this.text = text
    this.families = parseExposition(text)
    this.#samples = samplesOf(this.families)
  }

  sample (name: string, labels: Readonly<Record<string, string>> = {}): ParsedSample | undefined {
    return this.#samples.get(`${name}${JSON.stringify(Object.entries(labels).sort())}`)
  }

  value (name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    return this.sample(name, labels)?.value
  }

  /** The label sets of a sample name. */
  labelsOf (name: string): Array<Readonly<Record<string, string>>> {
    return [...this.#samples.values()].filter(sample => sample.name === name).map(sample => sample.labels)
  }

  /** How often samples of `metric` were dropped for `reason`. */
  dropped (metric: string, reason: 'invalid_value' | 'invalid_labels' | 'invalid_exemplar'): number {
    return this.value('njord_metric_dropped_samples_total', { metric, reason }) ?? 0
  }
}
