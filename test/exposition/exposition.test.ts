import { setImmediate as nextTurn } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { Counter as PromCounter, Gauge as PromGauge, Histogram as PromHistogram, Registry } from 'prom-client'
import t from 'tap'
import { CONTENT_TYPES, Exposition } from '../../src/exposition/exposition.js'
import type { PromRegistry } from '../../src/metrics/prom-bridge.js'
import { OPENMETRICS, Reading, recorder } from '../metrics/recorder.js'

const help = 'What it measures.'

/** A recorder that lives in a host's registry. */
function hosted (foreignTimeoutMs?: number) {
  const host = new Registry()
  const made = recorder({ registry: host as unknown as PromRegistry })
  const exposition = new Exposition(made.registry, { foreignTimeoutMs })
  const read = async (accept?: string): Promise<Reading> => new Reading((await exposition.scrape({ accept })).body.toString())
  return { ...made, host, exposition, read }
}

t.test('text 0.0.4, line for line', async t => {
  const { registry, read } = recorder()
  registry.counter({ name: 'orders_total', help: 'Orders, by "side".\nTwo\\lines.', labelNames: ['side'] }).inc({ side: 'buy"\n\\' }, 2)
  registry.gauge({ name: 'age_seconds', help, unit: 'seconds' }).set(-0.5)
  registry.histogram({ name: 'h', help, labelNames: ['a'], buckets: [0.00001, 1, 2_500_000] }).observe({ a: 'x' }, 1.5)
  registry.summary({ name: 's', help, percentiles: [0.5] })
  const { text } = await read()
  t.equal(text.slice(text.indexOf('# HELP orders_total')), `# HELP orders_total Orders, by "side".\\nTwo\\\\lines.
# TYPE orders_total counter
orders_total{side="buy\\"\\n\\\\"} 2
# HELP age_seconds What it measures.
# TYPE age_seconds gauge
age_seconds -0.5
# HELP h What it measures.
# TYPE h histogram
h_bucket{a="x",le="1e-05"} 0
h_bucket{a="x",le="1"} 0
h_bucket{a="x",le="2.5e+06"} 1
h_bucket{a="x",le="+Inf"} 1
h_sum{a="x"} 1.5
h_count{a="x"} 1
# HELP s What it measures.
# TYPE s summary
s{quantile="0.5"} NaN
s_sum 0
s_count 0
`)
})

t.test('OpenMetrics 1.0, line for line', async t => {
  const { registry, clock, read } = recorder({ created: true })
  registry.counter({ name: 'sent_bytes_total', help: 'Orders, by "side".\nTwo\\lines.', unit: 'bytes', labelNames: ['side'] }).inc({ side: 'buy' }, 2, { id: '7"' })
  clock.advance(250)
  registry.gauge({ name: 'age_seconds', help, unit: 'seconds' }).set(1e21)
  registry.histogram({ name: 'h', help, buckets: [1, 2.5] }).observe(2, { id: '8' })
  registry.summary({ name: 's', help, percentiles: [0, 0.5, 1] }).observe(3)
  const { text } = await read(OPENMETRICS)
  t.equal(text.slice(text.indexOf('# HELP sent_bytes')), `# HELP sent_bytes Orders, by \\"side\\".\\nTwo\\\\lines.
# TYPE sent_bytes counter
# UNIT sent_bytes bytes
sent_bytes_total{side="buy"} 2 # {id="7\\""} 2 1700000000
sent_bytes_created{side="buy"} 1700000000
# HELP age_seconds What it measures.
# TYPE age_seconds gauge
# UNIT age_seconds seconds
age_seconds 1e+21
# HELP h What it measures.
# TYPE h histogram
h_bucket{le="1.0"} 0
h_bucket{le="2.5"} 1 # {id="8"} 2 1700000000.25
h_bucket{le="+Inf"} 1
h_sum 2
h_count 1
h_created 1700000000.25
# HELP s What it measures.
# TYPE s summary
s{quantile="0.0"} 3
s{quantile="0.5"} 3
s{quantile="1.0"} 3
s_sum 3
s_count 1
s_created 1700000000.25
# EOF
`)
})

