import type { Counter, Gauge, Histogram, InstrumentFactory } from '../../contracts/instruments.js'

const integrations = ['webhook', 'slack', 'pagerduty', 'log', 'bus'] as const
const suppressions = ['silence', 'inhibition', 'mute_time_interval', 'active_time_interval', 'flapping'] as const
const failures = ['clientError', 'serverError', 'other'] as const

/** Alertmanager's metrics of routing, with `njord_alerting_` for `alertmanager_`. Without `instruments` nothing is recorded. */
export class RoutingMetrics {
  readonly #notifications: Counter<'integration'> | undefined
  readonly #failed: Counter<'integration' | 'reason'> | undefined
  readonly #requests: Counter<'integration'> | undefined
  readonly #requestsFailed: Counter<'integration'> | undefined
  readonly #latency: Histogram<'integration'> | undefined
  readonly #suppressed: Counter<'reason'> | undefined
  readonly #received: Counter<'status'> | undefined
  readonly #invalid: Counter | undefined
  readonly #dropped: Counter<'reason'> | undefined
  readonly #alerts: Gauge<'state'> | undefined
  readonly #silences: Gauge<'state'> | undefined
  readonly #groups: Gauge | undefined
  readonly #stateErrors: Counter | undefined
  readonly #stateDamaged: Counter | undefined
  readonly #stateBytes: Gauge | undefined
  readonly #reloadSuccessful: Gauge | undefined
  readonly #reloadedAt: Gauge | undefined
  readonly #reloadFailures: Counter | undefined

  constructor (instruments?: InstrumentFactory) {
    const integration = { labelNames: ['integration'], labelRules: { integration: { values: integrations } } } as const
    this.#notifications = instruments?.counter({ name: 'njord_alerting_notifications_total', help: 'Notifications that were tried.', ...integration })
    this.#failed = instruments?.counter({
      name: 'njord_alerting_notifications_failed_total',
      help: 'Notifications that failed, and are tried again when their group has its next turn.',
      labelNames: ['integration', 'reason'],
      labelRules: { integration: { values: integrations }, reason: { values: failures } }
    })
    this.#requests = instruments?.counter({ name: 'njord_alerting_notification_requests_total', help: 'Attempts at notifications.', ...integration })
    this.#requestsFailed = instruments?.counter({ name: 'njord_alerting_notification_requests_failed_total', help: 'Attempts at notifications that failed.', ...integration })
    this.#latency = instruments?.histogram({
      name: 'njord_alerting_notification_latency_seconds',
      help: 'Time of attempts at notifications.',
      unit: 'seconds',
      buckets: [0.01, 0.1, 1, 5, 10, 15, 20],
      ...integration
    })
    this.#suppressed = instruments?.counter({
      name: 'njord_alerting_notifications_suppressed_total',
      help: 'Alerts that were left out of notifications, by reason.',
      labelNames: ['reason'],
      labelRules: { reason: { values: suppressions } }
    })
    this.#received = instruments?.counter({
      name: 'njord_alerting_alerts_received_total',
      help: 'Alerts that came in.',
      labelNames: ['status'],
      labelRules: { status: { values: ['firing', 'resolved'] } }
    })
    this.#invalid = instruments?.counter({ name: 'njord_alerting_alerts_invalid_total', help: 'Alerts that came in and made no sense.' })
    this.#dropped = instruments?.counter({
      name: 'njord_alerting_alerts_dropped_total',
      help: 'Alerts that found no room: in memory, or in the queue to an Alertmanager.',
      labelNames: ['reason'],
      labelRules: { reason: { values: ['too_many_alerts', 'queue_full', 'alertmanager_failed'] } }
    })
    this.#alerts = instruments?.gauge({ name: 'njord_alerting_alerts', help: 'Alerts that are known, by state.', labelNames: ['state'], labelRules: { state: { values: ['firing', 'resolved'] } } })
    this.#silences = instruments?.gauge({
      name: 'njord_alerting_silences', help: 'Silences, by state.', labelNames: ['state'], labelRules: { state: { values: ['active', 'pending', 'expired'] } }
    })
    this.#groups = instruments?.gauge({ name: 'njord_alerting_dispatcher_aggregation_groups', help: 'Groups of alerts.' })
    this.#stateErrors = instruments?.counter({ name: 'njord_alerting_state_errors_total', help: 'Attempts at writing the state of routing that failed.' })
    this.#stateDamaged = instruments?.counter({ name: 'njord_alerting_state_damaged_lines_total', help: 'Lines of the state of routing that made no sense.' })
    this.#stateBytes = instruments?.gauge({ name: 'njord_alerting_state_bytes', help: 'Size of the file with the state of routing.', unit: 'bytes' })
    this.#reloadSuccessful = instruments?.gauge({
      name: 'njord_alerting_config_last_reload_successful', help: '1 when the routing file was last read without a problem, else 0.'
    })
    this.#reloadedAt = instruments?.gauge({
      name: 'njord_alerting_config_last_reload_success_timestamp_seconds', help: 'When the routing file was last read without a problem.', unit: 'seconds'
    })
    this.#reloadFailures = instruments?.counter({ name: 'njord_alerting_reload_failures_total', help: 'New routing files that were refused; the old routing stayed.' })
  }

  /** The routing was read (anew), or could not be. */
  loaded (isDone: boolean, atMs: number): void {
    this.#reloadSuccessful?.set(isDone ? 1 : 0)
    if (isDone) this.#reloadedAt?.set(atMs / 1000)
    else this.#reloadFailures?.inc()
  }

  notified (integration: string): void { this.#notifications?.inc({ integration }) }
  failed (integration: string, reason: string): void { this.#failed?.inc({ integration, reason }) }

  attempted (integration: string, seconds: number, isFailure: boolean): void {
    this.#requests?.inc({ integration })
    if (isFailure) this.#requestsFailed?.inc({ integration })
    this.#latency?.observe({ integration }, Math.max(0, seconds))
  }

  suppressed (reason: typeof suppressions[number], alerts: number): void { this.#suppressed?.inc({ reason }, alerts) }
  received (isResolved: boolean): void { this.#received?.inc({ status: isResolved ? 'resolved' : 'firing' }) }
  invalid (): void { this.#invalid?.inc() }
  dropped (reason: 'too_many_alerts' | 'queue_full' | 'alertmanager_failed', alerts: number): void { this.#dropped?.inc({ reason }, alerts) }
  groups (count: number): void { this.#groups?.set(count) }
  stateFailed (): void { this.#stateErrors?.inc() }
  stateDamaged (lines: number): void { this.#stateDamaged?.inc(lines) }
  stateBytes (bytes: number): void { this.#stateBytes?.set(bytes) }

  counts (alerts: { firing: number, resolved: number }, silences: { active: number, pending: number, expired: number }): void {
    this.#alerts?.set({ state: 'firing' }, alerts.firing)
    this.#alerts?.set({ state: 'resolved' }, alerts.resolved)
    for (const state of ['active', 'pending', 'expired'] as const) this.#silences?.set({ state }, silences[state])
  }
}
