import type { Labels } from '../../contracts/labels.js'

const MASK = 2n ** 64n - 1n
const PRIME_1 = 0x9E3779B185EBCA87n
const PRIME_2 = 0xC2B2AE3D27D4EB4Fn
const PRIME_3 = 0x165667B19E3779F9n
const PRIME_4 = 0x85EBCA77C2B2AE63n
const PRIME_5 = 0x27D4EB2F165667C5n

/** Where `limit_ratio` puts a label set between 0 and 1: its hash as Prometheus takes it, XXH64 over the encoded labels. */
export function labelRatio (labels: Labels): number {
  return Number(xxh64(encode(labels))) / 2 ** 64
}

/** Names and values, each with its length before it, as Prometheus keeps labels in memory (model/labels, stringlabels). */
function encode (labels: Labels): Buffer {
  return Buffer.concat(labels.flatMap(text => {
    const bytes = Buffer.from(text)
    const { length } = bytes
    return [length < 255 ? Buffer.of(length) : Buffer.of(255, length & 255, (length >> 8) & 255, (length >> 16) & 255), bytes]
  }))
}

function rotate (value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK
}

function round (accumulator: bigint, input: bigint): bigint {
  return rotate((accumulator + input * PRIME_2) & MASK, 31n) * PRIME_1 & MASK
}

function mergeRound (accumulator: bigint, value: bigint): bigint {
  return ((accumulator ^ round(0n, value)) * PRIME_1 + PRIME_4) & MASK
}

/** XXH64 with the seed 0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). */
export function xxh64 (bytes: Buffer): bigint {
  let at = 0
  let hash = PRIME_5
  if (bytes.length >= 32) {
    const lanes = [(PRIME_1 + PRIME_2) & MASK, PRIME_2, 0n, -PRIME_1 & MASK]
    for (; at + 32 <= bytes.length; at += 32) {
      for (let lane = 0; lane < 4; lane++) lanes[lane] = round(lanes[lane]!, bytes.readBigUInt64LE(at + 8 * lane))
    }
    hash = (rotate(lanes[0]!, 1n) + rotate(lanes[1]!, 7n) + rotate(lanes[2]!, 12n) + rotate(lanes[3]!, 18n)) & MASK
    for (const lane of lanes) hash = mergeRound(hash, lane)
  }
  hash = (hash + BigInt(bytes.length)) & MASK
  for (; at + 8 <= bytes.length; at += 8) hash = (rotate(hash ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * PRIME_1 + PRIME_4) & MASK
  if (at + 4 <= bytes.length) {
    hash = (rotate(hash ^ (BigInt(bytes.readUInt32LE(at)) * PRIME_1 & MASK), 23n) * PRIME_2 + PRIME_3) & MASK
    at += 4
  }
  for (; at < bytes.length; at++) hash = rotate(hash ^ (BigInt(bytes[at]!) * PRIME_5 & MASK), 11n) * PRIME_1 & MASK
  hash = (hash ^ (hash >> 33n)) * PRIME_2 & MASK
  hash = (hash ^ (hash >> 29n)) * PRIME_3 & MASK
  return hash ^ (hash >> 32n)
}
