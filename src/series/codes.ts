/**
 * How a sample is written, most significant bit first. The commonest samples have the shortest codes: of the paper
 * trader's, 72 of 100 repeat the value before, 24 are whole numbers a small step away.
 *
 * ```
 * 0                          the value before, one step later
 * 10 + 3 bits                a whole number of units more or less: 1, -1, 2, -2, 3, -3, 4, -4
 * 110 + 5 bits               … 5, -5, … 20, -20
 * 1110 + 11 bits             … 21, -21, … 1044, -1044
 * 11110 00 + 20 bits         … up to 2^19 units beyond
 * 11110 01 + 32 bits         … up to 2^31 units
 * 11110 10 + bits            the bits that differ from the value before, in the window of the last such code
 * 11110 11 + 6 + 6 + bits    … in a new window: zeros before it, length - 1
 * 111110                     a staleness mark
 * 1111110 + 4 bits           from here on a unit is 10^-n; the value's own code follows
 * 1111111 + 2 + n bits       another step: its difference to the last step; the value's code follows
 * ```
 *
 * Units are Gorilla's (Pelkonen et al. 2015) weak point: prices such as 101.23 differ in nearly all bits of a double
 * and in one digit as a decimal. The window is Gorilla's own.
 */
export const STEP_BITS = [7, 12, 20] as const

/** The first number of units of each class of whole differences, counted 1, -1, 2, -2, … from 0. */
export const UNITS_5 = 8
export const UNITS_11 = UNITS_5 + 32
export const UNITS_20 = UNITS_11 + 2048
export const UNITS_32 = UNITS_20 + 2 ** 20

/** Values with more decimals than this are not decimals. */
export const MAX_SCALE = 9
export const POWERS: readonly number[] = Array.from({ length: MAX_SCALE + 1 }, (_, scale) => 10 ** scale)

/** The one NaN that is written, as two words. */
export const NAN_BITS: readonly [number, number] = [0, 0x7ff80000]

/** The longest code of one sample: another step, another unit, a new window. */
export const LONGEST_BITS = (7 + 2 + 64) + (7 + 4) + (7 + 12 + 64)

/** Writes the low `bits` (1 to 32) of `value`, whose other bits are 0, where zeros stand; returns the position behind. */
export function putBits (words: Int32Array, position: number, value: number, bits: number): number {
  const at = position >>> 5
  const free = 32 - (position & 31)
  if (bits <= free) {
    words[at]! |= value << (free - bits)
  } else {
    words[at]! |= value >>> (bits - free)
    words[at + 1] = value << (32 - bits + free)
  }
  return position + bits
}

/** The 32 bits from `position` on, as a signed integer. May read one word past the last. */
export function peekBits (words: Int32Array, position: number): number {
  const at = position >>> 5
  const used = position & 31
  return used === 0 ? words[at]! : words[at]! << used | words[at + 1]! >>> (32 - used)
}

/** `bits` (1 to 32) from `position` on, unsigned. */
export function getBits (words: Int32Array, position: number, bits: number): number {
  return peekBits(words, position) >>> (32 - bits)
}
