import { Registry } from 'prom-client'
import { SystemClock } from '../clock/system-clock.js'
import type { Clock } from '../contracts/clock.js'
import type {
  BoundGauge, Counter, Gauge, GaugeDeclaration, Histogram, HistogramDeclaration, InstrumentFactory, MetricDeclaration, MetricType, Summary,
  SummaryDeclaration
} from '../contracts/instruments.js'
import { silentLog, type Log } from '../contracts/log.js'
import { NJORD_ERR_METRIC_CLASH } from '../errors.js'
import { CounterFamily } from './counter.js'
import { callSite, checkDeclaration, describeDeclaration, sampleNames, type AnyDeclaration } from './declaration.js'
import type { AnyFamily, DropReason, FamilyContext } from './family.js'
import { GaugeFamily } from './gauge.js'
import { HistogramFamily } from './histogram.js'
import { PromBridge, type PromMetric, type PromRegistry } from './prom-bridge.js'
import { SummaryFamily } from './summary.js'

export interface MetricRegistryOptions {
  /** A prom-client registry of the host's: its metrics and ours appear once, in one scrape. A new one when absent. */
  registry?: PromRegistry
  clock?: Clock
  log?: Log
  /** Keep when each series was made, and say it in OpenMetrics (`_created`). @defaultValue false */
  created?: boolean
}

interface Registration {
  readonly family: AnyFamily
  readonly description: string
  readonly place: string
  /** Of a labelled metric: tells how many label sets it has. */
  size?: BoundGauge
}

const families = { counter: CounterFamily, gauge: GaugeFamily, histogram: HistogramFamily, summary: SummaryFamily }

/**
 * The metrics of a process. Instruments are made here, live in a prom-client registry, and keep their values in typed
 * arrays. Registering an equal declaration again gives the instrument that is there; a different one of the same name
 * throws `NJORD_ERR_METRIC_CLASH`, which names both places. Recording never throws.
 */
export class MetricRegistry implements InstrumentFactory {
  readonly clock: Clock
  readonly log: Log
  /** The prom-client registry that our metrics are registered with. */
  readonly promRegistry: PromRegistry

  readonly #registrations = new Map<string, Registration>()
  /** Every sample name that is taken, and by which metric. */
  readonly #sampleNames = new Map<string, string>()
  readonly #bridges = new WeakSet<object>()
  readonly #collectors = new Set<() => void>()
  readonly #context: FamilyContext
  readonly #dropped: Counter<'metric' | 'reason'>
  readonly #limited: Counter<'metric' | 'policy'>
  readonly #series: Gauge<'metric'>
  /** Collect callbacks about which a complaint stands in the log. */
  readonly #failing = new WeakSet<() => void>()
  /** Metrics about which a complaint stands in the log: one line each and kind. */
  readonly #complained = new Set<string>()
  #isCollected = false
  #version = 0

