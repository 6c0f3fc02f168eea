import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import t from 'tap'
import { recorder, OPENMETRICS } from './recorder.js'

const help = 'What it measures.'

/** Raw values that are recorded, and the label value that stands in the exposition. */
const kept: ReadonlyArray<[unknown, string]> = [
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['toString', 'toString'],
  ['', ''],
  ['a\nb', 'a\nb'],
  ['a\\nb', 'a\\nb'],
  ['\\', '\\'],
  ['"', '"'],
  ['"} 1\nevil_total{x="', '"} 1\nevil_total{x="'],
  ['a\r\nb\tc\0d', 'a\r\nb\tc\0d'],
  ['\u2028\u2029\u0085', '\u2028\u2029\u0085'],
  ['# EOF', '# EOF'],
  ['{,}=', '{,}='],
  ['\ud800', '\ufffd'],
  ['x\udc00y', 'x\ufffdy'],
  ['😀', '😀'],
  ['ü', 'ü'],
  ['u\u0308', 'u\u0308'],
  [0, '0'],
  [-0, '0'],
  [1.5, '1.5'],
  [1e21, '1e+21'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [2n ** 70n, '1180591620717411303424'],
  [true, 'true'],
  [false, 'false'],
  [undefined, ''],
  [null, ''],
  [Symbol('s'), 'Symbol(s)'],
  [{}, '[object Object]'],
  [[1, [2]], '1,2'],
  [new Date(NaN), 'Invalid Date'],
  [{ toString: () => 'mine' }, 'mine'],
  [{ toString: () => '\ud800"' }, '\ufffd"'],
  [{ [Symbol.toPrimitive]: () => 7 }, '7']
]

const boom = (): never => { throw new Error('boom') }
const revoked = Proxy.revocable({}, {})
revoked.revoke()

/** Whole label arguments that cannot be label sets of `{ x, y }`: dropped and counted. */
const refused: readonly unknown[] = [
  undefined, null, 0, 1, NaN, '', 'xy', true, 1n, Symbol('s'), () => {}, revoked.proxy, [1], new Map([['x', '1']]).entries,
  { x: '1', y: '2', z: '3' }, { X: '1' }, JSON.parse('{"x":"1","y":"2","__proto__":"z"}'), { x: '1', y: '2', constructor: 'z' },
  { x: Object.create(null), y: '2' }, { x: { toString: boom }, y: '2' }, { x: { toString: () => ({}) }, y: '2' },
  { get x () { return boom() }, y: '2' }, new Proxy({ x: '1', y: '2' }, { get: boom }), new Proxy({ x: '1', y: '2' }, { ownKeys: boom })
]

t.test('any value that can be a text is recorded as one, in both formats', async t => {
  const { registry, read } = recorder()
  const gauge = registry.gauge({ name: 'm', help, labelNames: ['x', 'y'] })
  kept.forEach(([raw], i) => { gauge.set({ x: raw as string, y: String(i) }, i) })
  for (const accept of [undefined, OPENMETRICS]) {
    const found = await read(accept)
    kept.forEach(([, text], i) => { t.equal(found.value('m', { x: text, y: String(i) }), i, `value ${i}`) })
    t.equal(found.labelsOf('m').length, kept.length)
    t.notOk(found.text.includes('\nevil_total'))
  }
})

t.test('what cannot be a label set is dropped and counted, and never thrown', async t => {
  const { registry, read, log } = recorder()
  const counter = registry.counter({ name: 'm_total', help, labelNames: ['x', 'y'] })
  for (const labels of refused) {
    counter.inc(labels as never)
    counter.labels(labels as never).inc()
  }
  const found = await read()
  t.equal(found.dropped('m_total', 'invalid_labels'), 2 * refused.length)
  t.strictSame(found.labelsOf('m_total'), [])
  t.equal(log.lines.length, 1)
})

t.test('a missing label is empty, and a label of a prototype counts', async t => {
  const { registry, read } = recorder()
  const gauge = registry.gauge({ name: 'm', help, labelNames: ['x', 'y'] })
  gauge.set({ x: '1' } as never, 1)
  gauge.set({ x: '1', y: '' }, 2)
  gauge.set({ x: '1', y: undefined } as never, 3)
  gauge.set(Object.create({ x: '2', y: '3' }), 4)
  class Order { get x () { return '4' } get y () { return '5' } }
  gauge.set(new Order(), 5)
  gauge.set({} as never, 6)
  gauge.set(Object.assign(Object.create(null), { x: '6', y: '7' }), 7)
  const found = await read()
  t.strictSame(found.labelsOf('m').map(({ x, y }) => [x, y, found.value('m', { x: x!, y: y! })]), [['1', '', 3], ['2', '3', 4], ['4', '5', 5], ['', '', 6], ['6', '7', 7]])
})

t.test('unlabelled metrics take no labels', async t => {
  const { registry, read } = recorder()
  const counter = registry.counter({ name: 'm_total', help })
  counter.labels({}).inc()
  counter.labels({ x: '1' } as never).inc()
  counter.inc({ x: '1' } as never)
  const found = await read()
  t.equal(found.value('m_total'), 1)
  t.equal(found.dropped('m_total', 'invalid_labels'), 1)
  t.equal(found.dropped('m_total', 'invalid_value'), 1)
})

t.test('random texts as labels, values and help come out as they went in', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 })
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 30 }), text.filter(help => help !== ''), async (sets, help) => {
    const { registry, read } = recorder()
    const counter = registry.counter({ name: 'm_total', help, labelNames: ['x', 'y'] })
    for (const [x, y] of sets) counter.inc({ x, y })
    for (const accept of [undefined, OPENMETRICS]) {
      const found = await read(accept)
      const expected = new Map<string, number>()
      for (const [x, y] of sets) {
        const key = JSON.stringify([x.toWellFormed(), y.toWellFormed()])
        expected.set(key, (expected.get(key) ?? 0) + 1)
      }
      const actual = new Map(found.labelsOf('m_total').map(labels => [JSON.stringify([labels.x, labels.y]), found.value('m_total', labels)!]))
      if (JSON.stringify([...expected].sort()) !== JSON.stringify([...actual].sort())) throw new Error(`found ${JSON.stringify([...actual])}`)
      const family = found.families.get(accept === undefined ? 'm_total' : 'm')!
      if (family.help !== help.toWellFormed()) throw new Error(`help ${family.help}`)
    }
  }), { seed: 5, numRuns: 300 })
})

