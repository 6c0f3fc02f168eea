import type { Clock } from '../../contracts/clock.js'
import type { Log } from '../../contracts/log.js'
import type { AlertGroup } from './alert-group.js'
import type { TimeInterval } from './config/time-interval.js'
import { deliver, type DeliveryResult } from './delivery.js'
import type { FlapDamping } from './flap-damping.js'
import type { Inhibitor } from './inhibitor.js'
import { LedgerSubject, type LedgerOutcome, type NotificationLedger } from './notification-ledger.js'
import { reasonToNotify, type NotificationLog } from './notification-log.js'
import { SendFailure, type Integration, type Notification, type NotifiedAlert } from './notification.js'
import { sortInTurns, type Turns } from '../../clock/turns.js'
import { compareAlerts, isResolvedAt, type RoutedAlert } from './routed-alert.js'
import type { RoutingMetrics } from './routing-metrics.js'
import type { Silences } from './silences.js'

export interface NotifierOptions {
  readonly clock: Clock
  readonly log: Log
  readonly turns: Turns
  readonly metrics: RoutingMetrics
  readonly ledger: NotificationLedger
  readonly silences: Silences
  readonly inhibitor: Inhibitor
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>
  readonly notificationLog: NotificationLog
  /** By receiver. */
  readonly integrations: ReadonlyMap<string, readonly Integration[]>
  readonly dampings: readonly { readonly receiver: string, readonly damping: FlapDamping }[]
  /** Told of every integration that took a notification, or did not: then it is tried again, and may fail once more, within `againMs`. */
  readonly outcome: (receiver: string, integration: Integration, failure: Error | undefined, againMs: number) => void
  /** Told of alerts that were seen to have ended. */
  readonly ended: (alert: RoutedAlert) => void
  /** @defaultValue Math.random */
  readonly random?: () => number
}

