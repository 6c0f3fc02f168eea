import { Turns } from '../clock/turns.js'
import { labelsKey, type Labels } from '../contracts/labels.js'
import type { Matcher, Queryable, SelectedSeries, Selection } from '../contracts/queryable.js'
import type { JournalQueryable, JournalSeries } from './journal-queryable.js'
import { joinAtSeam } from './seam.js'

/** A journal to query, or what stands for it. */
type JournalLike = Pick<JournalQueryable, keyof Queryable>

export interface StackedQueryableOptions {
  /** What is recent, sample by sample. */
  readonly memory: Queryable
  /** What is older, window by window, asked for at each query; `undefined` while there is none. Its series have the same labels as those in memory. */
  readonly journal: () => JournalLike | undefined
  /** Since when memory has everything, in milliseconds since the Unix epoch: a query from there on leaves the journal alone. */
  readonly memorySinceMs: () => number
}

/**
 * Memory for what is recent and the journal for what is older, series by series: up to a series' first sample in memory
 * its windows are read. A running total of the journal is raised to where memory goes on, so that `rate` sees no step.
 */
export class StackedQueryable implements Queryable {
  readonly #memory: Queryable
  readonly #journal: () => JournalLike | undefined
  readonly #memorySinceMs: () => number

  constructor ({ memory, journal, memorySinceMs }: StackedQueryableOptions) {
    this.#memory = memory
    this.#journal = journal
    this.#memorySinceMs = memorySinceMs
  }

  async select (selection: Selection, signal?: AbortSignal): Promise<readonly SelectedSeries[]> {
    const recent = await this.#memory.select(selection, signal)
    const journal = this.#journalFrom(selection.startMs)
    if (journal === undefined) return recent
    const turns = new Turns(signal)
    const older = new Map<string, JournalSeries>()
    for (const series of await journal.select(selection, signal)) {
      if (turns.isDue) await turns.pause()
      older.set(labelsKey(series.labels), series)
    }
    const joined: SelectedSeries[] = []
    for (const series of recent) {
      if (turns.isDue) await turns.pause()
      const key = labelsKey(series.labels)
      const before = older.get(key)
      older.delete(key)
      joined.push(before === undefined
        ? series
        : { labels: series.labels, read: () => joinAtSeam(before.read(), series.read(), before.isCumulative, selection.rangeMs) })
    }
    return [...joined, ...older.values()]
  }

  async labelNames (matchers: readonly Matcher[], startMs: number, endMs: number): Promise<string[]> {
    return await this.#union(startMs, source => source.labelNames(matchers, startMs, endMs))
  }

  async labelValues (name: string, matchers: readonly Matcher[], startMs: number, endMs: number): Promise<string[]> {
    return await this.#union(startMs, source => source.labelValues(name, matchers, startMs, endMs))
  }

  async series (matchers: readonly Matcher[], startMs: number, endMs: number): Promise<Labels[]> {
    const found = await Promise.all(this.#sources(startMs).map(source => source.series(matchers, startMs, endMs)))
    return [...new Map(found.flat().map(labels => [labelsKey(labels), labels])).values()]
  }

  async #union (startMs: number, ask: (source: Queryable) => readonly string[] | Promise<readonly string[]>): Promise<string[]> {
    const found = await Promise.all(this.#sources(startMs).map(ask))
    return [...new Set(found.flat())].sort()
  }

  #sources (startMs: number): Queryable[] {
    const journal = this.#journalFrom(startMs)
    return journal === undefined ? [this.#memory] : [this.#memory, journal]
  }

  /** The journal, where the query reaches behind memory and there is one. */
  #journalFrom (startMs: number): JournalLike | undefined {
    return startMs >= this.#memorySinceMs() ? undefined : this.#journal()
  }
}
