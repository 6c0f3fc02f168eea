import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import websocketPlugin from '@fastify/websocket'
import t, { type Test } from 'tap'
import WebSocket from 'ws'
import njordTelemetry, { type NjordTelemetryOptions } from '../../plugins/telemetry.js'
import { cookieName } from '../../plugins/dashboard/access.js'
import { Scrape } from '../examples/scrape.js'

interface Host { readonly app: FastifyInstance, readonly port: number, readonly url: string }

async function host (
  t: Test, dashboard: NjordTelemetryOptions['dashboard'] = {}, server: FastifyServerOptions = {}
): Promise<Host> {
  const app = Fastify({ forceCloseConnections: true, ...server } as FastifyServerOptions) as FastifyInstance
  await app.register(njordTelemetry, { enabled: true, runtime: false, dashboard, portfolio: { portfolioId: 'test', startingCash: 1000 } })
  app.get('/own', async () => 'the host answers')
  t.teardown(async () => { await app.close() })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return { app, port, url: `http://127.0.0.1:${port}` }
}

interface Message { readonly atMs: number, readonly state?: { readonly portfolio: { readonly equity?: number } }, readonly patch?: object }

/** The first messages of a stream, or how the upgrade was refused. */
async function stream (url: string, { headers = {}, messages = 1 }: { headers?: Record<string, string>, messages?: number } = {}) {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers })
  const got: Message[] = []
  return await new Promise<{ socket: WebSocket, got: Message[], status?: number }>((resolve, reject) => {
    socket.on('message', data => {
      got.push(JSON.parse(String(data)) as Message)
      if (got.length === messages) resolve({ socket, got })
    })
    socket.on('unexpected-response', (request, response) => {
      response.resume()
      request.destroy()
      resolve({ socket, got, status: response.statusCode! })
    })
    socket.on('error', reject)
  })
}

async function scrape ({ app }: Host): Promise<Scrape> {
  return new Scrape((await app.inject('/metrics')).body)
}

async function logIn (app: FastifyInstance, token: string, headers: Record<string, string> = {}) {
  return await app.inject({
    method: 'POST', url: '/dashboard/login', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, payload: new URLSearchParams({ token }).toString()
  })
}

function cookieOf (response: { headers: Record<string, unknown> }): string {
  return String(response.headers['set-cookie']).split(';')[0]!
}

/** Everything that the page is made of but for itself. */
const files = (readdirSync(new URL('../../assets/dashboard/', import.meta.url), { recursive: true }) as string[])
  .filter(name => /\.(js|css|svg)$/.test(name))

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

