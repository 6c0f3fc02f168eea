import type { Clock } from '../contracts/clock.js'
import type { Ledger } from '../portfolio/ledger.js'
import type { Activity } from './activity.js'
import type { DashboardAlerts } from './alerts.js'
import { ledgerBooks, metricBooks, type Books } from './books.js'
import type { JsonObject } from './merge-patch.js'
import type { MetricReader } from './metric-reader.js'
import type { RowNumbers } from './row-numbers.js'
import { alertsSection } from './sections/alerts.js'
import { ordersSection } from './sections/orders.js'
import { portfolioSection } from './sections/portfolio.js'
import { riskSection } from './sections/risk.js'
import { strategiesSection } from './sections/strategies.js'
import { systemSection, type HistoryUse } from './sections/system.js'

export interface ModelOptions {
  readonly reader: MetricReader
  /** The time of the data: the market's, in a replay. */
  readonly clock: Clock
  readonly rows: RowNumbers
  readonly activity: Activity
  /** The books; without them, what the metrics tell of the host's own. */
  readonly ledger: Ledger | undefined
  readonly history: HistoryUse | undefined
  readonly alerts: DashboardAlerts | undefined
}

/** Everything that the page shows but for the past, read all at one instant. */
export class Model {
  readonly #options: ModelOptions
  readonly #books: Books

  constructor (options: ModelOptions) {
    this.#options = options
    this.#books = options.ledger === undefined ? metricBooks(options.reader) : ledgerBooks(options.ledger)
  }

  /** By section, and `atMs`: the time of the data in milliseconds since the Unix epoch. */
  read (): JsonObject {
    const { reader, clock, rows, activity, history, alerts } = this.#options
    // It publishes the books as well: what is read here is what a scrape at this instant shows.
    reader.collect()
    const positions = this.#books.positions()
    const strategies = this.#books.strategies()
    const openPositions = this.#options.ledger === undefined ? reader.sum('njord_active_positions') ?? 0 : positions.length
    return {
      atMs: Math.round(clock.nowMs()),
      portfolio: portfolioSection(this.#books, openPositions),
      strategies: strategiesSection(strategies, positions, rows),
      strategyCount: strategies.length,
      risk: riskSection(reader, activity),
      orders: ordersSection(reader, activity),
      alerts: alertsSection(alerts),
      system: systemSection(reader, history)
    }
  }
}
