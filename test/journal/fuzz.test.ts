import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import type { WindowRecord } from '../../src/contracts/window.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { gzipBlock } from '../../src/journal/gzip-blocks.js'
import { Journal } from '../../src/journal/journal.js'
import { decodeLine, encodeLine, isIntact } from '../../src/journal/line.js'
import { counter, day, gauge, histogram, readAll, scratch } from './records.js'

const written: WindowRecord[] = [
  counter(day, 12, { labels: { symbol: 'BTC"\n', side: 'buy' }, total: 1e21 }),
  gauge(day, [1.5, -2, 8]),
  histogram(day, [1, 0, 4], 3.25),
  counter(day + 60_000, 18, { labels: { symbol: 'Ø', side: 'buy' } })
]

t.test('a line comes back as it went in, whatever the numbers and labels', async () => {
  const number = fc.oneof(fc.double(), fc.integer())
  fc.assert(fc.property(fc.string(), fc.dictionary(fc.string(), fc.string({ minLength: 1 })), number, number, fc.nat(),
    (name, labels, avg, last, count) => {
      const record: WindowRecord = { ...gauge(day, [1]), name, labels: { ...labels }, avg, min: avg, max: last, last, sum: avg, count }
      const line = Buffer.from(encodeLine(record)).subarray(0, -1)
      // JSON has no negative zero; a lone surrogate has no UTF-8.
      if (!isIntact(line)) throw new Error('not intact')
      const found = decodeLine(line)!
      if (found.type !== 'gauge') throw new Error('another type')
      for (const key of ['avg', 'min', 'max', 'last', 'sum', 'count'] as const) {
        if (found[key] !== record[key] && !(Number.isNaN(found[key]) && Number.isNaN(record[key]))) throw new Error(`${key}: ${found[key]}`)
      }
      if (name.isWellFormed() && found.name !== name) throw new Error('another name')
    }))
})

t.test('what is intact but of another version is left out', async t => {
  const sealed = (head: string) => {
    const line = encodeLine(counter(day, 1))
    return Buffer.from(line.replace('"type":"counter"', head)).subarray(0, -1)
  }
  t.equal(decodeLine(sealed('"type":"sketch"')), undefined)
  t.equal(decodeLine(Buffer.from('{"start_ms":0,"resolution":"7m","name":"x","labels":{},"type":"counter"}')), undefined)
  t.equal(decodeLine(Buffer.from('{')), undefined)
})

for (const isCompressed of [false, true]) {
  const what = isCompressed ? 'a compressed segment' : 'an open segment'
  t.test(`${what}: a flipped bit or a cut anywhere loses lines and never changes a number`, async t => {
    const dir = await scratch(t)
    const journal = await Journal.open({ dir, clock: new VirtualClock(day) })
    journal.write(written)
    await journal.close()
    const plain = join(dir, '1m', '2026-11-20.ndjson')
    const lines = (await readFile(plain, 'utf8')).trimEnd().split('\n').map(line => `${line}\n`)
    let path = plain
    const blockStarts = [0]
    if (isCompressed) {
      await rm(plain)
      path = `${plain}.gz`
      const blocks = [await gzipBlock(Buffer.from(lines.slice(0, 2).join(''))), await gzipBlock(Buffer.from(lines.slice(2).join('')))]
      blockStarts.push(blocks[0]!.length)
      await writeFile(path, Buffer.concat(blocks))
    }
    const bytes = await readFile(path)
    const { records: intact } = await readAll(dir)
    t.strictSame(intact, written)
    const truth = new Set(intact.map(record => JSON.stringify(record)))

    const failures: string[] = []
    const check = async (change: string, changed: Buffer, mayLose: number): Promise<void> => {
      await writeFile(path, changed)
      const { records, damage } = await readAll(dir)
      const wrong = records.filter(record => !truth.has(JSON.stringify(record)))
      const isReported = records.length === written.length || damage.length > 0 || change.startsWith('whole')
      if (wrong.length > 0 || records.length < written.length - mayLose || !isReported) failures.push(`${change}: ${records.length} records, ${damage.length} damages`)
    }
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes)
      flipped[at]! ^= 1 << (at % 8)
      // A newline that is lost takes the lines before and after it; a compressed block takes both of its lines.
      await check(`flip ${at}`, flipped, 2)
      const isLineEnd = !isCompressed && (at === 0 || bytes[at - 1] === 10 || bytes[at] === 10)
      const isBlockEnd = isCompressed && blockStarts.includes(at)
      await check(`${isLineEnd || isBlockEnd ? 'whole ' : ''}cut ${at}`, bytes.subarray(0, at), written.length)
    }
    t.strictSame(failures.slice(0, 5), [])
  })
}
