import type { ConstantLabels } from '../exposition/constant-labels.js'
import { familyName } from '../exposition/lines.js'
import { formatBound } from '../exposition/number-format.js'
import type { PromSnapshot } from '../metrics/prom-bridge.js'
import type { SeriesRef } from '../series/series-index.js'
import type { SeriesStore } from '../series/series-store.js'
import { storedLabels, type TargetLabels } from '../contracts/target-labels.js'

/** A metric of the host's own, sampled by what its `get()` gave. */
export class ForeignSource {
  readonly #store: SeriesStore
  #refs: SeriesRef[] = []
  #lost: SeriesRef[] = []

  constructor (store: SeriesStore) {
    this.#store = store
  }

  /** Appends the samples of a snapshot; returns how many they are. Throws what a hostile object in it throws. */
  sample ({ name, type, values }: PromSnapshot, atMs: number, constant: ConstantLabels, target: TargetLabels): number {
    this.#lost = this.#refs
    this.#refs = []
    for (const { labels, metricName = name, value } of values) {
      // As in OpenMetrics, which is what Prometheus asks for: there the samples of a counter end in _total.
      const sampleName = type === 'counter' && metricName === name ? `${familyName(name, type)}_total` : metricName
      const own: Record<string, string> = Object.create(null)
      for (const [label, text] of Object.entries(constant.under(labels))) own[label] = labelText(label, text, type)
      const ref = this.#store.ref(storedLabels(sampleName, own, target))
      this.#store.appendRef(ref, atMs, value)
      this.#refs.push(ref)
    }
    return values.length
  }

  /** Ends the series that have gone since the last sampling, and all of them with `all`. Those just sampled go on. */
  markStale (atMs: number, all = false): void {
    if (all) this.#lost = this.#lost.concat(this.#refs.splice(0))
    for (const ref of this.#lost) this.#store.staleRef(ref, atMs)
    this.#lost = []
  }
}

const boundLabels: Readonly<Record<string, string>> = { histogram: 'le', summary: 'quantile' }

/** A label's value as it is stored; of bounds and quantiles each number has one (Prometheus, normalizeFloatsInLabelValues). */
function labelText (label: string, value: unknown, type: string): string {
  const isBound = label === boundLabels[type]
  if (typeof value === 'number' && (label === 'le' || label === 'quantile')) return formatBound(value, true)
  const text = String(value).toWellFormed()
  const isNumber = /^[+-]?(Inf|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i.test(text)
  return isBound && isNumber ? formatBound(Number(text.replace(/inf/i, 'Infinity')), true) : text
}
