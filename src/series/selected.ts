import type { Labels } from '../contracts/labels.js'
import type { Samples, SelectedSeries } from '../contracts/queryable.js'
import { pageOf, type Page } from './arena.js'
import { countOf, endMsOf, prevOffsetOf, prevPageOf, startMsOf } from './chunk.js'
import { decodeChunk, type Decoded } from './decode.js'

/** Room for the samples of many series at once, for small typed arrays of their own cost more than decoding does. It begins small: a rule reads few. */
const ROOM = { first: 256, most: 8192 } as const

/**
 * What one query reads: the pages as they were when it asked. They are written to behind what there was by then, and
 * never again at the same place; a page that the store gives up stays for as long as somebody has this.
 */
export class Snapshot {
  readonly pages: readonly Page[]
  readonly startMs: number
  readonly endMs: number
  #timestamps = new Float64Array(0)
  #values = new Float64Array(0)
  #used = 0

  constructor (pages: readonly Page[], startMs: number, endMs: number) {
    this.pages = pages
    this.startMs = startMs
    this.endMs = endMs
  }

  /** Arrays for up to `most` samples; {@link keep} says how many it were. */
  room (most: number): Decoded {
    if (this.#used + most > this.#values.length) {
      const length = Math.max(most, ROOM.first, Math.min(2 * this.#values.length, ROOM.most))
      this.#timestamps = new Float64Array(length)
      this.#values = new Float64Array(length)
      this.#used = 0
    }
    const end = this.#used + most
    return { length: 0, timestamps: this.#timestamps.subarray(this.#used, end), values: this.#values.subarray(this.#used, end), stale: undefined }
  }

  keep (decoded: Decoded): Samples {
    this.#used += decoded.length
    return decoded
  }
}

/** One series of a {@link Snapshot}, from its newest chunk that the query may see, backwards. */
export class SnapshotSeries implements SelectedSeries {
  readonly labels: Labels
  readonly #snapshot: Snapshot
  readonly #page: Page
  readonly #offset: number
  /** Samples of that chunk; there may be more in it by now. */
  readonly #count: number

  constructor (labels: Labels, snapshot: Snapshot, page: Page, offset: number, count: number) {
    this.labels = labels
    this.#snapshot = snapshot
    this.#page = page
    this.#offset = offset
    this.#count = count
  }

  read (): Samples {
    const { pages, startMs, endMs } = this.#snapshot
    const { words } = this.#page
    if (startMsOf(words, this.#offset) <= startMs) {
      const decoded = this.#snapshot.room(this.#count)
      decodeChunk(words, this.#offset, this.#count, startMs, endMs, decoded)
      return this.#snapshot.keep(decoded)
    }
    const chain = [{ words, at: this.#offset, count: this.#count }]
    let total = this.#count
    for (;;) {
      const { words, at } = chain.at(-1)!
      const page = startMsOf(words, at) <= startMs ? undefined : pageOf(pages, prevPageOf(words, at))
      if (page === undefined) break
      const prev = prevOffsetOf(words, at)
      if (endMsOf(page.words, prev) < startMs) break
      const count = countOf(page.words, prev)
      chain.push({ words: page.words, at: prev, count })
      total += count
    }
    const decoded = this.#snapshot.room(total)
    for (const { words, at, count } of chain.reverse()) decodeChunk(words, at, count, startMs, endMs, decoded)
    return this.#snapshot.keep(decoded)
  }
}
