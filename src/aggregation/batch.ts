import type { MetricsMessage, WireFamily, WireSeries } from './wire.js'
import { TotalsWriter } from './totals.js'

/** What a message says beside who says it and when. */
export type Part = Pick<MetricsMessage, 'families' | 'series' | 'removed' | 'totals'>

/** Gathers rows into parts of a bounded size. Each part stands alone: it declares the families of the series it declares. */
export class Batch {
  readonly #maxBytes: number
  #families = new Map<number, WireFamily>()
  #series: WireSeries[] = []
  #removed: number[] = []
  #totals = new TotalsWriter()
  /** The length of everything but the totals, nearly; labels may take more bytes than characters. */
  #length = 0

  constructor (maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get isFull (): boolean {
    return this.#length + this.#totals.text.length >= this.#maxBytes
  }

  get isEmpty (): boolean {
    return this.#length === 0 && this.#totals.text === ''
  }

  get totals (): TotalsWriter {
    return this.#totals
  }

  declareFamily (family: WireFamily): void {
    if (this.#families.has(family.id)) return
    this.#families.set(family.id, family)
    this.#length += Buffer.byteLength(JSON.stringify(family))
  }

  declareSeries (family: WireFamily, id: number, values: readonly string[]): void {
    this.declareFamily(family)
    this.#series.push([id, family.id, ...values])
    this.#length += 16
    for (const value of values) this.#length += Buffer.byteLength(value) + 3
  }

  remove (id: number): void {
    this.#removed.push(id)
    this.#length += 8
  }

  /** Hands the part over and begins the next. */
  take (): Part {
    const part: Part = {
      ...this.#families.size > 0 ? { families: [...this.#families.values()] } : {},
      ...this.#series.length > 0 ? { series: this.#series } : {},
      ...this.#removed.length > 0 ? { removed: this.#removed } : {},
      ...this.#totals.text !== '' ? { totals: this.#totals.text } : {}
    }
    this.#families = new Map()
    this.#series = []
    this.#removed = []
    this.#totals = new TotalsWriter()
    this.#length = 0
    return part
  }
}
