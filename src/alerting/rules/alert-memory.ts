import { labelsKey, type Labels } from '../../contracts/labels.js'
import type { ActiveAlert } from './active-alert.js'

/** What is kept of an alert over a restart. */
export interface RememberedAlert extends Pick<ActiveAlert, 'labels' | 'annotations' | 'state' | 'activeAtMs' | 'firedAtMs' | 'resolvedAtMs'> {
  /** The expression, for where to look at it. */
  readonly query: string
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
  /** The longest that may have gone by without evaluations, in milliseconds; past it nothing is taken up again. */
  readonly outageToleranceMs: number
  /** The least that an alert which was pending waits, in milliseconds, where its `for` is not shorter. */
  readonly graceMs: number
  readonly nowMs: number
}

/**
 * Alerts of an earlier process, until they are there again. As Prometheus restores them from `ALERTS_FOR_STATE` (rules/group.go, RestoreForState):
 * the time for which nobody looked does not count towards `for`. But it does so when an alert comes back and not at the second
 * evaluation, and one that fired goes on firing since when it did.
 */
export class AlertMemory {
  readonly #options: AlertMemoryOptions
  readonly #alerts = new Map<string, RememberedAlert>()

  constructor (options: AlertMemoryOptions) {
    this.#options = options
    const { contents, nowMs, outageToleranceMs } = options
    if (contents === undefined || nowMs - contents.atMs > outageToleranceMs) return
    for (const alert of contents.alerts) this.#alerts.set(labelsKey(alert.labels), alert)
  }

  get size (): number {
    return this.#alerts.size
  }

  /** Those that have not come back yet. */
  get remaining (): Iterable<RememberedAlert> {
    return this.#alerts.values()
  }

  /** Gives a new alert back what was known of it; to be called as each alert begins. */
  readonly restore = (alert: ActiveAlert, forMs: number, atMs: number): void => {
    const known = this.#take(alert.labels)
    if (known === undefined || known.state === 'inactive') return
    if (known.state === 'firing') {
      alert.state = 'firing'
      alert.activeAtMs = known.activeAtMs
      alert.firedAtMs = known.firedAtMs
      return
    }
    const { contents, graceMs } = this.#options
    // A `for` below the grace period starts anew: it would not be shorter for what is known.
    if (forMs < graceMs) return
    const downAtMs = contents!.atMs
    const remainingMs = forMs - (downAtMs - known.activeAtMs)
    if (remainingMs <= 0) alert.activeAtMs = known.activeAtMs
    else if (remainingMs < graceMs) alert.activeAtMs = atMs + graceMs - forMs
    else alert.activeAtMs = known.activeAtMs + Math.max(0, atMs - downAtMs)
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
