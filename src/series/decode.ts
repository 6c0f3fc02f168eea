import type { Samples } from '../contracts/queryable.js'
import { HEADER_WORDS, startMsOf } from './chunk.js'
import { NAN_BITS, POWERS, STEP_BITS, UNITS_11, UNITS_20, UNITS_32, UNITS_5, getBits, peekBits } from './codes.js'

/** The bits of one double; nothing is kept in it between two calls. */
const doubles = new Float64Array(1)
const bits = new Int32Array(doubles.buffer)

/** Where decoded samples go, one after the other. */
export interface Decoded extends Samples {
  length: number
  stale: Uint8Array | undefined
}

/**
 * Decodes the first `count` samples of the chunk that starts at word `at`, and appends those from `startMs` to `endMs` to
 * `output`, which has room for them.
 */
export function decodeChunk (words: Int32Array, at: number, count: number, startMs: number, endMs: number, output: Decoded): void {
  const { timestamps, values } = output
  let length = output.length
  let position = (at + HEADER_WORDS) << 5
  let timeMs = startMsOf(words, at)
  let stepMs = 0
  let value = 0
  let scale = 0
  let windowBehind = 0
  let windowLength = 64
  let left = count

  while (left > 0) {
    let next = peekBits(words, position)
    if (next >= 0) {
      const run = Math.min(Math.clz32(next), left)
      position += run
      left -= run
      for (let i = 0; i < run; i++) {
        timeMs += stepMs
        if (timeMs < startMs) continue
        if (timeMs > endMs) {
          output.length = length
          return
        }
        timestamps[length] = timeMs
        values[length++] = value
      }
      continue
    }

    left--
    let ones = Math.clz32(~next)
    if (ones >= 7) {
      const size = getBits(words, position + 7, 2)
      position += 9
      if (size < 3) {
        const width = STEP_BITS[size]!
        stepMs += getBits(words, position, width) - 2 ** (width - 1)
        position += width
      } else {
        stepMs = peekBits(words, position) * 2 ** 32 + (peekBits(words, position + 32) >>> 0)
        position += 64
      }
      next = peekBits(words, position)
      ones = Math.clz32(~next)
    }
    timeMs += stepMs
    if (ones === 6) {
      scale = next >>> 21 & 15
      position += 11
      next = peekBits(words, position)
      ones = Math.clz32(~next)
    }
    let units = -1
    let isStale = false
    switch (ones) {
      case 0:
        position++
        break
      case 1:
        units = next >>> 27 & 7
        position += 5
        break
      case 2:
        units = UNITS_5 + (next >>> 24 & 31)
        position += 8
        break
      case 3:
        units = UNITS_11 + (next >>> 17 & 2047)
        position += 15
        break
      case 4: {
        const kind = next >>> 25 & 3
        position += 7
        if (kind === 0) {
          units = UNITS_20 + (next >>> 5 & 0xfffff)
          position += 20
        } else if (kind === 1) {
          units = UNITS_32 + (peekBits(words, position) >>> 0)
          position += 32
        } else {
          if (kind === 3) {
            windowLength = (next >>> 13 & 63) + 1
            windowBehind = 64 - (next >>> 19 & 63) - windowLength
            position += 12
          }
          value = differing(words, position, value, windowBehind, windowLength)
          position += windowLength
        }
        break
      }
      default:
        isStale = true
        position += 6
    }
    if (units >= 0) {
      const unitsInOne = POWERS[scale]!
      const difference = (units & 1) === 0 ? units / 2 + 1 : -(units + 1) / 2
      value = (Math.round(value * unitsInOne) + difference) / unitsInOne
    }
    if (timeMs < startMs) continue
    if (timeMs > endMs) break
    timestamps[length] = timeMs
    if (isStale) (output.stale ??= new Uint8Array(timestamps.length))[length] = 1
    values[length++] = value
  }
  output.length = length
}

/** The value whose bits differ from those of `value` by the `length` bits at `position`, before the last `behind`. */
function differing (words: Int32Array, position: number, value: number, behind: number, length: number): number {
  let high = 0
  let low: number
  if (length > 32) {
    high = getBits(words, position, length - 32)
    low = peekBits(words, position + length - 32)
  } else {
    low = getBits(words, position, length)
  }
  if (behind >= 32) {
    high = low << (behind - 32)
    low = 0
  } else if (behind > 0) {
    high = high << behind | low >>> (32 - behind)
    low <<= behind
  }
  doubles[0] = value
  if (Number.isNaN(value)) bits.set(NAN_BITS)
  bits[0]! ^= low
  bits[1]! ^= high
  return doubles[0]!
}
