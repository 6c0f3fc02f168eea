import t from 'tap'
import { recordContract } from './record-contract.js'
import { metricSnapshot } from './records.js'

await recordContract(t, metricSnapshot)

const { sample, check, fromJson, toJson } = metricSnapshot

await t.test('names the label that is wrong', async t => {
  const code = 'NJORD_ERR_INVALID_PAYLOAD'
  t.throws(() => check({ ...sample, labels: { side: 1 } }), { code, message: 'MetricSnapshot.labels.side: found 1, must be string' })
  t.throws(() => check({ ...sample, labels: { 'a-b': 'x' } }), { code, message: 'MetricSnapshot.labels.a-b: found "x", there is no such key' })
  t.throws(() => check({ ...sample, labels: { '': 'x' } }), { code, message: /^MetricSnapshot\.labels\./ })
})

await t.test('a label called __proto__ is a label, and changes no prototype', async t => {
  const read = fromJson(toJson(sample).replace('{"side":"buy"}', '{"__proto__":"x","constructor":"y"}'))
  t.strictSame(Object.entries(read.labels), [['__proto__', 'x'], ['constructor', 'y']])
  t.equal(Object.getPrototypeOf(read.labels), Object.prototype)
  t.throws(() => fromJson(toJson(sample).replace('{"side":"buy"}', '{"__proto__":{"x":"y"}}')), { message: /^MetricSnapshot\.labels\.__proto__: found an object/ })
})

await t.test('a decimal string is accepted for timestamp_ns', async t => {
  t.equal(fromJson(toJson(sample).replace('1700000000000000001', '"1700000000000000001"')).timestamp_ns, 1700000000000000001n)
})
