import type { Counter, InstrumentFactory } from '../contracts/instruments.js'
import { resolutionMs, resolutions, type Resolution, type WindowRecord, type WindowSink } from '../contracts/window.js'
import { coarsestAligned } from '../journal/coverage.js'
import type { JournalQuery } from '../journal/journal-reader.js'

export interface WindowMemoryOptions {
  /** The most records that are kept, of all resolutions together; past it the oldest go. Some 300 bytes each. */
  readonly maxWindows: number
  readonly instruments: InstrumentFactory
}

/** All records of one window. */
interface Kept {
  readonly startMs: number
  readonly records: WindowRecord[]
}

/**
 * Closed windows in memory, for an aggregator without a journal: what a process recorded of late, in ever coarser windows
 * the longer ago. It is read as a journal is, by `JournalQueryable` too.
 */
export class WindowMemory implements WindowSink {
  readonly #maxWindows: number
  /** By resolution, in order of time but for a few. */
  readonly #kept: Readonly<Record<Resolution, Kept[]>> = { '1m': [], '5m': [], '1h': [], '1d': [] }
  readonly #counts: Record<Resolution, number> = { '1m': 0, '5m': 0, '1h': 0, '1d': 0 }
  /** Of what began earlier, some is gone. */
  readonly #wholeFromMs: Record<Resolution, number> = { '1m': -Infinity, '5m': -Infinity, '1h': -Infinity, '1d': -Infinity }
  readonly #evicted: Counter<'resolution'>
  readonly #end: () => void

  constructor ({ maxWindows, instruments }: WindowMemoryOptions) {
    this.#maxWindows = maxWindows
    const kept = instruments.gauge({
      name: 'njord_aggregator_kept_windows',
      help: 'Windows of series that are kept in memory, where there is no journal, by resolution.',
      labelNames: ['resolution'],
      labelRules: { resolution: { values: resolutions } }
    })
    const limit = instruments.gauge({ name: 'njord_aggregator_kept_windows_limit', help: 'Windows of series that may be kept in memory; past it the oldest go.' })
    this.#evicted = instruments.counter({
      name: 'njord_aggregator_kept_windows_evicted_total',
      help: 'Windows of series that went from memory for newer ones, by resolution.',
      labelNames: ['resolution'],
      labelRules: { resolution: { values: resolutions } }
    })
    limit.set(maxWindows)
    this.#end = instruments.onCollect(() => {
      for (const resolution of resolutions) kept.set({ resolution }, this.#counts[resolution])
    })
  }

  write (records: readonly WindowRecord[]): void {
    const [first] = records
    if (first === undefined) return
    const { resolution, startMs } = first
    // The rest of a window of which a part is gone: a part would look like all of it.
    if (startMs < this.#wholeFromMs[resolution]) return this.#evicted.inc({ resolution }, records.length)
    const kept = this.#kept[resolution]
    const last = kept.at(-1)
    if (last?.startMs === startMs) for (const record of records) last.records.push(record)
    else kept.push({ startMs, records: [...records] })
    this.#counts[resolution] += records.length
    while (resolutions.reduce((sum, each) => sum + this.#counts[each], 0) > this.#maxWindows) this.#evict()
  }

  /** As `Journal.read`. Where the finer windows have gone, the coarser ones answer. */
  async * read (query: JournalQuery): AsyncGenerator<WindowRecord> {
    for await (const batch of this.readBatches(query)) yield * batch
  }

  /** As {@link read}, a window at a time. */
  async * readBatches ({ name, matchers = [], from, to, resolution: coarsest = coarsestAligned(from, to) }: JournalQuery): AsyncGenerator<WindowRecord[]> {
    const names = name === undefined ? undefined : [name].flat()
    const isWanted = (record: WindowRecord): boolean => names?.includes(record.name) !== false &&
      matchers.every(matcher => matcher.matches(labelOf(record, matcher.name)))
    for (const { records } of this.#answering(from, to, coarsest)) {
      const batch = records.filter(isWanted)
      if (batch.length > 0) yield batch
    }
  }

  /** Its metrics are no longer kept up to date. What is kept can still be read. */
  close (): void {
    this.#end()
  }

  /** The windows that answer for a range, each time once, the coarsest first that will do; in order of time. */
  #answering (from: number, to: number, coarsest: Resolution): Kept[] {
    const found: Kept[] = []
    const taken = new Map<Resolution, Set<number>>()
    for (const resolution of [...resolutions].reverse()) {
      const lengthMs = resolutionMs[resolution]
      const starts = new Set<number>()
      for (const window of this.#kept[resolution]) {
        const { startMs } = window
        if (startMs >= to || startMs + lengthMs <= from) continue
        // A window that is coarser than asked for stands in where a finer one has gone.
        if (lengthMs > resolutionMs[coarsest] && startMs >= this.#wholeFromMs[coarsest]) continue
        if ([...taken].some(([coarser, those]) => those.has(Math.floor(startMs / resolutionMs[coarser]) * resolutionMs[coarser]))) continue
        starts.add(startMs)
        found.push(window)
      }
      taken.set(resolution, starts)
    }
    return found.sort((a, b) => a.startMs - b.startMs)
  }

  /** Of the resolution that takes most, the oldest window goes. */
  #evict (): void {
    const resolution = resolutions.reduce((most, each) => this.#counts[each] > this.#counts[most] ? each : most)
    const { startMs, records } = this.#kept[resolution].shift()!
    this.#counts[resolution] -= records.length
    this.#wholeFromMs[resolution] = Math.max(this.#wholeFromMs[resolution], startMs + resolutionMs[resolution])
    this.#evicted.inc({ resolution }, records.length)
  }
}

/** A label of a window's series, `''` where it has none; `__name__` is the metric's name. */
function labelOf ({ name, labels }: WindowRecord, label: string): string {
  if (label === '__name__') return name
  return Object.hasOwn(labels, label) ? labels[label]! : ''
}
