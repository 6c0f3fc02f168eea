import type { BoundObserver, ExemplarLabels, LabelValues, Summary, SummaryDeclaration } from '../contracts/instruments.js'
import { Family, type FamilyContext } from './family.js'
import { Quantiles } from './quantiles.js'
import { Series } from './series.js'

export const DEFAULT_PERCENTILES: readonly number[] = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999]

const SUM = 0
const COUNT = 1

/** A summary's child. Its row holds the sum and the count; the quantiles come from a digest. */
export class SummarySeries extends Series implements BoundObserver {
  readonly family: SummaryFamily
  readonly quantiles: Quantiles

  constructor (family: SummaryFamily, quantiles: Quantiles, cells: Float64Array, start: number, slot: number) {
    super(cells, start, slot)
    this.family = family
    this.quantiles = quantiles
  }

  get sum (): number {
    return this.cells[this.start + SUM]!
  }

  get count (): number {
    return this.cells[this.start + COUNT]!
  }

  observe (value: number, exemplar?: ExemplarLabels): void {
    if (typeof value !== 'number' || value - value !== 0) {
      this.family.context.dropped(this.family, 'invalid_value')
      return
    }
    this.quantiles.push(value)
    this.cells[this.start + SUM]! += value
    this.cells[this.start + COUNT]! += 1
    // OpenMetrics has no exemplars for summaries: it is counted, the observation stands.
    if (exemplar !== undefined) this.family.context.dropped(this.family, 'invalid_exemplar')
  }
}

/** A distribution by quantiles. Quantiles cannot be merged over processes: prefer a histogram. */
export class SummaryFamily extends Family<SummarySeries> implements Summary<never> {
  readonly type = 'summary'
  readonly percentiles: readonly number[]
  readonly #labelled: boolean
  readonly #declaration: SummaryDeclaration

  constructor (declaration: SummaryDeclaration, context: FamilyContext) {
    // Quantiles are worked out when they are read: few rows in a block, for a scrape pauses between blocks only.
    super(declaration, 2, context, 4)
    this.#declaration = declaration
    this.percentiles = Object.freeze([...declaration.percentiles ?? DEFAULT_PERCENTILES])
    this.#labelled = this.labelNames.length > 0
    this.initialise()
  }

  protected makeSeries (cells: Float64Array, start: number, slot: number): SummarySeries {
    const { maxAgeSeconds, ageBuckets } = this.#declaration
    return new SummarySeries(this, new Quantiles(this.context.clock, this.percentiles, maxAgeSeconds, ageBuckets), cells, start, slot)
  }

  override reset (): void {
    super.reset()
    for (const series of this.series) series?.quantiles.clear()
  }

  labels (values: LabelValues<never>): BoundObserver {
    return this.at(values)
  }

  observe (...args: [value: number, exemplar?: ExemplarLabels]): void
  observe (first: unknown, second?: unknown, third?: unknown): void {
    if (this.#labelled) this.at(first as LabelValues<never>).observe(second as number, third as ExemplarLabels)
    else this.series[0]!.observe(first as number, second as ExemplarLabels)
  }
}
