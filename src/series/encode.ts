import { MAX_SAMPLES } from './chunk.js'
import { LONGEST_BITS, MAX_SCALE, NAN_BITS, POWERS, STEP_BITS, UNITS_11, UNITS_20, UNITS_32, UNITS_5, putBits } from './codes.js'
import { COUNT, LAST_MS, LAST_VALUE, LIMIT, POSITION, STEP_MS, WINDOW, type Heads } from './heads.js'

/** The bits of two doubles; nothing is kept in it between two calls. */
const doubles = new Float64Array(2)
const bits = new Int32Array(doubles.buffer)

/** Whole numbers up to here are exact, and so are their differences. */
const MOST_UNITS = 2 ** 52

/**
 * Writes a sample behind the last one of the series in `slot`, into its newest chunk, which lies in `words`. False when
 * the chunk has no room for it, or has as many samples as a chunk may have. The time is a whole number of milliseconds
 * after the last; a `NaN` is stored as the one NaN.
 */
export function encodeSample (words: Int32Array, heads: Heads, slot: number, atMs: number, value: number, isStale: boolean): boolean {
  const { numbers, ints } = heads
  const n = heads.numberRow(slot)
  const i = heads.intRow(slot)
  const count = ints[i + COUNT]!
  if (count === MAX_SAMPLES) return false
  let position = ints[i + POSITION]!
  const room = ints[i + LIMIT]! - position
  // The first sample's time stands in the header.
  const stepMs = count === 0 ? 0 : atMs - numbers[n + LAST_MS]!
  const changeMs = stepMs - numbers[n + STEP_MS]!
  const last = numbers[n + LAST_VALUE]!
  if (changeMs === 0 && !isStale && Object.is(value, last)) {
    if (room < 1) return false
    position++ // a 0 stands there already
  } else {
    // Most samples need little room: to keep the longest code's for them would leave the end of each chunk empty.
    const units = changeMs !== 0 || isStale ? -1 : unitsBetween(last, value, POWERS[ints[i + WINDOW]! >>> 12]!)
    if (room < (units !== -1 && units < UNITS_20 ? 15 : LONGEST_BITS)) return false
    if (changeMs !== 0) {
      position = putStep(words, position, stepMs, changeMs)
      numbers[n + STEP_MS] = stepMs
    }
    if (isStale) {
      position = putBits(words, position, 0b111110, 6)
    } else if (Object.is(value, last)) {
      position++
    } else if (units !== -1) {
      position = putUnits(words, position, units)
      numbers[n + LAST_VALUE] = value
    } else {
      position = putValue(words, position, ints, i, last, value)
      numbers[n + LAST_VALUE] = value
    }
  }
  numbers[n + LAST_MS] = atMs
  ints[i + POSITION] = position
  ints[i + COUNT] = count + 1
  return true
}

function putStep (words: Int32Array, position: number, stepMs: number, changeMs: number): number {
  position = putBits(words, position, 0b1111111, 7)
  for (let size = 0; size < STEP_BITS.length; size++) {
    const half = 2 ** (STEP_BITS[size]! - 1)
    if (changeMs >= -half && changeMs < half) {
      position = putBits(words, position, size, 2)
      return putBits(words, position, changeMs + half, STEP_BITS[size]!)
    }
  }
  position = putBits(words, position, 3, 2)
  position = putBits(words, position, Math.floor(stepMs / 2 ** 32), 32)
  return putBits(words, position, stepMs | 0, 32)
}

/** Writes a value that differs from the one before: in units if there are some that fit, or by its bits. */
function putValue (words: Int32Array, position: number, ints: Int32Array, i: number, last: number, value: number): number {
  const scale = ints[i + WINDOW]! >>> 12
  const units = unitsBetween(last, value, POWERS[scale]!)
  if (units !== -1) return putUnits(words, position, units)
  for (let other = 0; other <= MAX_SCALE; other++) {
    const units = other === scale ? -1 : unitsBetween(last, value, POWERS[other]!)
    if (units === -1) continue
    ints[i + WINDOW] = ints[i + WINDOW]! & 0xfff | other << 12
    return putUnits(words, putBits(words, position, 0b1111110 << 4 | other, 11), units)
  }
  return putDifference(words, position, ints, i, last, value)
}

function putUnits (words: Int32Array, position: number, units: number): number {
  if (units < UNITS_5) return putBits(words, position, 0b10 << 3 | units, 5)
  if (units < UNITS_11) return putBits(words, position, 0b110 << 5 | units - UNITS_5, 8)
  if (units < UNITS_20) return putBits(words, position, 0b1110 << 11 | units - UNITS_11, 15)
  if (units < UNITS_32) return putBits(words, position, 0b1111000 << 20 | units - UNITS_20, 27)
  return putBits(words, putBits(words, position, 0b1111001, 7), units - UNITS_32 | 0, 32)
}

/**
 * How many units the value is away, counted 1, -1, 2, -2, … from 0; -1 when that would not give back its very bits. The
 * value before need not be a whole number of units itself: it is rounded, here as when it is read.
 */
function unitsBetween (last: number, value: number, unitsInOne: number): number {
  const whole = Math.round(value * unitsInOne)
  if (whole / unitsInOne !== value || Object.is(value, -0)) return -1
  const from = Math.round(last * unitsInOne)
  if (!(Math.abs(whole) <= MOST_UNITS && Math.abs(from) <= MOST_UNITS)) return -1
  const difference = whole - from
  if (difference === 0 || difference >= 2 ** 31 || difference <= -(2 ** 31)) return -1
  return difference > 0 ? 2 * difference - 2 : -2 * difference - 1
}

/** Writes the bits in which the two values differ, without the zeros before and behind them. */
function putDifference (words: Int32Array, position: number, ints: Int32Array, i: number, last: number, value: number): number {
  doubles[0] = last
  doubles[1] = value
  // Which NaN a NaN is, an engine may change at any time.
  if (Number.isNaN(last)) bits.set(NAN_BITS, 0)
  if (Number.isNaN(value)) bits.set(NAN_BITS, 2)
  const high = bits[1]! ^ bits[3]!
  const low = bits[0]! ^ bits[2]!
  const before = high === 0 ? 32 + Math.clz32(low) : Math.clz32(high)
  const behind = low === 0 ? 63 - Math.clz32(high & -high) : 31 - Math.clz32(low & -low)
  const length = 64 - before - behind
  const window = ints[i + WINDOW]!
  const windowBefore = window >>> 6 & 63
  const windowBehind = window & 63
  const windowLength = 64 - windowBefore - windowBehind
  // A window that has become too wide for what comes is given up.
  if (before >= windowBefore && behind >= windowBehind && windowLength <= length + 12) {
    position = putBits(words, position, 0b1111010, 7)
    return putWide(words, position, high, low, windowBehind, windowLength)
  }
  ints[i + WINDOW] = window & ~0xfff | before << 6 | behind
  position = putBits(words, position, 0b1111011 << 12 | before << 6 | length - 1, 19)
  return putWide(words, position, high, low, behind, length)
}

/** Writes `length` bits of a 64-bit number, without the last `behind`. */
function putWide (words: Int32Array, position: number, high: number, low: number, behind: number, length: number): number {
  if (behind >= 32) return putBits(words, position, high >>> (behind - 32), length)
  const shiftedLow = behind === 0 ? low : low >>> behind | high << (32 - behind)
  if (length <= 32) return putBits(words, position, shiftedLow, length)
  position = putBits(words, position, high >>> behind, length - 32)
  return putBits(words, position, shiftedLow, 32)
}
