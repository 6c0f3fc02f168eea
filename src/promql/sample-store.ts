import { labelsOf, type Labels } from '../contracts/labels.js'
import { SeriesStore, type SeriesStoreOptions } from '../series/series-store.js'

/**
 * A store to fill by hand: a {@link SeriesStore} that takes labels as an object, and keeps everything unless it is told otherwise
 * (`maxAgeMs`, `maxBytes`). Samples of one series come in the order of time; those of different series in any.
 */
export class SampleStore extends SeriesStore {
  constructor (options: SeriesStoreOptions = {}) {
    super({ maxAgeMs: Infinity, maxBytes: Infinity, ...options })
  }

  /**
   * Stores a sample, or with `'stale'` says that the series ends there, until it has a sample again. The time is a whole number of
   * milliseconds since the Unix epoch. Never throws: false when the sample is refused (`refused` counts why).
   */
  override append (labels: Readonly<Record<string, string>> | Labels, timestampMs: number, value: number | 'stale'): boolean {
    const known = Array.isArray(labels) ? labels as Labels : labelsOf(labels as Readonly<Record<string, string>>)
    return value === 'stale' ? this.appendStale(known, timestampMs) : super.append(known, timestampMs, value)
  }
}
