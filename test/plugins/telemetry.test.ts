import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import Fastify, { type FastifyInstance } from 'fastify'
import { Counter, Registry } from 'prom-client'
import t, { type Test } from 'tap'
import busPlugin from '../../plugins/bus.js'
import exporter from '../../plugins/exporter.js'
import httpMetrics from '../../plugins/http-metrics.js'
import registry from '../../plugins/registry.js'
import runtimeMetrics from '../../plugins/runtime-metrics.js'
import telemetry, { type NjordTelemetryOptions } from '../../plugins/telemetry.js'
import { MemoryBus } from '../../src/bus/memory-bus.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { TradingEvents } from '../../src/contracts/events.js'
import { njordPack } from '../../src/packs/njord/pack.js'
import { definePack } from '../../src/packs/pack.js'
import { samples } from '../instrumentation/samples.js'
import { Scrape } from '../examples/scrape.js'

interface Logged { level: number, msg: string }

/** A host that is not ready yet, and what it logs. */
function bare (t: Test): { app: FastifyInstance, logged: Logged[] } {
  const logged: Logged[] = []
  const app = Fastify({ logger: { stream: { write: (line: string) => { logged.push(JSON.parse(line) as Logged) } } }, disableRequestLogging: true })
  t.teardown(async () => { await app.close() })
  return { app, logged }
}

async function host (t: Test, opts: NjordTelemetryOptions & { prefix?: string } = {}): Promise<FastifyInstance> {
  const { app } = bare(t)
  await app.register(telemetry, { enabled: true, ...opts })
  return app
}

const scrape = async (app: FastifyInstance, url = '/metrics'): Promise<Scrape> => new Scrape((await app.inject(url)).body)

const fill: TradingEvents['orderFilled'] = {
  orderId: '1', strategyId: 'trend', symbol: 'BTC/USDT', side: 'buy', venue: 'paper', quantity: 2, price: 100, fee: 1, complete: true
}
const portfolio = { portfolioId: 'main', startingCash: 1000 }

function setEnvironment (t: Test, value: string | undefined): void {
  const before = process.env.NJORD_ENABLE_METRICS
  const set = (value: string | undefined) => {
    if (value === undefined) delete process.env.NJORD_ENABLE_METRICS
    else process.env.NJORD_ENABLE_METRICS = value
  }
  t.teardown(() => { set(before) })
  set(value)
}

await t.test('what the host says once is on its own /metrics', async t => {
  const app = await host(t, { portfolio })
  app.get('/orders/:id', async () => 'ok')
  await app.inject('/orders/1')
  app.njord.emit('orderFilled', fill)
  const found = await scrape(app)
  t.equal(found.only('njord_fills_total', { strategy_id: 'trend', symbol: 'BTC/USDT', side: 'buy' }), 1)
  t.equal(found.only('njord_position_size', { strategy_id: 'trend', symbol: 'BTC/USDT' }), 2)
  t.equal(found.only('njord_portfolio_equity_usd', { portfolio_id: 'main' }), 999, '1000 less the fee')
  t.equal(found.only('http_requests_total', { endpoint: '/orders/:id', status: '200' }), 1)
  t.ok(found.only('process_start_time_seconds') > 1.6e9)
  t.equal(found.only('njord_bus_connected'), 1)
})

await t.test('the host makes metrics of its own', async t => {
  const app = await host(t)
  app.njord.registry.counter({ name: 'own_total', help: 'Own.', labelNames: ['kind'] }).inc({ kind: 'a' }, 3)
  t.equal((await scrape(app)).only('own_total', { kind: 'a' }), 3)
})

await t.test('parts that are not wanted are not there', async t => {
  const app = await host(t, { exporter: false, http: false, runtime: false })
  t.equal((await app.inject('/metrics')).statusCode, 404)
  for (const name of ['http_requests_total', 'process_start_time_seconds']) t.same(samples(app.njordRegistry, name), {}, name)
})

