import Fastify from 'fastify'
import { Counter, Registry } from 'prom-client'
import t, { type Test } from 'tap'
import registry, { type RegistryPluginOptions } from '../../plugins/registry.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { samples } from '../instrumentation/samples.js'

function host (t: Test, opts: RegistryPluginOptions = {}) {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  app.register(registry, opts)
  return app
}

await t.test('decorates the host with a registry of its own', async t => {
  const app = await host(t)
  const orders = app.njordRegistry.counter({ name: 'orders_total', help: 'Orders.', labelNames: ['side'] })
  orders.inc({ side: 'buy' }, 2)
  t.same(samples(app.njordRegistry, 'orders_total'), { 'orders_total{side="buy"}': 2 })
  t.not((await host(t)).njordRegistry, app.njordRegistry, 'one for each host')
})

await t.test('takes the host\'s prom-client registry: metrics of both stand in it once', async t => {
  const theirs = new Registry()
  new Counter({ name: 'theirs_total', help: 'Theirs.', registers: [theirs] }).inc()
  const app = await host(t, { registry: theirs })
  app.njordRegistry.counter({ name: 'ours_total', help: 'Ours.' }).inc()
  const text = await theirs.metrics()
  for (const name of ['theirs_total', 'ours_total']) t.equal(text.split(`\n${name} 1`).length, 2, name)
})

await t.test('goes by the clock it is given, and logs to the host\'s log', async t => {
  const clock = new VirtualClock(1000)
  const lines: string[] = []
  const app = Fastify({ logger: { stream: { write: (line: string) => { lines.push(line) } } } })
  t.teardown(async () => { await app.close() })
  await app.register(registry, { clock, created: true })
  t.equal(app.njordRegistry.clock, clock)
  app.njordRegistry.counter({ name: 'orders_total', help: 'Orders.' }).inc(NaN)
  t.match(lines.at(-1), /a sample of orders_total was dropped: invalid_value/)
})

await t.test('serves the children of the host', async t => {
  const app = host(t)
  await app.register(async child => { t.equal(child.njordRegistry, app.njordRegistry) })
})

await t.test('a second one is refused, on the host and on its children', async t => {
  const refusal = { code: 'NJORD_ERR_ALREADY_REGISTERED', message: /"njord-registry" .*register it once/ }
  const twice = host(t)
  twice.register(registry)
  await t.rejects(async () => { await twice.ready() }, refusal)
  const inChild = host(t)
  inChild.register(async child => { child.register(registry) })
  await t.rejects(async () => { await inChild.ready() }, refusal)
})

await t.test('a wrong option is refused by its name', async t => {
  const refused = async (opts: object, message: string) => {
    await t.rejects(async () => { await host(t, opts) }, { code: 'NJORD_ERR_INVALID_OPTION', message })
  }
  await refused({ registry: {} }, 'Option registry: found an object, expected a Registry of prom-client with the methods ' +
    'registerMetric, removeSingleMetric, getSingleMetric, getMetricsAsArray')
  await refused({ registry: 'default' }, 'Option registry: found "default", expected a Registry of prom-client with the methods ' +
    'registerMetric, removeSingleMetric, getSingleMetric, getMetricsAsArray')
  await refused({ clock: Date }, 'Option clock: found a function, expected a clock with the methods nowMs, nowNs, monotonicSeconds, after, every')
  await refused({ created: 1 }, 'Option created: found 1, expected a boolean')
  await refused({ regsitry: new Registry() }, 'Option regsitry: there is no such option')
})
