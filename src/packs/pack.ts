import type { Clock } from '../contracts/clock.js'
import type { EventListeners, EventName } from '../contracts/events.js'
import type {
  Counter, Gauge, GaugeDeclaration, Histogram, HistogramDeclaration, InstrumentFactory, MetricDeclaration, MetricType, Summary, SummaryDeclaration
} from '../contracts/instruments.js'

/** A metric of a pack: its declaration, its type, and the events that move it. */
export type PackMetric = { readonly fedBy?: readonly EventName[] } & (
  | MetricDeclaration & { readonly type: 'counter' }
  | GaugeDeclaration & { readonly type: 'gauge' }
  | HistogramDeclaration & { readonly type: 'histogram' }
  | SummaryDeclaration & { readonly type: 'summary' })

type LabelsOf<D> = D extends { readonly labelNames: ReadonlyArray<infer L extends string> } ? L : never

type InstrumentOf<D extends { readonly type: MetricType }> =
  D['type'] extends 'counter' ? Counter<LabelsOf<D>>
    : D['type'] extends 'gauge' ? Gauge<LabelsOf<D>>
      : D['type'] extends 'histogram' ? Histogram<LabelsOf<D>>
        : Summary<LabelsOf<D>>

/** The instruments of a pack, under the keys of its metrics. */
export type PackInstruments<M extends Record<string, PackMetric>> = { readonly [key in keyof M]: InstrumentOf<M[key]> }

/** What a pack's recorder may use besides its own instruments. */
export interface PackContext {
  readonly clock: Clock
}

/** A domain's metrics and how trading events become them. */
export interface Pack<M extends Record<string, PackMetric> = Record<string, PackMetric>> {
  readonly name: string
  /** Every metric of the domain, declared once, by a key of the author's choice. */
  readonly metrics: M
  /** Makes the listeners that turn events into metrics. */
  readonly record: (instruments: PackInstruments<M>, context: PackContext) => EventListeners
}

/** Any pack, whatever its metrics. */
export interface AnyPack extends Omit<Pack, 'record'> {
  readonly record: (instruments: never, context: PackContext) => EventListeners
}

/**
 * Defines a pack: `definePack({ name, metrics, record })`. Declarations are data: the instruments handed to `record`
 * are typed by them, so a wrong label name does not compile.
 */
export function definePack<const M extends Record<string, PackMetric>> (pack: Pack<M>): Pack<M> {
  return pack
}

/** Registers a pack's metrics with `factory` and returns the listeners that feed them. */
export function mountPack (pack: AnyPack, factory: InstrumentFactory, context: PackContext): EventListeners {
  const instruments: Record<string, unknown> = {}
  for (const [key, metric] of Object.entries(pack.metrics)) {
    const { type, fedBy, ...declaration } = metric
    instruments[key] = factory[type](declaration)
  }
  return pack.record(instruments as never, context)
}