await t.test('options reach the parts', async t => {
  const app = await host(t, { exporter: { path: '/prom', token: 's3cret' }, http: { exclude: ['/health'] }, prefix: '/ops' })
  app.get('/health', async () => 'ok')
  await app.inject('/health')
  t.equal((await app.inject('/ops/prom')).statusCode, 401)
  const { body } = await app.inject({ url: '/ops/prom', headers: { authorization: 'Bearer s3cret' } })
  t.same(new Scrape(body).of('http_requests_total').map(({ labels }) => labels.endpoint), ['/ops/prom'])
})

await t.test('the environment switches it on', async t => {
  setEnvironment(t, '1')
  const { app, logged } = bare(t)
  await app.register(telemetry)
  t.equal(app.njord.enabled, true)
  t.same(logged, [], 'and says nothing')
  const off = bare(t)
  await off.app.register(telemetry, { enabled: false })
  t.equal(off.app.njord.enabled, false, 'the option wins')
})

await t.test('off, one line says why', async t => {
  const cases: Array<[environment: string | undefined, opts: NjordTelemetryOptions, level: number, msg: string]> = [
    [undefined, {}, 30, 'telemetry is off: set the option enabled, or NJORD_ENABLE_METRICS=1'],
    ['1', { enabled: false }, 30, 'telemetry is off: the option enabled is false'],
    ['0', {}, 30, 'telemetry is off: NJORD_ENABLE_METRICS is "0", and only 1 turns it on'],
    ['', {}, 30, 'telemetry is off: NJORD_ENABLE_METRICS is "", and only 1 turns it on'],
    ['true', {}, 40, 'telemetry is off: NJORD_ENABLE_METRICS is "true", and only 1 turns it on']
  ]
  for (const [environment, opts, level, msg] of cases) {
    await t.test(msg, async t => {
      setEnvironment(t, environment)
      const { app, logged } = bare(t)
      await app.register(telemetry, opts)
      t.match(logged, [{ level, msg }])
      t.equal(logged.length, 1)
    })
  }
})

await t.test('off, instruments are shared no-ops and nothing is served, while bus and books work', async t => {
  const app = await host(t, { enabled: false, portfolio })
  const { registry, emit, bus, ledger } = app.njord
  t.equal(registry.counter({ name: 'a_total', help: 'A.' }), registry.histogram({ name: 'b', help: 'B.', labelNames: ['x'] }) as unknown)
  registry.counter({ name: 'a_total', help: 'A.', labelNames: ['x'] }).labels({ x: '1' }).inc()
  const handle = () => 1
  t.equal(app.njord.countCalls(handle), handle, 'a function is handed back as it is')

  for (const url of ['/metrics', '/prom']) t.equal((await app.inject(url)).statusCode, 404)
  t.notOk(app.hasDecorator('njordRegistry'))
  t.notOk(app.hasDecorator('njordHttpMetrics'))

  emit('orderFilled', fill)
  t.equal(ledger!.equity(), 999)
  const heard = new Promise(resolve => { bus.subscribe('fills', resolve) })
  bus.publish('fills', 1)
  t.equal(await heard, 1)
  await app.close()
})

await t.test('off, a wrong option is refused all the same', async t => {
  await t.rejects(host(t, { enabled: false, exporter: { path: 'x' } }), { code: 'NJORD_ERR_INVALID_OPTION' })
})

await t.test('a wrong option is refused at registration, and the host can still close', async t => {
  const { app } = bare(t)
  let closed = false
  app.addHook('onClose', async () => { closed = true })
  app.register(telemetry, { enabled: true, exporter: { listen: { port: 70000 } } })
  await t.rejects(async () => { await app.ready() },
    { code: 'NJORD_ERR_INVALID_OPTION', message: 'Option exporter.listen.port: found 70000, expected 65535 or less' })
  await app.close()
  t.ok(closed)
})

