import type { Bus } from './contracts/bus.js'
import type { Clock } from './contracts/clock.js'
import type { Emit, EventListeners } from './contracts/events.js'
import type { InstrumentFactory } from './contracts/instruments.js'
import type { Log } from './contracts/log.js'
import { instrumentation, type Instrumentation } from './instrumentation/instrumentation.js'
import { noopInstruments } from './metrics/noop.js'
import type { MetricRegistry } from './metrics/registry.js'
import { EventDispatcher } from './packs/dispatcher.js'
import { mountPack, type AnyPack } from './packs/pack.js'
import { Ledger } from './portfolio/ledger.js'
import type { LedgerOptions } from './portfolio/ledger-options.js'
import type { AttributionQuery, AttributionReport } from './report/attribution.js'
import { Performance, type PerformanceOptions } from './report/performance.js'
import type { QueryAnswer, QueryOptions } from './promql/engine.js'
import type { Queries } from './query-api/queries.js'
import { NJORD_ERR_NO_HISTORY } from './errors.js'

export interface TelemetryOptions {
  /** Where metrics are made; without it telemetry is off. */
  readonly instruments: MetricRegistry | undefined
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly packs: readonly AnyPack[]
  /** The books to keep; `undefined` for a host that keeps its own. */
  readonly portfolio: Omit<LedgerOptions, 'emit' | 'clock'> | undefined
  /** How what the books recorded is told. */
  readonly performance?: Pick<PerformanceOptions, 'benchmark' | 'timeZone' | 'intervalMs'>
  /** PromQL over the recent past; without it there is nothing to query. */
  readonly queries?: Queries
}

/**
 * What a host holds in its hands: it says once what happened (`emit`), and metrics, books and whatever else listens are
 * derived. While telemetry is off every instrument is one shared no-op and `emit` reaches only the books, if there are
 * any, and the host's own listeners.
 */
export class Telemetry {
  readonly enabled: boolean
  /** Says what happened: `emit('orderFilled', fill)`. Never throws. May be passed on as a function. */
  readonly emit: Emit
  /** Makes instruments of the host's own; no-ops while telemetry is off. */
  readonly registry: InstrumentFactory
  readonly bus: Bus
  readonly clock: Clock
  /** The books, where `portfolio` was configured. */
  readonly ledger: Ledger | undefined
  /** How its strategies do: attribution and reports of what it recorded; there with the books. */
  readonly performance: Performance | undefined
  /** Counts the calls of a function or method, as a decorator or a wrapper. */
  readonly countCalls: Instrumentation['countCalls']
  /** Measures how long a function or method takes, as a decorator or a wrapper. */
  readonly measureDuration: Instrumentation['measureDuration']
  /** Listens to events: `on({ orderFilled (fill) { … } })`. Returns a function that ends it. */
  readonly on: (listeners: EventListeners) => () => void
  readonly #queries: Queries | undefined

  constructor ({ instruments, bus, clock, log, packs, portfolio, performance, queries }: TelemetryOptions) {
    this.#queries = queries
    const dispatcher = new EventDispatcher({ instruments, log })
    this.enabled = instruments !== undefined
    this.emit = dispatcher.emit
    this.on = listeners => dispatcher.on(listeners)
    this.registry = instruments ?? noopInstruments
    this.bus = bus
    this.clock = clock
    const { countCalls, measureDuration } = instrumentation(instruments)
    this.countCalls = countCalls
    this.measureDuration = measureDuration
    if (instruments !== undefined) for (const pack of packs) dispatcher.on(mountPack(pack, instruments, { clock }))
    this.ledger = portfolio === undefined ? undefined : new Ledger({ ...portfolio, emit: this.emit, clock })
    if (this.ledger !== undefined) {
      const { ledger } = this
      this.performance = new Performance({ ledger, bus, clock, instruments: this.registry, daysPerYear: portfolio?.daysPerYear, ...performance })
      dispatcher.on(ledger.listeners)
      // The books publish market moves at their own pace; a scrape shall not see equity and mark prices of two instants.
      instruments?.onCollect(() => { ledger.flush() })
    }
  }

  /**
   * What PromQL answers about this process at one instant (now, or in milliseconds since the Unix epoch), in the shape of the `data` of
   * Prometheus's HTTP API: `query('rate(njord_fills_total[1m])')`. Rejects with `NJORD_ERR_PROMQL_PARSE`, `NJORD_ERR_QUERY_…`, and with
   * `NJORD_ERR_NO_HISTORY` where nothing is kept.
   */
  async query (expr: string, timeMs?: number, options?: QueryOptions): Promise<QueryAnswer> {
    const { data, warnings, infos } = await this.#history().instant(expr, timeMs ?? Math.floor(this.clock.nowMs()), options)
    return { data, warnings, infos }
  }

  /** The same at `startMs`, and at every `stepMs` after it up to `endMs`. */
  async queryRange (expr: string, startMs: number, endMs: number, stepMs: number, options?: QueryOptions): Promise<QueryAnswer> {
    const { data, warnings, infos } = await this.#history().range(expr, startMs, endMs, stepMs, options)
    return { data, warnings, infos }
  }

  /**
   * What made the money between two times, in parts that add up: by strategy, period and effect, beside the benchmark. All that is
   * recorded without a query. Throws `NJORD_ERR_NO_HISTORY` without books or as long as they have recorded nothing, and `NJORD_ERR_BAD_PARAMETER`
   * for a query that does not fit what they have.
   */
  attribution (query?: AttributionQuery): AttributionReport {
    if (this.performance === undefined) throw new NJORD_ERR_NO_HISTORY('there are no books: configure a portfolio')
    return this.performance.attribution(query)
  }

  #history (): Queries {
    if (this.#queries === undefined) throw new NJORD_ERR_NO_HISTORY(this.enabled ? 'series or query is false' : 'telemetry is off')
    return this.#queries
  }
}
