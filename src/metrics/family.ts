import type { Log } from '../contracts/log.js'
import type { Clock } from '../contracts/clock.js'
import type { ExemplarLabels, LabelValues, MetricDeclaration, MetricType } from '../contracts/instruments.js'
import { LabelTable } from './label-table.js'
import { cleanLabelValue } from './label-value.js'
import { cleanExemplarLabels, type Exemplar } from './exemplar.js'
import type { Series } from './series.js'

/** The value that every label of the overflow series has. */
export const OVERFLOW = '__overflow__'
/** A metric with more label sets than this, and than a tenth of its limit, is worth a look: it is logged once. */
export const WARN_SERIES = 100
/** The most label sets a metric may have, unless it declares otherwise. */
export const DEFAULT_MAX_SERIES = 1000

/** What a family may call of the registry it belongs to. */
export interface FamilyContext {
  readonly clock: Clock
  readonly log: Log
  /** Keep the time at which each series was made, for `_created` lines. */
  readonly created: boolean
  /** A sample was not recorded. */
  dropped (family: AnyFamily, reason: DropReason): void
  /** A sample went to the overflow series, or was refused, because its label set is past the limit. */
  limited (family: AnyFamily): void
}

export type DropReason = 'invalid_value' | 'invalid_labels' | 'invalid_exemplar'

/** A run of rows of one family: their values, and what a reader needs to know whether they changed. */
export interface Block {
  /** `row * width + cell`; bound children write here without asking anybody. */
  readonly cells: Float64Array
  /** Changes when a row appears or vanishes. */
  version: number
  /** Changes when an exemplar does. */
  exemplarVersion: number
}

/** Any family, whatever its series. */
export type AnyFamily = Family<Series>

/**
 * One metric: its declaration and its series. Values live in typed arrays, in blocks that never move once they are
 * handed out; a series is a row of `width` cells. Label sets are bounded by the guard.
 */
export abstract class Family<S extends Series> {
  readonly name: string
  readonly help: string
  readonly unit: string | undefined
  readonly labelNames: readonly never[]
  readonly maxSeries: number
  readonly atLimit: 'overflow' | 'reject'
  /** Rows in a block: a block is also what is rendered in one go. */
  readonly rowsPerBlock: number
  readonly blocks: Block[] = []
  /** By slot; a hole is a slot to be used again. */
  readonly series: Array<S | undefined> = []
  readonly context: FamilyContext
  abstract readonly type: MetricType
  readonly #table: LabelTable
  readonly #rules: ReadonlyArray<NonNullable<MetricDeclaration['labelRules']>[string]>
  readonly #width: number
  readonly #free: number[] = []
  readonly #exemplars = new Map<number, Array<Exemplar | undefined>>()
  readonly #createdMs = new Map<number, number>()
  #overflow: S | undefined
  #sink: S | undefined
  #warned = false

  constructor (declaration: MetricDeclaration, width: number, context: FamilyContext, rowsPerBlock = width === 1 ? 64 : 32) {
    this.name = declaration.name
    this.help = declaration.help
    this.unit = declaration.unit
    this.labelNames = Object.freeze([...declaration.labelNames ?? []]) as readonly never[]
    this.maxSeries = declaration.maxSeries ?? DEFAULT_MAX_SERIES
    this.atLimit = declaration.atLimit ?? 'overflow'
    this.context = context
    this.#width = width
    this.#table = new LabelTable(this.labelNames)
    this.#rules = this.labelNames.map(name => declaration.labelRules?.[name])
    // Few enough rows to patch or lay out again in one go, enough for the overhead of a typed array to vanish.
    this.rowsPerBlock = this.labelNames.length === 0 ? 1 : rowsPerBlock
  }

  /** How many label sets there are, the overflow series not counted. */
  get size (): number {
    return this.#table.size - (this.#overflow === undefined ? 0 : 1)
  }

  /** Takes what is refused: its cells are read by nobody. */
  get sink (): S {
    this.#sink ??= this.makeSeries(new Float64Array(this.#width), 0, -1)
    return this.#sink
  }

  /** The one series of a metric without labels, or the series of every known label set, made at the start at zero. */
  protected initialise (): void {
    const known = this.#rules.map(rule => rule?.values)
    if (!known.every(values => values !== undefined)) return
    const sets = known.reduce<string[][]>((sets, values) => sets.flatMap(set => values.map(value => [...set, value])), [[]])
    if (sets.length <= this.maxSeries) for (const set of sets) this.#add(set)
  }

  /** The series of a label set, made if need be; the overflow series or the sink when it may not be. Never throws. */
  at (labels: LabelValues<never> | Readonly<Record<string, unknown>>): S {
    try {
      const slot = this.#table.find(labels as Readonly<Record<string, unknown>>)
      return slot === -1 ? this.#resolve(labels as Readonly<Record<string, unknown>>) : this.series[slot]!
    } catch {
      // A getter or a toString of the caller's that throws, or no object at all.
      this.context.dropped(this, 'invalid_labels')
      return this.sink
    }
  }

  /** Takes a series out. Children still held write into a cell of their own from then on, which nobody reads. */
  remove (labels: LabelValues<never>): boolean {
    const slot = this.#slotOf(labels as Readonly<Record<string, unknown>>)
    if (slot === -1) return false
    this.#removeSlot(slot)
    // A metric without labels always has its one series: it starts again.
    if (this.labelNames.length === 0) this.initialise()
    return true
  }

