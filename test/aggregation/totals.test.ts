import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { TotalsReader, TotalsWriter } from '../../src/aggregation/totals.js'

type Row = [id: number, value: number, buckets: Array<[number, number]>]

function written (rows: readonly Row[]): string {
  const writer = new TotalsWriter()
  for (const [id, value, buckets] of rows) {
    writer.row(id, value)
    for (const [bucket, count] of buckets) writer.bucket(bucket, count)
  }
  return writer.text
}

function read (text: string): Row[] {
  const reader = new TotalsReader(text)
  const rows: Row[] = []
  while (reader.next()) {
    const row: Row = [reader.id, reader.value, []]
    while (reader.nextBucket()) row[2].push([reader.bucket, reader.count])
    rows.push(row)
  }
  return rows
}

await t.test('writes ids as distances, and buckets behind their sum', async t => {
  t.equal(written([[3, 5, []], [7, 12.5, [[0, 3], [4, 1]]], [2, NaN, []]]), '3=5;4=12.5,0:3,4:1;-5=NaN')
})

await t.test('reads what it wrote, whatever the numbers', async () => {
  const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, 1e21, 2 ** 53, 123456789012345, 1e-7, Infinity, -Infinity, NaN))
  const row = fc.tuple(fc.nat(1 << 20), value.map(each => each + 0), fc.array(fc.tuple(fc.nat(40), fc.nat())))
  fc.assert(fc.property(fc.array(row), rows => { assert.deepEqual(read(written(rows)), rows) }), { seed: 3, numRuns: 200 })
})

await t.test('skips buckets that nobody asks for', async t => {
  const reader = new TotalsReader('1=2,0:1,3:4;1=5')
  const ids: number[] = []
  while (reader.next()) ids.push(reader.id)
  t.same(ids, [1, 2])
})

await t.test('refuses what is not of its form, after the rows that are', async t => {
  for (const text of ['x', '1', '1=', '1=2;', '1=2;x=3', '1=two', '1= ', '1=2,', '1=2,a:3', '1=2,3:', '=1', '-=1', '1:2', '1234567890123456=1']) {
    t.throws(() => read(text), SyntaxError, text)
  }
  const reader = new TotalsReader('1=2;?')
  t.ok(reader.next())
  t.equal(reader.value, 2)
})

await t.test('never hangs or reads past the end, whatever comes in', async () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'0123456789=;,:-.eNaI ') }), text => {
    try {
      assert.ok(read(text).length <= text.length)
    } catch (error) {
      assert.ok(error instanceof SyntaxError)
    }
  }), { seed: 5, numRuns: 500 })
})