t.test('the content type is that of the format, and reading changes nothing', async t => {
  const { registry } = recorder()
  registry.counter({ name: 'm_total', help }).inc()
  const exposition = new Exposition(registry)
  const text = await exposition.scrape()
  const open = await exposition.scrape({ accept: OPENMETRICS })
  t.equal(text.contentType, 'text/plain; version=0.0.4; charset=utf-8')
  t.equal(open.contentType, 'application/openmetrics-text; version=1.0.0; charset=utf-8')
  t.equal(open.contentType, CONTENT_TYPES.openmetrics)
  for (let i = 0; i < 3; i++) {
    t.equal((await exposition.scrape()).body.toString(), text.body.toString())
    t.equal((await exposition.scrape({ accept: OPENMETRICS })).body.toString(), open.body.toString())
  }
})

t.test('gzip is the same text, and is said', async t => {
  const { registry } = recorder()
  const gauge = registry.gauge({ name: 'm', help, labelNames: ['i'] })
  for (let i = 0; i < 500; i++) gauge.set({ i }, i)
  const exposition = new Exposition(registry)
  const plain = await exposition.scrape()
  const zipped = await exposition.scrape({ acceptEncoding: 'gzip' })
  t.equal(plain.contentEncoding, undefined)
  t.equal(zipped.contentEncoding, 'gzip')
  t.ok(zipped.body.length < plain.body.length / 2)
  t.ok(gunzipSync(zipped.body).equals(plain.body))
})

t.test('scrapes that come while one is under way share it', async t => {
  const { registry, host } = hosted()
  let collected = 0
  registry.onCollect(() => { collected++ })
  let asked = 0
  let release = (): void => {}
  const waiting = new Promise<void>(resolve => { release = resolve })
  host.registerMetric({ name: 'slow', help, type: 'gauge', async get () { asked++; await waiting; return { name: 'slow', help, type: 'gauge', values: [] } } } as never)
  const exposition = new Exposition(registry)
  const scrapes = [
    exposition.scrape(), exposition.scrape({ accept: 'text/plain' }), exposition.scrape({ acceptEncoding: 'gzip' }), exposition.scrape({ acceptEncoding: 'gzip' }),
    exposition.scrape({ accept: OPENMETRICS }), exposition.scrape({ names: ['slow'] }), exposition.scrape({ names: ['slow', 'slow'] })
  ]
  await nextTurn()
  t.equal(collected, 3, 'text, OpenMetrics and the one metric')
  release()
  const [first, second, zipped, alsoZipped, , one, alsoOne] = await Promise.all(scrapes)
  t.equal(first!.body, second!.body)
  t.equal(zipped!.body, alsoZipped!.body)
  t.equal(one!.body, alsoOne!.body)
  t.ok(gunzipSync(zipped!.body).equals(first!.body))
  t.equal(asked, 1)
  await exposition.scrape()
  t.equal(collected, 4, 'the next one is anew')
})

t.test('names: only the metrics or samples that were asked for', async t => {
  const { registry, host, exposition } = hosted()
  registry.counter({ name: 'orders_total', help }).inc()
  registry.histogram({ name: 'latency_seconds', help })
  registry.gauge({ name: 'open', help })
  new PromCounter({ name: 'theirs_total', help, registers: [host] }).inc()
  new PromHistogram({ name: 'theirs_seconds', help, registers: [host] }).observe(1)
  const families = async (names: string[], accept?: string): Promise<string[]> => {
    const { body } = await exposition.scrape({ names, accept })
    return body.length === 0 ? [] : [...new Reading(body.toString()).families.keys()]
  }
  t.strictSame(await families(['orders_total']), ['orders_total'])
  t.strictSame(await families(['orders']), ['orders_total'])
  t.strictSame(await families(['orders_total'], OPENMETRICS), ['orders'])
  t.strictSame(await families(['latency_seconds_bucket', 'open']), ['latency_seconds', 'open'])
  t.strictSame(await families(['theirs_seconds_sum', 'theirs']), ['theirs_total', 'theirs_seconds'])
  t.strictSame(await families(['nope', '', '__proto__']), [])
  t.ok((await families([])).length > 6)
  await host.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
  await host.metrics()
  t.strictSame(await families(['theirs_total']), ['theirs_total'])
})

