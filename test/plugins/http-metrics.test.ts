import { EventEmitter, once } from 'node:events'
import { request as httpRequest, ServerResponse, type IncomingMessage } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import t, { type Test } from 'tap'
import httpMetrics, { type HttpMetricsPluginOptions } from '../../plugins/http-metrics.js'
import registry from '../../plugins/registry.js'
import { samples } from '../instrumentation/samples.js'

interface Host {
  app: FastifyInstance
  /** The samples of `http_${name}`, the labels as `GET /orders/:id 200`. */
  read (name: string): Record<string, number>
}

function host (t: Test, opts: HttpMetricsPluginOptions = {}, server: FastifyServerOptions = {}): Host {
  const app = Fastify(server)
  t.teardown(async () => {
    app.server.closeAllConnections?.()
    await app.close()
  })
  app.register(registry)
  app.register(httpMetrics, opts)
  return {
    app,
    read: name => Object.fromEntries(Object.entries(samples(app.njordRegistry, `http_${name}`)).map(([sample, value]) => [
      [...sample.matchAll(/"([^"]*)"/g)].map(match => match[1]).join(' ') + (/_(sum|count){/.exec(sample)?.[0].slice(0, -1) ?? ''), value
    ]))
  }
}

async function listen (app: FastifyInstance): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

/** A raw connection that sends the head of a request and is left to its user. */
async function send (port: number, head: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(`${head}\r\nHost: localhost\r\n\r\n`)
  return socket
}

/** Resolves when the response of a route is closed and everything that listens for it has been called. */
function closing (app: FastifyInstance): Promise<void> {
  const closed = new EventEmitter()
  app.addHook('onRequest', async (_request, reply) => {
    reply.raw.once('close', () => { setImmediate(() => closed.emit('closed')) })
  })
  return once(closed, 'closed').then(() => {})
}

await t.test('labels with the template of the route under its prefix, never the path', async t => {
  const { app, read } = host(t)
  app.register(async api => {
    api.get('/orders/:id', async () => 'ok')
    api.get('/', async () => 'ok')
  }, { prefix: '/api' })
  for (const url of ['/api/orders/1', '/api/orders/2?x=3', '/api', '/api/']) await app.inject(url)
  t.same(read('requests_total'), { 'GET /api/orders/:id 200': 2, 'GET /api 200': 2 })
})

await t.test('requests that no route matches share one endpoint, whatever they ask for', async t => {
  const { app, read } = host(t)
  app.get('/', async () => 'ok')
  for (let i = 0; i < 300; i++) await app.inject(`/nothing/${i}`)
  await app.inject({ method: 'PROPFIND' as 'GET', url: '/x' })
  await app.inject({ method: 'POST', url: '/' })
  t.same(read('requests_total'), { 'GET not_found 404': 300, 'other not_found 404': 1, 'POST not_found 404': 1 })
})

await t.test('counts what errors become: thrown, rejected by validation, refused by a hook before any other', async t => {
  const { app, read } = host(t)
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization === 'wrong') return await reply.code(401).send('no')
  })
  app.post('/throws', async () => { throw new Error('boom') })
  app.post('/checks', { schema: { body: { type: 'object', required: ['a'] } } }, async () => 'ok')
  app.post('/limited', { bodyLimit: 4 }, async () => 'ok')
  await app.inject({ method: 'POST', url: '/throws' })
  await app.inject({ method: 'POST', url: '/checks', payload: {} })
  await app.inject({ method: 'POST', url: '/checks', headers: { authorization: 'wrong' } })
  await app.inject({ method: 'POST', url: '/limited', payload: { long: 'body' } })
  t.same(read('requests_total'), { 'POST /throws 500': 1, 'POST /checks 400': 1, 'POST /checks 401': 1, 'POST /limited 413': 1 })
  t.same(read('requests_in_progress'), { 'POST /throws': 0, 'POST /checks': 0, 'POST /limited': 0 })
})

