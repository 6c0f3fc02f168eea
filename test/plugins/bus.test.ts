import fastify, { type FastifyInstance } from 'fastify'
import { createClient } from 'redis'
import t, { type Test } from 'tap'
import busPlugin, { type BusOptions } from '../../plugins/bus.js'
import registryPlugin from '../../plugins/registry.js'
import { MemoryBus } from '../../src/bus/memory-bus.js'
import { SystemClock } from '../../src/clock/system-clock.js'
import { Exposition } from '../../src/exposition/exposition.js'
import { received, sample } from '../bus/bus-contract.js'
import { startRedis } from '../support/redis-server.js'

async function host (t: Test, options: BusOptions = {}): Promise<FastifyInstance> {
  const app = fastify()
  t.teardown(async () => { await app.close() })
  await app.register(registryPlugin)
  await app.register(busPlugin, options)
  return app
}

await t.test('is a memory bus by default, with its metrics in the host\'s registry', async t => {
  const app = await host(t)
  const fills = received(app.njordBus, 'fills', 1)
  app.njordBus.publish('fills', 1)
  t.same(await fills, [1])
  t.equal(await sample(app.njordRegistry, 'njord_bus_messages_total', { topic: 'fills', direction: 'sent' }), 1)
  t.equal(await sample(app.njordRegistry, 'njord_bus_connected'), 1)
  await app.close()
  const { body } = await new Exposition(app.njordRegistry).scrape()
  t.match(body.toString(), /^njord_bus_connected 0$/m, 'closed with the host')
})

await t.test('speaks over Redis between hosts', async t => {
  const { url } = await startRedis(t)
  const client = createClient({ url })
  const [broker, engine] = [await host(t, { redis: { url } }), await host(t, { redis: { client } })]
  const fills = received(engine.njordBus, 'fills', 1)
  await engine.njordBus.ready()
  broker.njordBus.publish('fills', { timestamp_ns: 1n })
  t.same(await fills, [{ timestamp_ns: 1n }])
})

await t.test('uses a bus of the host\'s and leaves it open', async t => {
  const bus = new MemoryBus({ clock: new SystemClock() })
  const app = await host(t, { bus })
  t.equal(app.njordBus, bus)
  await app.close()
  const fills = received(bus, 'fills', 1)
  bus.publish('fills', 1)
  t.same(await fills, [1])
})

await t.test('wrong options throw at register', async t => {
  const bus = new MemoryBus({ clock: new SystemClock() })
  await t.rejects(host(t, { bus, redis: { url: 'redis://127.0.0.1' } }), { code: 'NJORD_ERR_INVALID_OPTION', message: /expected either redis or bus/ })
  await t.rejects(host(t, { redis: { url: 'http://127.0.0.1' } }), { code: 'NJORD_ERR_INVALID_OPTION', message: /Option redis.url/ })
  await t.rejects(host(t, { bus: {} as MemoryBus }), { code: 'NJORD_ERR_INVALID_OPTION', message: /Option bus: found an object, expected a bus/ })
})

await t.test('works without a registry: messages flow, and nobody counts them', async t => {
  const app = fastify()
  t.teardown(async () => { await app.close() })
  await app.register(busPlugin)
  const fills = received(app.njordBus, 'fills', 1)
  app.njordBus.publish('fills', 1)
  t.same(await fills, [1])
})

await t.test('a second one is refused', async t => {
  const app = await host(t)
  await t.rejects(async () => { await app.register(busPlugin) }, { code: 'NJORD_ERR_ALREADY_REGISTERED' })
})
