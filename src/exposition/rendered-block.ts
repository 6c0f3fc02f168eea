import type { AnyFamily } from '../metrics/family.js'
import { createdLine, exemplarSuffix, labelPairs, type Format, type LineLayout } from './lines.js'
import { MAX_DIGITS, writeDigits } from './number-format.js'

/** The digits of the value at hand; nothing is kept in it between two calls. */
const digits = new Uint8Array(MAX_DIGITS)
/** Where a block is laid out anew before it is copied back; as large as the largest block, likewise empty in between. */
let scratch = new Uint8Array(0)

/**
 * The rendered lines of one block of series, kept as bytes between scrapes. A value that changed has its digits
 * written over the old ones; when their number changed as well, the lines of the block are moved apart once. Only when
 * a series came or went is the text made anew. This is what makes a scrape cost what changed, not what there is
 * (`render.sparse.100k` of the benchmarks), and it holds nothing but the bytes and where the values stand in them.
 */
export class RenderedBlock {
  bytes: Buffer = Buffer.alloc(0)
  length = 0
  readonly #family: AnyFamily
  readonly #index: number
  readonly #format: Format
  readonly #layout: LineLayout
  #constantLabels = ''
  #version = -1
  #exemplarVersion = -1
  /** The slots of the rows that are rendered, in order. */
  #slots: number[] = []
  /** By line: the value shown, where its digits start, and how many they are. */
  #shown = new Float64Array(0)
  #starts = new Uint32Array(0)
  #widths = new Uint8Array(0)
  /** The values as they are now, by line. */
  #values = new Float64Array(0)

  constructor (family: AnyFamily, index: number, format: Format, layout: LineLayout) {
    this.#family = family
    this.#index = index
    this.#format = format
    this.#layout = layout
  }

  /** Brings the bytes up to date, in one go: all values of a series are of one instant. */
  refresh (constantLabels: string): void {
    const block = this.#family.blocks[this.#index]!
    const exemplarVersion = this.#format === 'openmetrics' ? block.exemplarVersion : this.#exemplarVersion
    if (block.version !== this.#version || exemplarVersion !== this.#exemplarVersion || constantLabels !== this.#constantLabels) {
      this.#version = block.version
      this.#exemplarVersion = exemplarVersion
      this.#constantLabels = constantLabels
      this.#build()
    } else if (this.#patch()) {
      this.#layOut()
    }
  }

  #readValues (): void {
    const { count } = this.#layout
    for (let row = 0; row < this.#slots.length; row++) this.#layout.read(this.#slots[row]!, this.#values, row * count)
  }

  /** Writes changed values over the old ones; true when one of them does not fit its place. */
  #patch (): boolean {
    this.#readValues()
    const values = this.#values
    const shown = this.#shown
    let misfit = false
    for (let line = 0; line < values.length; line++) {
      const value = values[line]!
      if (value === shown[line]) continue
      const width = writeDigits(value, digits)
      if (width !== this.#widths[line]) {
        misfit = true
        continue
      }
      const bytes = this.bytes
      const start = this.#starts[line]!
      for (let i = 0; i < width; i++) bytes[start + i] = digits[i]!
      shown[line] = value
    }
    return misfit
  }

  /** Moves the lines apart for values that take another number of digits. */
  #layOut (): void {
    const old = this.bytes
    const most = this.length + this.#values.length * MAX_DIGITS
    if (scratch.length < most) scratch = new Uint8Array(most)
    const bytes = scratch
    let from = 0
    let to = 0
    for (let line = 0; line < this.#values.length; line++) {
      const start = this.#starts[line]!
      while (from < start) bytes[to++] = old[from++]!
      const value = this.#values[line]!
      from += this.#widths[line]!
      const width = writeDigits(value, digits)
      this.#starts[line] = to
      this.#widths[line] = width
      this.#shown[line] = value
      for (let i = 0; i < width; i++) bytes[to++] = digits[i]!
    }
    while (from < this.length) bytes[to++] = old[from++]!
    // An eighth to spare: digits that come one by one do not allocate each time.
    if (to > old.length) this.bytes = Buffer.allocUnsafeSlow(to + (to >> 3))
    this.bytes.set(bytes.subarray(0, to))
    this.length = to
  }

  /** Makes the text anew. */
  #build (): void {
    const family = this.#family
    const { rowsPerBlock } = family
    const first = this.#index * rowsPerBlock
    this.#slots = []
    for (let slot = first; slot < first + rowsPerBlock; slot++) if (family.series[slot] !== undefined) this.#slots.push(slot)
    const { count } = this.#layout
    const lines = this.#slots.length * count
    this.#values = new Float64Array(lines)
    this.#shown = new Float64Array(lines)
    this.#starts = new Uint32Array(lines)
    this.#widths = new Uint8Array(lines)
    this.#readValues()

    let text = ''
    let at = 0
    const append = (part: string): void => {
      text += part
      at += Buffer.byteLength(part)
    }
    this.#slots.forEach((slot, row) => {
      const own = labelPairs(family.labelNames, family.valuesOf(slot))
      const labels = own === '' || this.#constantLabels === '' ? own + this.#constantLabels : `${own},${this.#constantLabels}`
      for (let line = 0; line < count; line++) {
        append(this.#layout.prefix(line, labels))
        const index = row * count + line
        const width = writeDigits(this.#values[index]!, digits)
        this.#starts[index] = at
        this.#widths[index] = width
        this.#shown[index] = this.#values[index]!
        append(String.fromCharCode(...digits.subarray(0, width)))
        const exemplar = this.#format === 'openmetrics' && this.#layout.exemplars ? family.exemplarOf(slot, line) : undefined
        append(exemplar === undefined ? '\n' : `${exemplarSuffix(exemplar)}\n`)
      }
      if (this.#format === 'openmetrics') append(createdLine(family, slot, labels))
    })
    this.bytes = Buffer.from(text)
    this.length = this.bytes.length
  }
}
