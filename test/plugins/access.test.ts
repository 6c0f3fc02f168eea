import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import t, { type Test } from 'tap'
import { guardAccess, type AccessOptions } from '../../plugins/access.js'

function host (t: Test, access: AccessOptions, server: FastifyServerOptions = {}): FastifyInstance {
  const app = Fastify({ ...server, forceCloseConnections: true } as FastifyServerOptions)
  t.teardown(async () => { await app.close() })
  app.get('/', { onRequest: guardAccess(access) }, async () => 'figures')
  return app
}

interface Ask {
  from?: string
  headers?: Record<string, string>
}

async function ask (app: FastifyInstance, { from = '127.0.0.1', headers = {} }: Ask = {}): Promise<number> {
  return (await app.inject({ url: '/', remoteAddress: from, headers })).statusCode
}

const bearer = (token: string): Ask => ({ headers: { authorization: `Bearer ${token}` } })

/** A request over a real connection, from the local address `from`. */
async function connectAndAsk (options: { port: number, host?: string, from?: string } | { socketPath: string }, headers = {}): Promise<number> {
  const { from, ...target } = options as { port: number, from?: string }
  const request = httpRequest({ host: '127.0.0.1', ...target, localAddress: from, headers, agent: false }).end()
  const [response] = await once(request, 'response') as [IncomingMessage]
  response.resume()
  await once(response, 'close')
  return response.statusCode!
}

async function listen (app: FastifyInstance, host = '127.0.0.1'): Promise<number> {
  await app.listen({ port: 0, host })
  return (app.server.address() as AddressInfo).port
}

await t.test('without any option, only this machine may read', async t => {
  const app = host(t, {})
  for (const from of ['127.0.0.1', '127.0.0.2', '::1', '::ffff:127.0.0.1']) t.equal(await ask(app, { from }), 200, from)
  for (const from of ['10.0.0.7', '192.168.1.1', '8.8.8.8', 'fe80::1', 'fe80::1%eth0', '::ffff:10.0.0.7', '::', '0.0.0.0']) {
    t.equal(await ask(app, { from }), 403, from)
  }
})

await t.test('a refusal says what to do and shows nothing', async t => {
  const response = await host(t, {}).inject({ url: '/', remoteAddress: '10.0.0.7' })
  t.same(response.json(), {
    statusCode: 403, error: 'Forbidden', message: 'Only this machine may read: configure a token, or the addresses that may'
  })
})

await t.test('what a proxy on this machine passes on is not from this machine', async t => {
  const app = host(t, {})
  for (const headers of [
    { 'x-forwarded-for': '10.0.0.7' }, { 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' },
    { 'x-real-ip': '127.0.0.1' }, { via: '1.1 proxy' }, { 'x-forwarded-host': 'localhost' }, { 'x-forwarded-proto': 'http' }
  ]) t.equal(await ask(app, { headers: headers as never }), 403, JSON.stringify(headers))
})

await t.test('an address that is forged does not open the door from outside', async t => {
  for (const trustProxy of [false, true, 1, 'loopback']) {
    const app = host(t, {}, { trustProxy } as FastifyServerOptions)
    t.equal(await ask(app, { from: '10.0.0.7', headers: { 'x-forwarded-for': '127.0.0.1' } }), 403, `trustProxy ${trustProxy}`)
    // The proxy appends the address that it saw.
    t.equal(await ask(app, { headers: { 'x-forwarded-for': '127.0.0.1, 203.0.113.5' } }), 403, `through a proxy, trustProxy ${trustProxy}`)
  }
})

await t.test('behind a trusted proxy, an allow-list lets this machine read', async t => {
  const app = host(t, { allow: ['127.0.0.0/8', '::1'] }, { trustProxy: 'loopback' })
  t.equal(await ask(app, { headers: { 'x-forwarded-for': '127.0.0.1' } }), 200)
  t.equal(await ask(app, { headers: { 'x-forwarded-for': '127.0.0.1, 203.0.113.5' } }), 403)
  t.equal(await ask(app, { headers: { 'x-forwarded-for': 'unknown' } }), 403)
})

await t.test('over real connections, dual-stack ones too', async t => {
  const app = host(t, { allow: ['127.0.0.2'] })
  const port = await listen(app)
  t.equal(await connectAndAsk({ port, from: '127.0.0.2' }), 200)
  t.equal(await connectAndAsk({ port, from: '127.0.0.1' }), 403)

  const open = host(t, {})
  const openPort = await listen(open, '::')
  t.equal(await connectAndAsk({ port: openPort, from: '127.0.0.2' }), 200, 'as ::ffff:127.0.0.2')
  t.equal(await connectAndAsk({ port: openPort, host: '::1' }), 200)
})

await t.test('over a Unix socket, who may open it may read; not so what a proxy passes on', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'njord-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const app = host(t, {})
  const socketPath = join(folder, 'host.sock')
  await app.listen({ path: socketPath })
  t.equal(await connectAndAsk({ socketPath }), 200)
  t.equal(await connectAndAsk({ socketPath }, { 'x-forwarded-for': '10.0.0.7' }), 403)
})

