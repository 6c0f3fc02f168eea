import { labelValue, type Labels } from '../../contracts/labels.js'
import { fingerprintOf } from './fingerprint.js'

/** An alert as routing keeps it; never changed, but replaced. Times are milliseconds since the Unix epoch. */
export interface RoutedAlert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAtMs: number
  /** When it ended, or until when it counts as firing if nothing more is said of it. */
  readonly endsAtMs: number
  readonly updatedAtMs: number
  /** Whether nobody said when it ends: `endsAtMs` comes from `resolve_timeout`. */
  readonly hasTimeout: boolean
  readonly generatorUrl: string
  /** 16 hexadecimal digits, of the labels. */
  readonly fingerprint: string
}

export function routedAlert (alert: Omit<RoutedAlert, 'fingerprint'>): RoutedAlert {
  return { ...alert, fingerprint: fingerprintOf(alert.labels) }
}

export function isResolvedAt (alert: RoutedAlert, atMs: number): boolean {
  return alert.endsAtMs <= atMs
}

/** What two posts of one alert whose times overlap come to; Alertmanager's `Alert.Merge`. */
export function mergeAlerts (a: RoutedAlert, b: RoutedAlert, nowMs: number): RoutedAlert {
  const [older, newer] = b.updatedAtMs < a.updatedAtMs ? [b, a] : [a, b]
  let { endsAtMs } = newer
  if (isResolvedAt(newer, nowMs)) {
    if (isResolvedAt(older, nowMs)) endsAtMs = Math.max(endsAtMs, older.endsAtMs)
  } else if (older.endsAtMs > endsAtMs && !older.hasTimeout) endsAtMs = older.endsAtMs
  return { ...newer, startsAtMs: Math.min(older.startsAtMs, newer.startsAtMs), endsAtMs }
}

/** Whether their spans overlap, so that they are one. */
export function overlaps (old: RoutedAlert, alert: RoutedAlert): boolean {
  return (alert.endsAtMs > old.startsAtMs && alert.endsAtMs < old.endsAtMs) || (alert.startsAtMs > old.startsAtMs && alert.startsAtMs < old.endsAtMs)
}

/** The order of alerts in a notification: by `job`, by `instance`, then by all labels. */
export function compareAlerts (a: RoutedAlert, b: RoutedAlert): number {
  for (const name of ['job', 'instance']) {
    const [x, y] = [labelValue(a.labels, name), labelValue(b.labels, name)]
    if (x === y) continue
    if (x === '') return 1
    if (y === '') return -1
    return x < y ? -1 : 1
  }
  return compareLabels(a.labels, b.labels)
}

/** Fewer labels first; then whoever lacks the first name in which they differ; then by values. Prometheus's `LabelSet.Before`. */
export function compareLabels (a: Labels, b: Labels): number {
  if (a.length !== b.length) return a.length - b.length
  for (let i = 0; i < a.length; i += 2) {
    if (a[i] !== b[i]) return a[i]! < b[i]! ? 1 : -1
    if (a[i + 1] !== b[i + 1]) return a[i + 1]! < b[i + 1]! ? -1 : 1
  }
  return 0
}