await t.test('the page and all its files come from the host alone, under a strict policy', async t => {
  const { app } = await host(t)
  const away = await app.inject('/dashboard')
  t.match([away.statusCode, away.headers.location], [302, 'dashboard/'], 'relative, for proxies')
  const page = await app.inject('/dashboard/')
  t.equal(page.statusCode, 200)
  t.match(page.headers, { 'content-type': /^text\/html/, 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'same-origin' })
  const policy = String(page.headers['content-security-policy'])
  t.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; /)
  t.notMatch(policy, /unsafe|https?:|\*/)
  t.notMatch(page.body, /<script(?![^>]*\ssrc=)|<style|style=|\son\w+=|https?:/)
  for (const [, file] of page.body.matchAll(/(?:href|src)="([^"#]+)"/g)) t.ok(files.includes(file!), file!)
  for (const file of files) {
    const response = await app.inject(`/dashboard/${file}`)
    t.equal(response.statusCode, 200, file)
    t.match(response.headers['content-type'], /^(text\/(javascript|css)|image\/svg)/)
  }
})

await t.test('it weighs less than 60 KB compressed, all in all', async t => {
  const { app } = await host(t)
  const headers = { 'accept-encoding': 'gzip' }
  const page = await app.inject({ url: '/dashboard/', headers })
  let bytes = page.rawPayload.length
  for (const file of files) {
    const response = await app.inject({ url: `/dashboard/${file}`, headers })
    t.equal(response.headers['content-encoding'], 'gzip')
    bytes += response.rawPayload.length
  }
  t.ok(bytes < 60 * 1024, `${bytes} bytes in ${files.length + 1} files`)
})

await t.test('what the browser has is not sent again', async t => {
  const { app } = await host(t)
  const first = await app.inject('/dashboard/app.js')
  const again = await app.inject({ url: '/dashboard/app.js', headers: { 'if-none-match': first.headers.etag } })
  t.match([again.statusCode, again.body], [304, ''])
})

await t.test('paths are names of files and nothing else', async t => {
  const { url, app } = await host(t)
  for (const path of [
    '../package.json', '..%2fpackage.json', '%2e%2e/%2e%2e/package.json', '..\\package.json', 'sections/../../../package.json', 'sections%2f..%2f..%2fbase.css',
    'app.js%00', 'app.js/', '.', 'sections', 'login.html', 'index.html', '/etc/passwd', 'constructor', '__proto__'
  ]) {
    const request = httpRequest(`${url}/`, { path: `/dashboard/${path}`, agent: false }).end()
    const [response] = await once(request, 'response') as [IncomingMessage]
    response.resume()
    t.ok([404, 400, 302].includes(response.statusCode!), `${path}: ${response.statusCode}`)
  }
  t.equal((await app.inject('/own')).statusCode, 200)
})

await t.test('any prefix and path will do', async t => {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(async child => {
    await child.register(njordTelemetry, { enabled: true, runtime: false, dashboard: { path: '/live/now' } })
  }, { prefix: '/desk' })
  t.equal((await app.inject('/desk/live/now/')).statusCode, 200)
  t.equal((await app.inject('/desk/live/now/sections/risk.js')).statusCode, 200)
  t.match((await app.inject('/desk/live/now')).headers.location, /^now\/$/)
  await t.rejects(async () => { await Fastify().register(njordTelemetry, { enabled: true, dashboard: { path: 'live' } }) }, { code: 'NJORD_ERR_INVALID_OPTION' })
  const none = Fastify()
  t.teardown(async () => { await none.close() })
  await none.register(njordTelemetry, { enabled: true, runtime: false, dashboard: false })
  t.equal((await none.inject('/dashboard/')).statusCode, 404)
})

await t.test('without a token only this machine may look, by its own name', async t => {
  const { app, url } = await host(t)
  const ask = async (options: object): Promise<number> => (await app.inject({ url: '/dashboard/', ...options })).statusCode
  t.equal(await ask({ remoteAddress: '127.0.0.1', headers: { host: 'localhost:3000' } }), 200)
  t.equal(await ask({ remoteAddress: '::1', headers: { host: '[::1]:3000' } }), 200)
  t.equal(await ask({ remoteAddress: '10.0.0.7' }), 403)
  t.equal(await ask({ headers: { 'x-forwarded-for': '1.2.3.4' } }), 403)
  t.equal(await ask({ headers: { host: 'evil.example' } }), 403, 'a name that was made to point here')
  t.equal((await app.inject({ url: '/dashboard/base.css', remoteAddress: '10.0.0.7' })).statusCode, 403)
  t.match(await stream(`${url}/dashboard/stream`, { headers: { host: 'evil.example' } }), { status: 403 })
  t.match(await stream(`${url}/dashboard/stream`, { headers: { origin: 'https://evil.example' } }), { status: 403 })
  const { socket, got } = await stream(`${url}/dashboard/stream`)
  t.match(got[0], { state: { portfolio: { equity: 1000 } } })
  socket.close()
  const logout = await app.inject({ method: 'POST', url: '/dashboard/logout' })
  t.equal(logout.statusCode, 303)
  t.match((await logIn(app, 'any')).headers, { location: './' })
})

await t.test('an allow-list opens it to its addresses, and to no others', async t => {
  const { app } = await host(t, { allow: ['10.0.0.0/8'] })
  t.equal((await app.inject({ url: '/dashboard/', remoteAddress: '10.1.2.3', headers: { host: 'desk.example' } })).statusCode, 200)
  t.equal((await app.inject({ url: '/dashboard/', remoteAddress: '127.0.0.1' })).statusCode, 403)
})

await t.test('a token is asked for at a login page, which shows nothing', async t => {
  const { app, url } = await host(t, { token: 'open-sesame' })
  const page = await app.inject({ url: '/dashboard/', remoteAddress: '8.8.8.8' })
  t.equal(page.statusCode, 401)
  t.match(page.body, /type="password"/)
  t.notMatch(page.body, /app\.js/)
  for (const file of ['base.css', 'login.css', 'icon.svg']) t.equal((await app.inject(`/dashboard/${file}`)).statusCode, 200, file)
  for (const path of ['app.js', 'dashboard.css', 'stream', 'session']) t.equal((await app.inject(`/dashboard/${path}`)).statusCode, 401, path)
  t.match(await stream(`${url}/dashboard/stream`), { status: 401 })
})

await t.test('a program sends the token as a bearer; anywhere else it counts for nothing', async t => {
  const { app, url } = await host(t, { token: 'open-sesame' })
  t.equal((await app.inject({ url: '/dashboard/app.js', headers: bearer('open-sesame') })).statusCode, 200)
  const { socket, got } = await stream(`${url}/dashboard/stream?range=5m`, { headers: bearer('open-sesame'), messages: 2 })
  t.match(got, [{ state: {} }, { patch: {} }])
  socket.close()
  const wrong = await app.inject({ url: '/dashboard/app.js', headers: bearer('open-sesam') })
  t.match([wrong.statusCode, wrong.headers['www-authenticate']], [401, 'Bearer realm="njord"'])
  for (const request of [
    { url: '/dashboard/app.js?token=open-sesame' },
    { url: '/dashboard/app.js', headers: { 'x-token': 'open-sesame' } },
    { url: '/dashboard/app.js', headers: { cookie: `${cookieName}=open-sesame` } },
    { url: '/dashboard/app.js', headers: { authorization: 'Basic open-sesame' } },
    { url: '/dashboard/app.js', headers: { authorization: 'open-sesame' } }
  ]) t.equal((await app.inject(request)).statusCode, 401)
})

await t.test('logging in gives a cookie that no script and no other site can use', async t => {
  const { app, url, port } = await host(t, { token: 'open-sesame', sessionMs: 60_000 })
  t.equal((await logIn(app, 'wrong')).statusCode, 401)
  t.match((await logIn(app, 'wrong')).body, /role="alert">That token is wrong/)
  const response = await logIn(app, ' open-sesame ')
  t.match([response.statusCode, response.headers.location], [303, './'])
  t.match(response.headers['set-cookie'], /^njord_dashboard=[\w.-]+; Max-Age=60; HttpOnly; SameSite=Strict$/)
  const cookie = cookieOf(response)
  t.equal((await app.inject({ url: '/dashboard/', headers: { cookie: `other=1; ${cookie}` } })).statusCode, 200)
  t.same((await app.inject({ url: '/dashboard/session', headers: { cookie } })).json(), { login: true })

  const origin = `http://127.0.0.1:${port}`
  const { socket } = await stream(`${url}/dashboard/stream`, { headers: { cookie, origin } })
  for (const other of ['https://evil.example', 'null', `http://127.0.0.1:${port + 1}`, `http://127.0.0.1.evil.example:${port}`, 'no url']) {
    t.match(await stream(`${url}/dashboard/stream`, { headers: { cookie, origin: other } }), { status: 403 }, other)
  }
  t.match(await stream(`${url}/dashboard/stream`, { headers: { cookie } }), { status: 403 }, 'a browser says its origin')
  t.equal((await logIn(app, 'open-sesame', { origin: 'https://evil.example' })).statusCode, 403)
  t.equal((await app.inject({ method: 'POST', url: '/dashboard/logout', headers: { cookie, origin: 'https://evil.example' } })).statusCode, 403)

  t.equal((await app.inject({ url: '/dashboard/app.js', headers: { cookie, authorization: 'Basic dTpw' } })).statusCode, 200, 'a proxy on the way may ask for a password')
  const ended = once(socket, 'close')
  const out = await app.inject({ method: 'POST', url: '/dashboard/logout', headers: { cookie } })
  t.match(out.headers['set-cookie'], /^njord_dashboard=; Max-Age=0; HttpOnly/)
  t.equal((await app.inject({ url: '/dashboard/app.js', headers: { cookie } })).statusCode, 401, 'the cookie is worth nothing any more')
  t.equal((await ended)[0], 4401, 'and pages that it opened are sent away')
})

await t.test('over TLS the cookie is for TLS only', async t => {
  const { app } = await host(t, { token: 'open-sesame' }, { trustProxy: true })
  const response = await logIn(app, 'open-sesame', { 'x-forwarded-proto': 'https' })
  t.match(response.headers['set-cookie'], /; Secure$/)
  const plain = await logIn(app, 'open-sesame', { 'x-forwarded-proto': 'https', origin: 'http://localhost:80', host: 'localhost' })
  t.equal(plain.statusCode, 403, 'the same name without TLS is another site')
})

await t.test('the token may come from the environment', async t => {
  process.env['NJORD_DASHBOARD_TOKEN'] = 'from-outside'
  t.teardown(() => { delete process.env['NJORD_DASHBOARD_TOKEN'] })
  const { app } = await host(t)
  t.equal((await app.inject('/dashboard/app.js')).statusCode, 401)
  t.equal((await logIn(app, 'from-outside')).statusCode, 303)
  process.env['NJORD_DASHBOARD_TOKEN'] = 'not a token'
  await t.rejects(host(t), { code: 'NJORD_ERR_INVALID_OPTION' })
})

await t.test('a session that has expired ends the stream and opens nothing', async t => {
  const { app, url, port } = await host(t, { token: 'open-sesame', sessionMs: 6000 })
  const cookie = cookieOf(await logIn(app, 'open-sesame'))
  const { socket } = await stream(`${url}/dashboard/stream`, { headers: { cookie, origin: `http://127.0.0.1:${port}` } })
  const [code] = await once(socket, 'close') as [number]
  t.equal(code, 4401)
  t.equal((await app.inject({ url: '/dashboard/app.js', headers: { cookie } })).statusCode, 401)
})

await t.test('ten thousand attempts get five guesses, and the host goes on', async t => {
  const opened = await host(t, { token: 'open-sesame' })
  const { app } = opened
  const counts = new Map<number, number>()
  const startedMs = performance.now()
  for (let i = 0; i < 10_000; i++) {
    const { statusCode } = i % 2 === 0 ? await logIn(app, `guess-${i}`) : await app.inject({ url: '/dashboard/app.js', headers: bearer(`guess-${i}`) })
    counts.set(statusCode, (counts.get(statusCode) ?? 0) + 1)
    if (i % 500 === 0) await new Promise(resolve => { setImmediate(resolve) })
  }
  // Five, and one more every twelve seconds that this takes.
  const guesses = 5 + Math.ceil((performance.now() - startedMs) / 12_000)
  t.ok(counts.get(401)! <= guesses, `${counts.get(401)} guesses of ${guesses} were looked at`)
  t.equal(counts.get(401)! + counts.get(429)!, 10_000)
  const right = await logIn(app, 'open-sesame')
  t.match([right.statusCode, right.body], [429, /Too many wrong tokens. Try again in \d+ s/], 'the right one has to wait as well')
  t.ok(Number(right.headers['retry-after']) > 0)
  const metrics = await scrape(opened)
  t.ok(metrics.only('njord_dashboard_logins_total', { result: 'limited' }) >= 10_000 - guesses)
  t.equal((await app.inject('/own')).body, 'the host answers')
  t.equal((await app.inject({ method: 'POST', url: '/dashboard/login', payload: 'x'.repeat(5000), headers: { 'content-type': 'application/x-www-form-urlencoded' } })).statusCode, 413)
  t.equal((await app.inject({ method: 'POST', url: '/dashboard/login', payload: {} })).statusCode, 415)
})

/** An upgraded connection, to write anything to. */
async function rawSocket (port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /dashboard/stream HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
    'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n')
  await once(socket, 'data')
  return socket
}

