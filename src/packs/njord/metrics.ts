import { bookMetrics } from './book-metrics.js'
import { orderMetrics } from './order-metrics.js'
import { riskMetrics } from './risk-metrics.js'
import { runnerMetrics } from './runner-metrics.js'
import type { PackInstruments } from '../pack.js'

/**
 * The metrics of the Njord seed (phases 9.1 and 9.2) and those that its dashboards (9.3) and alert rules (9.7) need.
 * Money is in the account's currency, which the seed calls `usd`.
 */
export const njordMetrics = { ...riskMetrics, ...orderMetrics, ...bookMetrics, ...runnerMetrics }

export type NjordInstruments = PackInstruments<typeof njordMetrics>
