import { sortInTurns, Turns } from '../clock/turns.js'
import type { Clock } from '../contracts/clock.js'
import { labelValue, type Labels } from '../contracts/labels.js'
import type { Matcher, Queryable, Samples, SelectedSeries, Selection } from '../contracts/queryable.js'
import { PAGE_BYTES } from './arena.js'
import { startMsOf } from './chunk.js'
import { ChunkStore } from './chunk-store.js'
import { Snapshot, SnapshotSeries } from './selected.js'
import type { LabelPair } from './postings.js'
import { Series, SeriesIndex, type SeriesRef } from './series-index.js'

const DEFAULT_MAX_AGE_MS = 6 * 3_600_000
const DEFAULT_MAX_BYTES = 64 * 2 ** 20

/** Samples further ahead of the clock are mistakes: Prometheus refuses them as well (scrape.go, maxAheadTime). */
const MAX_AHEAD_MS = 600_000

/** Series without a sample for so long make way for new ones where there are too many: no instant query sees them. */
const IDLE_MS = 300_000

export const refusalReasons = [
  /** There is a sample of that very time. */
  'duplicate',
  /** A label set, a time or a value that cannot be. */
  'invalid',
  /** A new series where half of the bytes are taken by those there are. */
  'limit',
  /** Earlier than the series' last sample. */
  'out_of_order',
  /** Ten minutes or more ahead of the clock. */
  'too_new',
  /** Older than the store keeps samples. */
  'too_old'
] as const

/** Why a sample was not stored. */
export type RefusalReason = typeof refusalReasons[number]

export interface SeriesStoreOptions {
  /** How long samples are kept, in milliseconds; `Infinity` for as long as there is room. @defaultValue 6 hours */
  readonly maxAgeMs?: number
  /** What all of it may take: samples, labels and index. At least 256 KB make sense. @defaultValue 64 MB */
  readonly maxBytes?: number
  /** What ages are reckoned from. Without a clock, the newest sample. */
  readonly clock?: Clock
}

/**
 * The recent past, in memory: compressed samples of many series, found by matchers. Bounded by age and by bytes, the
 * oldest samples go first, and a series goes with its last one. Appending never throws: what cannot be stored is counted.
 *
 * It may be read while it is written. A selection sees what there was when it was made, for as long as it is held; a large one is made in
 * turns with whoever writes.
 */
export class SeriesStore implements Queryable {
  readonly maxAgeMs: number
  readonly maxBytes: number
  /** Samples stored, staleness marks included, since the start. */
  samplesTotal = 0
  evictedSamplesTotal = 0
  evictedSeriesTotal = 0
  /** Samples refused since the start. */
  readonly refused: Record<RefusalReason, number> = { duplicate: 0, invalid: 0, limit: 0, out_of_order: 0, too_new: 0, too_old: 0 }
  /** Why a sample was refused last; `undefined` while none was. */
  lastRefusal: RefusalReason | undefined
  readonly #clock: Clock | undefined
  readonly #index = new SeriesIndex()
  readonly #chunks: ChunkStore
  #firstMs = Infinity
  #newestMs = -Infinity
  #horizonMs = -Infinity
  #evictedUpToMs = -Infinity
  /** Until samples are newer than this, there is no use in looking for idle series. */
  #crowdedUntilMs = -Infinity

  constructor ({ maxAgeMs = DEFAULT_MAX_AGE_MS, maxBytes = DEFAULT_MAX_BYTES, clock }: SeriesStoreOptions = {}) {
    this.maxAgeMs = maxAgeMs
    this.maxBytes = maxBytes
    this.#clock = clock
    this.#chunks = new ChunkStore(maxAgeMs / 8)
  }

  /** What the store takes of memory, estimated to some per cent. */
  get bytes (): number {
    return this.#chunks.bytes + this.#index.bytes
  }

  /** How many series there are. */
  get size (): number {
    return this.#index.size
  }

  /** The time of the first sample that there ever was, whether or not it is still there; `Infinity` while there has been none. */
  get firstMs (): number {
    return this.#firstMs
  }

