import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Labels } from '../../contracts/labels.js'
import type { Matcher, Queryable, Samples, Selection } from '../../contracts/queryable.js'
import type { TargetLabels } from '../../contracts/target-labels.js'
import type { WindowRecord } from '../../contracts/window.js'
import { NJORD_ERR_QUERY_TOO_MANY_SAMPLES } from '../../errors.js'
import { JournalQueryable, type JournalSeries, type WindowSource } from '../../promql/journal-queryable.js'
import { countBefore } from '../../promql/seam.js'
import { journalNames } from './rule-reads.js'

/** What is too much even so cannot be replayed, in milliseconds. */
const SHORTEST_MS = 3_600_000

export interface HistoryWindowOptions {
  readonly journal: WindowSource
  /** Labels that every series gets, as in the host that wrote the journal. */
  readonly labels: TargetLabels
  /** How far behind and ahead of its stretch queries look, in milliseconds. */
  readonly behindMs: number
  readonly aheadMs: number
  /** The metrics that are known to be asked for; others are read when they are. `undefined` for all. */
  readonly names: readonly string[] | undefined
  /** The most windows that are held at once. @defaultValue 2000000 */
  readonly maxWindows?: number
}

/**
 * A stretch of a journal in memory, to be queried at many instants as {@link JournalQueryable} answers at one: each segment is read once,
 * and each selector's samples are made once. What lies outside of it is read from the journal.
 */
export class HistoryWindow implements Queryable {
  readonly #options: HistoryWindowOptions
  readonly #whole: JournalQueryable
  readonly #loaded: JournalQueryable
  #names: Set<string> | undefined
  #records = new Map<string, WindowRecord[]>()
  #count = 0
  #startMs = NaN
  #endMs = NaN
  #first: WindowRecord | undefined
  #last: WindowRecord | undefined
  #selected = new Map<string, Promise<readonly Held[]>>()
  #foundFromMs = Infinity
  #foundToMs = -Infinity

  constructor (options: HistoryWindowOptions) {
    const { journal, labels, names } = options
    this.#options = options
    this.#names = names === undefined ? undefined : new Set(names)
    this.#whole = new JournalQueryable(journal, { labels })
    this.#loaded = new JournalQueryable({ readBatches: ({ name }) => this.#batches(name as string[] | undefined) }, { labels, maxWindows: Infinity })
  }

  /** From when to when there were windows of what was asked for, so far; `undefined` while there were none. In milliseconds since the Unix epoch. */
  get found (): { readonly fromMs: number, readonly toMs: number } | undefined {
    return this.#foundFromMs < this.#foundToMs ? { fromMs: this.#foundFromMs, toMs: this.#foundToMs } : undefined
  }