t.test('other turns of the event loop run while many series are rendered', async t => {
  const { registry, exposition } = hosted()
  const gauge = registry.gauge({ name: 'm', help, labelNames: ['i'], maxSeries: 100_000 })
  for (let i = 0; i < 100_000; i++) gauge.set({ i: String(i) }, i)
  let turns = 0
  let isDone = false
  const count = (): void => {
    turns++
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  const first = await exposition.scrape()
  const whileAnew = turns
  gauge.set({ i: '5' }, 1e6)
  await exposition.scrape()
  isDone = true
  t.ok(whileAnew > 20, `${whileAnew} turns while 100,000 series were rendered anew`)
  t.equal(first.body.toString().split('\n').length, 100_000 + 2 + 2 * 3 + 1 + 1)
})

t.test('a histogram under heavy recording is of one instant: its count is its +Inf bucket, its sum belongs to it', async t => {
  const { registry, exposition } = hosted()
  const histogram = registry.histogram({ name: 'h', help, labelNames: ['i'], buckets: [1, 2, 3, 4, 5], maxSeries: 4000 })
  const children = Array.from({ length: 4000 }, (_, i) => histogram.labels({ i: String(i) }))
  let isDone = false
  let recorded = 0
  const record = (): void => {
    for (let i = 0; i < 5000; i++) children[(recorded++ * 7919) % children.length]!.observe(3)
    if (!isDone) setImmediate(record)
  }
  record()
  for (let scrape = 0; scrape < 3; scrape++) {
    const before = recorded
    const { families } = new Reading((await exposition.scrape({ names: ['h'] })).body.toString())
    t.ok(recorded > before, 'recording went on meanwhile')
    const series = new Map<string, Record<string, number>>()
    for (const { name, labels, value } of families.get('h')!.samples) {
      const found = series.get(labels.i!) ?? {}
      series.set(labels.i!, found)
      found[labels.le ?? name] = value
    }
    for (const [i, found] of series) {
      if (found['+Inf'] !== found.h_count || found.h_sum !== 3 * found.h_count! || found['2'] !== 0 || found['3'] !== found.h_count) t.fail(`${i}: ${JSON.stringify(found)}`)
    }
  }
  isDone = true
})

t.test('the host\'s metrics are rendered once, with ours, in both formats', async t => {
  const { host, registry, read } = hosted()
  host.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never) // prom-client keeps exemplars for no other
  registry.gauge({ name: 'ours', help }).set(1)
  const histogram = new PromHistogram({ name: 'theirs_seconds', help: 'Their "own".', labelNames: ['a'], buckets: [1, 2.5, 1e6], enableExemplars: true, registers: [host] })
  histogram.observe({ labels: { a: 'x"\n' }, value: 2, exemplarLabels: { trace_id: 'abc' } } as never)
  new PromGauge({ name: 'theirs', help, registers: [host] }).set(-Infinity)
  const text = await read()
  t.equal(text.value('theirs'), -Infinity)
  t.equal(text.value('ours'), 1)
  t.equal(text.value('theirs_seconds_bucket', { a: 'x"\n', le: '1e+06' }), 1)
  t.equal(text.families.get('theirs_seconds')!.help, 'Their "own".')
  const open = await read(OPENMETRICS)
  t.equal(open.value('theirs_seconds_bucket', { a: 'x"\n', le: '1.0' }), 0)
  t.strictSame(open.sample('theirs_seconds_bucket', { a: 'x"\n', le: '2.5' })!.exemplar!.labels, { trace_id: 'abc' })
  t.equal(open.families.get('theirs_seconds')!.help, 'Their "own".')
})

t.test('a metric of the host\'s that throws, rejects, hangs or makes no sense is left out, and logged once', async t => {
  const { host, registry, log, read } = hosted(30)
  // A server would keep the process alive; timers of ours do not.
  const keep = setInterval(() => {}, 1000)
  t.teardown(() => { clearInterval(keep) })
  registry.gauge({ name: 'ours', help }).set(1)
  const boom = (): never => { throw new Error('boom') }
  let asked = 0
  const foreign = (name: string, get: () => unknown): void => { host.registerMetric({ name, help, type: 'gauge', get } as never) }
  const values = (labels: object): unknown => ({ name: 'late', help, type: 'gauge', values: [{ value: 1, labels: { a: 'first' } }, { value: 2, labels }] })
  foreign('throws', boom)
  foreign('rejects', async () => { boom() })
  foreign('hangs', async () => { asked++; return await new Promise(() => {}) })
  foreign('nothing', () => undefined)
  foreign('no_values', () => ({ name: 'no_values', help, type: 'gauge' }))
  foreign('late', () => values({ a: { toString: boom } }))
  host.registerMetric(new PromGauge({ name: 'fine', help, registers: [], collect () { this.set(7) } }))
  host.registerMetric(new PromGauge({ name: 'collect_throws', help, registers: [], collect: boom }))
  for (let i = 0; i < 3; i++) {
    const found = await read()
    t.equal(found.value('fine'), 7)
    t.equal(found.value('ours'), 1)
    t.notMatch(found.text, /throws|rejects|hangs|nothing|no_values|late/)
  }
  t.equal(asked, 1, 'what hangs is not asked again')
  t.strictSame(log.lines.map(line => (line.fields as { metric: string }).metric).sort(), ['collect_throws', 'hangs', 'late', 'no_values', 'nothing', 'rejects', 'throws'])
})

