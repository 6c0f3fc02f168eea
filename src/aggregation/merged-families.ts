import { DEFAULT_BUCKETS, HistogramFamily } from '../metrics/histogram.js'
import type { AnyFamily } from '../metrics/family.js'
import type { MetricRegistry } from '../metrics/registry.js'
import { MergedFamily } from './merged-family.js'
import type { WireFamily } from './wire.js'

/** Why a metric that somebody publishes is not merged. */
export type Refusal = 'summary' | 'clash' | 'invalid_metric' | 'limit'

/** A metric as somebody publishes it, and the order of its labels in the registry. */
export interface Resolved {
  readonly family: MergedFamily
  /** For each label of the registry's, its place among the publisher's. */
  readonly order: readonly number[]
  /** Whether the two orders are the same. */
  readonly isSame: boolean
}

/** The metrics of the shared registry, made as origins declare them. Who declares another thing under the same name is refused. */
export class MergedFamilies {
  /** By ordinal. */
  readonly all: MergedFamily[] = []
  readonly #registry: MetricRegistry
  readonly #maxSeries: number
  readonly #maxMetrics: number
  readonly #byName = new Map<string, MergedFamily>()

  /** @param maxMetrics names of metrics; who publishes ever new ones is refused */
  constructor (registry: MetricRegistry, maxSeries: number, maxMetrics = 10_000) {
    this.#registry = registry
    this.#maxSeries = maxSeries
    this.#maxMetrics = maxMetrics
  }

  byName (name: string): MergedFamily | undefined {
    return this.#byName.get(name)
  }

  /** The labels of a metric that this process has itself. */
  labelNamesOf (name: string): readonly string[] | undefined {
    return this.#own(name)?.labelNames
  }

  /** The bounds of a histogram that this process has itself. */
  boundsOf (name: string): readonly number[] | undefined {
    const family = this.#own(name)
    return family instanceof HistogramFamily ? [...family.bounds] : undefined
  }

  #own (name: string): AnyFamily | undefined {
    return this.#registry.families().find(family => family.name === name)
  }

  /** The merged metric of a declaration, or why there is none. Never throws. */
  resolve (wire: WireFamily): Resolved | Refusal {
    if (wire.type === 'summary') return 'summary'
    let family = this.#byName.get(wire.name)
    if (family === undefined) {
      if (this.all.length >= this.#maxMetrics) return 'limit'
      try {
        family = this.#make(wire)
      } catch (error) {
        return (error as { code?: string }).code === 'NJORD_ERR_METRIC_CLASH' ? 'clash' : 'invalid_metric'
      }
    }
    const order = family.family.labelNames.map(name => wire.labels.indexOf(name))
    const isCompatible = family.type === wire.type && order.length === wire.labels.length && !order.includes(-1) && sameBounds(family, wire)
    return isCompatible ? { family, order, isSame: order.every((place, i) => place === i) } : 'clash'
  }

  #make ({ type, name, help, unit, labels, bounds, aggregate }: WireFamily): MergedFamily {
    const declaration = { name, help, unit, labelNames: labels, maxSeries: this.#maxSeries }
    const declare = (): AnyFamily => {
      if (type === 'histogram') this.#registry.histogram({ ...declaration, buckets: bounds })
      else if (type === 'gauge') this.#registry.gauge({ ...declaration, aggregate })
      else this.#registry.counter(declaration)
      return this.#own(name)!
    }
    // A metric that this process has itself is what it is here: texts may differ, and it never vanishes.
    const own = this.#own(name)
    const lone = own === undefined && type === 'gauge' && labels.length === 0
      ? { show: declare, hide: () => { this.#registry.unregister(name) } }
      : undefined
    const family = new MergedFamily(own ?? declare(), this.all.length, this.#maxSeries, lone)
    this.all.push(family)
    this.#byName.set(name, family)
    return family
  }
}

function sameBounds ({ family }: MergedFamily, { bounds = DEFAULT_BUCKETS }: WireFamily): boolean {
  return !(family instanceof HistogramFamily) || (family.bounds.length === bounds.length && bounds.every((bound, i) => bound === family.bounds[i]))
}