await t.test('counts what a hook answers that was there before it, once, under the route that was asked for', async t => {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization === undefined) return await reply.code(401).send({ no: 1 })
  })
  app.register(registry)
  app.register(httpMetrics, { exclude: ['/metrics'] })
  for (const url of ['/orders/:id', '/metrics']) app.post(url, async () => 'ok')
  const headers = { authorization: 'x' }
  for (const url of ['/orders/1', '/orders/2', '/nowhere', '/metrics']) await app.inject({ method: 'POST', url, payload: { a: 1 } })
  await app.inject({ method: 'POST', url: '/orders/3', headers })
  const url = `http://127.0.0.1:${await listen(app)}/orders/4`
  await (await fetch(url, { method: 'POST' })).text()
  await (await fetch(url, { method: 'POST', headers })).text()
  t.same(samples(app.njordRegistry, 'http_requests_total'), {
    'http_requests_total{method="POST",endpoint="/orders/:id",status="401"}': 3,
    'http_requests_total{method="POST",endpoint="not_found",status="401"}': 1,
    'http_requests_total{method="POST",endpoint="/orders/:id",status="200"}': 2
  })
  t.match(samples(app.njordRegistry, 'http_request_duration_seconds'), {
    'http_request_duration_seconds_count{method="POST",endpoint="/orders/:id",status="401"}': 0,
    'http_request_duration_seconds_count{method="POST",endpoint="/orders/:id",status="200"}': 2
  }, 'nobody took the time at which a refused request came in')
  t.match(samples(app.njordRegistry, 'http_response_size_bytes'), {
    'http_response_size_bytes_sum{method="POST",endpoint="/orders/:id"}': 3 * 8 + 2 * 2,
    'http_response_size_bytes_count{method="POST",endpoint="/orders/:id"}': 5
  })
  t.same(samples(app.njordRegistry, 'http_requests_in_progress'), {
    'http_requests_in_progress{method="POST",endpoint="/orders/:id"}': 0,
    'http_requests_in_progress{method="POST",endpoint="not_found"}': 0
  })
})

await t.test('times what an earlier hook answers where Fastify keeps the time', async t => {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  app.addHook('onRequest', async (_request, reply) => {
    await new Promise(resolve => { setTimeout(resolve, 30) })
    return await reply.code(429).send()
  })
  app.addHook('onResponse', async () => {})
  app.register(registry)
  app.register(httpMetrics)
  app.get('/', async () => 'ok')
  await app.inject('/')
  const read = samples(app.njordRegistry, 'http_request_duration_seconds')
  t.equal(read['http_request_duration_seconds_count{method="GET",endpoint="/",status="429"}'], 1)
  t.ok(read['http_request_duration_seconds_sum{method="GET",endpoint="/",status="429"}']! > 0.025)
})

await t.test('tells HEAD from GET, and the methods of one route apart', async t => {
  const { app, read } = host(t)
  app.get('/a', async () => 'four')
  app.route({ method: ['PUT', 'PATCH'], url: '/b', handler: async () => 'ok' })
  await app.inject({ method: 'HEAD', url: '/a' })
  await app.inject('/a')
  await app.inject({ method: 'PUT', url: '/b' })
  await app.inject({ method: 'PATCH', url: '/b' })
  t.same(read('requests_total'), { 'HEAD /a 200': 1, 'GET /a 200': 1, 'PUT /b 200': 1, 'PATCH /b 200': 1 })
  t.match(read('response_size_bytes'), { 'HEAD /a_count': 0, 'GET /a_count': 1, 'GET /a_sum': 4 })
})

await t.test('measures routes added before it, too', async t => {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  app.get('/before', async () => 'ok')
  app.register(registry)
  app.register(httpMetrics)
  await app.inject('/before')
  t.same(samples(app.njordRegistry, 'http_requests_total'), { 'http_requests_total{method="GET",endpoint="/before",status="200"}': 1 })
})

