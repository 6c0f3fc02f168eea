import t from 'tap'
import { OPENMETRICS, recorder } from './recorder.js'

const help = 'What it measures.'
const notNumbers: readonly unknown[] = ['1', null, 1n, {}, [], true, Symbol('s'), () => {}, new Date()]

t.test('counter: adds what is finite and not negative, drops and counts the rest', async t => {
  const { registry, read } = recorder()
  const counter = registry.counter({ name: 'm_total', help, labelNames: ['a'] })
  const child = counter.labels({ a: '1' })
  child.inc()
  child.inc(0)
  child.inc(2.5)
  child.inc(undefined)
  counter.inc({ a: '1' })
  counter.inc({ a: '1' }, 4)
  for (const value of [-1, -Number.MIN_VALUE, NaN, Infinity, -Infinity, ...notNumbers]) {
    child.inc(value as number)
    counter.inc({ a: '1' }, value as number)
  }
  const found = await read()
  t.equal(found.value('m_total', { a: '1' }), 9.5)
  t.equal(found.dropped('m_total', 'invalid_value'), 2 * (5 + notNumbers.length))
})

t.test('gauge: takes any number, NaN and infinities too', async t => {
  const { registry, read } = recorder()
  const gauge = registry.gauge({ name: 'm', help, labelNames: ['a'] })
  const value = async (): Promise<number | undefined> => (await read()).value('m', { a: '1' })
  const child = gauge.labels({ a: '1' })
  child.set(5)
  child.inc()
  child.dec(3)
  child.inc(0.5)
  child.dec()
  t.equal(await value(), 2.5)
  gauge.inc({ a: '1' })
  gauge.dec({ a: '1' }, 2)
  t.equal(await value(), 1.5)
  for (const number of [Infinity, -Infinity, NaN, -0, Number.MIN_VALUE, -Number.MAX_VALUE, 2 ** 53 + 2, -1e-6 * 1.2345678901234567]) {
    gauge.set({ a: '1' }, number)
    t.same(await value(), number + 0)
  }
  for (const wrong of notNumbers) {
    child.set(wrong as number)
    child.inc(wrong as number)
    child.dec(wrong as number)
  }
  child.set(undefined as unknown as number)
  const found = await read()
  t.equal(found.dropped('m', 'invalid_value'), 3 * notNumbers.length + 1)
})

t.test('histogram: values [5, 30, 15] with bounds [10, 20] give counts [1, 1, 1]', async t => {
  const { registry, read } = recorder()
  const histogram = registry.histogram({ name: 'm', help, buckets: [10, 20] })
  for (const value of [5, 30, 15]) histogram.observe(value)
  const found = await read()
  t.strictSame(['10', '20', '+Inf'].map(le => found.value('m_bucket', { le })), [1, 2, 3])
  t.equal(found.value('m_sum'), 50)
  t.equal(found.value('m_count'), 3)
})

t.test('histogram: bounds belong to their bucket, and only finite numbers are observed', async t => {
  const { registry, read } = recorder()
  const histogram = registry.histogram({ name: 'm', help, buckets: [-5, 0, 0.1, 1e6] })
  for (const value of [-5, -5.1, -4.9, 0, -0, 0.1, 0.1 + 2 ** -54, 1e6, 1e300]) histogram.observe(value)
  for (const value of [NaN, Infinity, -Infinity, undefined, ...notNumbers]) histogram.observe(value as number)
  const found = await read()
  t.strictSame(['-5', '0', '0.1', '1e+06', '+Inf'].map(le => found.value('m_bucket', { le })), [2, 5, 6, 8, 9])
  t.equal(found.value('m_count'), 9)
  t.equal(found.dropped('m', 'invalid_value'), 4 + notNumbers.length)
})

t.test('histogram: the default buckets run from 10 µs to 10 s', async t => {
  const { registry, read } = recorder()
  registry.histogram({ name: 'm_seconds', help, unit: 'seconds' }).observe(0.00002)
  const found = await read()
  const les = found.labelsOf('m_seconds_bucket').map(({ le }) => le)
  t.equal(les[0], '1e-05')
  t.equal(les.at(-2), '10')
  t.equal(found.value('m_seconds_bucket', { le: '1e-05' }), 0)
  t.equal(found.value('m_seconds_bucket', { le: '2.5e-05' }), 1)
})

t.test('summary: quantiles, sum and count; NaN while nothing was observed', async t => {
  const { registry, read } = recorder()
  const summary = registry.summary({ name: 'm', help, labelNames: ['a'], percentiles: [0, 0.5, 0.9, 1] })
  summary.labels({ a: 'none' })
  for (let value = 1; value <= 40; value++) summary.observe({ a: 'some' }, value)
  for (const value of [NaN, Infinity, ...notNumbers]) summary.observe({ a: 'some' }, value as number)
  const found = await read()
  const quantiles = (a: string): unknown => ['0', '0.5', '0.9', '1'].map(quantile => found.value('m', { a, quantile }))
  t.same(quantiles('none'), [NaN, NaN, NaN, NaN])
  t.strictSame(quantiles('some'), [1, 20.5, 36.5, 40])
  t.equal(found.value('m_sum', { a: 'some' }), 820)
  t.equal(found.value('m_count', { a: 'some' }), 40)
  t.equal(found.value('m_count', { a: 'none' }), 0)
  t.equal(found.dropped('m', 'invalid_value'), 2 + notNumbers.length)
})

