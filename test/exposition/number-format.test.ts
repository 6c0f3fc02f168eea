import fc from 'fast-check'
import t from 'tap'
import { formatBound, formatValue, MAX_DIGITS, writeDigits } from '../../src/exposition/number-format.js'

function written (value: number): string {
  const bytes = new Uint8Array(MAX_DIGITS).fill(120)
  const width = writeDigits(value, bytes)
  if (width > MAX_DIGITS) throw new Error(`${value} takes ${width} bytes`)
  return Buffer.from(bytes.subarray(0, width)).toString()
}

t.test('digits are those of String(), except for infinities', async t => {
  const borders = [
    0, -0, 1, -1, 9, 10, -10, 99, 100, 999_999_999, 1_000_000_000, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, -(2 ** 31), -(2 ** 31) + 1, -(2 ** 31) - 1,
    2 ** 32 - 1, 2 ** 32, 2 ** 53, -(2 ** 53), 1e20, 1e21, -1e21, 0.1, -0.5, 1e-6, 1e-7, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE,
    -2.2250738585072014e-308, -0.0000012345678901234567, 0.000009999999999999999, NaN
  ]
  for (const value of borders) t.equal(written(value), String(value))
  t.equal(written(Infinity), '+Inf')
  t.equal(written(-Infinity), '-Inf')
})

t.test('random numbers are written as String() writes them, and read again as they were', async () => {
  const tiny = fc.tuple(fc.double({ min: 1, max: 10, noNaN: true }), fc.integer({ min: -12, max: 25 }), fc.boolean())
    .map(([digits, exponent, negative]) => digits * 10 ** exponent * (negative ? -1 : 1))
  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), tiny, fc.integer(), fc.maxSafeInteger())
  fc.assert(fc.property(number, value => {
    if (written(value) !== String(value) || Number(written(value)) !== value) throw new Error(`${value} was written as ${written(value)}`)
  }), { seed: 9, numRuns: 20_000 })
})

t.test('nothing is written past the digits', async t => {
  for (const value of [0, 7, -12, 123456, -0.25]) {
    const bytes = new Uint8Array(MAX_DIGITS).fill(120)
    const width = writeDigits(value, bytes)
    t.ok(bytes.subarray(width).every(byte => byte === 120), String(value))
  }
})

// What Go's strconv.FormatFloat(v, 'g', -1, 64) gives: the exponent form below 1e-4 and from 1e6 on, as in Prometheus's own
// metrics (le="1.6384e+06", le="409600").
const bounds: ReadonlyArray<[number, string, string]> = [
  [0, '0', '0.0'], [1, '1', '1.0'], [-1, '-1', '-1.0'], [10, '10', '10.0'], [0.5, '0.5', '0.5'], [2.5, '2.5', '2.5'], [-0.25, '-0.25', '-0.25'],
  [0.0001, '0.0001', '0.0001'], [0.00012, '0.00012', '0.00012'], [0.00001, '1e-05', '1e-05'], [0.000025, '2.5e-05', '2.5e-05'], [1e-7, '1e-07', '1e-07'],
  [1e-10, '1e-10', '1e-10'], [1e-100, '1e-100', '1e-100'], [-0.00001, '-1e-05', '-1e-05'], [100_000, '100000', '100000.0'], [409_600, '409600', '409600.0'],
  [999_999, '999999', '999999.0'], [999_999.5, '999999.5', '999999.5'], [1_000_000, '1e+06', '1e+06'], [1_638_400, '1.6384e+06', '1.6384e+06'],
  [2_500_000, '2.5e+06', '2.5e+06'], [1_234_567.5, '1.2345675e+06', '1.2345675e+06'], [-2e6, '-2e+06', '-2e+06'], [1e20, '1e+20', '1e+20'], [1e21, '1e+21', '1e+21'],
  [1e100, '1e+100', '1e+100'], [0.30000000000000004, '0.30000000000000004', '0.30000000000000004'], [Infinity, '+Inf', '+Inf'], [-0, '0', '0.0']
]

t.test('bounds are written as Go writes them; whole ones with a fraction in OpenMetrics', async t => {
  for (const [value, text, openMetrics] of bounds) {
    t.equal(formatBound(value, false), text)
    t.equal(formatBound(value, true), openMetrics)
  }
})

t.test('values are what a scraper reads', async t => {
  for (const [value, text] of [[Infinity, '+Inf'], [-Infinity, '-Inf'], [NaN, 'NaN'], [-0, '0'], [1e21, '1e+21'], [0.1, '0.1']] as const) t.equal(formatValue(value), text)
})
