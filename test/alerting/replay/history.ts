import type { JournalQuery } from '../../../src/journal/journal-reader.js'
import type { WindowRecord } from '../../../src/contracts/window.js'
import type { WindowSource } from '../../../src/promql/journal-queryable.js'

const MINUTE_MS = 60_000

/** Windows of a minute in memory, as a journal gives them. */
export class History implements WindowSource {
  readonly records: WindowRecord[] = []
  readonly #startMs: number

  constructor (startMs: number) {
    this.#startMs = startMs
  }

  /** A gauge with a value at each minute; `undefined` for none. */
  gauge (name: string, labels: Readonly<Record<string, string>>, minutes: number, value: (minute: number) => number | undefined): this {
    for (let minute = 0; minute < minutes; minute++) {
      const last = value(minute)
      if (last !== undefined) this.records.push({ ...this.#window(name, labels, minute), type: 'gauge', avg: last, min: last, max: last, last, count: 1, sum: last })
    }
    return this
  }

  /** A counter with what it gained in each minute. */
  counter (name: string, labels: Readonly<Record<string, string>>, minutes: number, gain: (minute: number) => number): this {
    for (let [minute, total] = [0, 0]; minute < minutes; minute++) {
      const increment = gain(minute)
      total += increment
      if (increment > 0) this.records.push({ ...this.#window(name, labels, minute), type: 'counter', increment, total })
    }
    return this
  }

  /** By minutes, for a journal to write. */
  batches (): WindowRecord[][] {
    const byStart = new Map<number, WindowRecord[]>()
    for (const record of this.records) byStart.set(record.startMs, [...byStart.get(record.startMs) ?? [], record])
    return [...byStart].sort(([a], [b]) => a - b).map(([, records]) => records)
  }

  async * readBatches ({ name, from, to }: JournalQuery): AsyncGenerator<readonly WindowRecord[]> {
    const names = name === undefined ? undefined : [name].flat()
    yield this.records.filter(record => names?.includes(record.name) !== false && record.startMs < to && record.endMs > from)
  }

  #window (name: string, labels: Readonly<Record<string, string>>, minute: number) {
    const startMs = this.#startMs + minute * MINUTE_MS
    return { name, labels, resolution: '1m' as const, startMs, endMs: startMs + MINUTE_MS }
  }
}
