import type { ConstantLabels } from '../exposition/constant-labels.js'
import { layoutOf, type LineLayout } from '../exposition/lines.js'
import { formatBound } from '../exposition/number-format.js'
import type { AnyFamily } from '../metrics/family.js'
import { HistogramFamily } from '../metrics/histogram.js'
import { SummaryFamily } from '../metrics/summary.js'
import type { SeriesRef } from '../series/series-index.js'
import type { SeriesStore } from '../series/series-store.js'
import { storedLabels, type TargetLabels } from '../contracts/target-labels.js'

/** A sample's name and the label that tells it from the others of its series. */
interface Line {
  readonly name: string
  readonly extra?: Readonly<Record<string, string>>
}

interface SampledBlock {
  version: number
  slots: number[]
  /** By slot and line. */
  refs: SeriesRef[]
}

/** One metric of ours, sampled block by block: where its values are and what they are called is found out once. */
export class FamilySource {
  readonly #family: AnyFamily
  readonly #store: SeriesStore
  readonly #layout: LineLayout
  readonly #lines: readonly Line[]
  readonly #blocks: SampledBlock[] = []
  readonly #values: Float64Array
  #constant: ConstantLabels | undefined
  #lost: SeriesRef[] = []

  constructor (family: AnyFamily, store: SeriesStore) {
    this.#family = family
    this.#store = store
    this.#layout = layoutOf(family, 'openmetrics')
    this.#lines = linesOf(family)
    this.#values = new Float64Array(this.#layout.count)
  }

  get blocks (): number {
    return this.#family.blocks.length
  }

  /** Appends the samples of one block; returns how many they are. */
  sample (index: number, atMs: number, constant: ConstantLabels, target: TargetLabels): number {
    if (constant !== this.#constant) {
      this.#forget()
      this.#constant = constant
    }
    const { version } = this.#family.blocks[index]!
    const block = this.#blocks[index] ??= { version: -1, slots: [], refs: [] }
    if (block.version !== version) {
      for (const ref of block.refs) this.#lost.push(ref)
      this.#bind(block, index, constant, target)
      block.version = version
    }
    const { slots, refs } = block
    const { count } = this.#layout
    const values = this.#values
    let at = 0
    for (const slot of slots) {
      this.#layout.read(slot, values, 0)
      for (let line = 0; line < count; line++) this.#store.appendRef(refs[at++]!, atMs, values[line]!)
    }
    return refs.length
  }

  /** Ends the series that have gone since the last sampling, and all of them with `all`. Those just sampled go on. */
  markStale (atMs: number, all = false): void {
    if (all) this.#forget()
    for (const ref of this.#lost) this.#store.staleRef(ref, atMs)
    this.#lost = []
  }

  #forget (): void {
    for (const { refs } of this.#blocks.splice(0)) for (const ref of refs) this.#lost.push(ref)
  }

  #bind (block: SampledBlock, index: number, constant: ConstantLabels, target: TargetLabels): void {
    const family = this.#family
    const first = index * family.rowsPerBlock
    block.slots = []
    block.refs = []
    for (let slot = first; slot < first + family.rowsPerBlock; slot++) {
      if (family.series[slot] === undefined) continue
      block.slots.push(slot)
      const values = family.valuesOf(slot)
      const own = Object.fromEntries(family.labelNames.map((name, i) => [name, values[i]!]))
      for (const { name, extra } of this.#lines) {
        block.refs.push(this.#store.ref(storedLabels(name, constant.under({ ...own, ...extra }) as Record<string, string>, target)))
      }
    }
  }
}

/** The samples of a series in the order of its layout. Bounds and quantiles are written as Prometheus 3 stores them. */
function linesOf (family: AnyFamily): Line[] {
  const { name } = family
  const ends = [{ name: `${name}_sum` }, { name: `${name}_count` }]
  if (family instanceof HistogramFamily) {
    const les = [...family.bounds].map(bound => formatBound(bound, true))
    return [...[...les, '+Inf'].map(le => ({ name: `${name}_bucket`, extra: { le } })), ...ends]
  }
  if (family instanceof SummaryFamily) {
    return [...family.percentiles.map(quantile => ({ name, extra: { quantile: formatBound(quantile, true) } })), ...ends]
  }
  return [{ name }]
}
