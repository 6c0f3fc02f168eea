import { checkMetricSnapshot, type MetricSnapshot } from '../contracts/metric-snapshot.js'
import type { BoundCounter, BoundObserver } from '../contracts/instruments.js'
import { HistogramFamily } from '../metrics/histogram.js'
import type { MergedFamilies, Refusal } from './merged-families.js'
import type { MergedFamily } from './merged-family.js'
import type { Windows } from './windows.js'

/** One gauge series that a foreign service reported. */
interface ForeignGauge {
  readonly family: MergedFamily
  readonly index: number
  heardMs: number
}

/**
 * Bare `MetricSnapshot` messages, as services of other languages send them: a counter's value is an increment, a
 * histogram's one observation. They carry neither an origin nor a number: one that is lost is lost.
 */
export class ForeignSnapshots {
  readonly #families: MergedFamilies
  readonly #windows: Windows
  /** By metric and series. Also who contributes to the gauges: all foreign services together. */
  readonly #gauges = new Map<string, ForeignGauge>()

  constructor (families: MergedFamilies, windows: Windows) {
    this.#families = families
    this.#windows = windows
  }

  /** Takes one snapshot; returns why it was refused, or how it was placed in time. Throws `NJORD_ERR_INVALID_PAYLOAD`. */
  take (payload: unknown, nowMs: number): Refusal | 'labels' | 'negative' | 'placed' | 'late' {
    const snapshot = checkMetricSnapshot(payload)
    const family = this.#familyOf(snapshot)
    if (typeof family === 'string') return family
    const { labelNames } = family.family
    if (Object.keys(snapshot.labels).some(name => !labelNames.includes(name as never))) return 'labels'
    if (family.type === 'counter' && snapshot.value < 0) return 'negative'
    const index = family.indexOf(labelNames.map(name => snapshot.labels[name] ?? ''))
    if (index === -1) return family.type === 'gauge' ? 'limit' : 'labels'
    const atMs = Number(snapshot.timestamp_ns / 1_000_000n)
    const window = this.#windows.at(atMs, nowMs)
    if (family.type === 'gauge') {
      const key = `${family.ordinal} ${index}`
      const known = this.#gauges.get(key)
      if (known === undefined) this.#gauges.set(key, { family, index, heardMs: nowMs })
      else known.heardMs = nowMs
      const shown = family.gauges.set(index, this, snapshot.value, family.aggregate)
      window?.sample(family, index, family.aggregate === 'last' ? snapshot.value : shown, atMs)
    } else if (family.type === 'counter') {
      (family.family.series[index] as unknown as BoundCounter).inc(snapshot.value)
      window?.add(family, index, 0, snapshot.value)
    } else {
      (family.family.series[index] as unknown as BoundObserver).observe(snapshot.value)
      window?.add(family, index, 0, snapshot.value)
      window?.add(family, index, 1 + (family.family as unknown as HistogramFamily).index.find(snapshot.value), 1)
    }
    return window === undefined ? 'late' : 'placed'
  }

  /** Lets gauges vanish of which nothing was heard since `beforeMs`. */
  expire (beforeMs: number): void {
    for (const [key, { family, index, heardMs }] of this.#gauges) {
      if (heardMs >= beforeMs) continue
      this.#gauges.delete(key)
      family.gauges.drop(index, this, family.aggregate)
    }
  }

  #familyOf ({ name, metric_type: type, labels }: MetricSnapshot): MergedFamily | Refusal {
    const shownName = type === 'counter' && !name.endsWith('_total') ? `${name}_total` : name
    const known = this.#families.byName(shownName)
    if (known !== undefined) return known.type === type ? known : 'clash'
    const names = this.#families.labelNamesOf(shownName) ?? Object.keys(labels).sort()
    const bounds = this.#families.boundsOf(shownName)
    const resolved = this.#families.resolve({
      id: 0, type, name: shownName, help: 'Reported by a service that publishes bare snapshots.', labels: names, bounds
    })
    return typeof resolved === 'string' ? resolved : resolved.family
  }
}
