import type { BoundCounter, BoundGauge, BoundObserver, Counter, Gauge, InstrumentFactory } from '../contracts/instruments.js'
import type { Transport } from './frame.js'

export const dropReasons = ['slow', 'expired', 'protocol', 'full'] as const
/** Why a client was sent away: it did not read, its session ended, it spoke, or there were too many. */
export type DropReason = typeof dropReasons[number]

const loginResults = ['accepted', 'wrong', 'limited'] as const
export type LoginResult = typeof loginResults[number]

const transports = ['websocket', 'events'] as const
const broadcastBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1]

/** What the dashboard says of itself. */
export class DashboardMetrics {
  readonly clients: Gauge<'transport'>
  readonly sentBytes: { readonly [transport in Transport]: BoundCounter }
  readonly skipped: BoundCounter
  readonly updateBytes: BoundGauge
  readonly broadcastSeconds: BoundObserver
  readonly #dropped: Counter<'reason'>
  readonly #logins: Counter<'result'>

  constructor (instruments: InstrumentFactory) {
    const labelNames = ['transport'] as const
    const labelRules = { transport: { values: transports } }
    this.clients = instruments.gauge({ name: 'njord_dashboard_clients', help: 'Pages that are being kept up to date.', labelNames, labelRules })
    const sent = instruments.counter({ name: 'njord_dashboard_sent_bytes_total', help: 'Bytes sent to pages.', labelNames, labelRules, unit: 'bytes' })
    this.sentBytes = { websocket: sent.labels({ transport: 'websocket' }), events: sent.labels({ transport: 'events' }) }
    this.skipped = instruments.counter({
      name: 'njord_dashboard_skipped_updates_total', help: 'Updates not sent to a page because it had not read the one before.'
    })
    this.updateBytes = instruments.gauge({ name: 'njord_dashboard_update_bytes', help: 'Size of the last update.', unit: 'bytes' })
    this.broadcastSeconds = instruments.histogram({
      name: 'njord_dashboard_broadcast_duration_seconds',
      help: 'Time from the reading of the figures until every page has been written to.',
      unit: 'seconds',
      buckets: broadcastBuckets
    })
    this.#dropped = instruments.counter({
      name: 'njord_dashboard_dropped_clients_total',
      help: 'Pages that were sent away, by reason.',
      labelNames: ['reason'],
      labelRules: { reason: { values: dropReasons } }
    })
    this.#logins = instruments.counter({
      name: 'njord_dashboard_logins_total',
      help: 'Attempts at logging in, by how they ended; a wrong bearer token is one of them.',
      labelNames: ['result'],
      labelRules: { result: { values: loginResults } }
    })
  }

  dropped (reason: DropReason): void {
    this.#dropped.inc({ reason })
  }

  login (result: LoginResult): void {
    this.#logins.inc({ result })
  }
}
