import { setImmediate as nextTurn } from 'node:timers/promises'
import { windowKey, type WindowRecord } from '../contracts/window.js'
import { coarsestAligned } from '../journal/coverage.js'
import type { JournalQuery } from '../journal/journal-reader.js'
import { MetricRegistry } from '../metrics/registry.js'
import { restore, type AggregatorState } from './aggregator-state.js'
import { readState } from './checkpoint.js'
import { labelOf } from './label-object.js'
import { MergedFamilies } from './merged-families.js'
import { windowRecords } from './window-records.js'
import { Windows } from './windows.js'

/** A journal, or what reads one. */
interface WindowReader {
  readBatches (query: JournalQuery): AsyncIterable<readonly WindowRecord[]>
}

/** Records made before others have a turn. */
const recordsPerTurn = 500

/**
 * A journal with the minutes that its aggregator has not handed over to it: those of the last five minutes wait for late samples, and the
 * present one has not ended. They are read as windows of a minute, whatever resolution is asked for; what the journal has already is not read twice.
 */
export class OpenWindows implements WindowReader {
  readonly #journal: WindowReader
  readonly #state: Pick<AggregatorState, 'families' | 'windows'>

  /** @param state of the aggregator, whether it is running or not */
  constructor (journal: WindowReader, state: Pick<AggregatorState, 'families' | 'windows'>) {
    this.#journal = journal
    this.#state = state
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
    // Before the journal: what is handed over meanwhile is in both, and never in neither.
    const open = await this.#records(query)
    const fromMs = open.reduce((least, { startMs }) => Math.min(least, startMs), Infinity)
    const held = new Set<string>()
    let coveredToMs = -Infinity
    for await (const batch of this.#journal.readBatches(query)) {
      for (const record of batch) {
        if (record.resolution !== '1m') coveredToMs = Math.max(coveredToMs, record.endMs)
        else if (record.startMs >= fromMs) held.add(windowKey(record))
      }
      yield batch
    }
    const rest = open.filter(record => record.startMs >= coveredToMs && !held.has(windowKey(record)))
    if (rest.length > 0) yield rest
  }

  async #records ({ name, matchers = [], from, to, resolution = coarsestAligned(from, to) }: JournalQuery): Promise<WindowRecord[]> {
    const { families, windows } = this.#state
    const names = name === undefined ? undefined : [name].flat()
    const wanted = families.all.map(family => names?.includes(family.family.name) === false ? undefined : family)
    const records: WindowRecord[] = []
    // A minute that is sealed is part of the coarser windows already.
    for (const window of [...resolution === '1m' ? windows.minutesFrom(-Infinity) : windows.open['1m'].values()]) {
      if (window.startMs >= to || window.endMs <= from) continue
      let seen = 0
      for (const record of windowRecords(window, wanted, () => [...windows.minutesFrom(window.endMs)])) {
        if (matchers.every(matcher => matcher.matches(labelOf(record, matcher.name)))) records.push(record)
        if (++seen % recordsPerTurn === 0) await nextTurn()
      }
    }
    return records
  }
}
