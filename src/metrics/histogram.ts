import type { BoundObserver, ExemplarLabels, Histogram, HistogramDeclaration, LabelValues } from '../contracts/instruments.js'
import { BucketIndex } from './bucket-index.js'
import { Family, type FamilyContext } from './family.js'
import { Series } from './series.js'

/** Upper bounds in seconds, from 10 µs to 10 s: two or three a decade. */
export const DEFAULT_BUCKETS: readonly number[] = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
]

/**
 * A histogram's child. Its row holds the sum, one count a bucket (not cumulative), and the count past the last bound;
 * a reader of the row sees an observation whole or not at all.
 */
export class HistogramSeries extends Series implements BoundObserver {
  readonly family: HistogramFamily
  readonly #index: BucketIndex

  constructor (family: HistogramFamily, cells: Float64Array, start: number, slot: number) {
    super(cells, start, slot)
    this.family = family
    this.#index = family.index
  }

  observe (value: number, exemplar?: ExemplarLabels): void {
    // `value - value` is 0 for finite numbers only.
    if (typeof value !== 'number' || value - value !== 0) {
      this.family.context.dropped(this.family, 'invalid_value')
      return
    }
    const index = this.#index
    const bucket = index.find(value)
    const cells = this.cells
    const start = this.start
    cells[start]! += value
    cells[start + 1 + bucket]! += 1
    if (exemplar !== undefined) this.family.keepExemplar(this, bucket, exemplar, value)
  }

  /** The counts by bucket (not cumulative; the last is past every bound), and the sum. A view: do not write. */
  read (): { counts: Float64Array, sum: number } {
    const first = this.start + 1
    return { counts: this.cells.subarray(first, first + this.#index.bounds.length + 1), sum: this.cells[this.start]! }
  }
}

/** A distribution in buckets of fixed upper bounds: values [5, 30, 15] with bounds [10, 20] give counts [1, 1, 1]. */
export class HistogramFamily extends Family<HistogramSeries> implements Histogram<never> {
  readonly type = 'histogram'
  readonly index: BucketIndex
  readonly #labelled: boolean

  constructor (declaration: HistogramDeclaration, context: FamilyContext) {
    const buckets = declaration.buckets ?? DEFAULT_BUCKETS
    super(declaration, buckets.length + 2, context)
    this.index = new BucketIndex(buckets)
    this.#labelled = this.labelNames.length > 0
    this.initialise()
  }

  /** Upper bounds, ascending. */
  get bounds (): Float64Array {
    return this.index.bounds
  }

  protected makeSeries (cells: Float64Array, start: number, slot: number): HistogramSeries {
    return new HistogramSeries(this, cells, start, slot)
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
