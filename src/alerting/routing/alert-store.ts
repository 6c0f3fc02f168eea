import { mergeAlerts, overlaps, isResolvedAt, type RoutedAlert } from './routed-alert.js'

/** Alerts by fingerprint, the last word on each; at most `maxAlerts` of them. Alertmanager's provider/mem. */
export class AlertStore {
  readonly #alerts = new Map<string, RoutedAlert>()
  readonly #maxAlerts: number

  constructor (maxAlerts: number) {
    this.#maxAlerts = maxAlerts
  }

  get size (): number {
    return this.#alerts.size
  }

  get (fingerprint: string): RoutedAlert | undefined {
    return this.#alerts.get(fingerprint)
  }

  values (): IterableIterator<RoutedAlert> {
    return this.#alerts.values()
  }

  /** Takes an alert in, merged with what was known where their times overlap; what it came to, or `undefined` when there is no room. */
  put (alert: RoutedAlert, nowMs: number): RoutedAlert | undefined {
    const old = this.#alerts.get(alert.fingerprint)
    if (old === undefined && this.#alerts.size >= this.#maxAlerts) return undefined
    const merged = old !== undefined && overlaps(old, alert) ? mergeAlerts(old, alert, nowMs) : alert
    this.#alerts.set(alert.fingerprint, merged)
    return merged
  }

  /** Forgets what has ended, and gives it. */
  collect (nowMs: number): RoutedAlert[] {
    const gone: RoutedAlert[] = []
    for (const alert of this.#alerts.values()) {
      if (!isResolvedAt(alert, nowMs)) continue
      this.#alerts.delete(alert.fingerprint)
      gone.push(alert)
    }
    return gone
  }
}
