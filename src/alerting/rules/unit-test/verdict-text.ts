import type { Sample } from '../../../promql/engine.js'
import { compareLabels, printLabels } from '../../../promql/eval/label-sets.js'
import type { Pairs } from '../rule-set.js'

interface AlertTexts {
  readonly labels: Pairs
  readonly annotations: Pairs
}

export function sortedAlerts<T extends AlertTexts> (alerts: readonly T[]): T[] {
  return alerts.toSorted((a, b) => compareLabels(a.labels, b.labels) || compareLabels(a.annotations, b.annotations))
}

export function sortedSamples (samples: readonly Sample[]): Sample[] {
  return samples.toSorted((a, b) => compareLabels(a.labels, b.labels))
}

/** Whether two lists are the same; `isFuzzy` lets values differ by their last bit. A NaN is never the same as anything, as in promtool. */
export function sameSamples (a: readonly Sample[], b: readonly Sample[], isFuzzy: boolean): boolean {
  return a.length === b.length && a.every(({ labels, value }, i) => {
    const other = b[i]!
    return compareLabels(labels, other.labels) === 0 && (value === other.value || (isFuzzy && areNeighbours(value, other.value)))
  })
}

/** Alerts as promtool lists them. */
export function alertsText (alerts: readonly AlertTexts[]): string {
  if (alerts.length === 0) return '[]'
  const items = alerts.map(({ labels, annotations }, i) =>
    `            ${i}:\n              Labels:${printLabels(labels)}\n              Annotations:${printLabels(annotations)}`)
  return `[\n${items.join(',\n')}\n            ]`
}

/** Samples as promtool lists them. */
export function samplesText (samples: readonly Sample[]): string {
  return samples.length === 0 ? 'nil' : samples.map(({ labels, value }) => `${printLabels(labels)} ${exponential(value)}`).join(', ')
}

/** Go's `time.Duration.String()` of whole milliseconds. */
export function goDuration (ms: number): string {
  if (ms === 0) return '0s'
  if (ms < 1000) return `${ms}ms`
  const [hours, minutes, seconds] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, ms % 60_000 / 1000]
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`
}

/** Go's `%E` with the shortest digits. */
function exponential (value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  return `${digits}E${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
}

/** Whether no double lies between two. */
function areNeighbours (a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return false
  const gap = ordinal(a) - ordinal(b)
  return gap === 1n || gap === -1n || gap === 0n
}

/** A double's place among all doubles in ascending order. */
function ordinal (value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  const ordered = bits.getBigInt64(0)
  return ordered < 0n ? -(ordered & 0x7fff_ffff_ffff_ffffn) : ordered
}
