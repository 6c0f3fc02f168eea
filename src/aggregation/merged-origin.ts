import type { MergedFamily } from './merged-family.js'
import { MergedFamilies, type Refusal, type Resolved } from './merged-families.js'
import { TotalsReader } from './totals.js'
import type { WindowColumns } from './window-columns.js'
import { MAX_SERIES_ID, type MetricsMessage } from './wire.js'

/** What one merge did, for who counts it. */
export interface Merged {
  samples: number
  /** Rows of series that this origin has not declared, as far as it was heard. */
  unknown: number
  refused: Refusal[]
}

/** Where samples go. `totals` is there always: what a counter gained belongs to some window. */
export interface Target {
  readonly totals: WindowColumns
  /** `undefined` when the message is too late for its window. */
  readonly gauges: WindowColumns | undefined
  readonly atMs: number
}

const isThere = 1
const isInFullSet = 2
/** Of a metric that is refused, or gone: nobody is asked what it is. */
const isRefused = 4

/** What was last heard of one life of one process, and the difference each message of it makes. */
export class MergedOrigin {
  readonly instance: string
  readonly startedNs: bigint
  /** The highest `seq` heard. */
  seq = -1
  /** When it was last heard of. */
  heardMs: number
  isSilent = false
  /** What the totals were when this aggregator came is of no window of its time. */
  isBefore: boolean
  /** It was forgotten, and its totals had been counted: the next full set is where counting goes on. */
  isForgotten: boolean
  /** Whether no message is missing since the full set at hand began. */
  #fullFrom: number | undefined
  #fullNext = 0
  readonly #families = new Map<number, Resolved | undefined>()
  /** By series id. */
  readonly #familyOf: Array<MergedFamily | undefined> = []
  #index = new Int32Array(16)
  #at = new Int32Array(16)
  /** The cells as they were last heard. */
  #last = new Float64Array(16)
  #used = 0
  /** By series id: whether it is a gauge that is there, one that was heard of in the full set at hand, or one that is refused or gone. */
  #flags = new Uint8Array(16)

  constructor (instance: string, startedNs: bigint, nowMs: number, { isBefore = false, isForgotten = false } = {}) {
    this.instance = instance
    this.startedNs = startedNs
    this.heardMs = nowMs
    this.isBefore = isBefore
    this.isForgotten = isForgotten
  }

  get bytes (): number {
    return this.#last.byteLength + this.#index.byteLength + this.#at.byteLength + this.#flags.byteLength + 8 * this.#familyOf.length
  }

  /**
   * Merges one message. Totals only go up: what comes twice, late or in another order changes nothing that was right.
   * Throws a `SyntaxError` where the totals are malformed.
   */
  merge (message: MetricsMessage, families: MergedFamilies, target: Target): Merged {
    const merged: Merged = { samples: 0, unknown: 0, refused: [] }
    const { origin: { seq }, full } = message
    // Of a gauge the latest value counts, and what an earlier life said of it is of no use any more.
    const isLatest = seq > this.seq && message.past === undefined
    if (isLatest) this.#followFull(seq, full)
    for (const family of message.families ?? []) {
      const resolved = this.#families.get(family.id) ?? families.resolve(family)
      if (typeof resolved === 'string') merged.refused.push(resolved)
      this.#families.set(family.id, typeof resolved === 'string' ? undefined : resolved)
    }
    for (const [id, family, ...values] of message.series ?? []) this.#declare(id, family, values, merged)
    if (isLatest) for (const id of message.removed ?? []) this.#dropGauge(id)
    if (message.totals !== undefined) this.#mergeTotals(message.totals, seq, isLatest, target, merged)
    if (message.end === true && isLatest) this.#endFlush(full, target)
    this.seq = Math.max(this.seq, seq)
    return merged
  }

