import type { Bus } from '../contracts/bus.js'
import type { Clock, Timer } from '../contracts/clock.js'
import type { InstrumentFactory } from '../contracts/instruments.js'
import { STRATEGY_TOPIC } from '../contracts/strategy-metrics.js'
import { NJORD_ERR_NO_HISTORY } from '../errors.js'
import type { BookRecord } from '../portfolio/book-record.js'
import type { Ledger } from '../portfolio/ledger.js'
import type { PortfolioView, StrategyView } from '../portfolio/views.js'
import { attribute, iso, type AttributionQuery, type AttributionReport } from './attribution.js'
import { performanceReport, type PerformanceReport } from './performance-report.js'
import { checkAgainst } from './query.js'

export interface PerformanceOptions {
  readonly ledger: Ledger
  readonly bus: Bus
  readonly clock: Clock
  readonly instruments: InstrumentFactory
  /** What a query that names no benchmark is measured against. @defaultValue all markets that are recorded */
  readonly benchmark?: readonly string[]
  /** IANA name of the zone of the trader's day. @defaultValue `'UTC'` */
  readonly timeZone?: string
  /** By which figures are annualised: the ledger's. @defaultValue 365 */
  readonly daysPerYear?: number
  /** How often every strategy's metrics are set and published. @defaultValue 1000 */
  readonly intervalMs?: number
}

/** The strategies as they stand. */
export interface StrategiesNow {
  /** ISO time. */
  readonly at: string
  readonly portfolio: PortfolioView
  readonly strategies: readonly StrategyView[]
}

/**
 * How the strategies of a ledger do: published live, and attributed over what is recorded. `start()` publishes the
 * `StrategyMetrics` of every strategy on the topic `telemetry.strategy` each second; `close()` ends it.
 */
export class Performance {
  readonly #options: PerformanceOptions
  #timer: Timer | undefined

  constructor (options: PerformanceOptions) {
    this.#options = options
    const { instruments, ledger } = options
    const gauge = (name: string, help: string) => instruments.gauge({ name, help })
    const gauges = {
      rows: gauge('njord_history_rows', 'States of the books that are kept for attribution.'),
      bytes: gauge('njord_history_bytes', 'Memory that the history of the books takes.'),
      maxBytes: gauge('njord_history_max_bytes', 'Memory that the history of the books may take; past it the oldest states are thinned out.'),
      thinned: gauge('njord_history_thinned_rows', 'States of the books that were thinned out so far.'),
      trades: gauge('njord_history_trades', 'Closed trades that are kept for reports.'),
      maxTrades: gauge('njord_history_max_trades', 'Closed trades that may be kept; past it the oldest go.'),
      droppedTrades: gauge('njord_history_dropped_trades', 'Closed trades that are kept no more.')
    }
    instruments.onCollect(() => {
      const usage = ledger.historyUsage()
      for (const key of Object.keys(gauges) as Array<keyof typeof gauges>) gauges[key].set(usage[key])
    })
  }

  start (): void {
    const { clock, intervalMs = 1000 } = this.#options
    this.#timer ??= clock.every(intervalMs, () => { this.#publish() })
  }

  close (): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#options.ledger.closeHistory()
  }

  strategies (): StrategiesNow {
    const { ledger, clock } = this.#options
    return { at: iso(clock.nowMs()), portfolio: ledger.portfolio(), strategies: ledger.strategies() }
  }

  /**
   * What made the money between two times, in parts that add up. Throws `NJORD_ERR_NO_HISTORY` where nothing is recorded yet and
   * `NJORD_ERR_BAD_PARAMETER` for a query that does not fit what is.
   */
  attribution (query: AttributionQuery = {}): AttributionReport {
    return this.#answer(query, (record, asked) => attribute(record, asked, this.#options))
  }

  /** The tear sheet. Throws as `attribution` does. */
  report (query: AttributionQuery = {}): PerformanceReport {
    return this.#answer(query, (record, asked) => performanceReport(record, asked, this.#options, this.#options.clock.nowMs()))
  }

  #answer<T> (query: AttributionQuery, make: (record: BookRecord, query: AttributionQuery) => T | undefined): T {
    const { ledger, benchmark } = this.#options
    const record = ledger.record()
    const asked = { ...query, benchmark: query.benchmark ?? benchmark?.filter(symbol => record.markets.some(market => market.symbol === symbol)) }
    if (record.timesMs.length > 1) checkAgainst(asked, record.markets.map(({ symbol }) => symbol), record.timesMs[0]!, record.timesMs.at(-1)!)
    const answer = make(record, asked)
    if (answer === undefined) throw new NJORD_ERR_NO_HISTORY('the books have recorded nothing of that time yet')
    return answer
  }

  #publish (): void {
    const { ledger, bus } = this.#options
    // The gauges are set by the events of the ledger: what moved is published with them, market or no market.
    ledger.flush()
    for (const metrics of ledger.strategyMetrics()) bus.publish(STRATEGY_TOPIC, metrics)
  }
}
