import type { GaugeAggregate, MetricType } from '../contracts/instruments.js'

const types: readonly unknown[] = ['counter', 'gauge', 'histogram', 'summary'] satisfies MetricType[]

/** Where processes publish their metrics, and where an aggregator asks for them anew. */
export const METRICS_TOPIC = 'telemetry.metrics'
export const RESYNC_TOPIC = 'telemetry.resync'

/** One life of one process. */
export interface Origin {
  readonly instance: string
  /** When this life began, in nanoseconds since the Unix epoch: a restart has another. */
  readonly started_ns: bigint
  /** One more with each message of the origin. */
  readonly seq: number
}

/** What a metric is, said once: an id within its origin, and its declaration. */
export interface WireFamily {
  readonly id: number
  readonly type: MetricType
  readonly name: string
  readonly help: string
  readonly unit?: string
  readonly labels: readonly string[]
  /** A histogram's upper bounds. */
  readonly bounds?: readonly number[]
  /** How a gauge's values of several origins become one. */
  readonly aggregate?: GaugeAggregate
}

/** The id of a series, that of its family, and its label values in the order of the family's labels. */
export type WireSeries = readonly [id: number, family: number, ...values: string[]]

/** A message on `telemetry.metrics`; `docs/aggregation.md` describes it for others who write or read it. */
export interface MetricsMessage {
  /** The version of this form. */
  readonly njord_metrics: 1
  readonly origin: Origin
  readonly timestamp_ns: bigint
  readonly families?: readonly WireFamily[]
  readonly series?: readonly WireSeries[]
  /** Series that are gone: their ids are never used again. */
  readonly removed?: readonly number[]
  /** Running totals and gauge values, as {@link TotalsReader} reads them. */
  readonly totals?: string
  /** Part of a full set, which began with the message of this `seq`. */
  readonly full?: number
  /** The last message of a flush (and of its full set). */
  readonly end?: true
  /** Said on behalf of an earlier life of the same instance, from its spool. */
  readonly past?: true
}

/** Series ids that an origin may use in its life: those from here on are refused, the others go on. */
export const MAX_SERIES_ID = 1 << 22

/** Whether a payload has the form of a {@link MetricsMessage}. What its totals and declarations say is not looked into. */
export function isMetricsMessage (payload: unknown): payload is MetricsMessage {
  const { njord_metrics: version, origin, timestamp_ns: stamp, families, series, removed, totals } = payload as Partial<MetricsMessage>
  return version === 1 && typeof stamp === 'bigint' &&
    typeof origin === 'object' && origin !== null &&
    typeof origin.instance === 'string' && origin.instance.length <= 256 &&
    typeof origin.started_ns === 'bigint' && Number.isSafeInteger(origin.seq) &&
    (families === undefined || (Array.isArray(families) && families.every(isFamily))) &&
    (series === undefined || (Array.isArray(series) && series.every(isSeries))) &&
    (removed === undefined || (Array.isArray(removed) && removed.every(isId))) &&
    (totals === undefined || typeof totals === 'string')
}

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

function isFamily (value: unknown): boolean {
  const { id, type, name, help, labels, bounds } = (value ?? {}) as Partial<WireFamily>
  return isId(id) && types.includes(type) && typeof name === 'string' && typeof help === 'string' &&
    Array.isArray(labels) && labels.every(label => typeof label === 'string') &&
    (bounds === undefined || (Array.isArray(bounds) && bounds.every(Number.isFinite)))
}

function isSeries (value: unknown): boolean {
  return Array.isArray(value) && isId(value[0]) && isId(value[1]) && value.slice(2).every(label => typeof label === 'string')
}

/** The key of one life of a process. */
export function originKey ({ instance, started_ns: startedNs }: Pick<Origin, 'instance' | 'started_ns'>): string {
  return `${startedNs} ${instance}`
}