await t.test('leaves out what it is told to, by template, pattern or not_found', async t => {
  const { app, read } = host(t, { exclude: ['/metrics', /^\/internal\//g, 'not_found'] })
  for (const url of ['/metrics', '/internal/a', '/internal/b', '/metrics/x']) app.get(url, async () => 'ok')
  for (const url of ['/metrics', '/internal/a', '/internal/b', '/internal/a', '/metrics/x', '/nowhere']) await app.inject(url)
  t.same(read('requests_total'), { 'GET /metrics/x 200': 1 })
})

await t.test('sizes are those of Content-Length; of a stream there is none', async t => {
  const { app, read } = host(t)
  app.post('/echo', async () => ({ ok: true }))
  app.get('/stream', async (_request, reply) => await reply.send(Readable.from(['a', 'b'])))
  await app.inject({ method: 'POST', url: '/echo', payload: { a: 1 } })
  await app.inject('/stream')
  t.match(read('request_size_bytes'), { 'POST /echo_sum': 7, 'POST /echo_count': 1, 'GET /stream_count': 0 })
  t.match(read('response_size_bytes'), { 'POST /echo_sum': 11, 'POST /echo_count': 1, 'GET /stream_count': 0 })
  t.same(read('requests_total'), { 'POST /echo 200': 1, 'GET /stream 200': 1 })
})

await t.test('a length that a client announces and never sends is not observed', async t => {
  const { app, read } = host(t)
  app.post('/', async () => 'ok')
  const port = await listen(app)
  const socket = await send(port, 'POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9007199254740991')
  const [answer] = await once(socket, 'data') as [Buffer]
  t.match(String(answer), /^HTTP\/1\.1 413 /)
  socket.destroy()
  t.match(read('requests_total'), { 'POST / 413': 1 })
  t.match(read('request_size_bytes'), { 'POST /_count': 0 })
})

await t.test('many requests of one connection are in progress one after the other', async t => {
  const { app, read } = host(t)
  const during: unknown[] = []
  app.get('/', async () => {
    during.push(read('requests_in_progress'))
    return 'ok'
  })
  const url = `http://127.0.0.1:${await listen(app)}/`
  for (let i = 0; i < 3; i++) await (await fetch(url)).text()
  t.same(during, [{ 'GET /': 1 }, { 'GET /': 1 }, { 'GET /': 1 }])
  t.same(read('requests_total'), { 'GET / 200': 3 })
  t.same(read('requests_in_progress'), { 'GET /': 0 })
})

await t.test('a connection that closes after its response has answered', async t => {
  const { app, read } = host(t)
  app.get('/', async () => 'ok')
  const closed = closing(app)
  const socket = await send(await listen(app), 'GET / HTTP/1.1\r\nConnection: close')
  socket.resume()
  await closed
  t.same(read('requests_total'), { 'GET / 200': 1 })
  t.same(read('requests_aborted_total'), { 'GET /': 0 })
})

await t.test('a client that goes away is counted as aborted', async t => {
  const cases = {
    'while it uploads': async (app: FastifyInstance) => {
      app.post('/', async () => 'ok')
      return 'POST / HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 1000'
    },
    'before it is answered': async (app: FastifyInstance) => {
      app.post('/', async () => await new Promise(() => {}))
      return 'POST / HTTP/1.1'
    },
    'while a stream goes out': async (app: FastifyInstance) => {
      app.post('/', async (_request, reply) => await reply.send(new Readable({ read () { setImmediate(() => this.push('x'.repeat(1000))) } })))
      return 'POST / HTTP/1.1'
    },
    'while a large body goes out': async (app: FastifyInstance) => {
      const body = Buffer.alloc(50_000_000)
      app.post('/', async () => body)
      return 'POST / HTTP/1.1'
    },
    'from a hijacked reply': async (app: FastifyInstance) => {
      app.post('/', async (_request, reply) => {
        reply.hijack()
        reply.raw.write('data: 1\n\n')
      })
      return 'POST / HTTP/1.1'
    }
  }
  for (const [title, arrange] of Object.entries(cases)) {
    await t.test(title, async t => {
      const { app, read } = host(t)
      const head = await arrange(app)
      const closed = closing(app)
      const begun = new Promise<void>(resolve => { app.addHook('onRequest', async () => { setTimeout(resolve, 50) }) })
      const socket = await send(await listen(app), head)
      await begun
      t.same(read('requests_in_progress'), { 'POST /': 1 })
      socket.destroy()
      await closed
      t.same(read('requests_in_progress'), { 'POST /': 0 })
      t.same(read('requests_aborted_total'), { 'POST /': 1 })
      t.same(read('requests_total'), {})
    })
  }
})

await t.test('a hijacked reply that ends counts as answered', async t => {
  const { app, read } = host(t)
  app.get('/', (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(202).end('done')
  })
  await app.inject('/')
  t.same(read('requests_total'), { 'GET / 202': 1 })
  t.same(read('requests_in_progress'), { 'GET /': 0 })
})

await t.test('a hook of the host\'s that is slow or fails takes no request from the count', async t => {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  app.addHook('onResponse', async request => {
    await new Promise(resolve => { setTimeout(resolve, 5) })
    if (request.url === '/fails') throw new Error('boom')
  })
  app.register(registry)
  app.register(httpMetrics)
  app.get('/fails', async () => 'ok')
  app.get('/slow', async () => 'ok')
  await app.inject('/fails')
  await app.inject('/slow')
  await new Promise(resolve => { setTimeout(resolve, 20) })
  t.same(samples(app.njordRegistry, 'http_requests_total'), {
    'http_requests_total{method="GET",endpoint="/fails",status="200"}': 1,
    'http_requests_total{method="GET",endpoint="/slow",status="200"}': 1
  })
})

await t.test('an upgraded connection is not in progress; a refused upgrade is an answer', async t => {
  const { app, read } = host(t)
  // As @fastify/websocket does it: an upgrade is routed with a response of its own, and hijacked by its handler.
  app.server.on('upgrade', (raw: IncomingMessage, socket: Socket) => {
    socket.on('end', () => { socket.destroy() }).resume()
    const response = new ServerResponse(raw)
    response.assignSocket(socket)
    response.once('finish', () => { socket.end() })
    app.routing(raw, response)
  })
  app.get('/ws', (request, reply) => {
    if (request.headers.authorization === undefined) {
      reply.code(401).send('no')
      return
    }
    reply.hijack()
    request.raw.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
  })
  const port = await listen(app)
  const upgrade = (headers: Record<string, string>) => httpRequest({
    port, host: '127.0.0.1', path: '/ws', headers: { connection: 'Upgrade', upgrade: 'websocket', ...headers }
  }).end()

  const [, socket] = await once(upgrade({ authorization: 'x' }), 'upgrade') as [unknown, Socket]
  t.same(read('requests_in_progress'), { 'GET /ws': 0 })
  const [refusal] = await once(upgrade({}), 'response') as [IncomingMessage]
  refusal.resume()
  await once(refusal, 'end')
  t.same(read('requests_total'), { 'GET /ws 401': 1 })
  socket.destroy()
  t.same(read('requests_aborted_total'), { 'GET /ws': 0 })
  t.same(read('requests_in_progress'), { 'GET /ws': 0 })
})

await t.test('a request that offers an upgrade nobody takes is an ordinary one', async t => {
  const { app, read } = host(t)
  app.get('/', async () => 'ok')
  const socket = await send(await listen(app), 'GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c')
  await once(socket, 'data')
  socket.destroy()
  t.same(read('requests_total'), { 'GET / 200': 1 })
})

await t.test('over HTTP/2, a cancelled stream is aborted and the others are answered', async t => {
  const { app, read } = host(t, {}, { http2: true } as FastifyServerOptions)
  app.get('/ok', async () => 'ok')
  app.get('/never', async () => await new Promise(() => {}))
  const client = connectHttp2(`http://127.0.0.1:${await listen(app)}`)
  t.teardown(() => { client.destroy() })
  const ok = client.request({ ':path': '/ok' })
  ok.resume()
  await once(ok, 'close')
  t.match(read('requests_total'), { 'GET /ok 200': 1 })

  const closed = new Promise<void>(resolve => {
    app.server.once('stream', stream => { stream.once('close', () => { setImmediate(resolve) }) })
  })
  const never = client.request({ ':path': '/never' })
  never.on('error', () => {})
  await once(app.server, 'stream')
  never.close(8)
  await closed
  t.match(read('requests_aborted_total'), { 'GET /never': 1, 'GET /ok': 0 })
  t.same(read('requests_in_progress'), { 'GET /never': 0, 'GET /ok': 0 })
})

await t.test('says which plugin it needs', async t => {
  const app = Fastify()
  app.register(httpMetrics)
  await t.rejects(async () => { await app.ready() }, { code: 'FST_ERR_PLUGIN_DEPENDENCY_NOT_REGISTERED' })
})

await t.test('a wrong option is refused at registration, by name', async t => {
  const refused = async (opts: object, message: RegExp) => {
    const app = Fastify()
    app.register(registry)
    app.register(httpMetrics, opts)
    await t.rejects(async () => { await app.ready() }, { code: 'NJORD_ERR_INVALID_OPTION', message })
  }
  await refused({ exclude: '/metrics' }, /exclude/)
  await refused({ exclude: ['/metrics', 5] }, /exclude\.1/)
  await refused({ buckets: 5 }, /buckets/)
  await refused({ bucket: [1] }, /bucket/)
})

await t.test('refuses to count every request twice', async t => {
  const { app } = host(t)
  app.register(httpMetrics)
  await t.rejects(async () => { await app.ready() }, { code: 'NJORD_ERR_ALREADY_REGISTERED' })
})