  constructor (options: MetricRegistryOptions = {}) {
    this.clock = options.clock ?? new SystemClock()
    this.log = options.log ?? silentLog
    this.promRegistry = options.registry ?? new Registry() as unknown as PromRegistry
    this.#context = {
      clock: this.clock,
      log: this.log,
      created: options.created ?? false,
      dropped: (family, reason) => { this.#onDropped(family, reason) },
      limited: family => { this.#onLimited(family) }
    }
    // As many label sets as there are metrics: bounded by the code that declares them, not by what comes from outside.
    const maxSeries = 100_000
    this.#dropped = this.counter({
      name: 'njord_metric_dropped_samples_total',
      help: 'Samples that were not recorded, by metric and by what was wrong with them.',
      labelNames: ['metric', 'reason'],
      maxSeries
    })
    this.#limited = this.counter({
      name: 'njord_metric_limited_samples_total',
      help: 'How often a label set past the limit of its metric was recorded or bound, and went to the overflow series or was rejected.',
      labelNames: ['metric', 'policy'],
      maxSeries
    })
    this.#series = this.gauge({
      name: 'njord_metric_series', help: 'Label sets of each labelled metric.', labelNames: ['metric'], maxSeries
    })
    const own = this.#registrations.size
    this.onCollect(() => {
      let at = 0
      for (const registration of this.#registrations.values()) {
        const { family } = registration
        if (at++ < own || family.labelNames.length === 0) continue
        registration.size ??= this.#series.labels({ metric: family.name })
        registration.size.set(family.size)
      }
    })
  }

  counter<const L extends string = never> (declaration: MetricDeclaration<L>): Counter<L> {
    return this.#register('counter', declaration) as unknown as Counter<L>
  }

  gauge<const L extends string = never> (declaration: GaugeDeclaration<L>): Gauge<L> {
    return this.#register('gauge', declaration) as unknown as Gauge<L>
  }

  histogram<const L extends string = never> (declaration: HistogramDeclaration<L>): Histogram<L> {
    return this.#register('histogram', declaration) as unknown as Histogram<L>
  }

  summary<const L extends string = never> (declaration: SummaryDeclaration<L>): Summary<L> {
    return this.#register('summary', declaration) as unknown as Summary<L>
  }

  onCollect (callback: () => void): () => void {
    this.#collectors.add(callback)
    return () => { this.#collectors.delete(callback) }
  }

  /** Brings the gauges that are read rather than pushed up to date. A callback that throws is logged once. */
  collect (): void {
    for (const callback of this.#collectors) {
      try {
        const result: unknown = callback()
        // An async function passes for a callback; its rejection would end the process.
        if (result instanceof Promise) result.catch((error: unknown) => { this.#complainOf(callback, error) })
      } catch (error) {
        this.#complainOf(callback, error)
      }
    }
  }

  #complainOf (callback: () => void, error: unknown): void {
    if (this.#failing.has(callback)) return
    this.#failing.add(callback)
    this.log.warn({ err: error }, 'a collect callback failed; its metrics may be old')
  }

  /** prom-client asks every metric by itself, all in one turn. */
  #collectOncePerTurn (): void {
    if (this.#isCollected) return
    this.#isCollected = true
    queueMicrotask(() => { this.#isCollected = false })
    this.collect()
  }

  /** Our metrics, in the order of their registration. */
  families (): AnyFamily[] {
    return [...this.#registrations.values()].map(registration => registration.family)
  }

  /** Changes when a metric of ours comes or goes. */
  get version (): number {
    return this.#version
  }

  /** The metrics of the prom-client registry that are not ours. */
  foreign (): PromMetric[] {
    return (this.promRegistry.getMetricsAsArray() as PromMetric[]).filter(metric => !this.#bridges.has(metric))
  }

  /** The name that a metric of the host's was registered with: prom-client cuts `_total` off for good once it renders OpenMetrics. */
  foreignName (metric: PromMetric): string {
    const total = `${metric.name}_total`
    return metric.type === 'counter' && this.promRegistry.getSingleMetric(total) === metric ? total : metric.name
  }

  /** Whether a metric of this type and name would render a sample, or in OpenMetrics a family, that one of ours does. */
  takes (type: MetricType, name: string): boolean {
    return sampleNames(type, name).some(sample => this.#sampleNames.has(sample))
  }

  /** Labels that the host gave its registry for every series (`setDefaultLabels`). */
  defaultLabels (): Readonly<Record<string, unknown>> | undefined {
    return (this.promRegistry as { _defaultLabels?: Record<string, unknown> })._defaultLabels
  }

  /** Takes a metric out, of this registry and of prom-client's. Its instruments go on without effect. */
  unregister (name: string): boolean {
    const registration = this.#registrations.get(name)
    if (registration === undefined) return false
    registration.family.reset()
    this.#registrations.delete(name)
    for (const [sample, owner] of this.#sampleNames) if (owner === name) this.#sampleNames.delete(sample)
    this.promRegistry.removeSingleMetric(name)
    this.#series.remove({ metric: name })
    this.#version++
    return true
  }

  /** Takes our metrics out of prom-client's registry, which is the host's again. Instruments go on, and nobody sees them. */
  close (): void {
    for (const name of this.#registrations.keys()) this.promRegistry.removeSingleMetric(name)
  }

  #register (type: MetricType, declaration: AnyDeclaration): AnyFamily {
    checkDeclaration(type, declaration)
    const { name } = declaration
    const description = describeDeclaration(type, declaration)
    const place = callSite()
    const samples = sampleNames(type, name)
    const existing = this.#registrations.get(name)
    if (existing !== undefined) {
      if (existing.description === description) return existing.family
      throw new NJORD_ERR_METRIC_CLASH(name, told(existing), told({ place, description }))
    }
    const hosts = this.foreign().find(metric =>
      metric.name === name || sampleNames(metric.type as MetricType, metric.name).some(sample => samples.includes(sample)))
    if (hosts !== undefined) {
      const there = hosts instanceof PromBridge
        ? `at ${hosts.place}, by another MetricRegistry that is not closed`
        : `in the host's prom-client registry as the ${hosts.type} ${hosts.name}`
      throw new NJORD_ERR_METRIC_CLASH(name, there, told({ place, description }))
    }
    for (const sample of samples) {
      const owner = this.#sampleNames.get(sample)
      if (owner !== undefined) {
        throw new NJORD_ERR_METRIC_CLASH(
          sample, `metric ${owner} ${told(this.#registrations.get(owner)!)}`, `metric ${name} ${told({ place, description })}`)
      }
    }
    const family: AnyFamily = new families[type](declaration, this.#context)
    const bridge = new PromBridge(family, place, () => { this.#collectOncePerTurn() })
    this.#bridges.add(bridge)
    this.promRegistry.registerMetric(bridge as never)
    this.#registrations.set(name, { family, description, place })
    for (const sample of samples) this.#sampleNames.set(sample, name)
    this.#version++
    return family
  }

  #onDropped (family: AnyFamily, reason: DropReason): void {
    this.#dropped.inc({ metric: family.name, reason })
    this.#complain(`${family.name} ${reason}`, { metric: family.name, reason }, `a sample of ${family.name} was dropped: ${reason}; further ones are only counted`)
  }

  #onLimited (family: AnyFamily): void {
    this.#limited.inc({ metric: family.name, policy: family.atLimit })
    this.#complain(`${family.name} limit`, { metric: family.name, limit: family.maxSeries, policy: family.atLimit },
      `metric ${family.name} is at its limit of ${family.maxSeries} label sets; further samples of new ones are only counted`)
  }

  #complain (what: string, fields: object, message: string): void {
    if (this.#complained.has(what)) return
    this.#complained.add(what)
    this.log.warn(fields, message)
  }
}

function told ({ place, description }: { place: string, description: string }): string {
  return `at ${place} with ${description}`
}
