import { CounterFamily } from '../metrics/counter.js'
import type { AnyFamily } from '../metrics/family.js'
import { GaugeFamily } from '../metrics/gauge.js'
import { HistogramFamily } from '../metrics/histogram.js'
import type { MetricRegistry } from '../metrics/registry.js'
import { bucketQuantile } from '../promql/eval/buckets.js'

/** One series of a counter or gauge: its label values in the order of the label names, and its value. */
export interface Reading { readonly labels: readonly string[], readonly value: number }

/** Every observation of a histogram since the start, all its series together. */
export interface Distribution {
  readonly count: number
  readonly sum: number
  /** As PromQL's `histogram_quantile`; NaN without observations. */
  quantile (q: number): number
}

/** Reads metrics of a registry by their names, as a scrape would show them. A name that is not there reads as nothing. */
export class MetricReader {
  readonly #registry: MetricRegistry
  #families = new Map<string, AnyFamily>()
  #version = -1

  constructor (registry: MetricRegistry) {
    this.#registry = registry
  }

  /** Brings gauges that are read rather than pushed up to date. */
  collect (): void {
    this.#registry.collect()
  }

  /** The sum over all series of a counter or gauge, or over those with `value` as label `label`; `undefined` when there are none. */
  sum (name: string, label?: string, value?: string): number | undefined {
    const family = this.family(name)
    const at = label === undefined ? -1 : family?.labelNames.indexOf(label as never) ?? -1
    let sum: number | undefined
    for (const reading of this.readings(name)) if (label === undefined || reading.labels[at] === value) sum = (sum ?? 0) + reading.value
    return sum
  }

  /** Sums by the values of one label. */
  sums (name: string, label: string): Map<string, number> {
    const sums = new Map<string, number>()
    const at = this.family(name)?.labelNames.indexOf(label as never) ?? -1
    for (const { labels, value } of this.readings(name)) sums.set(labels[at] ?? '', (sums.get(labels[at] ?? '') ?? 0) + value)
    return sums
  }

  /** The greatest value of a gauge. */
  max (name: string): number | undefined {
    let max: number | undefined
    for (const { value } of this.readings(name)) if (max === undefined || value > max) max = value
    return max
  }

  readings (name: string): Reading[] {
    const family = this.family(name)
    if (!(family instanceof CounterFamily || family instanceof GaugeFamily)) return []
    return family.series.flatMap((series, slot) => series === undefined ? [] : [{ labels: family.valuesOf(slot), value: series.value }])
  }

  distribution (name: string): Distribution | undefined {
    const family = this.family(name)
    if (!(family instanceof HistogramFamily)) return undefined
    const counts = new Float64Array(family.bounds.length + 1)
    let sum = 0
    for (const series of family.series) {
      if (series === undefined) continue
      const read = series.read()
      sum += read.sum
      for (let i = 0; i < counts.length; i++) counts[i]! += read.counts[i]!
    }
    for (let i = 1; i < counts.length; i++) counts[i]! += counts[i - 1]!
    const bounds = Float64Array.of(...family.bounds, Infinity)
    const quantile = (q: number): number => bucketQuantile(q, { length: bounds.length, bounds, counts: counts.slice() }).value
    return { count: counts.at(-1)!, sum, quantile }
  }

  families (): IterableIterator<AnyFamily> {
    this.#follow()
    return this.#families.values()
  }

  family (name: string): AnyFamily | undefined {
    this.#follow()
    return this.#families.get(name)
  }

  #follow (): void {
    if (this.#version === this.#registry.version) return
    this.#version = this.#registry.version
    this.#families = new Map(this.#registry.families().map(family => [family.name, family]))
  }
}
