import { Counter as OtherCounter, Histogram as OtherHistogram, Registry as OtherRegistry, Summary as OtherSummary } from '@platformatic/prom-client'
import { Counter as PromCounter, Registry } from 'prom-client'
import t from 'tap'
import type { PromRegistry } from '../../src/metrics/prom-bridge.js'
import { OPENMETRICS, Reading, recorder } from './recorder.js'

const help = 'What it measures.'

/** What of a host's registry is called here; prom-client's and its relative's are alike. */
interface Host {
  metrics (): Promise<string>
  getMetricsAsJSON (): Promise<Array<{ name: string, values: unknown[] }>>
  setContentType (type: string): void
  setDefaultLabels (labels: object): void
  resetMetrics (): void
}

/** prom-client puts an empty line between families. */
const tidy = (text: string): string => text.replaceAll(/\n+/g, '\n')

for (const [library, make] of [['prom-client', () => new Registry()], ['@platformatic/prom-client', () => new OtherRegistry()]] as const) {
  const host = (): Host & PromRegistry => make() as unknown as Host & PromRegistry

  t.test(`${library}: the host's own rendering shows ours, in text and in OpenMetrics`, async t => {
    const registry = host()
    const { registry: ours, read, clock } = recorder({ registry })
    const counter = ours.counter({ name: 'c_total', help, labelNames: ['a', 'b'] })
    counter.inc({ a: '1,b:2', b: 'x"\\\n' }, 2, { id: '7' })
    counter.inc({ a: '__proto__', b: '' })
    ours.gauge({ name: 'g', help }).set(-0.25)
    ours.histogram({ name: 'h', help, labelNames: ['a'], buckets: [1, 2.5] }).observe({ a: '1' }, 2, { id: '8' })
    const summary = ours.summary({ name: 's', help, percentiles: [0.5] })
    summary.observe(3)
    let collected = 0
    const pulled = ours.gauge({ name: 'pulled', help })
    ours.onCollect(() => { pulled.set(++collected) })

    const inText = new Reading(tidy(await registry.metrics()))
    t.equal(collected, 1, 'collected once a scrape')
    t.equal(inText.value('c_total', { a: '1,b:2', b: 'x"\\\n' }), 2)
    t.equal(inText.value('c_total', { a: '__proto__', b: '' }), 1)
    t.equal(inText.value('g'), -0.25)
    t.strictSame(['1', '2.5', '+Inf'].map(le => inText.value('h_bucket', { a: '1', le })), [0, 1, 1])
    t.equal(inText.value('h_sum', { a: '1' }), 2)
    t.equal(inText.value('s', { quantile: '0.5' }), 3)
    t.equal(inText.value('pulled'), 1)
    const { samples } = new Reading((await read()).text).families.get('h')!
    t.same(inText.families.get('h')!.samples, samples, 'sample for sample what ours renders')

    registry.setContentType('application/openmetrics-text; version=1.0.0; charset=utf-8')
    const inOpenMetrics = new Reading(tidy(await registry.metrics()))
    t.equal(inOpenMetrics.value('c_total', { a: '__proto__', b: '' }), 1)
    t.strictSame(inOpenMetrics.sample('c_total', { a: '1,b:2', b: 'x"\\\n' })!.exemplar, { labels: { id: '7' }, value: 2, atSeconds: clock.nowMs() / 1000 })
    t.strictSame(inOpenMetrics.sample('h_bucket', { a: '1', le: '2.5' })!.exemplar!.labels, { id: '8' })

    const after = await read()
    t.equal(after.value('c_total', { a: '__proto__', b: '' }), 1, 'ours are named as before')
    t.equal((await read(OPENMETRICS)).value('c_total', { a: '__proto__', b: '' }), 1)
    t.ok((await registry.getMetricsAsJSON()).some(({ name }) => name === 'h'))
  })

  t.test(`${library}: resetting the host's registry resets ours`, async t => {
    const registry = host()
    const { registry: ours, read } = recorder({ registry })
    const counter = ours.counter({ name: 'c_total', help })
    counter.inc(5)
    registry.resetMetrics()
    t.equal((await read()).value('c_total'), 0)
    counter.inc()
    t.equal((await read()).value('c_total'), 1)
  })
}

t.test('ours renders the host\'s, by their right names whatever prom-client did to them', async t => {
  const registry = new Registry()
  const { read } = recorder({ registry: registry as unknown as PromRegistry })
  const total = new PromCounter({ name: 'theirs_total', help, labelNames: ['a'], registers: [registry] })
  const bare = new PromCounter({ name: 'bare', help, registers: [registry] })
  total.inc({ a: 'x' }, 3)
  bare.inc(2)
  const check = async (): Promise<void> => {
    const text = await read()
    t.equal(text.value('theirs_total', { a: 'x' }), 3)
    t.equal(text.value('bare'), 2)
    const open = await read(OPENMETRICS)
    t.equal(open.value('theirs_total', { a: 'x' }), 3)
    t.equal(open.value('bare_total'), 2)
    t.ok(open.families.has('theirs'))
  }
  await check()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
  t.match(await registry.metrics(), 'theirs_total{a="x"} 3')
  await check()
})

t.test('ours renders the metrics of @platformatic/prom-client just so', async t => {
  const registry = new OtherRegistry()
  const { read } = recorder({ registry: registry as unknown as PromRegistry })
  const registers = [registry]
  new OtherCounter({ name: 'theirs_total', help, labelNames: ['a'], registers }).inc({ a: 'x"\n' }, 3)
  new OtherHistogram({ name: 'h', help, labelNames: ['a'], buckets: [1, 2], registers }).observe({ a: '1' }, 1.5)
  new OtherSummary({ name: 's', help, percentiles: [0.5], registers }).observe(7)
  registry.setDefaultLabels({ app: 'risk' })
  const theirs = new Reading(tidy(await registry.metrics()))
  const ours = await read()
  for (const name of ['theirs_total', 'h', 's']) {
    t.same(ours.families.get(name)!.samples, theirs.families.get(name)!.samples, name)
  }
  registry.setContentType(OtherRegistry.OPENMETRICS_CONTENT_TYPE as never)
  await registry.metrics()
  t.equal((await read()).value('theirs_total', { a: 'x"\n', app: 'risk' }), 3)
  t.equal((await read(OPENMETRICS)).value('theirs_total', { a: 'x"\n', app: 'risk' }), 3)
})
