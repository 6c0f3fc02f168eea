import { setImmediate } from 'node:timers/promises'
import { labelsKey, labelValue, type Labels } from '../contracts/labels.js'
import type { Matcher, Queryable, Samples, SelectedSeries, Selection } from '../contracts/queryable.js'
import { storedLabels, type TargetLabels } from '../contracts/target-labels.js'
import { resolutionMs, resolutions, type Resolution, type WindowRecord } from '../contracts/window.js'
import { NJORD_ERR_QUERY_TOO_MANY_SAMPLES } from '../errors.js'
import type { JournalQuery } from '../journal/journal-reader.js'
import { cumulative, levels, type Point } from './window-samples.js'

/** What is read of a journal: its reader, or itself. */
export interface WindowSource {
  readBatches (query: JournalQuery): AsyncIterable<readonly WindowRecord[]>
}

export interface JournalQueryableOptions {
  /** Labels that every series gets, as a scrape would give: `{ job: 'njord', instance: 'desk-1' }`. */
  readonly labels?: TargetLabels
  /** The most windows that one query may hold; past it `NJORD_ERR_QUERY_TOO_MANY_SAMPLES` is thrown. @defaultValue 5000000 */
  readonly maxWindows?: number
}

/** A series of a journal. */
export interface JournalSeries extends SelectedSeries {
  /** A counter, or a part of a histogram: it only grows. */
  readonly isCumulative: boolean
}

/** An instant selector looks back so far: samples must not be further apart. */
const lookbackMs = 300_000

interface Draft {
  readonly labels: Labels
  readonly isCumulative: boolean
  readonly points: Point[]
}

/**
 * The journal's windows as series to query. A window's sample stands at its end. Gauges are the window's average (the
 * latest value for an instant query). Counters and the buckets, count and sum of histograms are rebuilt as running totals that never go
 * back, so that `rate` goes on over restarts; between the ends of long windows they grow evenly. Coarse windows serve wide
 * steps and ranges.
 */
export class JournalQueryable implements Queryable {
  readonly #source: WindowSource
  readonly #labels: TargetLabels
  readonly #maxWindows: number

  constructor (source: WindowSource, { labels = {}, maxWindows = 5_000_000 }: JournalQueryableOptions = {}) {
    this.#source = source
    this.#labels = labels
    this.#maxWindows = maxWindows
  }

  async select (selection: Selection, signal?: AbortSignal): Promise<JournalSeries[]> {
    const { matchers, startMs, endMs, stepMs, rangeMs } = selection
    const isInstant = stepMs === 0 && rangeMs === 0
    const widestMs = rangeMs > 0 ? rangeMs / 2 : stepMs
    const resolution = resolutions.findLast(each => resolutionMs[each] <= widestMs) ?? resolutions[0]
    const spacingMs = rangeMs > 0 ? Math.max(60_000, Math.floor(rangeMs / 120_000) * 60_000) : lookbackMs
    const { drafts, firstMs, lastMs } = await this.#collect(matchers, startMs, endMs, resolution, isInstant, signal)
    const gridMs = Math.min(spacingMs, resolutionMs[resolution])
    const [fromMs, toMs] = [Math.max(startMs, firstMs), Math.min(endMs, lastMs)]
    return drafts.map(({ labels, isCumulative, points }) => ({
      labels,
      isCumulative,
      read: (): Samples => isCumulative ? cumulative(points, fromMs, toMs, gridMs) : levels(points, startMs, endMs, gridMs)
    }))
  }

