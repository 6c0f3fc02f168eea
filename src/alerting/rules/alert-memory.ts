import { labelsKey, type Labels } from '../../contracts/labels.js'
import { pendingAlert, type ActiveAlert } from './active-alert.js'
import type { KnownAlerts } from './circumstances.js'
import { mapOf } from './pairs.js'
import type { AlertingRuleSpec } from './rule-set.js'

/** What is kept of an alert over a restart. */
export interface RememberedAlert extends Pick<ActiveAlert,
  'labels' | 'annotations' | 'state' | 'activeAtMs' | 'firedAtMs' | 'resolvedAtMs' | 'keepFiringSinceMs'> {
  /** The expression, for where to look at it. */
  readonly query: string
  /** When it was last evaluated, in milliseconds since the Unix epoch; `undefined` where that was when the rules were. */
  readonly seenAtMs?: number | undefined
}

/** What was known of alerts when a process ended. */
export interface AlertMemoryContents {
  /** When the rules were last evaluated, in milliseconds since the Unix epoch. */
  readonly atMs: number
  readonly alerts: readonly RememberedAlert[]
}

export interface AlertMemoryOptions {
  /** Of the last process; `undefined` where there was none. */
  readonly contents: AlertMemoryContents | undefined
  /** The longest that an alert may not have been evaluated, in milliseconds; past it, it is not taken up again. */
  readonly outageToleranceMs: number
  /** The least that an alert which was pending waits, in milliseconds, where its `for` is not shorter. */
  readonly graceMs: number
  /** For how long alerts are remembered, in milliseconds. */
  readonly warmUpMs: number
  readonly nowMs: number
}

/**
 * Alerts of an earlier process, until they are there again. As Prometheus restores them from `ALERTS_FOR_STATE` (rules/group.go, RestoreForState):
 * the time for which nobody looked does not count towards `for`. But it does so when an alert comes back and not at the second
 * evaluation, and one that fired goes on firing since when it did.
 */
export class AlertMemory implements KnownAlerts {
  readonly #options: AlertMemoryOptions
  readonly #alerts = new Map<string, RememberedAlert>()

  constructor (options: AlertMemoryOptions) {
    this.#options = options
    const { contents, nowMs, outageToleranceMs } = options
    for (const alert of contents?.alerts ?? []) {
      // Written again before it came back, it keeps the time at which it was seen.
      const seenAtMs = alert.seenAtMs ?? contents!.atMs
      if (nowMs - seenAtMs <= outageToleranceMs) this.#alerts.set(labelsKey(alert.labels), { ...alert, seenAtMs })
    }
  }

  get size (): number {
    return this.#alerts.size
  }

  /** Those that have not come back yet. */
  get remaining (): Iterable<RememberedAlert> {
    return this.#alerts.values()
  }

  restore (alert: ActiveAlert, forMs: number, atMs: number): void {
    const known = this.#take(alert.labels)
    if (known === undefined || known.state === 'inactive') return
    if (known.state === 'firing') {
      alert.state = 'firing'
      alert.activeAtMs = known.activeAtMs
      alert.firedAtMs = known.firedAtMs
      return
    }
    const { graceMs } = this.#options
    // A `for` below the grace period starts anew: it would not be shorter for what is known.
    if (forMs < graceMs) return
    const seenAtMs = known.seenAtMs!
    const remainingMs = forMs - (seenAtMs - known.activeAtMs)
    if (remainingMs <= 0) alert.activeAtMs = known.activeAtMs
    else if (remainingMs < graceMs) alert.activeAtMs = atMs + graceMs - forMs
    else alert.activeAtMs = known.activeAtMs + Math.max(0, atMs - seenAtMs)
  }

  takeKept (rule: AlertingRuleSpec): ActiveAlert[] {
    const { keepFiringForMs } = rule
    const kept: ActiveAlert[] = []
    if (keepFiringForMs === 0) return kept
    for (const known of this.#alerts.values()) {
      const { labels, annotations, state, activeAtMs, firedAtMs, keepFiringSinceMs, seenAtMs } = known
      // One whose element was there has the time to come back, and then the rest of what it goes on for.
      if (state !== 'firing' || (keepFiringSinceMs === undefined && keepFiringForMs <= this.#options.warmUpMs) || !isOf(known, rule)) continue
      this.#take(labels)
      const alert = pendingAlert(labels, annotations, NaN, activeAtMs)
      kept.push(Object.assign(alert, { state, firedAtMs, keepFiringSinceMs: keepFiringSinceMs ?? seenAtMs }))
    }
    return kept
  }

  /** Forgets everything, and says which alerts fired and have not come back: they are over. */
  forget (): RememberedAlert[] {
    const left = [...this.#alerts.values()].filter(({ state }) => state !== 'pending')
    this.#alerts.clear()
    return left
  }

  #take (labels: Labels): RememberedAlert | undefined {
    const key = labelsKey(labels)
    const known = this.#alerts.get(key)
    this.#alerts.delete(key)
    return known
  }
}

/** Whether an alert is one of a rule, by its expression, name and those labels that are no templates. */
function isOf ({ labels, query }: RememberedAlert, { name, labels: own, query: expr }: AlertingRuleSpec): boolean {
  if (query !== expr) return false
  const values = mapOf(labels)
  if (values.get('alertname') !== name) return false
  return [...mapOf(own)].every(([label, text]) => label === 'alertname' || text.includes('{{') || (values.get(label) ?? '') === text)
}