await t.test('twice is refused, on the host and in its children', async t => {
  const refusal = { code: 'NJORD_ERR_ALREADY_REGISTERED', message: /"njord-telemetry" is already registered/ }
  for (const enabled of [true, false]) {
    const { app } = bare(t)
    app.register(telemetry, { enabled })
    app.register(telemetry, { enabled })
    await t.rejects(async () => { await app.ready() }, refusal)
  }
  const { app } = bare(t)
  app.register(telemetry, { enabled: true })
  app.register(async child => { child.register(telemetry, { enabled: true }) }, { prefix: '/child' })
  await t.rejects(async () => { await app.ready() }, refusal)
})

await t.test('a part that telemetry has registered is refused when the host registers it again', async t => {
  for (const part of [registry, busPlugin, httpMetrics, runtimeMetrics]) {
    const { app } = bare(t)
    app.register(telemetry, { enabled: true })
    app.register(part as typeof registry)
    await t.rejects(async () => { await app.ready() }, { code: 'NJORD_ERR_ALREADY_REGISTERED' })
  }
  const { app } = bare(t)
  app.register(telemetry, { enabled: true })
  app.register(exporter)
  await t.rejects(async () => { await app.ready() }, { code: 'NJORD_ERR_ROUTE_TAKEN' })
})

await t.test('parts that the host has registered singly are used as they are', async t => {
  const clock = new VirtualClock(5000)
  const { app } = bare(t)
  app.register(registry, { clock })
  app.register(busPlugin)
  app.register(httpMetrics, { exclude: ['/health'] })
  app.register(runtimeMetrics)
  app.register(exporter, { path: '/prom' })
  await app.register(telemetry, { enabled: true })
  t.equal(app.njord.registry, app.njordRegistry)
  t.equal(app.njord.bus, app.njordBus)
  t.equal(app.njord.clock, clock, 'one clock for all')
  app.get('/health', async () => 'ok')
  await app.inject('/health')
  app.njord.emit('orderFilled', fill)
  t.equal((await app.inject('/metrics')).statusCode, 404, 'the exporter is the host\'s')
  const found = await scrape(app, '/prom')
  t.equal(found.sum('njord_fills_total'), 1)
  t.equal(found.sum('http_requests_total', { endpoint: '/health' }), 0)
})

await t.test('an exporter of the host\'s may be joined by another', async t => {
  const { app } = bare(t)
  app.register(registry)
  app.register(exporter, { path: '/prom' })
  app.register(telemetry, { enabled: true, exporter: {} })
  t.equal((await app.inject('/metrics')).statusCode, 200)
  t.equal((await app.inject('/prom')).statusCode, 200)
})

await t.test('options for a part that is there already are refused: they would be lost', async t => {
  const refused = async (opts: NjordTelemetryOptions, message: RegExp) => {
    const { app } = bare(t)
    app.register(registry)
    app.register(busPlugin)
    app.register(httpMetrics)
    app.register(telemetry, { enabled: true, ...opts })
    await t.rejects(async () => { await app.ready() }, { code: 'NJORD_ERR_INVALID_OPTION', message })
  }
  await refused({ registry: new Registry() }, /Option registry: the plugin "njord-registry" is registered already/)
  await refused({ created: true }, /Option created: the plugin "njord-registry"/)
  await refused({ clock: new VirtualClock() }, /Option clock: the plugin "njord-registry" is registered already, with another clock/)
  await refused({ bus: {} }, /Option bus: the plugin "njord-bus"/)
  await refused({ http: {} }, /Option http: the plugin "njord-http-metrics"/)
})

await t.test('shares a prom-client registry with the host', async t => {
  const theirs = new Registry()
  new Counter({ name: 'theirs_total', help: 'Theirs.', registers: [theirs] }).inc(7)
  const app = await host(t, { registry: theirs })
  app.njord.emit('intentReceived', { strategyId: 'trend', symbol: 'BTC/USDT', side: 'buy', quantity: 1 })
  const found = await scrape(app)
  t.equal(found.only('theirs_total'), 7)
  t.equal(found.only('njord_intents_received_total'), 1)
  t.match(await theirs.metrics(), /^njord_intents_received_total 1$/m, 'and the host renders both itself')
})

