import t from 'tap'
import type { BoundCounter, LabelValues } from '../../src/contracts/instruments.js'
import { recorder } from './recorder.js'

const help = 'What it measures.'
const OVERFLOW = '__overflow__'

t.test('label guard: one warning when 100 label sets are passed', async t => {
  const { registry, log, read } = recorder()
  const counter = registry.counter({ name: 'a_total', help, labelNames: ['x'] })
  for (let i = 0; i < 100; i++) counter.inc({ x: String(i) })
  t.strictSame(log.lines, [])
  for (let i = 100; i < 300; i++) counter.inc({ x: String(i) })
  t.strictSame(log.lines, [{
    level: 'warn',
    fields: { metric: 'a_total', series: 101, limit: 1000 },
    message: 'metric a_total has more than 100 label sets; at 1000 new ones go to one series labelled __overflow__'
  }])
  log.lines.length = 0
  const wide = registry.counter({ name: 'wide_total', help, labelNames: ['x'], maxSeries: 2000 })
  for (let i = 0; i < 200; i++) wide.inc({ x: String(i) })
  t.strictSame(log.lines, [], 'one that declares that it may have more is not conspicuous before a tenth of them')
  wide.inc({ x: '200' })
  t.match(log.lines, [{ message: /more than 200 label sets/ }])
  for (let i = 0; i < 120; i++) registry.counter({ name: `m${i}_total`, help, labelNames: ['x'] }).inc({ x: '1' })
  await read()
  t.equal(log.lines.length, 1, 'many metrics are no reason to complain')
})

t.test('label guard: at 1,000 new label sets go to one overflow series, which keeps the label names', async t => {
  const { registry, log, read } = recorder()
  const counter = registry.counter({ name: 'a_total', help, labelNames: ['x', 'y'] })
  for (let i = 0; i < 1500; i++) counter.inc({ x: String(i), y: 'same' })
  counter.inc({ x: '999', y: 'same' })
  const found = await read()
  t.equal(found.labelsOf('a_total').length, 1001)
  t.equal(found.value('a_total', { x: OVERFLOW, y: OVERFLOW }), 500)
  t.equal(found.value('a_total', { x: '999', y: 'same' }), 2, 'those that were there go on')
  t.equal(found.value('njord_metric_limited_samples_total', { metric: 'a_total', policy: 'overflow' }), 500)
  t.equal(found.value('njord_metric_series', { metric: 'a_total' }), 1000)
  t.strictSame(log.lines.at(-1), {
    level: 'warn',
    fields: { metric: 'a_total', limit: 1000, policy: 'overflow' },
    message: 'metric a_total is at its limit of 1000 label sets; further samples of new ones are only counted'
  })
  t.equal(log.lines.length, 2)
})

t.test('label guard: the policy reject records nothing of them', async t => {
  const { registry, read } = recorder()
  const histogram = registry.histogram({ name: 'a', help, labelNames: ['x'], maxSeries: 2, atLimit: 'reject', buckets: [1] })
  for (const x of ['1', '2', '3', '4', '3']) histogram.observe({ x }, 0.5)
  histogram.labels({ x: '5' }).observe(1)
  const found = await read()
  t.strictSame(found.labelsOf('a_count'), [{ x: '1' }, { x: '2' }])
  t.equal(found.value('njord_metric_limited_samples_total', { metric: 'a', policy: 'reject' }), 4)
})

t.test('label guard: limits are per metric, and a removed series makes room', async t => {
  const { registry, read } = recorder()
  const one = registry.gauge({ name: 'one', help, labelNames: ['x'], maxSeries: 1 })
  const two = registry.gauge({ name: 'two', help, labelNames: ['x'], maxSeries: 2 })
  for (const x of ['a', 'b', 'c']) {
    one.set({ x }, 1)
    two.set({ x }, 1)
  }
  t.ok(one.remove({ x: 'a' }))
  one.set({ x: 'd' }, 5)
  one.set({ x: 'e' }, 6)
  const found = await read()
  t.strictSame(found.labelsOf('one').map(({ x }) => x).sort(), [OVERFLOW, 'd'])
  t.strictSame(found.labelsOf('two').map(({ x }) => x).sort(), [OVERFLOW, 'a', 'b'])
})

t.test('label guard: a caller who uses the very word __overflow__ gets the overflow series', async t => {
  for (const first of [true, false]) {
    const { registry, read } = recorder()
    const counter = registry.counter({ name: 'a_total', help, labelNames: ['x'], maxSeries: 2 })
    if (first) counter.inc({ x: OVERFLOW }, 10)
    for (const x of ['a', 'b', 'c', 'd']) counter.inc({ x })
    if (!first) counter.inc({ x: OVERFLOW }, 10)
    const found = await read()
    t.equal(found.labelsOf('a_total').length, 3)
    t.equal(found.labelsOf('a_total').reduce((sum, labels) => sum + found.value('a_total', labels)!, 0), 14)
  }
})

