import type { BoundCounter, Counter, ExemplarLabels, LabelValues, MetricDeclaration } from '../contracts/instruments.js'
import { Family, type FamilyContext } from './family.js'
import { Series } from './series.js'

/** A counter's child: `inc()` is one addition to a typed array. */
export class CounterSeries extends Series implements BoundCounter {
  readonly family: CounterFamily

  constructor (family: CounterFamily, cells: Float64Array, start: number, slot: number) {
    super(cells, start, slot)
    this.family = family
  }

  get value (): number {
    return this.cells[this.start]!
  }

  inc (by: number = 1, exemplar?: ExemplarLabels): void {
    // One comparison refuses NaN, negative numbers and infinity; typeof keeps "1" and 1n from a JavaScript caller out.
    if (typeof by === 'number' && by >= 0 && by < Infinity) {
      this.cells[this.start]! += by
      if (exemplar !== undefined) this.family.keepExemplar(this, 0, exemplar, by)
    } else {
      this.family.context.dropped(this.family, 'invalid_value')
    }
  }
}

/** A total that only goes up. */
export class CounterFamily extends Family<CounterSeries> implements Counter<never> {
  readonly type = 'counter'
  readonly #labelled: boolean

  constructor (declaration: MetricDeclaration, context: FamilyContext) {
    super(declaration, 1, context)
    this.#labelled = this.labelNames.length > 0
    this.initialise()
  }

  protected makeSeries (cells: Float64Array, start: number, slot: number): CounterSeries {
    return new CounterSeries(this, cells, start, slot)
  }

  labels (values: LabelValues<never>): BoundCounter {
    return this.at(values)
  }

  inc (...args: [by?: number, exemplar?: ExemplarLabels]): void
  inc (first?: unknown, second?: unknown, third?: unknown): void {
    if (this.#labelled) this.at(first as LabelValues<never>).inc(second as number, third as ExemplarLabels)
    else this.series[0]!.inc(first as number, second as ExemplarLabels)
  }
}
