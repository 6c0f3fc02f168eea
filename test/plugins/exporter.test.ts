import { once } from 'node:events'
import { createServer, type AddressInfo, connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { createGzip, gunzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { Counter, Registry } from 'prom-client'
import t, { type Test } from 'tap'
import exporter, { type ExporterOptions } from '../../plugins/exporter.js'
import registry from '../../plugins/registry.js'

// From the start: a deprecation is said once in a process.
const warnings: Error[] = []
process.on('warning', warning => { warnings.push(warning) })

type Prefixed<O> = O & { prefix?: string }

function host (t: Test, opts: Prefixed<ExporterOptions> = {}, server: FastifyServerOptions = {}): FastifyInstance {
  const app = Fastify(server)
  t.teardown(async () => { await app.close() })
  app.register(registry)
  app.register(exporter, opts)
  app.after(() => {
    const orders = app.njordRegistry.counter({ name: 'orders_total', help: 'Orders.', labelNames: ['side'] })
    orders.inc({ side: 'buy' }, 2)
    orders.inc({ side: 'sell' })
    app.njordRegistry.gauge({ name: 'equity_usd', help: 'Equity.', unit: 'usd' }).set(1e5)
  })
  return app
}

const textType = 'text/plain; version=0.0.4; charset=utf-8'
const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

await t.test('serves /metrics in the text format', async t => {
  const response = await host(t).inject('/metrics')
  t.equal(response.statusCode, 200)
  t.equal(response.headers['content-type'], textType)
  t.equal(response.headers['cache-control'], 'no-store')
  t.equal(response.headers.vary, 'accept, accept-encoding')
  t.match(response.body, '# HELP orders_total Orders.\n# TYPE orders_total counter\norders_total{side="buy"} 2\norders_total{side="sell"} 1\n')
})

await t.test('answers in the format that is asked for', async t => {
  const app = host(t)
  const ask = async (accept: string) => await app.inject({ url: '/metrics', headers: { accept } })
  const openMetrics = await ask('application/openmetrics-text;version=1.0.0;q=0.9,text/plain;q=0.5')
  t.equal(openMetrics.headers['content-type'], openMetricsType)
  t.match(openMetrics.body, /# EOF\n$/)
  t.equal((await ask('text/plain')).headers['content-type'], textType)
  t.equal((await ask('image/png')).statusCode, 200, 'nothing fits: text')
  t.match((await ask('text/plain')).body, /njord_scrapes_total\{format="text"} 2\nnjord_scrapes_total\{format="openmetrics"} 1\n/)
})

await t.test('packs the body for those who take gzip', async t => {
  const app = host(t)
  const packed = await app.inject({ url: '/metrics', headers: { 'accept-encoding': 'gzip, deflate' } })
  t.equal(packed.headers['content-encoding'], 'gzip')
  t.equal(packed.headers['content-length'], String(packed.rawPayload.length))
  t.match(gunzipSync(packed.rawPayload).toString(), /orders_total\{side="buy"} 2\n/)
  const plain = await app.inject({ url: '/metrics', headers: { 'accept-encoding': 'gzip;q=0' } })
  t.equal(plain.headers['content-encoding'], undefined)
})

await t.test('HEAD says what GET would, without the body', async t => {
  const app = host(t, { path: '/m' })
  const get = await app.inject('/m?name[]=orders_total')
  const head = await app.inject({ method: 'HEAD', url: '/m?name[]=orders_total' })
  t.equal(head.statusCode, 200)
  t.equal(head.body, '')
  for (const header of ['content-type', 'content-length']) t.equal(head.headers[header], get.headers[header], header)
})

await t.test('HEAD is as closed as GET', async t => {
  const app = host(t)
  t.equal((await app.inject({ method: 'HEAD', url: '/metrics', remoteAddress: '10.0.0.7' })).statusCode, 403)
})

await t.test('name[] chooses metrics; other parameters change nothing', async t => {
  const app = host(t)
  const names = async (query: string) => [...(await app.inject(`/metrics${query}`)).body.matchAll(/^# TYPE (\S+)/gm)].map(match => match[1])
  t.same(await names('?name[]=orders_total'), ['orders_total'])
  t.same(await names('?name%5B%5D=orders_total&name[]=equity_usd'), ['orders_total', 'equity_usd'])
  t.same(await names('?name[]=nothing'), [])
  const all = await names('')
  t.ok(all.includes('orders_total') && all.length > 5)
  for (const query of ['?', '?format=prometheus&x=1', '?name=orders_total', '?&&&', '?%']) t.same(await names(query), all, query)
})

await t.test('goes by the URL, whatever the host makes of its query', async t => {
  const app = host(t, {}, { routerOptions: { querystringParser: () => ({ name: 'gone' }) } })
  const { body } = await app.inject('/metrics?name[]=orders_total')
  t.notMatch(body, /equity/)
})

await t.test('stands under the prefix and the path it is given', async t => {
  const app = host(t, { prefix: '/ops', path: '/prom' })
  t.equal((await app.inject('/ops/prom')).statusCode, 200)
  t.equal((await app.inject('/prom')).statusCode, 404)
})

await t.test('stands under the prefix of the instance it is registered on', async t => {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  app.register(async ops => {
    ops.register(registry)
    ops.register(exporter)
  }, { prefix: '/ops' })
  t.equal((await app.inject('/ops/metrics')).statusCode, 200)
  t.notOk(app.hasDecorator('njordRegistry'), 'the host around it knows nothing of it')
})

await t.test('hooks of the host that pack bodies do no harm', async t => {
  // As @fastify/compress does it: a body that is packed already is left alone.
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  app.addHook('onSend', async (request, reply, payload) => {
    if (reply.getHeader('content-encoding') !== undefined || !/gzip/.test(String(request.headers['accept-encoding']))) return payload
    reply.header('content-encoding', 'gzip').removeHeader('content-length')
    const stream = new PassThrough()
    stream.end(payload)
    return stream.pipe(createGzip())
  })
  app.register(registry)
  app.register(exporter)
  app.get('/', async () => 'hello')
  const scrape = await app.inject({ url: '/metrics', headers: { 'accept-encoding': 'gzip' } })
  t.match(gunzipSync(scrape.rawPayload).toString(), /^# HELP /, 'packed once')
  t.match((await app.inject('/metrics')).body, /^# HELP /)
  const other = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip' } })
  t.equal(gunzipSync(other.rawPayload).toString(), 'hello')
})

await t.test('the host\'s own prom-client metrics are in the scrape, once', async t => {
  const theirs = new Registry()
  const counter = new Counter({ name: 'theirs_total', help: 'Theirs.', labelNames: ['kind'], registers: [theirs] })
  counter.inc({ kind: 'a' })
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  app.register(registry, { registry: theirs })
  app.register(exporter)
  for (const accept of ['text/plain', 'application/openmetrics-text', 'text/plain']) {
    const { body } = await app.inject({ url: '/metrics', headers: { accept } })
    t.equal(body.split('theirs_total{kind="a"} 1\n').length, 2, accept)
    t.equal(body.split('\nnjord_scrapes_total{format="text"}').length, 2, accept)
  }
})

await t.test('the guard is there: by option, and by the environment', async t => {
  const app = host(t, { token: 's3cret' })
  const refused = await app.inject('/metrics')
  t.equal(refused.statusCode, 401)
  t.equal(refused.headers['www-authenticate'], 'Bearer realm="njord"')
  t.notMatch(refused.body, /orders/)
  t.equal((await app.inject({ url: '/metrics', headers: { authorization: 'Bearer s3cret' } })).statusCode, 200)

  process.env.NJORD_METRICS_TOKEN = 'from-env'
  t.teardown(() => { delete process.env.NJORD_METRICS_TOKEN })
  t.equal((await host(t).inject('/metrics')).statusCode, 401)
})

await t.test('a route that is there already is refused by its name', async t => {
  const twice = host(t)
  twice.register(exporter)
  await t.rejects(async () => { await twice.ready() }, { code: 'NJORD_ERR_ROUTE_TAKEN', message: /GET \/metrics is there already/ })

  const own = Fastify()
  t.teardown(async () => { await own.close() })
  own.get('/ops/metrics', async () => 'mine')
  own.register(registry)
  own.register(exporter, { prefix: '/ops' })
  await t.rejects(async () => { await own.ready() }, { code: 'NJORD_ERR_ROUTE_TAKEN', message: /GET \/ops\/metrics/ })
})

await t.test('two exporters on two paths serve the same figures', async t => {
  const app = host(t)
  app.register(exporter, { path: '/public', allow: ['0.0.0.0/0'] })
  t.equal((await app.inject({ url: '/metrics', remoteAddress: '10.0.0.7' })).statusCode, 403)
  const open = await app.inject({ url: '/public', remoteAddress: '10.0.0.7' })
  t.match(open.body, /orders_total\{side="buy"} 2\n/)
})

await t.test('says which plugin it needs', async t => {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  app.register(exporter)
  await t.rejects(async () => { await app.ready() }, { code: 'FST_ERR_PLUGIN_DEPENDENCY_NOT_REGISTERED' })
})

await t.test('a wrong option is refused by its name', async t => {
  const refused = async (opts: object, message: string) => {
    const app = host(t, opts)
    await t.rejects(async () => { await app.ready() }, { code: 'NJORD_ERR_INVALID_OPTION', message })
  }
  const token = 'expected a secret of printable ASCII characters without spaces'
  const address = 'expected an address or a subnet as in 10.0.0.7 or 192.168.0.0/16'
  await refused({ path: 'metrics' }, 'Option path: found "metrics", expected a path that starts with /')
  await refused({ path: 5 }, 'Option path: found 5, expected a path that starts with /')
  await refused({ token: '' }, `Option token: found what is not shown here, ${token}`)
  await refused({ token: 'two words' }, `Option token: found what is not shown here, ${token}`)
  await refused({ token: 12345 }, `Option token: found what is not shown here, ${token}`)
  await refused({ allow: '10.0.0.7' }, 'Option allow: found "10.0.0.7", expected an array')
  for (const entry of ['localhost', '10.0.0', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '::1/129', 'fe80::1%eth0', '', 7, null]) {
    await refused({ allow: ['::1', entry] }, `Option allow.1: found ${JSON.stringify(entry)}, ${address}`)
  }
  await refused({ listen: 9090 }, 'Option listen: found 9090, expected an object')
  await refused({ listen: {} }, 'Option listen.port: it is missing')
  await refused({ listen: { port: '9090' } }, 'Option listen.port: found "9090", expected an integer')
  await refused({ listen: { port: 65536 } }, 'Option listen.port: found 65536, expected 65535 or less')
  await refused({ listen: { port: -1 } }, 'Option listen.port: found -1, expected 0 or more')
  await refused({ listen: { port: 0, host: '' } }, 'Option listen.host: found "", expected a text that is not empty')
  await refused({ listen: { port: 0, hots: 'x' } }, 'Option listen.hots: there is no such option')
  await refused({ tokn: 'x' }, 'Option tokn: there is no such option')
})

interface Listening {
  app: FastifyInstance
  /** Where the listener is, once the host is ready. */
  url (): string
}

function listening (t: Test, opts: ExporterOptions): Listening {
  const lines: Array<{ msg: string }> = []
  const stream = { write: (line: string) => { lines.push(JSON.parse(line) as { msg: string }) } }
  const app = host(t, opts, { logger: { stream } })
  return { app, url: () => /metrics at (\S+)/.exec(lines.map(line => line.msg).join('\n'))![1]! }
}

/** Whether nothing listens at the URL any more. */
async function isRefused (url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  try {
    await once(socket, 'connect')
    socket.destroy()
    return false
  } catch {
    return true
  }
}

await t.test('listens on a port of its own, and only there', async t => {
  const { app, url } = listening(t, { listen: { port: 0 }, path: '/prom' })
  await app.ready()
  t.match(url(), /^http:\/\/127\.0\.0\.1:\d+\/prom$/, 'this machine only, by default')
  const response = await fetch(url())
  t.match(await response.text(), /orders_total\{side="buy"} 2\n/)
  t.equal((await app.inject('/prom')).statusCode, 404, 'not a route of the host')
  t.equal((await fetch(new URL('/', url()))).status, 404)
})

await t.test('the listener is as closed as a route', async t => {
  const { app, url } = listening(t, { listen: { port: 0, host: '0.0.0.0' }, token: 's3cret' })
  await app.ready()
  t.equal((await fetch(url())).status, 401)
  t.equal((await fetch(url(), { headers: { authorization: 'Bearer s3cret' } })).status, 200)
})

await t.test('the listener closes before the host\'s own resources, idle connections and all', async t => {
  const { app, url } = listening(t, { listen: { port: 0 } })
  app.addHook('onClose', async () => { t.ok(await isRefused(url()), 'closed by then') })
  await app.ready()
  await (await fetch(url())).text()
  await app.close()
})

await t.test('a busy port is named, nothing is left open, and the host can close', async t => {
  const squatter = createServer().listen(0, '127.0.0.1')
  t.teardown(() => { squatter.close() })
  await once(squatter, 'listening')
  const { port } = squatter.address() as AddressInfo
  const { app } = listening(t, { listen: { port } })
  let closed = false
  app.addHook('onClose', async () => { closed = true })
  await t.rejects(async () => { await app.listen({ port: 0, host: '127.0.0.1' }) },
    { code: 'NJORD_ERR_LISTEN', message: new RegExp(`127\\.0\\.0\\.1:${port}: .*EADDRINUSE`), cause: { code: 'EADDRINUSE' } })
  t.notOk(app.server.listening, 'the host does not listen either')
  await app.close()
  t.ok(closed)
})

await t.test('two exporters cannot have one port', async t => {
  const { app, url } = listening(t, { listen: { port: 0 } })
  await app.ready()
  const { port } = new URL(url())
  const second = listening(t, { listen: { port: Number(port) } })
  await t.rejects(async () => { await second.app.ready() }, { code: 'NJORD_ERR_LISTEN' })
  t.equal((await fetch(url())).status, 200, 'the first goes on')
})

await t.test('a host that closes before it was ready opens no listener', async t => {
  const { app } = listening(t, { listen: { port: 0 } })
  await app.close()
  t.notOk(app.server.listening)
})

await t.test('a host whose own port is busy closes the listener with the rest', async t => {
  const squatter = createServer().listen(0, '127.0.0.1')
  t.teardown(() => { squatter.close() })
  await once(squatter, 'listening')
  const { app, url } = listening(t, { listen: { port: 0 } })
  const { port } = squatter.address() as AddressInfo
  await t.rejects(async () => { await app.listen({ port, host: '127.0.0.1' }) }, { code: 'EADDRINUSE' })
  await app.close()
  t.ok(await isRefused(url()))
})

await t.test('nothing of it is deprecated in Fastify', async t => {
  const { app } = listening(t, { listen: { port: 0 } })
  await app.ready()
  await new Promise(resolve => { setImmediate(resolve) })
  t.same(warnings.map(String), [])
})