t.test('metrics of the host\'s that wait do so together', async t => {
  const { host, read } = hosted()
  let waiting = 0
  let most = 0
  for (let i = 0; i < 10; i++) {
    host.registerMetric(new PromGauge({
      name: `slow${i}`,
      help,
      registers: [],
      async collect () {
        most = Math.max(most, ++waiting)
        await nextTurn()
        waiting--
        this.set(i)
      }
    }))
  }
  t.equal((await read()).value('slow9'), 9)
  t.equal(most, 10)
})

t.test('many series of the host\'s are rendered in slices, too', async t => {
  const { host, exposition } = hosted()
  const gauge = new PromGauge({ name: 'theirs', help, labelNames: ['i'], registers: [host] })
  for (let i = 0; i < 20_000; i++) gauge.set({ i }, i)
  let turns = 0
  let isDone = false
  const count = (): void => {
    turns++
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  const { body } = await exposition.scrape()
  isDone = true
  t.ok(turns > 5, `${turns} turns`)
  t.equal(new Reading(body.toString()).value('theirs', { i: '19999' }), 19_999)
})

t.test('default labels of the host\'s registry stand on every series, and give way to its own', async t => {
  const { host, registry, read } = hosted()
  registry.gauge({ name: 'plain', help }).set(1)
  registry.gauge({ name: 'm', help, labelNames: ['zone'] }).set({ zone: 'own' }, 2)
  registry.histogram({ name: 'h', help, buckets: [1] }).observe(1)
  registry.summary({ name: 's', help, percentiles: [0.5] }).observe(1)
  new PromGauge({ name: 'theirs', help, labelNames: ['zone'], registers: [host] }).set({ zone: 'theirs' }, 3)
  host.setDefaultLabels({ app: 'risk"\n', zone: 'default', le: 'x', quantile: 7, 'not-a-name': 1, bad: { toString () { throw new Error('boom') } } })
  for (const accept of [undefined, OPENMETRICS]) {
    const found = await read(accept)
    const constant = { app: 'risk"\n', le: 'x', quantile: '7' }
    t.equal(found.value('plain', { ...constant, zone: 'default' }), 1)
    t.equal(found.value('m', { ...constant, zone: 'own' }), 2)
    t.equal(found.value('h_bucket', { app: 'risk"\n', zone: 'default', quantile: '7', le: '+Inf' }), 1)
    t.equal(found.value('s', { app: 'risk"\n', zone: 'default', le: 'x', quantile: '0.5' }), 1)
    t.equal(found.value('theirs', { ...constant, zone: 'theirs' }), 3)
  }
  host.setDefaultLabels({ app: 'broker' })
  t.equal((await read()).value('plain', { app: 'broker' }), 1)
  host.setDefaultLabels({})
  t.equal((await read()).value('plain'), 1)
})

t.test('metrics that come and go between scrapes, and during one', async t => {
  const { registry, read, host } = hosted()
  registry.gauge({ name: 'a', help }).set(1)
  t.ok((await read()).families.has('a'))
  registry.gauge({ name: 'b', help }).set(2)
  registry.unregister('a')
  const found = await read()
  t.notOk(found.families.has('a'))
  t.equal(found.value('b'), 2)
  // While the scrape waits for one of the host's, series and metrics come and go.
  host.registerMetric({
    name: 'meddler',
    help,
    type: 'gauge',
    async get () {
      await nextTurn()
      registry.unregister('b')
      registry.gauge({ name: 'c', help }).set(3)
      return { name: 'meddler', help, type: 'gauge', values: [{ value: 1, labels: {} }] }
    }
  } as never)
  t.equal((await read()).value('meddler'), 1)
  t.equal((await read()).value('c'), 3)
})