t.test('the same label set gives the same child', async t => {
  const { registry } = recorder()
  const counter = registry.counter({ name: 'a_total', help, labelNames: ['x', 'y'], maxSeries: 1 })
  const child = counter.labels({ x: '1', y: '2' })
  t.equal(counter.labels({ y: '2', x: '1' }), child)
  const overflow = counter.labels({ x: '3', y: '4' })
  t.equal(counter.labels({ x: '5', y: '6' }), overflow)
})

t.test('label sets are told apart by their values, not by a key made of them', async t => {
  const { registry, read } = recorder()
  const gauge = registry.gauge({ name: 'm', help, labelNames: ['a', 'b'] })
  const sets = [
    { a: '1,b:2', b: '' }, { a: '1', b: '2' }, { a: '1', b: ',b:2' }, { a: '', b: '1,b:2' }, { a: '1"', b: '2' }, { a: '1', b: '"2' }, { a: '1\u0000', b: '2' },
    { a: '12', b: '' }, { a: '', b: '12' }, { a: 'undefined', b: '' }, { a: 'null', b: '' }, { a: '', b: '' }
  ]
  sets.forEach((set, i) => { gauge.set(set, i) })
  const found = await read()
  sets.forEach((set, i) => { t.equal(found.value('m', set), i) })
  t.equal(found.labelsOf('m').length, sets.length)
})

t.test('a label object of the caller\'s may change afterwards', async t => {
  const { registry, read } = recorder()
  const counter = registry.counter({ name: 'm_total', help, labelNames: ['a'] })
  const labels = { a: 'first' }
  const child = counter.labels(labels)
  counter.inc(labels)
  labels.a = 'second'
  counter.inc(labels)
  child.inc()
  Object.assign(labels, { a: 'third', b: 'x' })
  const found = await read()
  t.equal(found.value('m_total', { a: 'first' }), 2)
  t.equal(found.value('m_total', { a: 'second' }), 1)
})

t.test('remove takes one series out; a child still held goes on without effect', async t => {
  const { registry, read } = recorder()
  for (const type of ['counter', 'gauge', 'histogram', 'summary'] as const) {
    const name = type === 'counter' ? 'm_total' : type
    const instrument = registry[type]({ name, help, labelNames: ['a', 'b'] })
    const record = (child: object): void => {
      if ('inc' in child) (child as BoundCounter).inc()
      else (child as { observe (value: number): void }).observe(1)
    }
    const child = instrument.labels({ a: '1', b: '1' })
    record(child)
    record(instrument.labels({ a: '1', b: '2' }))
    t.notOk(instrument.remove({ a: '2', b: '2' }))
    t.ok(instrument.remove({ a: '1', b: '1' }))
    t.notOk(instrument.remove({ a: '1', b: '1' }))
    record(child)
    // Its slot is used again, from zero, and the stale child does not write there.
    const next = instrument.labels({ a: '3', b: '3' })
    record(child)
    record(next)
    const sample = type === 'counter' || type === 'gauge' ? name : `${name}_count`
    const found = await read()
    t.equal(found.value(sample, { a: '1', b: '1' }), undefined)
    t.equal(found.value(sample, { a: '3', b: '3' }), 1)
    t.equal(found.value(sample, { a: '1', b: '2' }), 1)
    // A reset takes nothing out: who holds a child goes on with it, from zero.
    instrument.reset()
    t.equal((await read()).value(sample, { a: '1', b: '2' }), 0)
    record(next)
    t.equal((await read()).value(sample, { a: '3', b: '3' }), 1)
    t.equal(instrument.labels({ a: '3', b: '3' }), next)
  }
})

t.test('remove never throws, whatever it is given', async t => {
  const { registry } = recorder()
  const counter = registry.counter({ name: 'm_total', help, labelNames: ['a'] })
  counter.inc({ a: '1' })
  const getter = { get a (): string { throw new Error('boom') } }
  for (const labels of [undefined, null, 7, 'x', { b: '1' }, {}, [], getter, { a: { toString () { throw new Error('boom') } } }]) {
    t.notOk(counter.remove(labels as never))
  }
  t.ok(counter.remove({ a: 1 }), 'a number is the text it is written as')
})

t.test('a metric without labels starts again when it is removed or reset', async t => {
  const { registry, read } = recorder()
  const counter = registry.counter({ name: 'm_total', help })
  counter.inc(5)
  t.ok(counter.remove({}))
  t.equal((await read()).value('m_total'), 0)
  counter.inc(2)
  counter.reset()
  t.equal((await read()).value('m_total'), 0)
  counter.inc(3)
  t.equal((await read()).value('m_total'), 3)
  t.equal(counter.labels({}), counter.labels({}))
})