t.test('values of 10 MB are cut, wherever they come from', async t => {
  const { registry, read } = recorder()
  const gauge = registry.gauge({ name: 'm', help, labelNames: ['x'] })
  const long = 'x'.repeat(10_000_000)
  gauge.set({ x: long }, 1)
  gauge.set({ x: `${long}y` }, 2)
  gauge.set({ x: { toString: () => long } as never }, 3)
  gauge.set({ x: `${'x'.repeat(1022)}😀${'x'.repeat(1000)}` }, 4)
  gauge.set({ x: 'x'.repeat(1024) }, 5)
  gauge.set({ x: 'x'.repeat(1025) }, 6)
  const found = await read()
  t.strictSame(found.labelsOf('m').map(({ x }) => x), [`${'x'.repeat(1023)}…`, `${'x'.repeat(1022)}\ufffd…`, 'x'.repeat(1024)])
  t.ok(gauge.remove({ x: long }))
})

t.test('what is kept of a large text does not keep the whole of it alive', async t => {
  const program = `
    import { MetricRegistry } from '${new URL('../../src/metrics/registry.ts', import.meta.url).href}'
    const registry = new MetricRegistry()
    const counter = registry.counter({ name: 'm_total', help: 'x', labelNames: ['x'] })
    globalThis.gc()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 60; i++) {
      const text = String(i).padStart(4, '0') + 'y'.repeat(5_000_000) + ',' + i
      counter.inc({ x: text })
      counter.inc({ x: text.slice(0, 40) })
      counter.inc({ x: text.split(',')[0].slice(0, 30) })
    }
    globalThis.gc()
    console.log(Math.round((process.memoryUsage().heapUsed - before) / 1e6))`
  const child = spawn(process.execPath, ['--expose-gc', ...process.execArgv, '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let output = ''
  child.stdout.on('data', chunk => { output += String(chunk) })
  await once(child, 'exit')
  const grownMb = Number(output)
  t.ok(grownMb < 10, `the heap grew by ${grownMb} MB of 300`)
})
