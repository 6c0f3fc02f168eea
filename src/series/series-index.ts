import type { Turns } from '../clock/turns.js'
import { labelValue, type Labels } from '../contracts/labels.js'
import type { Matcher } from '../contracts/queryable.js'
import { Postings, type LabelPair } from './postings.js'

/** A series by its labels. To append by it saves looking the labels up. */
export interface SeriesRef {
  readonly labels: Labels
}

/** A series; `slot` is -1 while it is not in the index. */
export class Series implements SeriesRef {
  labels: Labels
  slot = -1

  constructor (labels: Labels) {
    this.labels = labels
  }
}

const EMPTY = 0
const DELETED = -1

/** What V8 takes for a series, measured: itself, the array of its labels, and its place in the table. */
const seriesBytes = ({ labels }: Series): number => 40 + 12 + 48 + 8 * labels.length

/** The series that there are, found by their labels or by matchers. */
export class SeriesIndex {
  /** By slot; a hole is a slot to be used again. */
  readonly #series: Array<Series | undefined> = []
  readonly #free: number[] = []
  readonly #postings = new Postings()
  /** Open addressing: a slot and one, EMPTY or DELETED. */
  #table = new Int32Array(16)
  /** The hash of each entry's labels: hashing all labels again for a larger table would hold the event loop. */
  #hashes = new Uint32Array(16)
  /** Entries of the table that are not EMPTY. */
  #filled = 0
  #size = 0
  #seriesBytes = 0

  get size (): number {
    return this.#size
  }

  /** What all of it takes, estimated. */
  get bytes (): number {
    return this.#postings.bytes + this.#seriesBytes + 2 * this.#table.byteLength
  }

  at (slot: number): Series | undefined {
    return this.#series[slot]
  }

  find (labels: Labels): Series | undefined {
    const hash = this.#postings.hash(labels)
    if (hash === 0) return undefined
    const mask = this.#table.length - 1
    for (let at = hash & mask; this.#table[at] !== EMPTY; at = (at + 1) & mask) {
      if (this.#hashes[at] !== hash) continue
      const series = this.#series[this.#table[at]! - 1]
      if (series !== undefined && isEqual(series.labels, labels)) return series
    }
    return undefined
  }

  /** Enters a series whose labels no other has, and gives it a slot. */
  add (series: Series): void {
    const slot = this.#free.pop() ?? this.#series.length
    series.labels = this.#postings.add(series.labels, slot)
    series.slot = slot
    this.#series[slot] = series
    this.#size++
    this.#seriesBytes += seriesBytes(series)
    if (4 * (this.#filled + 1) > 3 * this.#table.length) this.#rehash()
    this.#insert(slot + 1, this.#postings.hash(series.labels))
  }

  /** Takes series out. */
  remove (gone: readonly Series[]): void {
    const mask = this.#table.length - 1
    for (const series of gone) {
      let at = this.#postings.hash(series.labels) & mask
      while (this.#table[at] !== series.slot + 1) at = (at + 1) & mask
      this.#table[at] = DELETED
      this.#series[series.slot] = undefined
      this.#free.push(series.slot)
      this.#seriesBytes -= seriesBytes(series)
      series.slot = -1
    }
    this.#size -= gone.length
    this.#postings.remove(gone.map(({ labels }) => labels), slot => this.#series[slot] === undefined)
  }

  /** All series. */
  all (): Series[] {
    return this.#series.filter(series => series !== undefined)
  }

  /** As {@link Postings.pairs}. */
  labelPairs (): Iterable<LabelPair> {
    return this.#postings.pairs()
  }

  /** The series that satisfy all matchers; some may have gone by the time that they are looked at. */
  async select (matchers: readonly Matcher[], turns: Turns): Promise<Series[]> {
    const slots = await this.#postings.candidates(matchers, turns)
    const candidates = slots === undefined ? this.all() : Array.from(slots, slot => this.#series[slot])
    const tests = matchers.map(labelTest)
    const selected: Series[] = []
    for (const series of candidates) {
      if (turns.isDue) await turns.pause()
      if (series !== undefined && tests.every(test => test(series.labels))) selected.push(series)
    }
    return selected
  }

  #insert (entry: number, hash: number): void {
    const mask = this.#table.length - 1
    let at = hash & mask
    while (this.#table[at] !== EMPTY) at = (at + 1) & mask
    this.#table[at] = entry
    this.#hashes[at] = hash
    this.#filled++
  }

  #rehash (): void {
    let length = 16
    while (length < 2 * this.#size) length *= 2
    const [table, hashes] = [this.#table, this.#hashes]
    this.#table = new Int32Array(length)
    this.#hashes = new Uint32Array(length)
    this.#filled = 0
    for (let at = 0; at < table.length; at++) if (table[at]! > 0) this.#insert(table[at]!, hashes[at]!)
  }
}

/** Whether labels satisfy a matcher; each value is asked of once, for a regular expression may take its time. */
function labelTest (matcher: Matcher): (labels: Labels) => boolean {
  const { name, op, value } = matcher
  if (op === '=') return labels => labelValue(labels, name) === value
  if (op === '!=') return labels => labelValue(labels, name) !== value
  const known = new Map<string, boolean>()
  return labels => {
    const text = labelValue(labels, name)
    let does = known.get(text)
    if (does === undefined) known.set(text, does = matcher.matches(text))
    return does
  }
}

function isEqual (some: Labels, others: Labels): boolean {
  if (some.length !== others.length) return false
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false
  return true
}