  /** From this time on, in milliseconds since the Unix epoch, no sample is gone; `Infinity` while there has been none. */
  get completeFromMs (): number {
    return Math.max(this.#firstMs, this.#evictedUpToMs + 1)
  }

  /** The time of the newest sample; `-Infinity` while there has been none. */
  get newestMs (): number {
    return this.#newestMs
  }

  /**
   * What to append by: saves looking the labels up, and may be kept for ever. Best asked for once the series has a sample:
   * until then each call gives another one.
   */
  ref (labels: Labels): SeriesRef {
    return this.#index.find(labels) ?? new Series(labels)
  }

  /** Stores a sample; false when it is refused. The time is a whole number of milliseconds since the Unix epoch. */
  append (labels: Labels, timestampMs: number, value: number): boolean {
    return this.appendRef(this.ref(labels), timestampMs, value)
  }

  /** Says that the series ends here, until it has a sample again. False when it is refused, or not there. */
  appendStale (labels: Labels, timestampMs: number): boolean {
    return this.staleRef(this.ref(labels), timestampMs)
  }

  appendRef (ref: SeriesRef, timestampMs: number, value: number): boolean {
    if (typeof value !== 'number' || !Number.isSafeInteger(timestampMs)) return this.#refuse('invalid')
    if (timestampMs > this.#newestMs && !this.#advance(timestampMs)) return this.#refuse('too_new')
    if (timestampMs < this.#horizonMs) return this.#refuse('too_old')
    const series = (ref as Series).slot === -1 ? this.#enter(ref as Series) : ref as Series
    return series !== undefined && this.#write(series, timestampMs, value, false)
  }

  /** As {@link appendStale}. A series that has a sample of that time or later does not end there: that is no mistake. */
  staleRef (ref: SeriesRef, timestampMs: number): boolean {
    const series = (ref as Series).slot === -1 ? this.#index.find(ref.labels) : ref as Series
    if (series === undefined || timestampMs <= this.#chunks.lastMs(series.slot)) return false
    if (!Number.isSafeInteger(timestampMs)) return this.#refuse('invalid')
    if (timestampMs > this.#newestMs && !this.#advance(timestampMs)) return this.#refuse('too_new')
    return this.#write(series, timestampMs, 0, true)
  }

  /** As {@link Queryable.select}, in turns with the rest of the process. Rejects with the signal's reason when it is raised meanwhile. */
  async select (
    { matchers, startMs, endMs }: Pick<Selection, 'matchers' | 'startMs' | 'endMs'>, signal?: AbortSignal
  ): Promise<SelectedSeries[]> {
    const turns = new Turns(signal)
    const found = await this.#index.select(matchers, turns)
    let snapshot = new Snapshot(this.#chunks.pages, startMs, endMs)
    const selected: SelectedSeries[] = []
    for (const series of found) {
      if (turns.isDue) {
        await turns.pause()
        snapshot = new Snapshot(this.#chunks.pages, startMs, endMs)
      }
      const one = this.#place(series, snapshot)
      if (one !== undefined) selected.push(one)
    }
    return selected
  }

  /** The samples of one series, without a turn of others; `undefined` where it has none in that window. */
  read (labels: Labels, startMs: number, endMs: number): Samples | undefined {
    const series = this.#index.find(labels)
    return series === undefined ? undefined : this.#place(series, new Snapshot(this.#chunks.pages, startMs, endMs))?.read()
  }

  async series (matchers: readonly Matcher[], startMs: number, endMs: number): Promise<Labels[]> {
    return (await this.select({ matchers, startMs, endMs })).map(({ labels }) => labels)
  }

  async labelNames (matchers: readonly Matcher[], startMs: number, endMs: number): Promise<string[]> {
    return await this.#texts(matchers, startMs, endMs, labels => labels.filter((_, i) => i % 2 === 0))
  }

  async labelValues (name: string, matchers: readonly Matcher[], startMs: number, endMs: number): Promise<string[]> {
    return await this.#texts(matchers, startMs, endMs, labels => [labelValue(labels, name)].filter(value => value !== ''))
  }

  /** Every label with each of its values, and how many series have it; may be walked while the store is written. */
  labelPairs (): Iterable<LabelPair> {
    return this.#index.labelPairs()
  }

  /** What is asked of the labels of the series that match, each text once, sorted. */
  async #texts (matchers: readonly Matcher[], startMs: number, endMs: number, textsOf: (labels: Labels) => string[]): Promise<string[]> {
    const turns = new Turns()
    const found = new Set<string>()
    for (const labels of await this.series(matchers, startMs, endMs)) {
      if (turns.isDue) await turns.pause()
      for (const text of textsOf(labels)) found.add(text)
    }
    return await sortInTurns(turns, [...found], (a, b) => a < b ? -1 : 1)
  }

  /** Gives up what is too old. Appending does so by itself, now and then; who appends at intervals does it each time. */
  evict (): void {
    if (this.#clock !== undefined) this.#horizonMs = this.#clock.nowMs() - this.maxAgeMs
    while (this.#chunks.pages.length > 0 && this.#chunks.firstPageEndMs() < this.#horizonMs) this.#dropFirst(false)
  }

  #place ({ labels, slot }: Series, snapshot: Snapshot): SnapshotSeries | undefined {
    const { startMs, endMs } = snapshot
    const place = slot === -1 ? undefined : this.#chunks.newest(slot, startMs, endMs)
    if (place === undefined) return undefined
    const series = new SnapshotSeries(labels, snapshot, place.page, place.offset, place.count)
    // A window inside a chunk may lie between two samples.
    const isSure = place.endMs <= endMs || startMsOf(place.page.words, place.offset) >= startMs
    return isSure || series.read().length > 0 ? series : undefined
  }

  #write (series: Series, atMs: number, value: number, isStale: boolean): boolean {
    const { slot } = series
    const lastMs = this.#chunks.lastMs(slot)
    if (atMs <= lastMs) return this.#refuse(atMs === lastMs ? 'duplicate' : 'out_of_order')
    if (!this.#chunks.write(slot, atMs, value, isStale)) this.#begin(series, atMs, value, isStale)
    this.samplesTotal++
    return true
  }

  #begin (series: Series, atMs: number, value: number, isStale: boolean): void {
    if (this.#chunks.isPageFull) {
      this.evict()
      this.#makeRoom(PAGE_BYTES)
      // It may have been among what was given up.
      if (series.slot === -1) this.#add(series)
    }
    this.#chunks.begin(series.slot, atMs, value, isStale)
  }

  #makeRoom (bytes: number): void {
    // Where a whole round has moved chunks that are written to, and given up none, those go too.
    for (let left = this.#chunks.pages.length; this.bytes + bytes > this.maxBytes && this.#chunks.pages.length > 0; left--) this.#dropFirst(left <= 0)
  }

  /** Takes note of a time later than all before; false when it is too far ahead of the clock. */
  #advance (atMs: number): boolean {
    const nowMs = this.#clock?.nowMs() ?? atMs
    if (atMs >= nowMs + MAX_AHEAD_MS) return false
    this.#newestMs = atMs
    this.#horizonMs = nowMs - this.maxAgeMs
    if (this.#firstMs === Infinity) this.#firstMs = atMs
    return true
  }

  /** The series of these labels, new if need be; `undefined` when it is refused. */
  #enter (series: Series): Series | undefined {
    const known = this.#index.find(series.labels)
    if (known !== undefined) return known
    if (!areLabels(series.labels)) {
      this.#refuse('invalid')
      return undefined
    }
    if (!this.#hasRoomFor(series.labels)) {
      this.#refuse('limit')
      return undefined
    }
    this.#add(series)
    this.#makeRoom(0)
    return series
  }

  #add (series: Series): void {
    this.#index.add(series)
    this.#chunks.open(series.slot)
  }

  /** Half of the bytes are for series as such, and no more: the rest is for their history. */
  #hasRoomFor (labels: Labels): boolean {
    const most = this.maxBytes / 2
    const taken = (): number => this.#index.bytes + this.#chunks.openBytes
    const needed = labels.reduce((sum, text) => sum + 2 * text.length + 200, 0)
    if (taken() + needed <= most) return true
    if (this.#newestMs > this.#crowdedUntilMs) {
      this.#dropIdle(taken() + needed - most * 7 / 8)
      this.#crowdedUntilMs = this.#newestMs + IDLE_MS / 10
    }
    return taken() + needed <= most
  }

  /** Gives up series that ended, those that ended first, until some bytes are free. */
  #dropIdle (bytes: number): void {
    const idle = this.#index.all().filter(({ slot }) => this.#chunks.lastMs(slot) < this.#newestMs - IDLE_MS)
    idle.sort((a, b) => this.#chunks.lastMs(a.slot) - this.#chunks.lastMs(b.slot))
    const share = this.#index.bytes / this.#index.size
    const gone = idle.slice(0, Math.ceil(bytes / share))
    for (const { slot } of gone) {
      this.#evictedUpToMs = Math.max(this.#evictedUpToMs, this.#chunks.lastMs(slot))
      this.#chunks.forget(slot)
    }
    this.#index.remove(gone)
    this.evictedSeriesTotal += gone.length
  }

  #dropFirst (force: boolean): void {
    const { slots, samples, upToMs } = this.#chunks.dropFirst(this.#horizonMs, force)
    this.evictedSamplesTotal += samples
    this.#evictedUpToMs = Math.max(this.#evictedUpToMs, upToMs)
    this.#index.remove(slots.map(slot => this.#index.at(slot)!))
    this.evictedSeriesTotal += slots.length
  }

  #refuse (reason: RefusalReason): false {
    this.refused[reason]++
    this.lastRefusal = reason
    return false
  }
}

/** Whether labels are as {@link Labels} are: names ascending, values not empty. */
function areLabels (labels: Labels): boolean {
  if (labels.length === 0 || labels.length % 2 === 1) return false
  return labels.every((text, i) => typeof text === 'string' && text !== '' && (i < 2 || i % 2 === 1 || text > labels[i - 2]!))
}
