import type { Resolution } from '../contracts/window.js'
import type { Counter, InstrumentFactory } from '../contracts/instruments.js'
import type { MetricsMessage } from './wire.js'

const reasons = [
  /** It declares a metric that is another thing already, here or elsewhere. */
  'clash',
  /** No exposition could carry it. */
  'invalid_metric',
  /** A bare message that is no snapshot. */
  'invalid_snapshot',
  /** A snapshot whose labels are not those of its metric. */
  'labels',
  /** Too many metrics, or too many label sets of a gauge. */
  'limit',
  'malformed',
  /** A counter's increment below 0. */
  'negative',
  /** Too many messages came while the state was written down. */
  'overload',
  /** Quantiles do not merge. */
  'summary',
  /** The message that declares the series was lost; a full set was asked for. */
  'unknown_series'
] as const

/** Why something was not merged. */
export type RefusalReason = typeof reasons[number]

/** The metrics of an aggregator itself, in the registry it merges into. */
export class AggregatorMetrics {
  readonly #messages: Counter<'kind'>
  readonly #samples: Counter
  readonly #refused: Counter<'reason'>
  readonly #late: Counter<'fate'>
  readonly #resyncs: Counter
  readonly #written: Counter<'resolution'>
  readonly #evicted: Counter<'what'>
  readonly #stateErrors: Counter
  readonly #end: () => void

  constructor (instruments: InstrumentFactory, read: () => { origins: number, windows: number, alive: number, silent: number }) {
    this.#messages = instruments.counter({
      name: 'njord_aggregator_messages_total',
      help: 'Messages merged: full sets of totals, changed totals, what earlier lives of a process left, bare snapshots.',
      labelNames: ['kind'],
      labelRules: { kind: { values: ['full', 'changes', 'past', 'snapshot'] } }
    })
    this.#samples = instruments.counter({ name: 'njord_aggregator_samples_total', help: 'Samples merged, those that changed nothing included.' })
    this.#refused = instruments.counter({
      name: 'njord_aggregator_refused_total',
      help: 'Messages, metrics and samples that were not merged, by reason.',
      labelNames: ['reason'],
      labelRules: { reason: { values: reasons } }
    })
    this.#late = instruments.counter({
      name: 'njord_aggregator_late_samples_total',
      help: 'Samples that came after the end of their window: placed in it, moved to the oldest open one (totals), or dropped.',
      labelNames: ['fate'],
      labelRules: { fate: { values: ['placed', 'moved', 'dropped'] } }
    })
    this.#resyncs = instruments.counter({ name: 'njord_aggregator_resyncs_total', help: 'Full sets asked for.' })
    this.#written = instruments.counter({
      name: 'njord_aggregator_windows_total',
      help: 'Windows of series handed to the journal, by resolution.',
      labelNames: ['resolution'],
      labelRules: { resolution: { values: ['1m', '5m', '1h', '1d'] } }
    })
    this.#evicted = instruments.counter({
      name: 'njord_aggregator_evicted_total',
      help: 'Silent origins forgotten and windows closed early, for memory.',
      labelNames: ['what'],
      labelRules: { what: { values: ['origin', 'window'] } }
    })
    this.#stateErrors = instruments.counter({ name: 'njord_aggregator_state_errors_total', help: 'States that could not be written down.' })
    const origins = instruments.gauge({
      name: 'njord_aggregator_origins', help: 'Lives of processes that are remembered.', labelNames: ['state'], labelRules: { state: { values: ['alive', 'silent'] } }
    })
    const memory = instruments.gauge({
      name: 'njord_aggregator_memory_bytes',
      help: 'Memory of what origins said last and of windows that are open.',
      unit: 'bytes',
      labelNames: ['part'],
      labelRules: { part: { values: ['origins', 'windows'] } }
    })
    this.#end = instruments.onCollect(() => {
      const found = read()
      origins.set({ state: 'alive' }, found.alive)
      origins.set({ state: 'silent' }, found.silent)
      memory.set({ part: 'origins' }, found.origins)
      memory.set({ part: 'windows' }, found.windows)
    })
  }

  merged ({ full, past }: MetricsMessage, samples: number): void {
    this.#messages.inc({ kind: past === true ? 'past' : full === undefined ? 'changes' : 'full' })
    this.#samples.inc(samples)
  }

  snapshot (): void {
    this.#messages.inc({ kind: 'snapshot' })
    this.#samples.inc()
  }

  refused (reason: RefusalReason, samples: number): void {
    this.#refused.inc({ reason }, samples)
  }

  late (fate: 'placed' | 'moved' | 'dropped', samples: number): void {
    if (samples > 0) this.#late.inc({ fate }, samples)
  }

  asked (): void {
    this.#resyncs.inc()
  }

  written (resolution: Resolution, records: number): void {
    if (records > 0) this.#written.inc({ resolution }, records)
  }

  evicted (what: 'origin' | 'window'): void {
    this.#evicted.inc({ what })
  }

  stateFailed (): void {
    this.#stateErrors.inc()
  }

  close (): void {
    this.#end()
  }
}
