import { SystemClock } from '../../../src/clock/system-clock.js'
import { labelsOf } from '../../../src/contracts/labels.js'
import { PromqlEngine } from '../../../src/promql/engine.js'
import { SeriesStore } from '../../../src/series/series-store.js'
import type { Outcome } from './compare.js'
import type { QueryCase } from './oracle.js'
import type { WrittenSeries } from './remote-write.js'

/** Our store and our engine, asked like the oracle. */
export class Ours {
  readonly #store = new SeriesStore({ maxAgeMs: Infinity, maxBytes: 2 ** 30 })
  readonly #engine: PromqlEngine

  constructor ({ delayedNameRemoval = false } = {}) {
    this.#engine = new PromqlEngine({ queryable: this.#store, clock: new SystemClock(), delayedNameRemoval })
  }

  /** Throws when the store refuses a sample. */
  write (series: readonly WrittenSeries[]): void {
    for (const { labels: object, samples } of series) {
      const labels = labelsOf(object)
      for (const { timestampMs, value } of samples) {
        const stored = value === 'stale' ? this.#store.appendStale(labels, timestampMs) : this.#store.append(labels, timestampMs, value)
        if (!stored) throw new Error(`the store refuses ${JSON.stringify(object)} at ${timestampMs}: ${JSON.stringify(this.#store.refused)}`)
      }
    }
  }

  async queried ({ expr, startMs, endMs, stepMs }: QueryCase): Promise<number> {
    const { samples } = await (stepMs === undefined ? this.#engine.instant(expr, startMs) : this.#engine.range(expr, startMs, endMs, stepMs))
    return samples.queried
  }

  async ask ({ expr, startMs, endMs, stepMs }: QueryCase): Promise<Outcome> {
    try {
      return await (stepMs === undefined ? this.#engine.instant(expr, startMs) : this.#engine.range(expr, startMs, endMs, stepMs))
    } catch (error) {
      // The API's prefix is the API's.
      return { error: (error as Error).message.replace(/^invalid parameter "query": /, ''), warnings: [], infos: [] }
    }
  }
}
