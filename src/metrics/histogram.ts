import type { BoundObserver, ExemplarLabels, Histogram, HistogramDeclaration, LabelValues } from '../contracts/instruments.js'
import { Family, type FamilyContext } from './family.js'
import { Series } from './series.js'

/** Upper bounds in seconds, from 10 µs to 10 s: two or three a decade. */
export const DEFAULT_BUCKETS: readonly number[] = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
]

/**
 * A histogram's child. Its row holds one count a bucket (not cumulative), the count past the last bound, and the sum;
 * a reader of the row sees an observation whole or not at all.
 */
export class HistogramSeries extends Series implements BoundObserver {
  readonly family: HistogramFamily
  readonly #bounds: Float64Array

  constructor (family: HistogramFamily, bounds: Float64Array, cells: Float64Array, start: number, slot: number) {
    super(cells, start, slot)
    this.family = family
    this.#bounds = bounds
  }

  observe (value: number, exemplar?: ExemplarLabels): void {
    // `value - value` is 0 for finite numbers only.
    if (typeof value !== 'number' || value - value !== 0) {
      this.family.context.dropped(this.family, 'invalid_value')
      return
    }
    const bounds = this.#bounds
    const count = bounds.length
    // A plain scan: up to some twenty bounds it is faster than halving, whose every step is a coin toss for the processor.
    let bucket = 0
    while (bucket < count && value > bounds[bucket]!) bucket++
    const cells = this.cells
    const start = this.start
    cells[start + bucket]! += 1
    cells[start + count + 1]! += value
    if (exemplar !== undefined) this.keepExemplar(bucket, exemplar, value)
  }

  /** The counts by bucket (not cumulative; the last is past every bound), and the sum. A view: do not write. */
  read (): { counts: Float64Array, sum: number } {
    const end = this.start + this.#bounds.length + 1
    return { counts: this.cells.subarray(this.start, end), sum: this.cells[end]! }
  }
}

/** A distribution in buckets of fixed upper bounds: values [5, 30, 15] with bounds [10, 20] give counts [1, 1, 1]. */
export class HistogramFamily extends Family<HistogramSeries> implements Histogram<never> {
  readonly type = 'histogram'
  readonly bounds: Float64Array
  readonly #labelled: boolean

  constructor (declaration: HistogramDeclaration, context: FamilyContext) {
    const bounds = Float64Array.from(declaration.buckets ?? DEFAULT_BUCKETS)
    super(declaration, bounds.length + 2, context)
    this.bounds = bounds
    this.#labelled = this.labelNames.length > 0
    this.initialise()
  }

  protected makeSeries (cells: Float64Array, start: number, slot: number): HistogramSeries {
    return new HistogramSeries(this, this.bounds, cells, start, slot)
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
