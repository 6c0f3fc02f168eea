import { Exposition } from '../../src/exposition/exposition.js'
import type { MetricRegistry } from '../../src/metrics/registry.js'

/** Every sample of a scrape by its name and labels as they stand there: `njord_open_orders{symbol="BTC"}`. */
export type Samples = Readonly<Record<string, number>>

/** Scrapes the registry and reads the text. */
export async function scrape (registry: MetricRegistry): Promise<Samples> {
  const text = (await new Exposition(registry).scrape()).body.toString()
  const samples: Record<string, number> = {}
  for (const line of text.split('\n')) {
    const [, name, value] = /^([^#\s].*) (\S+)$/.exec(line) ?? []
    if (name !== undefined) samples[name] = Number(value === '+Inf' ? 'Infinity' : value)
  }
  return samples
}

/** The sum over all samples of a metric whose labels contain every one of `labels` (`side="buy"`). */
export function total (samples: Samples, name: string, ...labels: string[]): number {
  return Object.entries(samples).reduce((sum, [key, value]) =>
    (key === name || key.startsWith(`${name}{`)) && labels.every(label => key.includes(label)) ? sum + value : sum, 0)
}
