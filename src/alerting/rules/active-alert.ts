import type { Labels } from '../../contracts/labels.js'
import type { Pairs } from './rule-set.js'

export type AlertState = 'inactive' | 'pending' | 'firing'

/** One alert of a rule, from its first element on until it is forgotten. All times in milliseconds since the Unix epoch. */
export interface ActiveAlert {
  /** Who it is, `alertname` among them. */
  readonly labels: Labels
  annotations: Pairs
  /** Of the expression, when it was last evaluated. */
  value: number
  /** `inactive` is an alert that fired and does no more: it is told of for a while. */
  state: AlertState
  activeAtMs: number
  firedAtMs: number | undefined
  resolvedAtMs: number | undefined
  /** Since when its element has been gone while it goes on firing (`keep_firing_for`). */
  keepFiringSinceMs: number | undefined
  lastSentAtMs: number | undefined
  /** Those of the series that tell of it, made once. */
  readonly seriesLabels: Map<string, Labels>
}

/** How long an alert that was resolved is told of (rules/alerting.go, resolvedRetention). */
const RESOLVED_RETENTION_MS = 15 * 60_000

/** What an alert's rule says of it. */
export interface HoldTimes {
  readonly forMs: number
  readonly keepFiringForMs: number
}

/** A new alert, pending from `atMs` on. */
export function pendingAlert (labels: Labels, annotations: Pairs, value: number, atMs: number): ActiveAlert {
  return {
    labels,
    annotations,
    value,
    state: 'pending',
    activeAtMs: atMs,
    firedAtMs: undefined,
    resolvedAtMs: undefined,
    keepFiringSinceMs: undefined,
    lastSentAtMs: undefined,
    seriesLabels: new Map()
  }
}

/**
 * What becomes of an alert at an evaluation (rules/alerting.go, Eval): `active` where it is pending or firing from now on, `forgotten`
 * where nothing is left of it.
 * @param isThere whether its element is in the vector
 */
export function advance (alert: ActiveAlert, isThere: boolean, atMs: number, { forMs, keepFiringForMs }: HoldTimes): 'active' | 'inactive' | 'forgotten' {
  if (isThere) {
    alert.keepFiringSinceMs = undefined
  } else if (!keepsFiring(alert, atMs, keepFiringForMs)) {
    if (alert.state === 'pending') return 'forgotten'
    if (alert.resolvedAtMs !== undefined && atMs - alert.resolvedAtMs > RESOLVED_RETENTION_MS) return 'forgotten'
    if (alert.state !== 'inactive') {
      alert.state = 'inactive'
      alert.resolvedAtMs = atMs
    }
    return 'inactive'
  }
  if (alert.state === 'pending' && atMs - alert.activeAtMs >= forMs) {
    alert.state = 'firing'
    alert.firedAtMs = atMs
  }
  return 'active'
}

function keepsFiring (alert: ActiveAlert, atMs: number, keepFiringForMs: number): boolean {
  if (alert.state !== 'firing' || keepFiringForMs === 0) return false
  alert.keepFiringSinceMs ??= atMs
  return atMs - alert.keepFiringSinceMs < keepFiringForMs
}

/** Whether it is time to tell of an alert (again). */
export function needsSending ({ state, resolvedAtMs, lastSentAtMs }: ActiveAlert, atMs: number, resendDelayMs: number): boolean {
  if (state === 'pending') return false
  if (lastSentAtMs === undefined) return true
  return (resolvedAtMs !== undefined && resolvedAtMs > lastSentAtMs) || lastSentAtMs + resendDelayMs < atMs
}
