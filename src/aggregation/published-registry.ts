import { setImmediate as nextTurn } from 'node:timers/promises'
import type { MetricRegistry } from '../metrics/registry.js'
import type { AnyFamily } from '../metrics/family.js'
import { Batch, type Part } from './batch.js'
import { PublishedFamily } from './published-family.js'

/**
 * A registry as a process publishes it: what changed since the last time, or all of it, in parts of bounded size. What
 * did not change costs a comparison of doubles.
 */
export class PublishedRegistry {
  readonly #registry: MetricRegistry
  readonly #batch: Batch
  readonly #families = new Map<AnyFamily, PublishedFamily>()
  #version = -1
  #nextFamily = 0
  #nextSeries = 0

  constructor (registry: MetricRegistry, maxBytes: number) {
    this.#registry = registry
    this.#batch = new Batch(maxBytes)
  }

  /** One part or more, the last of them perhaps empty. Others have a turn between two parts. */
  async parts (full: boolean): Promise<Part[]> {
    this.#registry.collect()
    const parts: Part[] = []
    for (const family of this.#update(full)) {
      const writing = family.write(this.#batch, full)
      while (writing.next().done !== true) {
        parts.push(this.#batch.take())
        await nextTurn()
      }
    }
    parts.push(this.#batch.take())
    return parts
  }

  #update (full: boolean): PublishedFamily[] {
    if (this.#version !== this.#registry.version) {
      this.#version = this.#registry.version
      const present = new Set(this.#registry.families())
      for (const [family, published] of this.#families) {
        if (present.has(family)) continue
        if (!full) published.retire(this.#batch)
        this.#families.delete(family)
      }
      for (const family of present) {
        if (!this.#families.has(family)) this.#families.set(family, new PublishedFamily(family, this.#nextFamily++, () => this.#nextSeries++))
      }
    }
    return [...this.#families.values()]
  }
}
