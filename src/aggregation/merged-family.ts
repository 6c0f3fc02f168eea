import type { GaugeAggregate, MetricType } from '../contracts/instruments.js'
import type { AnyFamily } from '../metrics/family.js'
import { GaugeFamily } from '../metrics/gauge.js'
import { HistogramFamily } from '../metrics/histogram.js'
import { GaugeRows, type LoneGauge } from './gauge-rows.js'
import { objectOf } from './label-object.js'
import { GAUGE_CELLS } from './window-columns.js'

/**
 * One metric of the shared registry, and how values of several origins become one. Its series go by an index: that of
 * their row in the registry for totals, which are never taken out; one of its own for gauges, which vanish and come back.
 */
export class MergedFamily {
  readonly family: AnyFamily
  readonly ordinal: number
  readonly type: MetricType
  /** Cells of a row in the registry: 1, or a histogram's sum and its buckets. */
  readonly width: number
  /** Cells of a row in a window. */
  readonly windowWidth: number
  readonly aggregate: GaugeAggregate
  /** By index: the low half of a total (or sum) whose high half is in the registry, so that what is added up in any order is the same. */
  #low = new Float64Array(8)
  readonly #gauges: GaugeRows | undefined

  constructor (family: AnyFamily, ordinal: number, maxSeries: number, lone?: LoneGauge) {
    this.family = family
    this.ordinal = ordinal
    this.type = family.type
    this.width = family instanceof HistogramFamily ? family.bounds.length + 2 : 1
    this.windowWidth = this.type === 'gauge' ? GAUGE_CELLS.width : this.width
    this.aggregate = family instanceof GaugeFamily ? family.aggregate : 'last'
    this.#gauges = this.type === 'gauge' ? new GaugeRows(family, maxSeries, lone) : undefined
  }

  get bounds (): readonly number[] | undefined {
    return this.family instanceof HistogramFamily ? [...this.family.bounds] : undefined
  }

  /** The number of indices in use or used. */
  get length (): number {
    return this.#gauges?.length ?? this.family.series.length
  }

  /** The index of a label set, in the order of the family's labels; -1 where there are too many. */
  indexOf (values: readonly string[]): number {
    if (this.#gauges !== undefined) return this.#gauges.indexOf(values)
    return this.family.at(objectOf(this.family.labelNames, values)).slot
  }

  /** The label values of a series. */
  valuesOf (index: number): string[] {
    return this.#gauges?.valuesOf(index) ?? this.family.valuesOf(index)
  }

  /** The labels of a series without empty ones. */
  labelsOf (index: number): Record<string, string> {
    const values = this.valuesOf(index)
    return Object.fromEntries(this.family.labelNames.flatMap((name, i) => values[i] === '' ? [] : [[name, values[i]!]]))
  }

  /** Adds to a cell of a counter or a histogram. `error` is what was lost when `by` was worked out. */
  add (index: number, cell: number, by: number, error: number): void {
    const { rowsPerBlock, blocks } = this.family
    const block = blocks[Math.floor(index / rowsPerBlock)]
    if (block === undefined) return
    const at = (index % rowsPerBlock) * this.width + cell
    const { cells } = block
    if (cell > 0) {
      cells[at]! += by
      return
    }
    if (index >= this.#low.length) this.#grow(index)
    // Knuth's two-sum: high + low is the sum to twice the digits.
    const high = cells[at]!
    const sum = high + by
    const part = sum - high
    const low = this.#low[index]! + error + ((high - (sum - part)) + (by - part))
    const shown = sum + low
    cells[at] = shown
    this.#low[index] = low - (shown - sum)
  }

  /** What the registry shows of a counter or a histogram's cell. */
  valueOf (index: number, cell = 0): number {
    const { rowsPerBlock, blocks } = this.family
    return blocks[Math.floor(index / rowsPerBlock)]?.cells[(index % rowsPerBlock) * this.width + cell] ?? 0
  }

  lowOf (index: number): number {
    return this.#low[index] ?? 0
  }

  get gauges (): GaugeRows {
    return this.#gauges!
  }

  #grow (index: number): void {
    const grown = new Float64Array(Math.max(index + 1, Math.ceil(1.5 * this.#low.length)))
    grown.set(this.#low)
    this.#low = grown
  }
}