t.test('summary: a window slides on the clock of the registry; sum and count do not', async t => {
  const { registry, clock, read } = recorder()
  const summary = registry.summary({ name: 'm', help, percentiles: [0.5], maxAgeSeconds: 60, ageBuckets: 3 })
  const median = async (): Promise<number | undefined> => (await read()).value('m', { quantile: '0.5' })
  summary.observe(100)
  clock.advance(30_000)
  summary.observe(200)
  t.equal(await median(), 150)
  clock.advance(30_000)
  t.equal(await median(), 200, 'the first is 60 s old and has left the window')
  clock.advance(30_000)
  t.same(await median(), NaN)
  summary.observe(7)
  clock.advance(86_400_000)
  t.same(await median(), NaN)
  summary.observe(8)
  t.equal(await median(), 8)
  const found = await read()
  t.equal(found.value('m_count'), 4)
  t.equal(found.value('m_sum'), 315)
})

t.test('exemplars: the last one a counter and each bucket, with its time; in OpenMetrics only', async t => {
  const { registry, clock, read } = recorder()
  const counter = registry.counter({ name: 'c_total', help, labelNames: ['a'] })
  const histogram = registry.histogram({ name: 'h', help, buckets: [1, 2] })
  const labels = { trace_id: 'one' }
  counter.inc({ a: 'x' }, 2, labels)
  labels.trace_id = 'changed'
  histogram.observe(0.5, { trace_id: 'a' })
  clock.advance(1500)
  histogram.observe(0.7, { trace_id: 'b' })
  histogram.observe(99, { trace_id: 'c"\n\\', span: '' })
  const open = await read(OPENMETRICS)
  t.strictSame(open.sample('c_total', { a: 'x' })!.exemplar, { labels: { trace_id: 'one' }, value: 2, atSeconds: 1_700_000_000 })
  t.strictSame(open.sample('h_bucket', { le: '1.0' })!.exemplar, { labels: { trace_id: 'b' }, value: 0.7, atSeconds: 1_700_000_001.5 })
  t.equal(open.sample('h_bucket', { le: '2.0' })!.exemplar, undefined)
  t.strictSame(open.sample('h_bucket', { le: '+Inf' })!.exemplar, { labels: { trace_id: 'c"\n\\', span: '' }, value: 99, atSeconds: 1_700_000_001.5 })
  t.notMatch((await read()).text, / # \{/)
})

t.test('exemplars: labels that OpenMetrics would refuse are dropped and counted; the observation stands', async t => {
  const { registry, read } = recorder()
  const histogram = registry.histogram({ name: 'h', help, buckets: [1] })
  const summary = registry.summary({ name: 's', help })
  const boom = { get a (): string { throw new Error('boom') } }
  const wrong: readonly unknown[] = [
    { 'a-b': '1' }, { '': '1' }, { a: 'x'.repeat(128) }, { a: 'x'.repeat(10_000_000) }, { aa: '😀'.repeat(127) }, { a: '😀'.repeat(5_000_000) }, null, 7, 'trace', boom,
    { a: Object.create(null) }, { a: 'x'.repeat(60), b: 'y'.repeat(67) }, { trace_id: undefined }, { trace_id: null }
  ]
  for (const labels of wrong) histogram.observe(1, labels as never)
  summary.observe(1, { a: '1' })
  const before = await read(OPENMETRICS)
  t.equal(before.value('h_count'), wrong.length)
  t.equal(before.dropped('h', 'invalid_exemplar'), wrong.length)
  t.equal(before.dropped('s', 'invalid_exemplar'), 1)
  t.equal(before.sample('h_bucket', { le: '1.0' })!.exemplar, undefined)
  const fits: ReadonlyArray<Record<string, string>> = [{}, { a: 'x'.repeat(127) }, { aa: '😀'.repeat(126) }, { a: '\ud800' }]
  for (const labels of fits) {
    histogram.observe(1, labels)
    const wellFormed = Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, value.toWellFormed()]))
    t.strictSame((await read(OPENMETRICS)).sample('h_bucket', { le: '1.0' })!.exemplar!.labels, wellFormed)
  }
})

t.test('exemplars: a removed series takes its own along, and a stale child leaves none', async t => {
  const { registry, read } = recorder()
  const counter = registry.counter({ name: 'c_total', help, labelNames: ['a'] })
  const stale = counter.labels({ a: '1' })
  stale.inc(1, { id: 'old' })
  counter.remove({ a: '1' })
  const fresh = counter.labels({ a: '2' })
  stale.inc(1, { id: 'stale' })
  fresh.inc(1)
  t.equal((await read(OPENMETRICS)).sample('c_total', { a: '2' })!.exemplar, undefined)
})

t.test('_created: when each series was made, on request', async t => {
  const { registry, clock, read } = recorder({ created: true })
  const counter = registry.counter({ name: 'c_total', help, labelNames: ['a'] })
  registry.histogram({ name: 'h', help, buckets: [1] })
  registry.gauge({ name: 'g', help }).set(1)
  clock.advance(250)
  counter.inc({ a: 'x' })
  const open = await read(OPENMETRICS)
  t.equal(open.value('c_created', { a: 'x' }), 1_700_000_000.25)
  t.equal(open.value('h_created'), 1_700_000_000)
  t.equal(open.value('g_created'), undefined)
  t.notMatch((await read()).text, /_created/)
  clock.advance(1000)
  counter.reset()
  t.equal((await read(OPENMETRICS)).value('c_created', { a: 'x' }), 1_700_000_001.25)
  t.notMatch((await recorder().read(OPENMETRICS)).text, /_created/)
})