await t.test('a token opens the door from anywhere, and its want closes it everywhere', async t => {
  const app = host(t, { token: 's3cret' })
  for (const from of ['127.0.0.1', '10.0.0.7']) {
    t.equal(await ask(app, { from }), 401)
    t.equal(await ask(app, { from, ...bearer('s3cret') }), 200)
    t.equal(await ask(app, { from, ...bearer('s3cre') }), 401)
    t.equal(await ask(app, { from, ...bearer('s3cret2') }), 401)
  }
})

await t.test('the scheme is read as RFC 9110 says: in any case, and no other', async t => {
  const app = host(t, { token: 's3cret' })
  const status = async (authorization: string) => await ask(app, { headers: { authorization } })
  for (const good of ['bearer s3cret', 'BEARER s3cret', 'Bearer  s3cret', 'Bearer s3cret ']) t.equal(await status(good), 200, good)
  for (const bad of ['s3cret', 'Basic s3cret', 'Bearer', 'Bearer ', 'Bearers3cret', 'Bearer s3cret x', 'Bearer S3CRET', 'Token Bearer s3cret']) {
    t.equal(await status(bad), 401, bad)
  }
})

await t.test('a 401 says how to log in', async t => {
  const app = host(t, { token: 's3cret' })
  const without = await app.inject('/')
  t.equal(without.headers['www-authenticate'], 'Bearer realm="njord"')
  t.match(without.json(), { statusCode: 401, error: 'Unauthorized' })
  const wrong = await app.inject({ url: '/', headers: { authorization: 'Bearer guess' } })
  t.equal(wrong.headers['www-authenticate'], 'Bearer realm="njord", error="invalid_token"')
  t.notMatch(wrong.body, /s3cret|guess/)
})

await t.test('an allow-list names addresses and subnets of both families', async t => {
  const app = host(t, { allow: ['10.0.0.7', '192.168.0.0/16', 'fd00::/8', '2001:db8::1'] })
  for (const from of ['10.0.0.7', '::ffff:10.0.0.7', '192.168.255.1', 'fd12::1', '2001:db8::1']) t.equal(await ask(app, { from }), 200, from)
  for (const from of ['10.0.0.8', '192.169.0.1', '2001:db8::2', '127.0.0.1', '::1', '::ffff:10.0.0.8']) t.equal(await ask(app, { from }), 403, from)
  t.equal(await ask(host(t, { allow: [] })), 403, 'an empty list is nobody')
  t.equal(await ask(host(t, { allow: ['0.0.0.0/0'] }), { from: '8.8.8.8' }), 200)
})

await t.test('an allow-list goes by the address that the host trusts', async t => {
  const headers = { 'x-forwarded-for': '10.0.0.7' }
  const allow = ['10.0.0.7']
  t.equal(await ask(host(t, { allow }), { headers }), 403, 'no proxy is trusted')
  t.equal(await ask(host(t, { allow }, { trustProxy: 'loopback' }), { headers }), 200)
  t.equal(await ask(host(t, { allow }, { trustProxy: 'loopback' }), { from: '10.0.0.9', headers }), 403, 'not through a stranger')
})

await t.test('with a list and a token, both are needed', async t => {
  const app = host(t, { allow: ['10.0.0.7'], token: 's3cret' })
  t.equal(await ask(app, { from: '10.0.0.7', ...bearer('s3cret') }), 200)
  t.equal(await ask(app, { from: '10.0.0.7' }), 401)
  t.equal(await ask(app, { from: '127.0.0.1', ...bearer('s3cret') }), 403)
})

await t.test('the token may come from the environment; the option wins', async t => {
  t.teardown(() => { delete process.env.NJORD_METRICS_TOKEN })
  process.env.NJORD_METRICS_TOKEN = 'from-env'
  t.equal(await ask(host(t, {})), 401)
  t.equal(await ask(host(t, {}), bearer('from-env')), 200)
  t.equal(await ask(host(t, { token: 'mine' }), bearer('from-env')), 401)
  process.env.NJORD_METRICS_TOKEN = ''
  t.equal(await ask(host(t, {})), 200, 'an empty one is none')
  process.env.NJORD_METRICS_TOKEN = 'read from a file\n'
  t.throws(() => guardAccess({}), { code: 'NJORD_ERR_INVALID_OPTION', message: /NJORD_METRICS_TOKEN.*without spaces/ })
  t.throws(() => guardAccess({}), { message: /^(?!.*a file)/s })
})

await t.test('a real reverse proxy on this machine lets nobody in', async t => {
  const app = host(t, {})
  const port = await listen(app)
  const proxy = createServer((request, response) => {
    const headers = { ...request.headers, 'x-forwarded-for': request.socket.remoteAddress }
    httpRequest({ port, host: '127.0.0.1', headers, agent: false }, answer => {
      response.writeHead(answer.statusCode!)
      answer.pipe(response)
    }).end()
  }).listen(0, '127.0.0.1')
  t.teardown(() => { proxy.close() })
  await once(proxy, 'listening')
  t.equal(await connectAndAsk({ port: (proxy.address() as AddressInfo).port }), 403)
})