  async series (matchers: readonly Matcher[], startMs: number, endMs: number): Promise<Labels[]> {
    return (await this.#collect(matchers, startMs, endMs, '1d', false)).drafts.map(({ labels }) => labels)
  }

  async labelNames (matchers: readonly Matcher[], startMs: number, endMs: number): Promise<string[]> {
    const found = await this.series(matchers, startMs, endMs)
    return [...new Set(found.flatMap(labels => labels.filter((_, i) => i % 2 === 0)))].sort()
  }

  async labelValues (name: string, matchers: readonly Matcher[], startMs: number, endMs: number): Promise<string[]> {
    const found = await this.series(matchers, startMs, endMs)
    return [...new Set(found.map(labels => labelValue(labels, name)))].filter(value => value !== '').sort()
  }

  async #collect (
    matchers: readonly Matcher[], startMs: number, endMs: number, resolution: Resolution, isInstant: boolean, signal?: AbortSignal
  ): Promise<{ drafts: Draft[], firstMs: number, lastMs: number }> {
    const bySeries = new Map<string, Draft>()
    let firstMs = Infinity
    let lastMs = -Infinity
    let windows = 0
    // A histogram's labels do not have `le`, and no window those that are added here, or change their names for it.
    const isChanged = (name: string): boolean => Object.hasOwn(this.#labels, name.replace(/^(?:exported_)+/, ''))
    const ofWindows = matchers.filter(({ name }) => name !== '__name__' && name !== 'le' && !isChanged(name))
    // A window's sample stands at its end, so the one that ends with the range is wanted, and not the one that begins with it.
    const query = { name: namesOf(matchers), matchers: ofWindows, from: startMs - 1, to: endMs, resolution }
    for await (const batch of this.#source.readBatches(query)) {
      signal?.throwIfAborted()
      windows += batch.length
      if (windows > this.#maxWindows) throw new NJORD_ERR_QUERY_TOO_MANY_SAMPLES()
      for (const record of batch) {
        firstMs = Math.min(firstMs, record.startMs)
        lastMs = Math.max(lastMs, record.endMs)
        for (const { suffix, le, value, total } of parts(record, isInstant)) {
          const labels = this.#labelsOf(record, suffix, le)
          if (!matchers.every(matcher => matcher.matches(labelValue(labels, matcher.name)))) continue
          const key = labelsKey(labels)
          let draft = bySeries.get(key)
          if (draft === undefined) bySeries.set(key, draft = { labels, isCumulative: record.type !== 'gauge', points: [] })
          draft.points.push({ startMs: record.startMs, endMs: record.endMs, value, total })
        }
      }
      await setImmediate()
    }
    return { drafts: [...bySeries.values()], firstMs, lastMs }
  }

  #labelsOf ({ name, labels }: WindowRecord, suffix: string, le: string | undefined): Labels {
    return storedLabels(name + suffix, le === undefined ? labels : { ...labels, le }, this.#labels)
  }
}

interface Part {
  readonly suffix: string
  readonly le: string | undefined
  /** A level, or a gain. */
  readonly value: number
  /** Of a counter, at the window's end. */
  readonly total: number | undefined
}

function parts (record: WindowRecord, isInstant: boolean): Part[] {
  switch (record.type) {
    case 'gauge': return [{ suffix: '', le: undefined, value: isInstant ? record.last : record.avg, total: undefined }]
    case 'counter': return [{ suffix: '', le: undefined, value: record.increment, total: record.total }]
    case 'histogram': {
      const found: Part[] = []
      let count = 0
      record.buckets.forEach((gain, i) => {
        count += gain
        const bound = record.bounds[i]
        found.push({ suffix: '_bucket', le: bound === undefined ? '+Inf' : boundText(bound), value: count, total: undefined })
      })
      const sum = { suffix: '_sum', le: undefined, value: record.sum, total: undefined }
      return [...found, sum, { suffix: '_count', le: undefined, value: count, total: undefined }]
    }
  }
}

/** As Prometheus 3 normalises `le`: always a float. */
function boundText (bound: number): string {
  return Number.isInteger(bound) && Math.abs(bound) < 1e21 ? `${bound}.0` : String(bound).replace(/e([+-])(\d)$/, 'e$10$2')
}

/** The names of metrics that a selector may mean: `x_bucket` is of the histogram `x`, or a metric of that very name. */
function namesOf (matchers: readonly Matcher[]): string[] | undefined {
  const name = matchers.find(matcher => matcher.name === '__name__' && matcher.op === '=')?.value
  if (name === undefined) return undefined
  const base = /^(.+)_(?:bucket|sum|count)$/.exec(name)?.[1]
  return base === undefined ? [name] : [name, base]
}
