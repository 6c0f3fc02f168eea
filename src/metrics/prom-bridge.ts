import type { AnyFamily } from './family.js'
import { CounterFamily } from './counter.js'
import { GaugeFamily } from './gauge.js'
import { HistogramFamily } from './histogram.js'
import { SummaryFamily } from './summary.js'
import type { Series } from './series.js'

/** One sample as prom-client's registry reads it. */
export interface PromValue {
  value: number
  labels: Record<string, string | number>
  metricName?: string
  exemplar?: { labelSet?: Record<string, string>, value: number, timestamp?: number } | null | undefined
}

/** What prom-client's registry (and its relatives) read from a metric. The name is theirs to change. */
export interface PromMetric {
  name: string
  help: string
  type: string
  aggregator?: string
  get (): PromSnapshot | Promise<PromSnapshot>
  reset (): void
}

export interface PromSnapshot {
  name: string
  help: string
  type: string
  aggregator?: string
  values: PromValue[]
}

/** The part of prom-client's `Registry` that is used; those of its successors fit too. */
export interface PromRegistry {
  registerMetric (metric: never): void
  removeSingleMetric (name: string): void
  getSingleMetric (name: string): unknown
  getMetricsAsArray (): unknown[]
}

/** A family of ours as a metric of a prom-client registry. */
export class PromBridge implements PromMetric {
  name: string
  readonly help: string
  readonly type: string
  readonly aggregator = 'sum'
  /** Where the metric was declared, as `file:line`. */
  readonly place: string
  readonly #family: AnyFamily
  readonly #collect: () => void

  constructor (family: AnyFamily, place: string, collect: () => void) {
    this.place = place
    this.name = family.name
    this.help = family.help
    this.type = family.type
    this.#family = family
    this.#collect = collect
  }

  get (): PromSnapshot {
    this.#collect()
    const values = this.#family.series.flatMap(series => series === undefined ? [] : samplesOf(this.#family, series))
    return { name: this.name, help: this.help, type: this.type, aggregator: this.aggregator, values }
  }

  reset (): void {
    this.#family.reset()
  }
}

/** The samples of one series under the names that prom-client would give them. */
function samplesOf (family: AnyFamily, series: Series): PromValue[] {
  const values = family.valuesOf(series.slot)
  const labels: Record<string, string> = Object.create(null)
  family.labelNames.forEach((name, i) => { labels[name] = values[i]! })
  const exemplar = (line: number): PromValue['exemplar'] => {
    const kept = family.exemplarOf(series.slot, line)
    return kept === undefined ? undefined : { labelSet: { ...kept.labels }, value: kept.value, timestamp: kept.atMs / 1000 }
  }
  if (family instanceof CounterFamily || family instanceof GaugeFamily) {
    return [{ value: family.series[series.slot]!.value, labels, exemplar: exemplar(0) }]
  }
  if (family instanceof HistogramFamily) {
    const { counts, sum } = family.series[series.slot]!.read()
    let cumulative = 0
    const buckets = [...counts].map((count, i): PromValue => {
      cumulative += count
      return { metricName: `${family.name}_bucket`, value: cumulative, labels: { le: family.bounds[i] ?? '+Inf', ...labels }, exemplar: exemplar(i) }
    })
    return [
      ...buckets,
      { metricName: `${family.name}_sum`, value: sum, labels },
      { metricName: `${family.name}_count`, value: cumulative, labels }
    ]
  }
  const summary = (family as SummaryFamily).series[series.slot]!
  const quantiles = summary.quantiles.read()
  return [
    ...(family as SummaryFamily).percentiles.map((quantile, i) => ({ value: quantiles[i]!, labels: { quantile, ...labels } })),
    { metricName: `${family.name}_sum`, value: summary.sum, labels },
    { metricName: `${family.name}_count`, value: summary.count, labels }
  ]
}