  /**
   * Goes on to the instants `fromMs <= t < toMs`; resolves with false when that is too much at once: with a shorter stretch it may be tried again.
   * Rejects with `NJORD_ERR_QUERY_TOO_MANY_SAMPLES` where an hour is too much, and with the system's errors.
   */
  async moveTo (fromMs: number, toMs: number): Promise<boolean> {
    const { behindMs, aheadMs } = this.#options
    const [startMs, endMs] = [fromMs - behindMs, toMs + aheadMs]
    const goesOn = startMs >= this.#startMs && startMs <= this.#endMs && endMs >= this.#endMs
    const readFromMs = goesOn ? this.#endMs : startMs
    this.#keepFrom(goesOn ? startMs : Infinity)
    this.#selected = new Map()
    this.#startMs = startMs
    this.#endMs = endMs
    if (await this.#read(this.#names === undefined ? undefined : [...this.#names], readFromMs, goesOn)) return true
    this.#keepFrom(Infinity)
    this.#startMs = this.#endMs = NaN
    if (toMs - fromMs <= SHORTEST_MS) throw new NJORD_ERR_QUERY_TOO_MANY_SAMPLES()
    return false
  }

  async select (selection: Selection, signal?: AbortSignal): Promise<JournalSeries[]> {
    const { matchers, startMs, endMs, rangeMs } = selection
    if (!(startMs >= this.#startMs && endMs <= this.#endMs)) return await this.#whole.select(selection, signal)
    await this.#ensure(journalNames(matchers))
    const key = JSON.stringify([rangeMs, ...matchers.map(({ name, op, value }) => [name, op, value])])
    let selected = this.#selected.get(key)
    if (selected === undefined) this.#selected.set(key, selected = this.#make(matchers, rangeMs))
    const found: JournalSeries[] = []
    for (const { labels, isCumulative, samples } of await selected) {
      const [from, to] = [countBefore(samples, startMs), countBefore(samples, endMs + 1)]
      if (from < to) found.push({ labels, isCumulative, read: () => cut(samples, from, to) })
    }
    return found
  }

  async series (matchers: readonly Matcher[], startMs: number, endMs: number): Promise<Labels[]> {
    return await this.#whole.series(matchers, startMs, endMs)
  }

  async labelNames (matchers: readonly Matcher[], startMs: number, endMs: number): Promise<string[]> {
    return await this.#whole.labelNames(matchers, startMs, endMs)
  }

  async labelValues (name: string, matchers: readonly Matcher[], startMs: number, endMs: number): Promise<string[]> {
    return await this.#whole.labelValues(name, matchers, startMs, endMs)
  }

  async #make (matchers: readonly Matcher[], rangeMs: number): Promise<readonly Held[]> {
    const selection = { matchers, startMs: this.#startMs, endMs: this.#endMs, stepMs: 0, rangeMs }
    return (await this.#loaded.select(selection)).map(({ labels, isCumulative, read }) => {
      const samples = read()
      // Wherever a range begins, it has to have some samples, and one not long before its end: a live host has them by the second.
      return { labels, isCumulative, samples: isCumulative && rangeMs > 0 ? denser(samples, Math.min(60_000, rangeMs / 8)) : samples }
    })
  }

  /** Reads metrics that nobody has asked for yet. */
  async #ensure (names: readonly string[] | undefined): Promise<void> {
    if (this.#names === undefined) return
    const missing = names?.filter(name => !this.#names!.has(name))
    if (missing?.length === 0) return
    if (missing === undefined) {
      this.#names = undefined
      this.#keepFrom(Infinity)
      this.#selected = new Map()
    } else for (const name of missing) this.#names.add(name)
    if (!await this.#read(missing, this.#startMs, false)) throw new NJORD_ERR_QUERY_TOO_MANY_SAMPLES()
  }

  /** @param goesOn windows that began before are there already */
  async #read (name: readonly string[] | undefined, fromMs: number, goesOn: boolean): Promise<boolean> {
    if (name?.length === 0) return true
    for await (const batch of this.#options.journal.readBatches({ name, from: fromMs, to: this.#endMs, resolution: '1m' })) {
      for (const record of batch) {
        if (record.startMs < this.#foundFromMs) this.#foundFromMs = record.startMs
        if (record.endMs > this.#foundToMs) this.#foundToMs = record.endMs
        if (goesOn && record.startMs < fromMs) continue
        const list = this.#records.get(record.name)
        if (list === undefined) this.#records.set(record.name, [record])
        else list.push(record)
        this.#count++
        if (this.#first === undefined || record.startMs < this.#first.startMs) this.#first = record
        if (this.#last === undefined || record.endMs > this.#last.endMs) this.#last = record
      }
      if (this.#count > (this.#options.maxWindows ?? 2_000_000)) return false
    }
    return true
  }

  /** Forgets windows that ended by then. */
  #keepFrom (startMs: number): void {
    this.#count = 0
    this.#first = this.#last = undefined
    for (const [name, list] of this.#records) {
      const kept = list.filter(({ endMs }) => endMs > startMs)
      if (kept.length === 0) this.#records.delete(name)
      else this.#records.set(name, kept)
      this.#count += kept.length
      for (const record of kept) {
        if (this.#first === undefined || record.startMs < this.#first.startMs) this.#first = record
        if (this.#last === undefined || record.endMs > this.#last.endMs) this.#last = record
      }
    }
  }

  async * #batches (names: readonly string[] | undefined): AsyncGenerator<readonly WindowRecord[]> {
    // A total of which no window tells has not changed for as long as any tells of anything.
    if (this.#first !== undefined) yield [this.#first, this.#last!].filter(({ name }) => names?.includes(name) === false)
    for (const list of names === undefined ? this.#records.values() : names.flatMap(name => [this.#records.get(name) ?? []])) {
      for (let from = 0; from < list.length; from += 10_000) {
        yield list.slice(from, from + 10_000)
        await nextTurn()
      }
    }
  }
}

interface Held {
  readonly labels: Labels
  readonly isCumulative: boolean
  readonly samples: Samples
}

function cut ({ timestamps, values }: Samples, from: number, to: number): Samples {
  return { length: to - from, timestamps: timestamps.slice(from, to), values: values.slice(from, to), stale: undefined }
}

/** A total's samples no further apart than that, growing evenly between those there are. */
function denser ({ length, timestamps, values }: Samples, stepMs: number): Samples {
  const times: number[] = []
  const totals: number[] = []
  for (let i = 0; i < length; i++) {
    const [atMs, value] = [timestamps[i]!, values[i]!]
    const parts = i === 0 ? 1 : Math.ceil((atMs - timestamps[i - 1]!) / stepMs)
    for (let part = 1; part < parts; part++) {
      times.push(Math.round(timestamps[i - 1]! + (atMs - timestamps[i - 1]!) * part / parts))
      totals.push(values[i - 1]! + (value - values[i - 1]!) * part / parts)
    }
    times.push(atMs)
    totals.push(value)
  }
  return { length: times.length, timestamps: Float64Array.from(times), values: Float64Array.from(totals), stale: undefined }
}
