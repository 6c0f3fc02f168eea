import type { Clock, Timer } from '../../contracts/clock.js'
import type { Labels } from '../../contracts/labels.js'
import type { RoutedAlert } from './routed-alert.js'
import { groupKeyOf, type Route } from './route.js'

/** The shortest time that a notification has until it is given up, in milliseconds. */
const SHORTEST_TIMEOUT_MS = 10_000

export interface AlertGroupOptions {
  readonly route: Route
  readonly labels: Labels
  readonly clock: Clock
  /**
   * Tells the receiver of these alerts; resolves with those that ended and need not be told of again, or `undefined` when telling failed.
   * `atMs` is the group's turn, and `deadlineMs` the time to give up.
   */
  readonly notify: (group: AlertGroup, alerts: readonly RoutedAlert[], atMs: number, deadlineMs: number) => Promise<readonly RoutedAlert[] | undefined>
  /** Called when the last alert is gone. */
  readonly ended: (group: AlertGroup) => void
}

/** Alerts that are told together: of one route, with the same group labels. Alertmanager's dispatch/aggrGroup. */
export class AlertGroup {
  readonly route: Route
  readonly labels: Labels
  readonly key: string
  /** The time intervals that mute it now. */
  mutedBy: readonly string[] = []
  /** What was said of alerts that were left out, so that it is said once. */
  readonly told = new Map<string, string>()
  /** Of integrations whose last notification failed, how: so that it is logged once. */
  readonly failing = new Map<string, string>()
  readonly #clock: Clock
  readonly #notify: AlertGroupOptions['notify']
  readonly #ended: AlertGroupOptions['ended']
  readonly #alerts = new Map<string, RoutedAlert>()
  #timer: Timer
  #isFlushing = false
  #isDue = false
  #isStopped = false

  constructor ({ route, labels, clock, notify, ended }: AlertGroupOptions, first: RoutedAlert) {
    this.route = route
    this.labels = labels
    this.key = groupKeyOf(route, labels)
    this.#clock = clock
    this.#notify = notify
    this.#ended = ended
    this.#alerts.set(first.fingerprint, first)
    // An alert that began before the wait has waited long enough: after a restart, say.
    const { groupWaitMs } = route.options
    this.#timer = clock.after(first.startsAtMs + groupWaitMs < clock.nowMs() ? 0 : groupWaitMs, () => { this.#tick() })
  }

  get size (): number {
    return this.#alerts.size
  }

  has (fingerprint: string): boolean {
    return this.#alerts.has(fingerprint)
  }

  values (): IterableIterator<RoutedAlert> {
    return this.#alerts.values()
  }

  insert (alert: RoutedAlert): void {
    this.#alerts.set(alert.fingerprint, alert)
  }

  stop (): void {
    this.#isStopped = true
    this.#timer.cancel()
  }

  #tick (): void {
    if (this.#isStopped) return
    if (this.#isFlushing) {
      this.#isDue = true
      return
    }
    this.#isDue = false
    this.#timer = this.#clock.after(this.route.options.groupIntervalMs, () => { this.#tick() })
    this.#flush().catch(() => {})
  }

  async #flush (): Promise<void> {
    this.#isFlushing = true
    const atMs = this.#clock.nowMs()
    const alerts = [...this.#alerts.values()]
    const ended = await this.#notify(this, alerts, atMs, atMs + Math.max(this.route.options.groupIntervalMs, SHORTEST_TIMEOUT_MS)).catch(() => undefined)
    this.#isFlushing = false
    if (this.#isStopped) return
    for (const alert of ended ?? []) {
      // One that fired again in the meantime is another object.
      if (this.#alerts.get(alert.fingerprint) === alert) this.#alerts.delete(alert.fingerprint)
    }
    if (this.#alerts.size === 0) {
      this.stop()
      this.#ended(this)
    } else if (this.#isDue) this.#tick()
  }
}
