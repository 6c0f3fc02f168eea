import { deepStrictEqual, equal } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { HEADER_WORDS, MAX_SAMPLES, writeHeader } from '../../src/series/chunk.js'
import { decodeChunk, type Decoded } from '../../src/series/decode.js'
import { encodeSample } from '../../src/series/encode.js'
import { COUNT, Heads, LIMIT, POSITION } from '../../src/series/heads.js'
import { anyValue, listOf, type Sample } from './samples.js'

const WORDS = 4096

/** Writes samples into one chunk, from the third word of its page on; returns how many went in and the bits that they took. */
function encode (samples: readonly Sample[], size = WORDS) {
  const words = new Int32Array(WORDS + 1)
  const heads = new Heads()
  heads.open(0)
  writeHeader(words, 3, 0, -1, 0, 0, samples[0]![0])
  const start = (3 + HEADER_WORDS) << 5
  heads.ints[POSITION] = start
  heads.ints[LIMIT] = Math.min(3 + size, WORDS) << 5
  for (const [atMs, value] of samples) {
    if (!encodeSample(words, heads, 0, atMs, value === 'stale' ? 0 : value, value === 'stale')) break
  }
  return { words, count: heads.ints[COUNT]!, bits: heads.ints[POSITION]! - start }
}

function decode (words: Int32Array, count: number, startMs = -Infinity, endMs = Infinity): Sample[] {
  const decoded: Decoded = { length: 0, timestamps: new Float64Array(count), values: new Float64Array(count), stale: undefined }
  decodeChunk(words, 3, count, startMs, endMs, decoded)
  return listOf(decoded)
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant(5000) },
  { weight: 2, arbitrary: fc.integer({ min: 4990, max: 5010 }) },
  fc.integer({ min: 1, max: 10_000_000 }),
  fc.integer({ min: 1, max: 2 ** 40 })
)

const values = fc.oneof(
  { weight: 3, arbitrary: fc.array(anyValue, { minLength: 1, maxLength: 6 }).chain(some => fc.constantFrom(...some)) },
  { weight: 6, arbitrary: anyValue },
  { weight: 1, arbitrary: fc.constant('stale' as const) }
)

const samples = fc.tuple(
  fc.oneof(fc.constant(1_700_000_000_000), fc.integer({ min: -(2 ** 45), max: 2 ** 45 })),
  fc.array(fc.tuple(step, values), { minLength: 1, maxLength: MAX_SAMPLES })
).map(([startMs, steps]) => {
  let atMs = startMs
  return steps.map(([step, value]): Sample => {
    atMs += step
    return [atMs, value]
  })
})

await t.test('what is read is what was written, to the bit', async () => {
  fc.assert(fc.property(samples, samples => {
    const { words, count } = encode(samples)
    deepStrictEqual(decode(words, count), samples.slice(0, count))
  }), { numRuns: 400, seed: 4 })
})

await t.test('a window of a chunk has the samples in it, both ends included', async () => {
  fc.assert(fc.property(samples, fc.nat(MAX_SAMPLES), fc.nat(MAX_SAMPLES), fc.nat(1), fc.nat(1), (samples, i, j, before, after) => {
    const { words, count } = encode(samples)
    const startMs = samples[Math.min(i, count - 1)]![0] - before
    const endMs = samples[Math.min(j, count - 1)]![0] + after
    const found = decode(words, count, startMs, endMs).map(([atMs]) => atMs)
    deepStrictEqual(found, samples.slice(0, count).map(([atMs]) => atMs).filter(atMs => atMs >= startMs && atMs <= endMs))
  }), { numRuns: 200, seed: 4 })
})

await t.test('a chunk takes no sample that does not fit it, and keeps those it has', async () => {
  fc.assert(fc.property(samples, fc.integer({ min: 16, max: 128 }), (samples, size) => {
    const { words, count, bits } = encode(samples, size)
    if (bits > (size - HEADER_WORDS) * 32) throw new Error(`${bits} bits in ${size} words`)
    equal(words.subarray(3 + size).findIndex(word => word !== 0), -1, 'nothing is written behind the chunk')
    deepStrictEqual(decode(words, count), samples.slice(0, count))
  }), { numRuns: 200, seed: 4 })
})

/** Bits of the last sample, after 100 and the values before it, 5 s apart. */
function bitsOfLast (...values: Array<number | 'stale'>): number {
  const all = [100, 100, ...values].map((value, i): Sample => [i * 5000, value])
  return encode(all).bits - encode(all.slice(0, -1)).bits
}

await t.test('the commonest samples are the shortest', async t => {
  t.equal(bitsOfLast(100), 1, 'the same again')
  t.equal(bitsOfLast(104), 5, 'a small whole step')
  t.equal(bitsOfLast(80), 8)
  t.equal(bitsOfLast(1000), 15)
  t.equal(bitsOfLast(100_000), 27)
  t.equal(bitsOfLast(1e9), 39)
  t.equal(bitsOfLast(100.25, 100.26), 5, 'a small step in hundredths')
  t.equal(bitsOfLast('stale'), 6)
  t.equal(bitsOfLast(100 + Math.PI, 100 + Math.PI * (1 + 1e-12)) < 40, true, 'of others the bits that differ')
  t.equal(encode([[0, NaN], [5000, NaN], [10_000, NaN]]).bits - encode([[0, NaN], [5000, NaN]]).bits, 1, 'NaN is the same as NaN')
})