  /** Its gauges vanish: it is silent. */
  silence (): void {
    this.isSilent = true
    for (const id of this.#gauges()) {
      const family = this.#familyOf[id]!
      family.gauges.drop(this.#index[id]!, this, family.aggregate)
    }
  }

  /** It is heard of again. */
  revive (): void {
    this.isSilent = false
    for (const id of this.#gauges()) {
      const family = this.#familyOf[id]!
      family.gauges.set(this.#index[id]!, this, this.#last[this.#at[id]!]!, family.aggregate)
    }
  }

  /** Sets `held`, by index, to 1 for every series of a gauge that it has, whether it is heard of or not. */
  markHeld (family: MergedFamily, held: Uint8Array): void {
    for (let id = 0; id < this.#familyOf.length; id++) if (this.#familyOf[id] === family) held[this.#index[id]!] = 1
  }

  /** Its series and what was last heard of them, without gauges. */
  * rows (): Generator<{ id: number, family: MergedFamily, index: number, cells: Float64Array }> {
    for (let id = 0; id < this.#familyOf.length; id++) {
      const family = this.#familyOf[id]
      if (family === undefined || family.type === 'gauge') continue
      const at = this.#at[id]!
      yield { id, family, index: this.#index[id]!, cells: this.#last.subarray(at, at + cellsOf(family)) }
    }
  }

  /** Takes a row back as it was noted. */
  restore (id: number, family: MergedFamily, index: number, cells: readonly number[]): void {
    this.#place(id, family, index)
    this.#last.set(cells, this.#at[id])
  }

  #declare (id: number, familyId: number, values: readonly string[], merged: Merged): void {
    if (this.#familyOf[id] !== undefined) return
    if (id >= MAX_SERIES_ID) {
      merged.refused.push('limit')
      return
    }
    const resolved = this.#families.get(familyId)
    if (resolved === undefined) {
      // Its metric was declared, and refused then: to ask for it anew would help nobody.
      if (this.#families.has(familyId)) this.#refuse(id)
      return
    }
    if (values.length !== resolved.order.length) return
    const { family, order, isSame } = resolved
    const index = family.indexOf(isSame ? values : order.map(place => values[place]!))
    if (index !== -1) return this.#place(id, family, index)
    if (!this.#isRefused(id)) merged.refused.push('limit')
    this.#refuse(id)
  }

  #refuse (id: number): void {
    if (id >= this.#flags.length) this.#flags = grown(this.#flags, Uint8Array, id + 1)
    this.#flags[id] = isRefused
  }

  #isRefused (id: number): boolean {
    return id >= MAX_SERIES_ID || ((this.#flags[id] ?? 0) & isRefused) !== 0
  }

  #place (id: number, family: MergedFamily, index: number): void {
    // Ids come in order, mostly: an array without holes is read faster.
    while (this.#familyOf.length < id) this.#familyOf.push(undefined)
    this.#familyOf[id] = family
    if (id >= this.#index.length) {
      this.#index = grown(this.#index, Int32Array, id + 1)
      this.#at = grown(this.#at, Int32Array, id + 1)
    }
    if (id >= this.#flags.length) this.#flags = grown(this.#flags, Uint8Array, id + 1)
    this.#flags[id] = 0
    this.#index[id] = index
    this.#at[id] = this.#used
    this.#used += cellsOf(family)
    if (this.#used > this.#last.length) this.#last = grown(this.#last, Float64Array, this.#used)
  }

  #mergeTotals (totals: string, seq: number, isLatest: boolean, target: Target, merged: Merged): void {
    const reader = new TotalsReader(totals)
    const last = this.#last
    const window = this.isBefore ? undefined : target.totals
    while (reader.next()) {
      const family = this.#familyOf[reader.id]
      if (family === undefined) {
        if (!this.#isRefused(reader.id)) merged.unknown++
        continue
      }
      merged.samples++
      const at = this.#at[reader.id]!
      const index = this.#index[reader.id]!
      if (family.type === 'gauge') {
        if (isLatest) this.#setGauge(reader.id, family, index, reader.value)
        continue
      }
      if (family.type === 'counter') {
        // Not `<=`: NaN is no total.
        if (reader.value > last[at]! && reader.value < Infinity) this.#gain(family, index, at, 0, reader.value, window)
        continue
      }
      this.#mergeHistogram(reader, family, index, at, seq, window)
    }
  }

  /** Buckets only go up; a sum may go down, so the latest one counts: behind the row's cells stands the `seq` it came with. */
  #mergeHistogram (reader: TotalsReader, family: MergedFamily, index: number, at: number, seq: number, window: WindowColumns | undefined): void {
    const sum = reader.value
    if (seq > this.#last[at + family.width]! && Number.isFinite(sum)) {
      if (sum !== this.#last[at]) this.#gain(family, index, at, 0, sum, window)
      this.#last[at + family.width] = seq
    }
    while (reader.nextBucket()) {
      const { bucket, count } = reader
      if (bucket >= family.width - 1 || !(count > this.#last[at + 1 + bucket]!) || count === Infinity) continue
      this.#gain(family, index, at, 1 + bucket, count, window)
    }
  }

  #gain (family: MergedFamily, index: number, at: number, cell: number, value: number, window: WindowColumns | undefined): void {
    const before = this.#last[at + cell]!
    this.#last[at + cell] = value
    if (this.isForgotten) return
    const by = value - before
    // What rounding took off the difference (Knuth's two-sum, with a negative second part).
    const part = by - value
    const error = (value - (by - part)) - (before + part)
    family.add(index, cell, by, error)
    window?.add(family, index, cell, by)
  }

  #setGauge (id: number, family: MergedFamily, index: number, value: number): void {
    this.#flags[id] = this.#fullFrom === undefined ? this.#flags[id]! | isThere : isThere | isInFullSet
    this.#last[this.#at[id]!] = value
    family.gauges.set(index, this, value, family.aggregate)
  }

  /** The ids of its gauges that are there. */
  * #gauges (): Generator<number> {
    for (let id = 0; id < this.#flags.length; id++) if ((this.#flags[id]! & isThere) !== 0) yield id
  }

  /** Its id is not used again: what comes of it late is passed over in silence. */
  #dropGauge (id: number): void {
    const family = this.#familyOf[id]
    if (family?.type !== 'gauge') return
    family.gauges.drop(this.#index[id]!, this, family.aggregate)
    this.#familyOf[id] = undefined
    this.#flags[id] = isRefused
  }

  /** Notes whether every part of a full set came, in order. An older one that comes late tells nothing of what is there now. */
  #followFull (seq: number, full: number | undefined): void {
    if (full === seq) {
      this.#fullFrom = seq
      for (let id = 0; id < this.#flags.length; id++) this.#flags[id]! &= ~isInFullSet
    } else if (this.#fullFrom !== undefined && (full !== this.#fullFrom || seq !== this.#fullNext)) {
      this.#fullFrom = undefined
    }
    this.#fullNext = seq + 1
  }

  /** What a full set does not mention is gone. */
  #dropMissing (): void {
    let isAnyGone = false
    for (let id = 0; id < this.#familyOf.length; id++) {
      if (this.#familyOf[id]?.type !== 'gauge' || (this.#flags[id]! & isInFullSet) !== 0) continue
      this.#dropGauge(id)
      isAnyGone = true
    }
    // A series that was removed and made anew has two ids, and one row: the message that said so was lost.
    if (isAnyGone) this.revive()
  }

  /** A flush is a sample of every gauge: those it does not mention are as they were. */
  #endFlush (full: number | undefined, target: Target): void {
    if (full !== undefined && full === this.#fullFrom) {
      this.#dropMissing()
      this.isBefore = this.isForgotten = false
    }
    this.#fullFrom = undefined
    if (target.gauges === undefined) return
    for (const id of this.#gauges()) {
      const family = this.#familyOf[id]!
      const index = this.#index[id]!
      // Values of several origins that do not add up to one are samples side by side.
      const value = family.aggregate === 'last' ? this.#last[this.#at[id]!]! : family.gauges.merged(index, family.aggregate)
      target.gauges.sample(family, index, value, target.atMs)
    }
  }
}

/** Cells of a row here: those of the registry, and a histogram's `seq`. */
const cellsOf = ({ type, width }: MergedFamily): number => type === 'histogram' ? width + 1 : width

function grown<T extends Int32Array | Float64Array | Uint8Array> (array: T, Kind: new (length: number) => T, length: number): T {
  const copy = new Kind(Math.max(length, Math.ceil(1.5 * array.length)))
  copy.set(array as never)
  return copy
}