await t.test('packs of the host\'s own get its events', async t => {
  const desk = definePack({
    name: 'desk',
    metrics: { big: { type: 'counter', name: 'desk_big_fills_total', help: 'Fills of 100 or more.', labelNames: ['symbol'] } },
    record: ({ big }) => ({ orderFilled: ({ symbol, quantity }) => { if (quantity >= 100) big.inc({ symbol }) } })
  })
  const app = await host(t, { packs: [njordPack, desk] })
  app.njord.emit('orderFilled', { ...fill, quantity: 100 })
  app.njord.emit('orderFilled', fill)
  const found = await scrape(app)
  t.equal(found.only('desk_big_fills_total', { symbol: 'BTC/USDT' }), 1)
  t.equal(found.sum('njord_fills_total'), 2)
})

await t.test('a bus of the host\'s is used and stays open', async t => {
  const bus = new MemoryBus({ clock: new VirtualClock() })
  const app = await host(t, { bus: { bus } })
  t.equal(app.njord.bus, bus)
  await app.close()
  const heard = new Promise(resolve => { bus.subscribe('fills', resolve) })
  bus.publish('fills', 1)
  t.equal(await heard, 1)
})

await t.test('registered in a child, it stays there, prefix and all', async t => {
  const { app } = bare(t)
  app.get('/outside', async () => 'ok')
  await app.register(async desk => {
    await desk.register(telemetry, { enabled: true })
    desk.get('/inside', async () => 'ok')
  }, { prefix: '/desk' })
  t.notOk(app.hasDecorator('njord'))
  for (const url of ['/outside', '/desk/inside']) await app.inject(url)
  t.equal((await app.inject('/metrics')).statusCode, 404)
  const found = await scrape(app, '/desk/metrics')
  t.same(found.of('http_requests_total').map(({ labels }) => labels.endpoint), ['/desk/inside'])
})

await t.test('two children have telemetry of their own', async t => {
  const { app } = bare(t)
  for (const name of ['a', 'b']) {
    app.register(async child => {
      await child.register(telemetry, { enabled: true })
      child.njord.registry.counter({ name: 'own_total', help: 'Own.', labelNames: ['name'] }).inc({ name })
    }, { prefix: `/${name}` })
  }
  for (const name of ['a', 'b']) t.same((await scrape(app, `/${name}/metrics`)).of('own_total').map(({ labels }) => labels.name), [name])
})

await t.test('the bus is open as long as the host\'s own hooks may speak', async t => {
  const app = await host(t)
  const heard: unknown[] = []
  app.njord.bus.subscribe('last-words', payload => { heard.push(payload) })
  app.addHook('onClose', async () => {
    app.njord.bus.publish('last-words', 'good night')
    await new Promise(resolve => { setImmediate(resolve) })
  })
  await app.close()
  t.same(heard, ['good night'])
  app.njord.bus.publish('last-words', 'too late')
  app.njord.emit('orderFilled', fill)
  t.same(heard, ['good night'])
})

await t.test('says nothing while it is asked for nothing wrong', async t => {
  const { app, logged } = bare(t)
  await app.register(telemetry, { enabled: true, portfolio })
  app.njord.emit('orderFilled', fill)
  await app.inject('/metrics')
  await app.close()
  t.same(logged, [])
})

await t.test('a process ends by itself when its host has closed', async t => {
  const main = fileURLToPath(new URL('../support/closing-host.ts', import.meta.url))
  // With the loader of this very process: line numbers of another's output would spoil the coverage.
  const child = spawn(process.execPath, [...process.execArgv, main], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => { child.kill('SIGKILL') })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
  const [code] = await once(child, 'close') as [number | null]
  t.same([code, output], [0, 'closed\n'])
})
