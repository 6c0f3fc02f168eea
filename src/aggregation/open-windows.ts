import { Turns } from '../clock/turns.js'
import type { Matcher } from '../contracts/queryable.js'
import { windowKey, type WindowRecord } from '../contracts/window.js'
import { coarsestAligned } from '../journal/coverage.js'
import type { JournalQuery } from '../journal/journal-reader.js'
import { MetricRegistry } from '../metrics/registry.js'
import { restore, type AggregatorState } from './aggregator-state.js'
import { readState } from './checkpoint.js'
import { MergedFamilies } from './merged-families.js'
import type { MergedFamily } from './merged-family.js'
import type { WindowColumns } from './window-columns.js'
import { chunkRecords, windowChunks } from './window-records.js'
import { Windows } from './windows.js'

/** A journal, or what reads one. */
export interface WindowReader {
  readBatches (query: JournalQuery): AsyncIterable<readonly WindowRecord[]>
}

/** Records that are handed on at once. */
const recordsPerBatch = 500

/**
 * A journal with the minutes that its aggregator has not handed over to it: those of the last five minutes wait for late samples, and the
 * present one has not ended. They are read as windows of a minute, whatever resolution is asked for; what the journal has already is not read twice.
 */
export class OpenWindows implements WindowReader {
  readonly #journal: WindowReader
  readonly #state: Pick<AggregatorState, 'families' | 'windows'>
  readonly #neededToMs: () => number

  /**
   * @param state of the aggregator, whether it is running or not
   * @param neededToMs minutes that begin then or later are left out, asked at each reading; milliseconds since the Unix epoch
   */
  constructor (journal: WindowReader, state: Pick<AggregatorState, 'families' | 'windows'>, neededToMs = () => Infinity) {
    this.#journal = journal
    this.#state = state
    this.#neededToMs = neededToMs
  }

  /**
   * With the minutes of an aggregator's state file, as it is now: a running one writes it every minute, from its first closed window on, and at
   * its end. Resolves with `undefined` where there is no such file; rejects for one that cannot be read.
   */
  static async ofFile (journal: WindowReader, path: string): Promise<OpenWindows | undefined> {
    const lines = await readState(path)
    if (lines === undefined) return undefined
    const families = new MergedFamilies(new MetricRegistry(), 1_000_000_000)
    const state = { sinceMs: 0, families, windows: new Windows(0, families.all), origins: new Map(), forgotten: new Set<string>() }
    restore(state, lines)
    return new OpenWindows(journal, state)
  }

  /** From when to when there are such minutes, in milliseconds since the Unix epoch; `undefined` where there are none. */
  get span (): { fromMs: number, toMs: number } | undefined {
    const starts = [...this.#state.windows.minutesFrom(-Infinity)].map(({ startMs }) => startMs)
    return starts.length === 0 ? undefined : { fromMs: Math.min(...starts), toMs: Math.max(...starts) + 60_000 }
  }

  async * readBatches (query: JournalQuery): AsyncGenerator<readonly WindowRecord[]> {
    const turns = new Turns()
    const minutes = this.#minutes(query)
    // Before the journal: what is handed over meanwhile is in both, and never in neither.
    const open = await this.#records(minutes, query, turns)
    /** The minutes of series that the journal has, as such or as a part of coarser windows. */
    const held = new Set<string>()
    for await (const batch of this.#journal.readBatches(query)) {
      for (const record of batch) {
        for (const { startMs } of minutes) {
          if (startMs < record.startMs || startMs >= record.endMs) continue
          if (turns.isDue) await turns.pause()
          held.add(windowKey({ ...record, resolution: '1m', startMs }))
        }
      }
      yield batch
    }
    let rest: WindowRecord[] = []
    for (const record of open) {
      if (turns.isDue) await turns.pause()
      if (held.size > 0 && held.has(windowKey(record))) continue
      if (rest.push(record) < recordsPerBatch) continue
      yield rest
      rest = []
    }
    if (rest.length > 0) yield rest
  }

  #minutes ({ from, to, resolution = coarsestAligned(from, to) }: JournalQuery): WindowColumns[] {
    const { windows } = this.#state
    const toMs = Math.min(to, this.#neededToMs())
    // A minute that is sealed is part of the coarser windows already.
    const minutes = resolution === '1m' ? windows.minutesFrom(-Infinity) : windows.open['1m'].values()
    return [...minutes].filter(({ startMs, endMs }) => startMs < toMs && endMs > from)
  }

  async #records (minutes: readonly WindowColumns[], { name, matchers = [] }: JournalQuery, turns: Turns): Promise<WindowRecord[]> {
    const { families, windows } = this.#state
    const names = name === undefined ? undefined : [name].flat()
    const wanted = families.all.map(family => names?.includes(family.family.name) === false ? undefined : rowsWanted(family, matchers))
    const records: WindowRecord[] = []
    for (const minute of minutes) {
      let later = [...windows.minutesFrom(minute.endMs)]
      for (const chunk of windowChunks(minute, families.all)) {
        const isWanted = wanted[chunk.family.ordinal]
        if (isWanted === undefined) continue
        if (turns.isDue) {
          await turns.pause()
          // A minute that began meanwhile is later, too.
          later = [...windows.minutesFrom(minute.endMs)]
        }
        records.push(...chunkRecords(chunk, () => later, isWanted))
      }
    }
    return records
  }
}

/** What says of a series, by its index, whether all matchers hold; `undefined` where it is none of the family's. */
function rowsWanted (merged: MergedFamily, matchers: readonly Matcher[]): ((index: number) => boolean) | undefined {
  const { name, labelNames } = merged.family
  const placed = matchers.map(matcher => ({ matcher, place: labelNames.indexOf(matcher.name as never) }))
  if (!placed.every(({ matcher, place }) => place !== -1 || matcher.matches(matcher.name === '__name__' ? name : ''))) return undefined
  const ofRows = placed.filter(({ place }) => place !== -1)
  if (ofRows.length === 0) return () => true
  const holds = (values: readonly string[]): boolean => ofRows.every(({ matcher, place }) => matcher.matches(values[place]!))
  // All minutes have much the same series.
  const known: boolean[] = []
  return index => {
    known[index] ??= holds(merged.valuesOf(index))
    return known[index]
  }
}