await t.test('what a page has to say ends its connection, well-formed or not, and the host is unharmed', async t => {
  const opened = await host(t)
  const { app, port, url } = opened
  for (const [title, frame] of [
    ['oversized', Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3, 4])],
    ['unmasked', Buffer.from([0x81, 0x02, 0x68, 0x69])],
    ['of an unknown kind', Buffer.from([0x83, 0x80, 1, 2, 3, 4])],
    ['with reserved bits', Buffer.from([0xf1, 0x80, 1, 2, 3, 4])],
    ['text', Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x61])],
    ['noise', Buffer.from('GET / HTTP/1.1\r\n\r\n')]
  ] as const) {
    const socket = await rawSocket(port)
    socket.resume()
    socket.on('error', () => {})
    socket.write(frame)
    await once(socket, 'close')
    t.pass(title)
  }
  const { socket } = await stream(`${url}/dashboard/stream`)
  socket.send('hello')
  const [code] = await once(socket, 'close') as [number]
  t.equal(code, 1008)
  t.equal((await app.inject('/own')).body, 'the host answers')
  const metrics = await scrape(opened)
  t.equal(metrics.only('njord_dashboard_clients', { transport: 'websocket' }), 0)
  t.equal(metrics.only('njord_dashboard_dropped_clients_total', { reason: 'protocol' }), 2)
})

