import type { BoundGauge, Gauge, GaugeAggregate, GaugeDeclaration, LabelValues } from '../contracts/instruments.js'
import { Family, type FamilyContext } from './family.js'
import { Series } from './series.js'

/** A gauge's child. */
export class GaugeSeries extends Series implements BoundGauge {
  readonly family: GaugeFamily

  constructor (family: GaugeFamily, cells: Float64Array, start: number, slot: number) {
    super(cells, start, slot)
    this.family = family
  }

  get value (): number {
    return this.cells[this.start]!
  }

  set (value: number): void {
    if (typeof value === 'number') this.cells[this.start] = value
    else this.family.context.dropped(this.family, 'invalid_value')
  }

  inc (by: number = 1): void {
    if (typeof by === 'number') this.cells[this.start]! += by
    else this.family.context.dropped(this.family, 'invalid_value')
  }

  dec (by: number = 1): void {
    if (typeof by === 'number') this.cells[this.start]! -= by
    else this.family.context.dropped(this.family, 'invalid_value')
  }
}

/** A value that goes up and down. */
export class GaugeFamily extends Family<GaugeSeries> implements Gauge<never> {
  readonly type = 'gauge'
  readonly aggregate: GaugeAggregate
  readonly #labelled: boolean

  constructor (declaration: GaugeDeclaration, context: FamilyContext) {
    super(declaration, 1, context)
    this.aggregate = declaration.aggregate ?? 'last'
    this.#labelled = this.labelNames.length > 0
    this.initialise()
  }

  protected makeSeries (cells: Float64Array, start: number, slot: number): GaugeSeries {
    return new GaugeSeries(this, cells, start, slot)
  }

  labels (values: LabelValues<never>): BoundGauge {
    return this.at(values)
  }

  set (...args: [value: number]): void
  set (first: unknown, second?: unknown): void {
    if (this.#labelled) this.at(first as LabelValues<never>).set(second as number)
    else this.series[0]!.set(first as number)
  }

  inc (...args: [by?: number]): void
  inc (first?: unknown, second?: unknown): void {
    if (this.#labelled) this.at(first as LabelValues<never>).inc(second as number)
    else this.series[0]!.inc(first as number)
  }

  dec (...args: [by?: number]): void
  dec (first?: unknown, second?: unknown): void {
    if (this.#labelled) this.at(first as LabelValues<never>).dec(second as number)
    else this.series[0]!.dec(first as number)
  }
}
