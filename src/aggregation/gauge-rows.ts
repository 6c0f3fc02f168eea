import type { BoundGauge, GaugeAggregate } from '../contracts/instruments.js'
import type { AnyFamily } from '../metrics/family.js'
import { LabelTable } from '../metrics/label-table.js'
import { cleanLabelValue } from '../metrics/label-value.js'
import { objectOf } from './label-object.js'

/** One value of a gauge series: that of one origin. */
interface Contribution {
  readonly origin: object
  readonly value: number
}

/** A gauge without labels has its one series always: to take that out is to take out the metric. */
export interface LoneGauge {
  show (): AnyFamily
  hide (): void
}

/** The series of a gauge: shown while an origin that contributes to them is heard of. */
export class GaugeRows {
  #family: AnyFamily
  readonly #lone: LoneGauge | undefined
  readonly #maxSeries: number
  readonly #table: LabelTable
  /** By index: who contributes, where it is one, and its value. */
  readonly #origin: Array<object | undefined> = []
  #value = new Float64Array(8)
  /** By index: who contributes, where there are several; the latest heard of is last. */
  readonly #several = new Map<number, Contribution[]>()
  /** By index: the series in the registry, while it is shown. */
  readonly #series: Array<BoundGauge | undefined> = []
  /** Indices that no label set has. */
  readonly #free = new Set<number>()

  /** @param maxSeries label sets that are known, those that vanished among them until {@link free} lets them go */
  constructor (family: AnyFamily, maxSeries: number, lone?: LoneGauge) {
    this.#maxSeries = maxSeries
    this.#family = family
    this.#lone = lone
    lone?.hide()
    this.#table = new LabelTable(family.labelNames)
  }

  get length (): number {
    return this.#origin.length
  }

  /** Whether a label set that is not known would be refused. */
  get isFull (): boolean {
    return this.#free.size === 0 && this.#origin.length >= this.#maxSeries
  }

  indexOf (values: readonly string[]): number {
    const clean = values.map(cleanLabelValue)
    const known = this.#table.get(clean)
    if (known !== -1) return known
    if (this.isFull) return -1
    const [index = this.#origin.length] = this.#free
    this.#free.delete(index)
    this.#table.add(clean, index)
    this.#origin[index] = undefined
    if (index >= this.#value.length) this.#grow()
    return index
  }

  /** Whether a label set has this index. */
  has (index: number): boolean {
    return !this.#free.has(index)
  }

  /** Lets go of the label sets that vanished: others may have their indices. `held`, by index, is 1 where somebody still goes by it. */
  free (held: Uint8Array): void {
    for (let index = 0; index < this.#origin.length; index++) {
      if (held[index] === 1 || this.#free.has(index) || this.#contributionsOf(index).length > 0) continue
      this.#table.remove(index)
      this.#free.add(index)
    }
  }

  valuesOf (index: number): string[] {
    return this.#table.valuesOf(index)
  }

  /** Takes the value of one origin and shows the merged one, which it returns. */
  set (index: number, origin: object, value: number, aggregate: GaugeAggregate): number {
    if (this.#origin[index] === origin) {
      this.#value[index] = value
      return this.#show(index, aggregate)
    }
    const contributions = this.#contributionsOf(index)
    const at = contributions.findIndex(each => each.origin === origin)
    if (at !== -1) contributions.splice(at, 1)
    contributions.push({ origin, value })
    this.#keep(index, contributions)
    return this.#show(index, aggregate)
  }

  /** Takes an origin's value out; the series vanishes with the last one. */
  drop (index: number, origin: object, aggregate: GaugeAggregate): void {
    const contributions = this.#contributionsOf(index)
    const at = contributions.findIndex(each => each.origin === origin)
    if (at === -1) return
    contributions.splice(at, 1)
    this.#keep(index, contributions)
    if (contributions.length > 0) this.#show(index, aggregate)
    else this.#hide(index)
  }

  /** The merged value of a series that is shown. */
  merged (index: number, aggregate: GaugeAggregate): number {
    const several = this.#several.get(index)
    return several === undefined ? this.#value[index]! : rules[aggregate](several)
  }

  #contributionsOf (index: number): Contribution[] {
    const origin = this.#origin[index]
    return this.#several.get(index) ?? (origin === undefined ? [] : [{ origin, value: this.#value[index]! }])
  }

  /** Most gauges are those of one process: they take no list. */
  #keep (index: number, contributions: Contribution[]): void {
    if (contributions.length > 1) {
      this.#origin[index] = undefined
      this.#several.set(index, contributions)
      return
    }
    this.#several.delete(index)
    this.#origin[index] = contributions[0]?.origin
    this.#value[index] = contributions[0]?.value ?? 0
  }

  #grow (): void {
    const grown = new Float64Array(Math.ceil(1.5 * this.#origin.length))
    grown.set(this.#value)
    this.#value = grown
  }

  #show (index: number, aggregate: GaugeAggregate): number {
    const value = this.merged(index, aggregate)
    if (this.#lone !== undefined && this.#series[index] === undefined) this.#family = this.#lone.show()
    const series = this.#series[index] ??= this.#family.at(objectOf(this.#family.labelNames, this.valuesOf(index))) as unknown as BoundGauge
    series.set(value)
    return value
  }

  #hide (index: number): void {
    this.#series[index] = undefined
    if (this.#lone !== undefined) return this.#lone.hide()
    this.#family.remove(objectOf(this.#family.labelNames, this.valuesOf(index)) as never)
  }
}

const sum = (contributions: readonly Contribution[]): number => contributions.reduce((total, { value }) => total + value, 0)

const rules: Readonly<Record<GaugeAggregate, (contributions: readonly Contribution[]) => number>> = {
  last: contributions => contributions.at(-1)!.value,
  sum,
  average: contributions => sum(contributions) / contributions.length,
  min: contributions => Math.min(...contributions.map(({ value }) => value)),
  max: contributions => Math.max(...contributions.map(({ value }) => value))
}
