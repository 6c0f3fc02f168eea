import fc from 'fast-check'
import t from 'tap'
import { BucketIndex } from '../../src/metrics/bucket-index.js'
import { DEFAULT_BUCKETS } from '../../src/metrics/histogram.js'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
/** Numbers close together, and borders of what a double can be. */
const near = fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -3, max: 3 }))
  .map(([exponent, step]) => 2 ** exponent * (1 + step * Number.EPSILON))
const border = fc.constantFrom(0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** -1022, Number.MAX_VALUE, -Number.MAX_VALUE, 1, 10)
const value = fc.oneof(finite, near, border, near.map(number => -number), fc.integer({ min: -100, max: 100 }))

t.test('finds the bucket that a plain scan finds, whatever the bounds and the values', async () => {
  fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.array(value, { minLength: 1, maxLength: 40 }), (bounds, values) => {
    const buckets = [...new Set(bounds.map(bound => bound + 0))].sort((a, b) => a - b)
    const index = new BucketIndex(buckets)
    for (const number of [...values, ...buckets]) {
      const scanned = buckets.findIndex(bound => number <= bound)
      const expected = scanned === -1 ? buckets.length : scanned
      if (index.find(number) !== expected) throw new Error(`${number} in ${buckets.join(' ')}: found ${index.find(number)}, expected ${expected}`)
    }
  }), { seed: 6, numRuns: 3000 })
})

t.test('a bound belongs to its own bucket, and what is next above to the next', async t => {
  const index = new BucketIndex(DEFAULT_BUCKETS)
  DEFAULT_BUCKETS.forEach((bound, i) => {
    t.equal(index.find(bound), i)
    t.equal(index.find(bound * (1 + Number.EPSILON)), i + 1)
  })
})

t.test('a thousand buckets over the whole range of doubles fit', async t => {
  const buckets = Array.from({ length: 1000 }, (_, i) => 10 ** (i / 2 - 300)).filter(bound => bound > 0)
  const index = new BucketIndex(buckets)
  for (const [i, bound] of buckets.entries()) if (index.find(bound) !== i) t.fail(String(bound))
  t.equal(index.find(0), 0)
  t.equal(index.find(1e300), buckets.length)
})
