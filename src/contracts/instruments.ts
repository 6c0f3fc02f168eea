/** A value accepted for a label. Numbers and booleans are written as JavaScript prints them. */
export type LabelValue = string | number | boolean

/** One value for each declared label name. An instrument without labels has the label names `never`. */
export type LabelValues<L extends string> = { readonly [name in L]: LabelValue }

/** Labels attached to one observation (a trace or order id): at most 128 UTF-8 characters in all, as OpenMetrics says. */
export type ExemplarLabels = Readonly<Record<string, string>>

/** A counter of one fixed label set. */
export interface BoundCounter {
  /** Adds `by` (finite, 0 or more; default 1). Anything else is dropped and counted. */
  inc (by?: number, exemplar?: ExemplarLabels): void
}

/** A gauge of one fixed label set. */
export interface BoundGauge {
  /** Sets the value; `NaN` and infinities are allowed. */
  set (value: number): void
  inc (by?: number): void
  dec (by?: number): void
}

/** A histogram or a summary of one fixed label set. */
export interface BoundObserver {
  /** Records one finite observation. Anything else is dropped and counted. */
  observe (value: number, exemplar?: ExemplarLabels): void
}

/** What every instrument can do with its label sets. `labels()` is the fast way: bind once, record often. */
export interface Instrument<L extends string, B> {
  readonly name: string
  readonly labelNames: readonly L[]
  /** The bound child of a label set. The same set gives the same child; past the limit, the overflow child. */
  labels (values: LabelValues<L>): B
  /** Removes one series; a child still held goes on without effect. Returns whether it was there. */
  remove (values: LabelValues<L>): boolean
  /** Sets every series back to zero. The label sets stay, and so do the children that are held. */
  reset (): void
}

export interface Counter<L extends string = never> extends Instrument<L, BoundCounter> {
  inc (...args: [L] extends [never] ? [by?: number, exemplar?: ExemplarLabels] : [values: LabelValues<L>, by?: number, exemplar?: ExemplarLabels]): void
}

export interface Gauge<L extends string = never> extends Instrument<L, BoundGauge> {
  set (...args: [L] extends [never] ? [value: number] : [values: LabelValues<L>, value: number]): void
  inc (...args: [L] extends [never] ? [by?: number] : [values: LabelValues<L>, by?: number]): void
  dec (...args: [L] extends [never] ? [by?: number] : [values: LabelValues<L>, by?: number]): void
}

export interface Observer<L extends string = never> extends Instrument<L, BoundObserver> {
  observe (...args: [L] extends [never]
    ? [value: number, exemplar?: ExemplarLabels]
    : [values: LabelValues<L>, value: number, exemplar?: ExemplarLabels]): void
}

export type Histogram<L extends string = never> = Observer<L>
export type Summary<L extends string = never> = Observer<L>

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary'

/** How one label is kept to a bounded set of values. */
export interface LabelRule {
  /** The values that may occur; they need no normalising. With `zero`, series are made for them at the start. */
  readonly values?: readonly string[]
  /**
   * Maps a raw value to one of a bounded set. Must be idempotent. It is not called for a value that is already a
   * value of this label. Without it, a value outside `values` becomes `other`.
   */
  readonly normalize?: (raw: string) => string
}

/** What is declared once about a metric: everything else (series, catalogue, panels, rule checks) is derived. */
export interface MetricDeclaration<L extends string = string> {
  /** A Prometheus metric name; counters end in `_total`. */
  readonly name: string
  /** One sentence, shown as `# HELP`. */
  readonly help: string
  /** The OpenMetrics unit; the name must then end in it (before `_total`). */
  readonly unit?: string
  readonly labelNames?: readonly L[]
  readonly labelRules?: { readonly [name in L]?: LabelRule }
  /** The most label sets this metric may have. @defaultValue 1000 */
  readonly maxSeries?: number
  /** What happens to a new label set at the limit. @defaultValue `'overflow'` */
  readonly atLimit?: 'overflow' | 'reject'
}

/** How the values of one gauge series from several processes become one. */
export type GaugeAggregate = 'last' | 'sum' | 'average' | 'min' | 'max'

export interface GaugeDeclaration<L extends string = string> extends MetricDeclaration<L> {
  /** What an aggregator shows of a series that several processes publish. @defaultValue `'last'` */
  readonly aggregate?: GaugeAggregate
}

export interface HistogramDeclaration<L extends string = string> extends MetricDeclaration<L> {
  /** Upper bounds, ascending, finite (`+Inf` is added). */
  readonly buckets?: readonly number[]
}

export interface SummaryDeclaration<L extends string = string> extends MetricDeclaration<L> {
  /** Quantiles in 0..1. @defaultValue [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999] */
  readonly percentiles?: readonly number[]
  /** With `ageBuckets`: quantiles cover a sliding window of this many seconds. */
  readonly maxAgeSeconds?: number
  readonly ageBuckets?: number
}

/** Makes instruments. Registering an equal declaration again gives the instrument that is there. */
export interface InstrumentFactory {
  counter<const L extends string = never> (declaration: MetricDeclaration<L>): Counter<L>
  gauge<const L extends string = never> (declaration: GaugeDeclaration<L>): Gauge<L>
  histogram<const L extends string = never> (declaration: HistogramDeclaration<L>): Histogram<L>
  summary<const L extends string = never> (declaration: SummaryDeclaration<L>): Summary<L>
  /**
   * Calls `callback` just before each rendering, for gauges that are read rather than pushed. It must be quick, and
   * must only set gauges: a read changes nothing. Returns a function that ends it.
   */
  onCollect (callback: () => void): () => void
}