t.test('known values make their series at the start, at zero, and after a reset', async t => {
  const { registry, read } = recorder()
  const labelRules = { side: { values: ['buy', 'sell'] }, kind: { values: ['a', 'b', 'c'] } }
  const counter = registry.counter({ name: 'm_total', help, labelNames: ['side', 'kind'], labelRules })
  t.equal((await read()).labelsOf('m_total').length, 6)
  counter.inc({ side: 'buy', kind: 'a' })
  counter.reset()
  const found = await read()
  t.strictSame(found.labelsOf('m_total').map(labels => found.value('m_total', labels)), [0, 0, 0, 0, 0, 0])
  registry.counter({ name: 'few_total', help, labelNames: ['side', 'kind'], labelRules, maxSeries: 5 })
  registry.counter({ name: 'open_total', help, labelNames: ['side', 'free'], labelRules: { side: labelRules.side } })
  t.strictSame((await read()).labelsOf('few_total'), [], 'more than the limit allows: none')
  t.strictSame((await read()).labelsOf('open_total'), [], 'one label is open: none')
})

t.test('a value outside the known ones becomes other, or what the normaliser makes of it', async t => {
  const { registry, read } = recorder()
  const calls: string[] = []
  const normalize = (raw: string): string => {
    calls.push(raw)
    return raw.toLowerCase().includes('limit') ? 'limit' : 'unknown'
  }
  const counter = registry.counter({
    name: 'm_total', help, labelNames: ['side', 'reason'], labelRules: { side: { values: ['buy'] }, reason: { values: ['limit'], normalize } }
  })
  counter.inc({ side: 'hold', reason: 'Rate LIMIT exceeded' })
  counter.inc({ side: 'buy', reason: 'limit' })
  counter.inc({ side: 'other', reason: 'something' })
  counter.inc({ side: 'other', reason: 'unknown' })
  const found = await read()
  t.equal(found.value('m_total', { side: 'other', reason: 'limit' }), 1)
  t.equal(found.value('m_total', { side: 'buy', reason: 'limit' }), 1)
  t.equal(found.value('m_total', { side: 'other', reason: 'unknown' }), 2)
  t.strictSame(calls, ['Rate LIMIT exceeded', 'something'], 'not called for a value that is there')
})

t.test('a normaliser that throws, or gives what is no text, harms nobody', async t => {
  const { registry, read } = recorder()
  const bad = registry.counter({ name: 'bad_total', help, labelNames: ['x'], labelRules: { x: { normalize () { throw new Error('boom') } } } })
  bad.inc({ x: 'a' })
  bad.labels({ x: 'a' }).inc()
  const odd = registry.counter({ name: 'odd_total', help, labelNames: ['x'], labelRules: { x: { normalize: () => 7 as unknown as string } } })
  odd.inc({ x: 'a' })
  const long = registry.counter({ name: 'long_total', help, labelNames: ['x'], labelRules: { x: { normalize: () => 'x'.repeat(1e6) } } })
  long.inc({ x: 'a' })
  const found = await read()
  t.equal(found.dropped('bad_total', 'invalid_labels'), 2)
  t.equal(found.value('odd_total', { x: '7' }), 1)
  t.equal(found.labelsOf('long_total')[0]!.x!.length, 1024)
})

t.test('instruments may be called from inside a normaliser or a getter', async t => {
  const { registry, read } = recorder()
  const inner = registry.counter({ name: 'inner_total', help, labelNames: ['x'] })
  const outer = registry.counter({
    name: 'outer_total',
    help,
    labelNames: ['x'],
    labelRules: {
      x: {
        normalize (raw) {
          if (raw === 'deep') outer.inc({ x: 'a' })
          if (raw === 'reset') outer.reset()
          return `n${raw.at(-1)}`
        }
      }
    }
  })
  outer.inc({ x: 'deep' })
  outer.inc({ x: 'reset' })
  outer.inc({ get x () { outer.reset(); inner.inc({ x: '1' }); return 'na' } } as LabelValues<'x'>)
  const found = await read()
  t.equal(found.value('outer_total', { x: 'na' }), 1)
  t.strictSame(found.labelsOf('outer_total').map(({ x }) => found.value('outer_total', { x: x! })).sort(), [0, 0, 1], 'the others were set back')
  t.ok(found.value('inner_total', { x: '1' })! >= 1)
})

t.test('thousands of series come and go, and each is what was last written to it', async t => {
  const { registry, read } = recorder()
  const gauge = registry.gauge({ name: 'm', help, labelNames: ['a', 'b'], maxSeries: 5000 })
  const model = new Map<string, number>()
  let random = 7
  const next = (below: number): number => (random = random * 48271 % 0x7fffffff) % below
  for (let i = 0; i < 30_000; i++) {
    const [a, b] = [String(next(100)), String(next(60))]
    if (next(3) === 0) {
      if (gauge.remove({ a, b }) !== model.delete(`${a} ${b}`)) t.fail(`step ${i}`)
    } else {
      gauge.set({ a, b }, i)
      model.set(`${a} ${b}`, i)
    }
  }
  const found = await read()
  t.equal(found.labelsOf('m').length, model.size)
  for (const { a, b } of found.labelsOf('m')) if (found.value('m', { a: a!, b: b! }) !== model.get(`${a} ${b}`)) t.fail(`${a} ${b}`)
})
