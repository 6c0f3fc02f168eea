import t from 'tap'
import { parseNumber } from '../../src/promql/number-literal.js'

await t.test('reads numbers as Go does', async t => {
  for (const [text, expected] of [
    ['0', 0], ['42', 42], ['1.5', 1.5], ['.5', 0.5], ['5.', 5], ['1e3', 1000], ['1E-2', 0.01], ['0x1F', 31], ['0X_1f', 31], ['017', 15], ['08', 8], ['0_7', 7],
    ['1_000', 1000], ['1_0.5_0', 10.5], ['1e1_0', 1e10], ['Inf', Infinity], ['inf', Infinity], ['9223372036854775807', 2 ** 63], ['9223372036854775808', 2 ** 63],
    ['0777777777777777777777', 2 ** 63], ['0' + '7'.repeat(22), Number('7'.repeat(22))], ['00000000000000000000000000000000007', 7]
  ] as const) {
    t.equal(parseNumber(text), expected, text)
  }
  t.ok(Number.isNaN(parseNumber('NaN')))
})

await t.test('says why a text is no number', async t => {
  for (const [text, why] of [
    ['1e400', 'value out of range'], ['1e', 'invalid syntax'], ['1__0', 'invalid syntax'], ['1_', 'invalid syntax'], ['1_.5', 'invalid syntax'], ['0x', 'invalid syntax'],
    ['0xffffffffffffffffff', 'invalid syntax'], ['0x1e+5', 'invalid syntax'], ['.1.2', 'invalid syntax']
  ] as const) {
    t.equal(parseNumber(text), `strconv.ParseFloat: parsing "${text}": ${why}`)
  }
})
