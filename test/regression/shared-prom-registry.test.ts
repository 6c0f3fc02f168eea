import Fastify from 'fastify'
import promClient from 'prom-client'
import t from 'tap'
import njordTelemetry from '../../plugins/telemetry.js'
import { Exposition } from '../../src/exposition/exposition.js'
import { MetricRegistry } from '../../src/metrics/registry.js'

await t.test('a host that was closed, or failed to start, can be built again on the same prom-client registry', async t => {
  const registry = new promClient.Registry()
  new promClient.Counter({ name: 'host_total', help: 'Of the host.', registers: [registry] }).inc()
  for (let i = 0; i < 2; i++) {
    const app = Fastify()
    await app.register(njordTelemetry, { enabled: true, registry, runtime: false })
    await app.ready()
    t.ok(registry.getMetricsAsArray().length > 1)
    await app.close()
    t.strictSame(registry.getMetricsAsArray().map(({ name }) => name), ['host_total'])
  }
  const failing = Fastify()
  failing.get('/metrics', async () => 'mine')
  await t.rejects(async () => { await failing.register(njordTelemetry, { enabled: true, registry, runtime: false }) }, { code: 'NJORD_ERR_ROUTE_TAKEN' })
  await failing.close()
  t.strictSame(registry.getMetricsAsArray().map(({ name }) => name), ['host_total'])
})

await t.test('two live registries of ours on one of prom-client\'s: the error says where the first metric was declared', async t => {
  const registry = new promClient.Registry() as never
  const first = new MetricRegistry({ registry })
  t.throws(() => new MetricRegistry({ registry }), { code: 'NJORD_ERR_METRIC_CLASH', message: /at .+:\d+, by another MetricRegistry that is not closed; and at / })
  first.close()
  t.doesNotThrow(() => new MetricRegistry({ registry }))
})

await t.test('a host\'s metric that comes later and would repeat a family of ours is left out, and told once', async t => {
  const promRegistry = new promClient.Registry()
  const told: string[] = []
  const log = { info () {}, error () {}, warn: (_fields: object, message: string) => { told.push(message) } }
  const registry = new MetricRegistry({ registry: promRegistry as never, log })
  registry.counter({ name: 'orders_total', help: 'Ours.' }).inc(3)
  new promClient.Gauge({ name: 'orders', help: 'Of the host.', registers: [promRegistry] }).set(1)
  new promClient.Gauge({ name: 'others', help: 'Of the host.', registers: [promRegistry] }).set(2)
  const exposition = new Exposition(registry)
  for (let i = 0; i < 2; i++) {
    const text = (await exposition.scrape({ accept: 'application/openmetrics-text' })).body.toString()
    t.equal(text.match(/^# TYPE orders /gm)?.length, 1)
    t.match(text, /^orders_total 3$/m)
    t.match(text, /^others 2$/m)
  }
  t.strictSame(told.filter(message => message.includes('metric orders of the host')).length, 1)
})

await t.test('a declaration that is none is refused by name', async t => {
  const registry = new MetricRegistry()
  for (const wrong of [null, undefined, 'x']) t.throws(() => registry.counter(wrong as never), { code: 'NJORD_ERR_INVALID_METRIC' })
  t.throws(() => registry.counter({ name: 'a_total', help: 'h', labelNames: ['x'], labelRules: { x: { values: 'abc' as never } } }),
    { code: 'NJORD_ERR_INVALID_METRIC', message: /labelRules\.x\.values/ })
})