  /** Sets every series back to zero. The label sets stay, and so do the children that hosts hold. */
  reset (): void {
    this.#exemplars.clear()
    for (const slot of this.#createdMs.keys()) this.#createdMs.set(slot, this.context.clock.nowMs())
    for (const block of this.blocks) {
      block.cells.fill(0)
      block.version++
    }
  }

  /** The label values of the series in `slot`, in the order of the label names. */
  valuesOf (slot: number): string[] {
    return this.#table.valuesOf(slot)
  }

  /** Keeps an exemplar for a line of a series (a counter's 0; a histogram's bucket), if its labels are fit for it. */
  keepExemplar (series: Series, line: number, raw: ExemplarLabels, value: number): void {
    const labels = cleanExemplarLabels(raw)
    if (labels === undefined) {
      this.context.dropped(this, 'invalid_exemplar')
      return
    }
    const { slot } = series
    // A series that was removed may still be recorded into.
    if (this.series[slot] !== series) return
    let exemplars = this.#exemplars.get(slot)
    if (exemplars === undefined) this.#exemplars.set(slot, exemplars = [])
    exemplars[line] = { labels, value, atMs: this.context.clock.nowMs() }
    this.#blockOf(slot).exemplarVersion++
  }

  /** The exemplar of a line of the series in `slot`. */
  exemplarOf (slot: number, line: number): Exemplar | undefined {
    return this.#exemplars.get(slot)?.[line]
  }

  /** When the series in `slot` was made, in milliseconds since the Unix epoch, if the registry keeps that. */
  createdMsOf (slot: number): number | undefined {
    return this.#createdMs.get(slot)
  }

  #blockOf (slot: number): Block {
    return this.blocks[Math.floor(slot / this.rowsPerBlock)]!
  }

  protected abstract makeSeries (cells: Float64Array, at: number, slot: number): S

  /** The way for everything but a known set of plain strings. */
  #resolve (labels: Readonly<Record<string, unknown>>): S {
    const values = this.#clean(labels)
    if (values === undefined) {
      this.context.dropped(this, 'invalid_labels')
      return this.sink
    }
    const slot = this.#table.get(values)
    if (slot !== -1) return this.series[slot]!
    if (this.size < this.maxSeries) return this.#add(values)
    this.context.limited(this)
    if (this.atLimit === 'reject') return this.sink
    if (this.#overflow === undefined) {
      const overflow = values.map(() => OVERFLOW)
      // Somebody may have used the very word.
      const taken = this.#table.get(overflow)
      this.#overflow = taken === -1 ? this.#add(overflow) : this.series[taken]!
    }
    return this.#overflow
  }

  #slotOf (labels: Readonly<Record<string, unknown>>): number {
    try {
      const values = this.#clean(labels)
      return values === undefined ? -1 : this.#table.get(values)
    } catch {
      return -1
    }
  }

  /** The values in the order of the names, fit for the exposition; `undefined` when there is a name too many, or no object. */
  #clean (labels: Readonly<Record<string, unknown>>): string[] | undefined {
    if (typeof labels !== 'object' || labels === null) return undefined
    for (const name in labels) if (!this.labelNames.includes(name as never)) return undefined
    return this.labelNames.map((name, i) => {
      const raw: unknown = labels[name]
      // A label may be called `constructor`, and be missing.
      const text = raw === Object.prototype[name] ? '' : cleanLabelValue(raw)
      const rule = this.#rules[i]
      if (rule === undefined || this.#table.has(i, text) || rule.values?.includes(text)) return text
      return rule.normalize !== undefined ? cleanLabelValue(rule.normalize(text)) : rule.values === undefined ? text : 'other'
    })
  }

  #add (values: readonly string[]): S {
    const slot = this.#free.pop() ?? this.series.length
    const index = Math.floor(slot / this.rowsPerBlock)
    const block = this.blocks[index] ??= {
      cells: new Float64Array(this.rowsPerBlock * this.#width), version: 0, exemplarVersion: 0
    }
    const at = (slot % this.rowsPerBlock) * this.#width
    block.cells.fill(0, at, at + this.#width)
    const series = this.makeSeries(block.cells, at, slot)
    if (this.context.created) this.#createdMs.set(slot, this.context.clock.nowMs())
    this.series[slot] = series
    this.#table.add(values, slot)
    block.version++
    const many = Math.max(WARN_SERIES, Math.floor(this.maxSeries / 10))
    if (!this.#warned && this.size > many) {
      this.#warned = true
      this.context.log.warn(
        { metric: this.name, series: this.size, limit: this.maxSeries },
        `metric ${this.name} has more than ${many} label sets; at ${this.maxSeries} new ones ${
          this.atLimit === 'overflow' ? `go to one series labelled ${OVERFLOW}` : 'are refused'}`)
    }
    return series
  }

  #removeSlot (slot: number): void {
    const series = this.series[slot]!
    if (series === this.#overflow) this.#overflow = undefined
    series.detach(new Float64Array(this.#width))
    this.#exemplars.delete(slot)
    this.#createdMs.delete(slot)
    this.series[slot] = undefined
    this.#free.push(slot)
    this.#table.remove(slot)
    this.#blockOf(slot).version++
  }
}
