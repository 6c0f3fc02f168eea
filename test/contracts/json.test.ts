import fc from 'fast-check'
import t from 'tap'
import { parseJson, stringifyJson } from '../../src/contracts/json.js'

/** JSON values plus bigints that stay bigints under any key; strings that look like what travels inside. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u0001', '\u00011', '\u0001-12', '"\u00011"', '\\"\u00011', '\\', '"', '1234567890123456789', ':1234567890123456789,', '__proto__')
)
const integer = fc.oneof(fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }), fc.bigInt({ min: -(2n ** 200n), max: -(2n ** 53n) }))
const leaf = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null), integer)
const key = text.filter(name => !/(?:_n|N)s$/.test(name))
const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 5 }), fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }))
}))

t.test('what was written is read again without loss', async () => {
  fc.assert(fc.property(value, item => {
    const read = parseJson(stringifyJson(item))
    if (!Object.is(stringifyJson(read), stringifyJson(item)) || !same(read, item)) throw new Error(`${stringifyJson(item)} was read as ${stringifyJson(read)}`)
  }), { seed: 1, numRuns: 2000 })
})

/** Deep equality that tells -0 from 0, own `__proto__` keys and types apart. */
function same (a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b)
  const keys = Object.keys(a)
  return Array.isArray(a) === Array.isArray(b) && Object.getPrototypeOf(a) === Object.getPrototypeOf(b) &&
    keys.length === Object.keys(b).length && keys.every(name => Object.hasOwn(b, name) && same(Reflect.get(a, name), Reflect.get(b, name)))
}

t.test('without bigints, reading gives what JSON.parse gives', async t => {
  fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (item, space) => {
    const json = JSON.stringify(item, null, space)
    if (/\d{16}|(?:_n|N)s"/.test(json)) return
    t.ok(same(parseJson(json), JSON.parse(json)), json)
  }), { seed: 2, numRuns: 200 })
})

t.test('a bigint is a JSON integer', async t => {
  t.equal(stringifyJson({ timestamp_ns: 1700000000000000001n }), '{"timestamp_ns":1700000000000000001}')
  t.equal(stringifyJson([1n, -2n, { a: 0n }]), '[1,-2,{"a":0}]')
  t.equal(stringifyJson(5n), '5')
  t.equal(stringifyJson(undefined), 'null')
  t.equal(stringifyJson({ a: NaN, b: undefined, c: 1n }), '{"a":null,"c":1}')
})

t.test('a host that gave bigints a toJSON changes nothing on the wire', async t => {
  const prototype = BigInt.prototype as { toJSON?: () => string }
  prototype.toJSON = function () { return `${String(this)}` }
  t.teardown(() => { delete prototype.toJSON })
  t.equal(stringifyJson({ at_ns: 5n }), '{"at_ns":5}')
})

t.test('strings of the caller are never taken for numbers', async t => {
  const hostile = {
    '\u00015': '\u00015', a: ['\u0001-1', '"\u00017"', '\\"\u00017', ',"\u00017",'], big: 2n ** 70n, '\u0001\u00019': 1n, text: '12345678901234567890'
  }
  t.strictSame(parseJson(stringifyJson(hostile)), { ...hostile, '\u0001\u00019': 1 })
})

t.test('integers under nanosecond keys are bigints, however small, and may be decimal strings', async t => {
  t.strictSame(parseJson('{"timestamp_ns":1,"startedNs":"-2","x":3,"columns":4,"ns":5}'), { timestamp_ns: 1n, startedNs: -2n, x: 3, columns: 4, ns: 5 })
  t.strictSame(parseJson('[{"a":[{"at_ns": 1700000000000000001 }]}]'), [{ a: [{ at_ns: 1700000000000000001n }] }])
  t.strictSame(parseJson('{"at_ns":1.5,"b_ns":"x","c_ns":null,"d_ns":1e30,"e_ns":""}'), { at_ns: 1.5, b_ns: 'x', c_ns: null, d_ns: 1e30, e_ns: '' })
})

t.test('numbers keep their digits: floats of 17, integers past 2^53, exponents', async t => {
  // eslint-disable-next-line @typescript-eslint/no-loss-of-precision -- that it is lost is what is tested
  t.equal(parseJson('0.12345678901234567'), 0.12345678901234567)
  t.equal(parseJson('9007199254740991'), 9007199254740991)
  t.equal(parseJson('9007199254740993'), 9007199254740993n)
  t.equal(parseJson('-9007199254740993'), -9007199254740993n)
  // eslint-disable-next-line @typescript-eslint/no-loss-of-precision -- that it is lost is what is tested
  t.equal(parseJson('1234567890123456789e5'), 1.2345678901234568e23)
  t.equal(parseJson('1234567890123456789.0'), 1.2345678901234568e18)
  t.strictSame(parseJson('{"a":"x 1234567890123456789 y","b":[ 1234567890123456789 ]}'), { a: 'x 1234567890123456789 y', b: [1234567890123456789n] })
  t.equal(stringifyJson(2 ** 60), '1.152921504606847e+18')
  t.equal(stringifyJson([-0, 0]), '[-0,0]')
})

t.test('refuses what is not JSON, with the position in the text as it came', async t => {
  for (const text of ['', '{"timestamp_ns":1', '{1234567890123456789:1}', '[01234567890123456789]', '[--1234567890123456789]', '[1234567890123456789 1]',
    '{"a_ns":1,}', '"1234567890123456789', 'n1234567890123456789', '[1234567890123456789"a"]', '+1234567890123456789', '{"a_ns":1}}']) {
    t.throws(() => parseJson(text), { name: 'SyntaxError' }, text)
  }
  t.throws(() => parseJson('[1234567890123456789, 2345678901234567890, x]'), { message: /position 43|'x'/ })
})

t.test('__proto__ in a text is a key like any other', async t => {
  for (const text of ['{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":2}}}', '{"at_ns":1,"__proto__":{"at_ns":2,"polluted":1},"a":[{"__proto__":{"polluted":2}}]}']) {
    const read = parseJson(text) as Record<string, unknown>
    t.ok(Object.hasOwn(read, '__proto__'))
    t.equal(read.polluted, undefined)
    t.equal(Object.getPrototypeOf(read), Object.prototype)
  }
  t.equal(({} as Record<string, unknown>).polluted, undefined)
  t.equal((parseJson('{"__proto__":1700000000000000001,"x_ns":1}') as object).toString(), '[object Object]')
})

t.test('depth and size are no trouble', async t => {
  const depth = 50_000
  t.doesNotThrow(() => parseJson(`${'['.repeat(depth)}{"at_ns":1}${']'.repeat(depth)}`))
  const wide = { text: '"\\\u0001'.repeat(300_000), at_ns: 2n ** 64n, digits: '9'.repeat(1_000_000) }
  t.strictSame(parseJson(stringifyJson(wide)), wide)
  t.equal(typeof parseJson('9'.repeat(100_000)), 'number')
  t.equal(typeof (parseJson(`{"at_ns":"${'9'.repeat(100_000)}"}`) as { at_ns: unknown }).at_ns, 'string')
})

t.test('a cycle throws', async t => {
  const cycle: Record<string, unknown> = { at_ns: 1n }
  cycle.self = cycle
  t.throws(() => stringifyJson(cycle), TypeError)
})
