import t from 'tap'
import { RowNumbers } from '../../src/dashboard/row-numbers.js'
import { shown } from '../../src/dashboard/text.js'

await t.test('long names are cut, never through a character', async t => {
  t.equal(shown('ema-trend'), 'ema-trend')
  t.equal(shown('x'.repeat(10_000)).length, 120)
  t.equal(shown('x'.repeat(118) + '😀😀'), 'x'.repeat(118) + '…')
  t.equal(shown('\ud800'), '\ufffd')
})

await t.test('rows have small numbers, by first come, and not without an end', async t => {
  const rows = new RowNumbers(2)
  t.equal(rows.of('__proto__'), 0)
  t.equal(rows.of('constructor'), 1)
  t.equal(rows.of('__proto__'), 0)
  t.equal(rows.of('one too many'), undefined)
  t.same([...rows.entries()], [['__proto__', 0], ['constructor', 1]])
})