await t.test('where upgrades are refused the same comes as server-sent events', async t => {
  const opened = await host(t)
  const { app, url } = opened
  app.njord.emit('orderPlaced', { strategyId: 's', symbol: 'X', side: 'buy', venue: 'v', orderId: '1', quantity: 1, price: 2 })
  const response = await fetch(`${url}/dashboard/stream?range=15m`)
  t.match(Object.fromEntries(response.headers), { 'content-type': /^text\/event-stream/, 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  const reader = response.body!.getReader()
  let text = ''
  while ((text.match(/\n\n/g) ?? []).length < 2) text += Buffer.from((await reader.read()).value!).toString()
  const [first, second] = text.split('\n\n').map(part => JSON.parse(part.replace('data: ', '') || '{}') as Message & { range?: string })
  t.match(first, { range: '15m', state: { orders: { recent: [{ kind: 'placed', strategy: 's' }] } } })
  t.match(second, { patch: {} })
  t.equal((await scrape(opened)).only('njord_dashboard_clients', { transport: 'events' }), 1)
  await reader.cancel()
  const gone = async (): Promise<boolean> => (await scrape(opened)).only('njord_dashboard_clients', { transport: 'events' }) === 0
  while (!await gone()) await new Promise(resolve => { setImmediate(resolve) })
  t.equal((await fetch(`${url}/dashboard/stream`, { headers: { origin: 'https://evil.example' } })).status, 403)
})

for (const [title, order] of [['before', 'before'], ['after', 'after']] as const) {
  await t.test(`the host's own WebSockets go on, registered ${title} the telemetry`, async t => {
    const app = Fastify({ forceCloseConnections: true })
    t.teardown(async () => { await app.close() })
    const own = async (): Promise<void> => {
      await app.register(websocketPlugin)
      await app.register(async child => {
        child.get('/own-socket', { websocket: true }, socket => { socket.send(JSON.stringify({ atMs: 0, own: true })) })
      })
    }
    if (order === 'before') await own()
    await app.register(njordTelemetry, { enabled: true, runtime: false })
    if (order === 'after') await own()
    await app.listen({ port: 0, host: '127.0.0.1' })
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
    const mine = await stream(`${url}/own-socket`)
    t.match(mine.got[0], { own: true })
    const ours = await stream(`${url}/dashboard/stream`, { messages: 2 })
    t.match(ours.got, [{ state: {} }, { patch: {} }])
    mine.socket.close()
    ours.socket.close()
  })
}

await t.test('an upgrade that is not for us is as none, where the host takes none', async t => {
  const { port, app } = await host(t)
  const request = httpRequest({ port, host: '127.0.0.1', path: '/own', headers: { connection: 'upgrade, http2-settings', upgrade: 'h2c' }, agent: false }).end()
  const [response] = await once(request, 'response') as [IncomingMessage]
  let body = ''
  for await (const chunk of response) body += String(chunk)
  t.match([response.statusCode, body], [200, 'the host answers'])
  const gone = await stream(`http://127.0.0.1:${port}/nowhere`)
  t.equal(gone.status, 404)
  t.equal((await app.inject('/own')).statusCode, 200)
})

await t.test('a page that is open does not keep the host from closing', async t => {
  const { app, url } = await host(t)
  const { socket } = await stream(`${url}/dashboard/stream`)
  const events = await fetch(`${url}/dashboard/stream`)
  const closed = once(socket, 'close')
  await app.close()
  await closed
  await events.body!.cancel().catch(() => {})
  t.pass('both were ended')
})
