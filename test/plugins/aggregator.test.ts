import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import aggregatorPlugin, { type AggregatorOptions } from '../../plugins/aggregator.js'
import busPlugin from '../../plugins/bus.js'
import exporterPlugin from '../../plugins/exporter.js'
import publisherPlugin, { type PublisherOptions } from '../../plugins/publisher.js'
import registryPlugin from '../../plugins/registry.js'
import { startAggregator } from '../../plugins/start-aggregator.js'
import { startRedis } from '../support/redis-server.js'

async function host (t: Test, url?: string): Promise<FastifyInstance> {
  const app = fastify()
  t.teardown(async () => { await app.close() })
  await app.register(registryPlugin)
  await app.register(busPlugin, url === undefined ? {} : { redis: { url } })
  return app
}

async function folder (t: Test): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'njord-aggregator-'))
  t.teardown(async () => { await rm(path, { recursive: true, force: true }) })
  return path
}

/** The body of `url` once it has `line`. */
async function until (url: string, line: string): Promise<string> {
  for (;;) {
    const body = await (await fetch(url)).text()
    if (body.includes(line)) return body
    await sleep(50)
  }
}

const fills = { name: 'fills_total', help: 'Fills.' }

await t.test('merges processes over Redis into what the exporter of another one serves, and journals it', async t => {
  const { url } = await startRedis(t)
  const path = await folder(t)
  const running = await startAggregator({ redis: url, listen: { port: 0 }, journal: join(path, 'journal') })
  for (const instance of ['risk', 'broker']) {
    const app = await host(t, url)
    await app.register(publisherPlugin, { instance, flushMs: 50, spool: join(path, 'spool') })
    app.njordRegistry.counter(fills).inc(2)
    await app.ready()
  }
  const second = await startAggregator({ redis: url, listen: { port: 0 } })
  for (const { address } of [running, second]) {
    await until(`${address}/metrics`, 'njord_aggregator_origins{state="alive"} 2')
    t.match(await until(`${address}/metrics`, 'fills_total 4'), /^# TYPE fills_total counter/m)
  }
  await running.aggregator.drain()
  await running.journal!.flush()
  const increments: number[] = []
  for await (const record of running.journal!.read({ name: 'fills_total', from: 0, to: Date.now() + 86_400_000, resolution: '1m' })) {
    if (record.type === 'counter') increments.push(record.increment)
  }
  t.equal(increments.reduce((sum, each) => sum + each, 0), 4)
  await t.rejects(startAggregator({ redis: url, listen: { port: Number(new URL(second.address).port) } }), { code: 'NJORD_ERR_LISTEN' })
  await t.rejects(startAggregator({ redis: url, listen: { port: 0 }, journal: join(path, 'journal') }), { code: 'NJORD_ERR_JOURNAL_LOCKED' })
  await second.close()
  await running.close()
})

await t.test('a process that publishes serves what it merges apart, and is one origin among others', async t => {
  const app = await host(t)
  await app.register(publisherPlugin, { instance: 'single', flushMs: 20 })
  await app.register(aggregatorPlugin)
  await app.register(exporterPlugin)
  app.njordRegistry.counter(fills).inc(3)
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  t.match(await until(`${address}/metrics/merged`, 'fills_total 3'), /njord_aggregator_messages_total/)
  await sleep(100)
  t.match(await until(`${address}/metrics`, 'fills_total 3'), /^njord_publisher_messages_total/m)
  t.notMatch(await until(`${address}/metrics`, 'fills_total 3'), /njord_aggregator_/)
  await app.njordAggregator.drain()
  const found = []
  for await (const record of app.njordAggregator.windows!.read({ name: 'fills_total', from: 0, to: Date.now() + 86_400_000, resolution: '1d' })) found.push(record)
  t.match(found, [{ increment: 3 }], 'its closed windows are in memory')
})

await t.test('a process that does not publish serves what it merges with its own metrics', async t => {
  const app = await host(t)
  await app.register(aggregatorPlugin)
  await app.register(exporterPlugin)
  await app.ready()
  app.njordBus.publish('telemetry.metrics', { name: 'py_total', value: 2, timestamp_ns: BigInt(Date.now()) * 1_000_000n, labels: {}, metric_type: 'counter' })
  const { body } = await app.inject('/metrics')
  t.match(body, /^py_total 2$/m)
  await t.rejects(async () => await app.register(aggregatorPlugin), 'once')
})

await t.test('refuses wrong options by their path', async t => {
  const wrong: Array<[AggregatorOptions, RegExp]> = [
    [{ graceMs: -1 }, /graceMs/], [{ path: 'merged' }, /path/], [{ sink: {} as never }, /sink/], [{ maxBytes: 0 }, /maxBytes/], [{ maxKeptWindows: 0 }, /maxKeptWindows/], [{ nope: 1 } as never, /nope/]
  ]
  for (const [options, message] of wrong) {
    const app = await host(t)
    await t.rejects(async () => await app.register(aggregatorPlugin, options), { code: 'NJORD_ERR_INVALID_OPTION', message })
  }
  for (const [options, message] of [[{}, /instance/], [{ instance: 'a', flushMs: 0 }, /flushMs/], [{ instance: '' }, /instance/]] as Array<[PublisherOptions, RegExp]>) {
    const app = await host(t)
    await t.rejects(async () => await app.register(publisherPlugin, options), { code: 'NJORD_ERR_INVALID_OPTION', message })
  }
  const app = await host(t)
  await app.register(aggregatorPlugin)
  await t.rejects(async () => await app.register(publisherPlugin, { instance: 'a' }), { code: 'NJORD_ERR_INVALID_OPTION', message: /published again/ })
  await t.rejects(startAggregator({ redis: 'redis://127.0.0.1:1' } as never), { code: 'NJORD_ERR_INVALID_OPTION', message: /listen/ })

  const taken = await host(t)
  taken.get('/metrics/merged', async () => '')
  await taken.register(publisherPlugin, { instance: 'a' })
  await t.rejects(async () => await taken.register(aggregatorPlugin), { code: 'NJORD_ERR_ROUTE_TAKEN' })
})
