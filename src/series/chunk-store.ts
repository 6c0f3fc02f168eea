import { Arena, pageOf, type Page } from './arena.js'
import {
  closeHeader, countOf, endMsOf, HEADER_WORDS, MAX_SAMPLES, MAX_WORDS, prevOffsetOf, prevPageOf, sizeOf, slotOf, startMsOf, writeHeader
} from './chunk.js'
import { LONGEST_BITS } from './codes.js'
import { encodeSample } from './encode.js'
import { COUNT, Heads, LAST_VALUE, LIMIT, OFFSET, PAGE, POSITION, STEP_MS, WINDOW } from './heads.js'

/** A new series may be a short one. */
const FIRST_WORDS = 16

/** Where the samples of a series lie, as a reader begins. */
export interface Place {
  readonly page: Page
  readonly offset: number
  readonly count: number
  readonly endMs: number
}

/** What became of a page's samples. */
export interface Dropped {
  /** Series whose last chunk it was. */
  readonly slots: readonly number[]
  readonly samples: number
  /** Nothing later than this is gone. */
  readonly upToMs: number
}

/** The samples of all series, by slot: compressed as they come, each series a chain of chunks from the newest backwards. */
export class ChunkStore {
  readonly #heads = new Heads()
  readonly #arena = new Arena()
  readonly #maxSpanMs: number
  #openWords = 0

  /** @param maxSpanMs a chunk is ended before it covers more, so that it can be given up in time */
  constructor (maxSpanMs: number) {
    this.#maxSpanMs = Math.min(maxSpanMs, 2 ** 31 - 1)
  }

  get bytes (): number {
    return this.#arena.bytes + this.#heads.bytes
  }

  /** What the series take for being there: their heads and the chunks that they write to. */
  get openBytes (): number {
    return this.#heads.bytes + this.#openWords * 4
  }

  /** A new array whenever its first page is given up; pages are added to it behind. */
  get pages (): readonly Page[] {
    return this.#arena.pages
  }

  /** Whether the next chunk may need a new page. */
  get isPageFull (): boolean {
    return !this.#arena.hasRoom(MAX_WORDS)
  }

  /** Makes a place for a series without samples. */
  open (slot: number): void {
    this.#heads.open(slot)
  }

  lastMs (slot: number): number {
    return this.#heads.lastMs(slot)
  }

