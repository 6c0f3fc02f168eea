import t from 'tap'
import { recorder } from './recorder.js'

type Type = 'counter' | 'gauge' | 'histogram' | 'summary'

const help = 'What it measures.'

/** Every declaration that no exposition could carry: its type, its fields, and what the error says. */
const refused: Array<[Type, object, RegExp]> = [
  ['gauge', { name: '' }, /name does not match/],
  ['gauge', { name: '1a' }, /name does not match/],
  ['gauge', { name: 'a-b' }, /name does not match/],
  ['gauge', { name: 'a b' }, /name does not match/],
  ['gauge', { name: 'a\n' }, /name does not match/],
  ['gauge', { name: 'é' }, /name does not match/],
  ['gauge', { name: undefined }, /name does not match/],
  ['gauge', { name: 7 }, /name does not match/],
  ['gauge', { help: undefined }, /help is missing/],
  ['gauge', { help: '' }, /help is missing/],
  ['counter', { name: 'orders' }, /ends in _total/],
  ['counter', { name: '_total' }, /ends in _total/],
  ['gauge', { unit: 'seconds' }, /does not end in its unit "seconds"/],
  ['counter', { name: 'a_total', unit: 'bytes' }, /does not end in its unit "bytes"/],
  ['gauge', { labelNames: 'abc' }, /labelNames: expected an array/],
  ['gauge', { labelNames: ['a-b'] }, /label name "a-b" does not match/],
  ['gauge', { labelNames: [''] }, /label name "" does not match/],
  ['gauge', { labelNames: [1] }, /label name "1" does not match/],
  ['gauge', { labelNames: [Symbol('s')] }, /label name "Symbol\(s\)" does not match/],
  ['gauge', { labelNames: ['a', 'b', 'a'] }, /label names repeat: a, b, a/],
  ['gauge', { labelNames: ['__proto__'] }, /reserved/],
  ['gauge', { labelNames: ['__name__'] }, /reserved/],
  ['histogram', { labelNames: ['le'] }, /reserved for a histogram/],
  ['summary', { labelNames: ['quantile'] }, /reserved for a summary/],
  ['gauge', { labelRules: { side: {} } }, /labelRules\.side is for a label that is not declared/],
  ['gauge', { labelNames: ['a'], labelRules: { a: { values: ['x', 'y', 'x'] } } }, /labelRules\.a\.values\[2\]: "x" repeats/],
  ['gauge', { labelNames: ['a'], labelRules: { a: { values: ['\ud800'] } } }, /labelRules\.a\.values\[0\]: expected well-formed text/],
  ['gauge', { labelNames: ['a'], labelRules: { a: { values: ['x'.repeat(2000)] } } }, /expected well-formed text of at most 1024/],
  ['gauge', { labelNames: ['a'], labelRules: { a: { values: [1] } } }, /expected well-formed text/],
  ['gauge', { labelNames: ['a'], labelRules: { a: { normalize: 'x' } } }, /labelRules\.a\.normalize: expected a function/],
  ['gauge', { maxSeries: 0 }, /maxSeries: found 0/],
  ['gauge', { maxSeries: 1.5 }, /maxSeries: found 1\.5/],
  ['gauge', { maxSeries: NaN }, /maxSeries: found NaN/],
  ['gauge', { maxSeries: '5' }, /maxSeries: found 5/],
  ['gauge', { atLimit: 'drop' }, /atLimit: found "drop", expected "overflow" or "reject"/],
  ['histogram', { buckets: [] }, /buckets: expected an array of one/],
  ['histogram', { buckets: 5 }, /buckets: expected an array of one/],
  ['histogram', { buckets: [1, 1] }, /buckets\[1\]: found 1 after 1/],
  ['histogram', { buckets: [2, 1] }, /buckets\[1\]: found 1 after 2/],
  ['histogram', { buckets: [-0, 0] }, /buckets\[1\]/],
  ['histogram', { buckets: [1, Infinity] }, /buckets\[1\]: found Infinity/],
  ['histogram', { buckets: [NaN] }, /buckets\[0\]: found NaN/],
  ['histogram', { buckets: ['1'] }, /buckets\[0\]: found 1/],
  ['summary', { percentiles: 0.5 }, /percentiles: expected an array/],
  ['summary', { percentiles: [0.5, 1.1] }, /percentiles\[1\]: found 1\.1/],
  ['summary', { percentiles: [-0.1] }, /percentiles\[0\]: found -0\.1/],
  ['summary', { percentiles: [NaN] }, /percentiles\[0\]: found NaN/],
  ['summary', { percentiles: ['0.5'] }, /percentiles\[0\]: found 0\.5/],
  ['summary', { percentiles: [0.5, 0.9, 0.5] }, /percentiles\[2\]: 0\.5 repeats/],
  ['summary', { maxAgeSeconds: 10 }, /go together/],
  ['summary', { ageBuckets: 5 }, /go together/],
  ['summary', { maxAgeSeconds: 0, ageBuckets: 5 }, /maxAgeSeconds: found 0/],
  ['summary', { maxAgeSeconds: 10, ageBuckets: 0.5 }, /ageBuckets: found 0\.5/]
]

t.test('a declaration that no exposition could carry is refused, with the metric and what is wrong', async t => {
  for (const [type, fields, message] of refused) {
    const { registry, read } = recorder()
    const declaration = { name: type === 'counter' ? 'm_total' : 'm', help, ...fields }
    const make = registry[type] as (declaration: object) => unknown
    t.throws(() => make.call(registry, declaration), { code: 'NJORD_ERR_INVALID_METRIC', message }, `${type} ${message}`)
    t.equal((await read()).families.size, 3, 'nothing of it is registered')
  }
})

t.test('names of labels that every object has are names like any other', async t => {
  const { registry, read } = recorder()
  const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'] as const
  const gauge = registry.gauge({ name: 'm', help, labelNames: names })
  gauge.set({} as never, 1)
  gauge.set({ constructor: 'a', toString: 'b', hasOwnProperty: 'c', valueOf: 'd' }, 2)
  gauge.set({ constructor: 'a', toString: 'b', hasOwnProperty: 'c', valueOf: 'd' }, 3)
  const found = await read()
  t.equal(found.value('m', { constructor: '', toString: '', hasOwnProperty: '', valueOf: '' }), 1)
  t.equal(found.value('m', { constructor: 'a', toString: 'b', hasOwnProperty: 'c', valueOf: 'd' }), 3)
})

t.test('the caller\'s declaration is neither changed nor kept', async t => {
  const { registry, read } = recorder()
  const declaration = Object.freeze({ name: 'h', help, labelNames: ['a'], buckets: [1, 2] })
  const histogram = registry.histogram(declaration as { name: string, help: string, labelNames: ['a'], buckets: number[] })
  declaration.labelNames.push('b')
  declaration.buckets.push(0)
  histogram.observe({ a: 'x' }, 1.5)
  t.equal((await read()).value('h_bucket', { a: 'x', le: '2' }), 1)
  t.strictSame(histogram.labelNames, ['a'])
  t.throws(() => { (histogram.labelNames as string[]).push('b') }, TypeError)
})