/**
 * Takes a group through what may hold its alerts back (inhibition, time intervals, silences), and tells the receiver's integrations what
 * they have not been told. Alertmanager's notify/notify.go.
 */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #abort = new AbortController()
  /** Until when an integration asked to be left alone, in milliseconds since the Unix epoch. */
  readonly #notBeforeMs = new WeakMap<Integration, number>()
  readonly #subjects = new WeakMap<readonly NotifiedAlert[], LedgerSubject>()

  constructor (options: NotifierOptions) {
    this.#options = options
  }

  /** Ends what is under way. */
  close (): void {
    this.#abort.abort()
  }

  /** See `AlertGroupOptions.notify`. */
  async notify (group: AlertGroup, alerts: readonly RoutedAlert[], atMs: number, deadlineMs: number): Promise<readonly RoutedAlert[] | undefined> {
    const { turns } = this.#options
    const damping = this.#options.dampings.find(({ receiver }) => receiver === group.route.options.receiver)?.damping
    const damped: RoutedAlert[] = []
    const seen: NotifiedAlert[] = []
    for (const alert of alerts) {
      let isResolved = isResolvedAt(alert, atMs)
      if (isResolved) this.#options.ended(alert)
      if (isResolved && damping?.holds(alert, atMs) === true) {
        damped.push(alert)
        isResolved = false
      }
      seen.push({ alert, isResolved })
      if (turns.isDue) await turns.pause()
    }
    this.#leftOut(group, atMs, 'damped', 'flapping', damped, 'it flaps: its end is told when it has lasted')
    const visible = await this.#visible(group, await sortInTurns(turns, seen, (a, b) => compareAlerts(a.alert, b.alert)), atMs, turns)
    const ended = seen.filter(({ isResolved }) => isResolved).map(({ alert }) => alert)
    if (visible.length === 0) return ended
    const integrations = this.#options.integrations.get(group.route.options.receiver) ?? []
    const results = await Promise.all(integrations.map(async integration => await this.#tell(integration, group, visible, atMs, deadlineMs)))
    return results.every(Boolean) ? ended : undefined
  }

  /** The alerts that nothing holds back. */
  async #visible (group: AlertGroup, alerts: readonly NotifiedAlert[], atMs: number, turns: Turns): Promise<readonly NotifiedAlert[]> {
    const { inhibitor, silences } = this.#options
    const inhibited: RoutedAlert[] = []
    let by = ''
    const uninhibited: NotifiedAlert[] = []
    for (const item of alerts) {
      const source = inhibitor.inhibitedBy(item.alert.labels, atMs)
      if (source === undefined) uninhibited.push(item)
      else {
        by = source
        inhibited.push(item.alert)
      }
      if (turns.isDue) await turns.pause()
    }
    this.#leftOut(group, atMs, 'inhibited', 'inhibition', inhibited, `inhibited by ${by}`)
    group.mutedBy = []
    if (uninhibited.length === 0) return uninhibited
    if (this.#isMuted(group, uninhibited, atMs)) return []

    const silenced: RoutedAlert[] = []
    let silence = ''
    const visible: NotifiedAlert[] = []
    for (const item of uninhibited) {
      const ids = silences.silencedBy(item.alert.labels, atMs)
      if (ids.length === 0) visible.push(item)
      else {
        silence = ids[0]!
        silenced.push(item.alert)
      }
      if (turns.isDue) await turns.pause()
    }
    this.#leftOut(group, atMs, 'silenced', 'silence', silenced, `silence ${silence}`)
    return visible
  }

  #isMuted (group: AlertGroup, alerts: readonly NotifiedAlert[], atMs: number): boolean {
    const { activeTimeIntervals, muteTimeIntervals } = group.route.options
    const holding = (names: readonly string[]): string[] =>
      names.filter(name => this.#options.timeIntervals.get(name)!.some(interval => interval.contains(atMs)))
    const list = alerts.map(({ alert }) => alert)
    const isInactive = activeTimeIntervals.length > 0 && holding(activeTimeIntervals).length === 0
    const muting = isInactive ? [] : holding(muteTimeIntervals)
    group.mutedBy = isInactive ? activeTimeIntervals : muting
    this.#leftOut(group, atMs, 'muted', isInactive ? 'active_time_interval' : 'mute_time_interval', group.mutedBy.length > 0 ? list : [],
      isInactive ? `outside of ${activeTimeIntervals.join(', ')}` : `within ${muting.join(', ')}`)
    return group.mutedBy.length > 0
  }

  /** Whether there was nothing to tell, or it was told. */
  async #tell (integration: Integration, group: AlertGroup, alerts: readonly NotifiedAlert[], atMs: number, deadlineMs: number): Promise<boolean> {
    const { notificationLog, metrics, turns } = this.#options
    const { receiver, repeatIntervalMs } = group.route.options
    const key = `${group.key}:${receiver}/${integration.kind}/${integration.index}`
    if (turns.isDue) await turns.pause()
    const firing: string[] = []
    const resolved: string[] = []
    for (const { alert, isResolved } of alerts) (isResolved ? resolved : firing).push(alert.fingerprint)
    const { sendResolved } = integration
    const reason = reasonToNotify(notificationLog.get(key), firing, resolved, { sendResolved, repeatIntervalMs, nowMs: atMs })
    if (reason === undefined) return true
    const told = sendResolved ? alerts : alerts.filter(({ isResolved }) => !isResolved)
    if (told.length > 0) {
      metrics.notified(integration.kind)
      const status = firing.length > 0 ? 'firing' : 'resolved'
      const notification: Notification = { receiver, groupKey: group.key, groupLabels: group.labels, alerts: told, status, reason, atMs }
      if (turns.isDue) await turns.pause()
      const failure = await this.#deliver(integration, group, notification, deadlineMs)
      if (this.#abort.signal.aborted && failure !== undefined) return false
      // The rest of this turn, and the next one.
      this.#options.outcome(receiver, integration, failure, 2 * (deadlineMs - atMs))
      if (failure !== undefined) return false
    }
    notificationLog.set({ key, atMs: this.#options.clock.nowMs(), firing, resolved }, repeatIntervalMs)
    return true
  }

  async #deliver (integration: Integration, group: AlertGroup, notification: Notification, deadlineMs: number): Promise<Error | undefined> {
    const { clock, metrics } = this.#options
    const subject = await this.#subjectOf(notification.alerts)
    const notBeforeMs = this.#notBeforeMs.get(integration) ?? 0
    const { failure, attempts } = notBeforeMs > clock.nowMs()
      ? { failure: new SendFailure(`it asked to be left alone until ${new Date(notBeforeMs).toISOString()}`, { isRetryable: true }), attempts: 0 }
      : await this.#attempt(integration, notification, deadlineMs)
    const fields = { receiver: notification.receiver, integration: `${integration.kind}[${integration.index}]`, groupKey: notification.groupKey }
    if (failure !== undefined) metrics.failed(integration.kind, failure instanceof SendFailure ? failure.reason : 'other')
    if (!this.#abort.signal.aborted) this.#log(group, fields, attempts, failure)
    this.#options.ledger.add({
      ...subject.fields,
      ...fields,
      atMs: clock.nowMs(),
      outcome: failure === undefined ? 'sent' : 'failed',
      status: notification.status,
      why: failure === undefined ? notification.reason : failure.message,
      attempts
    })
    return failure
  }

  /** A failure of a group at an integration is logged once, until it changes or ends. What an answer says besides may differ each time. */
  #log (group: AlertGroup, fields: { readonly integration: string }, attempts: number, failure: Error | undefined): void {
    const { log } = this.#options
    if (failure === undefined) {
      if (group.failing.delete(fields.integration) || attempts > 1) log.info({ ...fields, attempts }, 'a notification was taken after attempts that failed')
      return
    }
    const [kind] = failure.message.split(': ', 1) as [string]
    // Without an attempt it was left alone, as it had asked.
    if (attempts === 0 || group.failing.get(fields.integration) === kind) return
    group.failing.set(fields.integration, kind)
    log.error({ ...fields, attempts, reason: failure.message }, 'a notification failed; its group tries again on its next turns, and what fails for the same reason is not logged again')
  }

  /** All integrations of a receiver are told of the same alerts. */
  async #subjectOf (told: readonly NotifiedAlert[]): Promise<LedgerSubject> {
    const known = this.#subjects.get(told)
    if (known !== undefined) return known
    const { turns } = this.#options
    const subject = new LedgerSubject()
    for (const { alert } of told) {
      subject.add(alert)
      if (turns.isDue) await turns.pause()
    }
    this.#subjects.set(told, subject)
    return subject
  }

  async #attempt (integration: Integration, notification: Notification, deadlineMs: number): Promise<DeliveryResult> {
    const { clock, metrics, random = Math.random } = this.#options
    return await deliver(integration, notification, {
      clock,
      deadlineMs,
      signal: this.#abort.signal,
      random,
      attempted: (seconds, failure) => {
        metrics.attempted(integration.kind, seconds, failure !== undefined)
        if (failure instanceof SendFailure && failure.retryAfterMs !== undefined) this.#notBeforeMs.set(integration, clock.nowMs() + failure.retryAfterMs)
      }
    })
  }

  /** Counts alerts that are left out, and writes them down once as long as they stay the same. */
  #leftOut (group: AlertGroup, atMs: number, outcome: LedgerOutcome, reason: Parameters<RoutingMetrics['suppressed']>[0], alerts: readonly RoutedAlert[], why: string): void {
    if (alerts.length === 0) {
      group.told.delete(outcome)
      return
    }
    this.#options.metrics.suppressed(reason, alerts.length)
    const text = `${alerts.length} ${why} ${alerts[0]!.fingerprint}`
    if (group.told.get(outcome) === text) return
    group.told.set(outcome, text)
    const subject = new LedgerSubject()
    for (const alert of alerts) subject.add(alert)
    this.#options.ledger.add({ ...subject.fields, atMs, outcome, receiver: group.route.options.receiver, integration: '', groupKey: group.key, status: '', why, attempts: 0 })
  }
}