  /** Writes a sample later than the last one, if the series' chunk has room for it. */
  write (slot: number, atMs: number, value: number, isStale: boolean): boolean {
    const { ints } = this.#heads
    const i = this.#heads.intRow(slot)
    const page = this.#arena.page(ints[i + PAGE]!)
    return page !== undefined && atMs - startMsOf(page.words, ints[i + OFFSET]!) <= this.#maxSpanMs &&
      encodeSample(page.words, this.#heads, slot, atMs, value, isStale)
  }

  /** Begins a new chunk of the series with this sample. */
  begin (slot: number, atMs: number, value: number, isStale: boolean): void {
    const { ints, numbers } = this.#heads
    const i = this.#heads.intRow(slot)
    const n = this.#heads.numberRow(slot)
    const [prevPage, prevOffset] = [ints[i + PAGE]!, ints[i + OFFSET]!]
    const size = this.#close(slot)
    const page = this.#arena.pageFor(size)
    writeHeader(page.words, page.used, slot, prevPage, prevOffset, size, atMs)
    ints[i + PAGE] = page.number
    ints[i + OFFSET] = page.used
    ints[i + POSITION] = (page.used + HEADER_WORDS) << 5
    ints[i + LIMIT] = (page.used + size) << 5
    ints[i + COUNT] = 0
    ints[i + WINDOW] = 0
    numbers[n + STEP_MS] = 0
    numbers[n + LAST_VALUE] = 0
    page.used += size
    this.#openWords += size
    encodeSample(page.words, this.#heads, slot, atMs, value, isStale)
  }

  /** Ends the chunk that the series writes to; returns how many words its next one should have. */
  #close (slot: number): number {
    const { ints } = this.#heads
    const i = this.#heads.intRow(slot)
    const page = this.#arena.page(ints[i + PAGE]!)
    if (page === undefined) return FIRST_WORDS
    const offset = ints[i + OFFSET]!
    const count = ints[i + COUNT]!
    const size = sizeOf(page.words, offset)
    this.#openWords -= size
    closeHeader(page.words, offset, count, this.#heads.lastMs(slot))
    // It ended for want of room, or with room to spare.
    const used = (ints[i + POSITION]! >> 5) + 1 - offset
    const isFull = count < MAX_SAMPLES && ints[i + LIMIT]! - ints[i + POSITION]! < LONGEST_BITS
    return Math.min(isFull ? 2 * size : Math.max(used + (used >> 3) + 1, FIRST_WORDS), MAX_WORDS)
  }

  /** The newest chunk of the series that begins by `endMs`, if it has a sample from `startMs` on. */
  newest (slot: number, startMs: number, endMs: number): Place | undefined {
    const { ints } = this.#heads
    const i = this.#heads.intRow(slot)
    const { pages } = this.#arena
    let page = pageOf(pages, ints[i + PAGE]!)
    let offset = ints[i + OFFSET]!
    let count = ints[i + COUNT]!
    let lastMs = this.#heads.lastMs(slot)
    while (page !== undefined && lastMs >= startMs) {
      const { words } = page
      if (startMsOf(words, offset) <= endMs) return { page, offset, count, endMs: lastMs }
      page = pageOf(pages, prevPageOf(words, offset))
      offset = prevOffsetOf(words, offset)
      if (page === undefined) break
      count = countOf(page.words, offset)
      lastMs = endMsOf(page.words, offset)
    }
    return undefined
  }

  /** The time of the newest sample in the first page; -Infinity without pages. */
  firstPageEndMs (): number {
    let endMs = -Infinity
    for (const { offset, words, slot, isOpen } of this.#chunksOfFirst()) {
      endMs = Math.max(endMs, isOpen ? this.#heads.lastMs(slot) : endMsOf(words, offset))
    }
    return endMs
  }

  /**
   * Gives the first page up, and with it every chunk that ended in it. Chunks that series still write to move to the end
   * of the last page, unless they have had no sample since those ended, or since `idleMs`; with `force` they go too.
   */
  dropFirst (idleMs: number, force: boolean): Dropped {
    const chunks = [...this.#chunksOfFirst()]
    let samples = 0
    let upToMs = -Infinity
    for (const { words, offset, isOpen } of chunks) {
      if (isOpen) continue
      samples += countOf(words, offset)
      upToMs = Math.max(upToMs, endMsOf(words, offset))
    }
    this.#arena.dropFirst()
    const idleUpToMs = Math.max(idleMs, upToMs)
    const slots: number[] = []
    for (const { words, offset, slot, isOpen } of chunks) {
      if (!isOpen) continue
      const lastMs = this.#heads.lastMs(slot)
      if (!force && lastMs > idleUpToMs) {
        this.#move(slot, words, offset)
        continue
      }
      slots.push(slot)
      samples += this.forget(slot)
      upToMs = Math.max(upToMs, lastMs)
    }
    return { slots, samples, upToMs }
  }

  /** Lets a series have no place any more. Its chunks stay until their pages go; returns how many samples its last one has. */
  forget (slot: number): number {
    const { ints } = this.#heads
    const i = this.#heads.intRow(slot)
    this.#openWords -= (ints[i + LIMIT]! >> 5) - ints[i + OFFSET]!
    const page = this.#arena.page(ints[i + PAGE]!)
    if (page !== undefined) closeHeader(page.words, ints[i + OFFSET]!, ints[i + COUNT]!, this.#heads.lastMs(slot))
    ints[i + PAGE] = -1
    return ints[i + COUNT]!
  }

  #move (slot: number, words: Int32Array, offset: number): void {
    const size = sizeOf(words, offset)
    const page = this.#arena.pageFor(size)
    page.words.set(words.subarray(offset, offset + size), page.used)
    const { ints } = this.#heads
    const i = this.#heads.intRow(slot)
    ints[i + PAGE] = page.number
    ints[i + OFFSET] = page.used
    ints[i + POSITION]! += (page.used - offset) << 5
    ints[i + LIMIT]! += (page.used - offset) << 5
    page.used += size
  }

  * #chunksOfFirst (): Generator<{ words: Int32Array, offset: number, slot: number, isOpen: boolean }> {
    const page = this.#arena.pages[0]
    if (page === undefined) return
    const { words, number, used } = page
    for (let offset = 0; offset < used; offset += sizeOf(words, offset)) {
      const slot = slotOf(words, offset)
      yield { words, offset, slot, isOpen: this.#heads.isAt(slot, number, offset) }
    }
  }
}
