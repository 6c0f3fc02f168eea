import { labelsOf, labelsToObject, labelValue, type Labels } from '../../src/contracts/labels.js'
import type { Matcher, Queryable, Samples, SelectedSeries, Selection } from '../../src/contracts/queryable.js'

/** A value, or a staleness mark. */
export type Sample = number | 'stale'

interface StoredSeries { readonly labels: Labels, readonly times: number[], readonly samples: Sample[] }

/** The simplest thing that can be queried: arrays. Series come in the order in which they were added. */
export class ArrayQueryable implements Queryable {
  readonly #series: StoredSeries[] = []
  /** Every selection that was asked for. */
  readonly selections: Selection[] = []

  /** Adds a series with a sample every `stepMs` from `startMs` on; `undefined` leaves one out. */
  add (labels: Readonly<Record<string, string>>, samples: readonly (Sample | undefined)[], stepMs = 60_000, startMs = 0): this {
    const stored: StoredSeries = { labels: labelsOf(labels), times: [], samples: [] }
    for (const [i, sample] of samples.entries()) {
      if (sample === undefined) continue
      stored.times.push(startMs + i * stepMs)
      stored.samples.push(sample)
    }
    this.#series.push(stored)
    return this
  }

  /** Adds a series with samples at their own times, which ascend. */
  addSamples (labels: Readonly<Record<string, string>>, samples: ReadonlyArray<{ readonly timestampMs: number, readonly value: Sample }>): this {
    this.#series.push({ labels: labelsOf(labels), times: samples.map(({ timestampMs }) => timestampMs), samples: samples.map(({ value }) => value) })
    return this
  }

  select (selection: Selection): readonly SelectedSeries[] {
    this.selections.push(selection)
    const { matchers, startMs, endMs } = selection
    return this.#matching(matchers).flatMap(({ labels, times, samples }) => {
      const indices = [...times.keys()].filter(i => times[i]! >= startMs && times[i]! <= endMs)
      return indices.length === 0 ? [] : [{ labels, read: () => samplesOf(indices.map(i => times[i]!), indices.map(i => samples[i]!)) }]
    })
  }

  labelNames (matchers: readonly Matcher[]): readonly string[] {
    return [...new Set(this.#matching(matchers).flatMap(({ labels }) => Object.keys(labelsToObject(labels))))].sort()
  }

  labelValues (name: string, matchers: readonly Matcher[]): readonly string[] {
    return [...new Set(this.#matching(matchers).map(({ labels }) => labelValue(labels, name)))].sort()
  }

  series (matchers: readonly Matcher[]): readonly Labels[] {
    return this.#matching(matchers).map(({ labels }) => labels)
  }

  #matching (matchers: readonly Matcher[]): StoredSeries[] {
    return this.#series.filter(({ labels }) => matchers.every(matcher => matcher.matches(labelValue(labels, matcher.name))))
  }
}

function samplesOf (times: readonly number[], samples: readonly Sample[]): Samples {
  return {
    length: times.length,
    timestamps: Float64Array.from(times),
    values: Float64Array.from(samples, sample => sample === 'stale' ? NaN : sample),
    stale: samples.includes('stale') ? Uint8Array.from(samples, sample => sample === 'stale' ? 1 : 0) : undefined
  }
}
