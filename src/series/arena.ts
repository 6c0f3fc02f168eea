/** Words of a page: 16 KB. A chunk's offset in its page fits 12 bits. */
const PAGE_WORDS = 4096

/** What a page takes: its words, and the objects around them. */
export const PAGE_BYTES = (PAGE_WORDS + 1) * 4 + 320

/** A run of chunks. What is written in it stays as it is: a reader who holds a page may read on, whatever becomes of the store. */
export interface Page {
  readonly number: number
  readonly words: Int32Array
  /** Words given out. */
  used: number
}

/**
 * The memory that chunks lie in: pages, filled one after the other and given up from the front, so that the oldest chunks
 * go first and no hole is left. Pages are numbered for ever; none is used twice.
 */
export class Arena {
  /** Oldest first; a new array whenever one is given up. */
  pages: Page[] = []
  #next = 0

  get bytes (): number {
    return this.pages.length * PAGE_BYTES
  }

  /** Whether a chunk of `size` words fits the last page. */
  hasRoom (size: number): boolean {
    const last = this.pages.at(-1)
    return last !== undefined && last.used + size <= PAGE_WORDS
  }

  /** The page that a chunk of `size` words goes to, at its `used`; the caller adds the size. */
  pageFor (size: number): Page {
    // One word more: a reader of bits may look one past the last.
    if (!this.hasRoom(size)) this.pages.push({ number: this.#next++, words: new Int32Array(PAGE_WORDS + 1), used: 0 })
    return this.pages.at(-1)!
  }

  page (number: number): Page | undefined {
    return pageOf(this.pages, number)
  }

  dropFirst (): void {
    this.pages = this.pages.slice(1)
  }
}

/** The page of this number; `undefined` when it is given up, and for -1. */
export function pageOf (pages: readonly Page[], number: number): Page | undefined {
  const first = pages[0]
  return first === undefined || number < first.number ? undefined : pages[number - first.number]
}
