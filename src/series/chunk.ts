/**
 * A chunk: up to {@link MAX_SAMPLES} samples of one series in a row of 32-bit words, which begins with this header.
 *
 * | word | content |
 * |---|---|
 * | 0 | the slot of the series |
 * | 1 | the page of the series' chunk before this one, -1 for none |
 * | 2 | that chunk's offset in its page (12 bits), words of this chunk (10), samples in it (8) |
 * | 3 | milliseconds from the first sample to the last |
 * | 4, 5 | time of the first sample: whole multiples of 2^32 ms, and the rest |
 *
 * Samples and span stand there once the series has begun another chunk; until then its head knows them.
 */
export const HEADER_WORDS = 6

/** A chunk ends here, so that a query for a moment need not decode much: 20 minutes at 5 s. */
export const MAX_SAMPLES = 240
/** What a chunk of a series that compresses badly has; it ends earlier then. */
export const MAX_WORDS = 128

const TWO_32 = 2 ** 32

export function writeHeader (words: Int32Array, at: number, slot: number, prevPage: number, prevOffset: number, size: number, startMs: number): void {
  words[at] = slot
  words[at + 1] = prevPage
  words[at + 2] = prevOffset << 18 | size << 8
  const high = Math.floor(startMs / TWO_32)
  words[at + 4] = high
  words[at + 5] = startMs - high * TWO_32
}

export function closeHeader (words: Int32Array, at: number, count: number, endMs: number): void {
  words[at + 2]! |= count
  words[at + 3] = endMs - startMsOf(words, at)
}

export const slotOf = (words: Int32Array, at: number): number => words[at]!
export const prevPageOf = (words: Int32Array, at: number): number => words[at + 1]!
export const prevOffsetOf = (words: Int32Array, at: number): number => words[at + 2]! >>> 18
export const sizeOf = (words: Int32Array, at: number): number => words[at + 2]! >>> 8 & 0x3ff
export const countOf = (words: Int32Array, at: number): number => words[at + 2]! & 0xff
export const startMsOf = (words: Int32Array, at: number): number => words[at + 4]! * TWO_32 + (words[at + 5]! >>> 0)
export const endMsOf = (words: Int32Array, at: number): number => startMsOf(words, at) + words[at + 3]!
