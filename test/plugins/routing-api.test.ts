import Fastify, { type FastifyInstance } from 'fastify'
import { test, type Test } from 'tap'
import registry from '../../plugins/registry.js'
import routing, { type RoutingOptions } from '../../plugins/routing.js'

type Options = RoutingOptions & { prefix?: string }

async function open (t: Test, options: Options = {}, prepare: (app: FastifyInstance) => void = () => {}): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(registry)
  await app.register(routing, options)
  prepare(app)
  t.teardown(async () => { await app.close() })
  await app.ready()
  return app
}

test('what is not found elsewhere stays the host\'s affair, as do its parsers, its errors and its own routes beside ours', async t => {
  const app = await open(t, {}, host => {
    host.setNotFoundHandler(async (_, reply) => await reply.code(404).send('the host knows no such page'))
    host.setErrorHandler(async (_, __, reply) => await reply.code(500).send('the host failed'))
    host.post('/echo', async request => request.body)
    host.get('/fails', async () => { throw new Error('x') })
    host.get('/api/v2/trades', async () => 'trades')
  })
  const get = async (url: string, remoteAddress = '127.0.0.1') => await app.inject({ url, remoteAddress })
  t.equal((await get('/nonexist')).body, 'the host knows no such page')
  t.equal((await get('/fails')).body, 'the host failed')
  t.equal((await get('/api/v2/trades')).body, 'trades')
  t.same((await app.inject({ method: 'POST', url: '/echo', payload: { a: 1 } })).json(), { a: 1 })
  t.same((await get('/api/v2/nonexist')).json(), { code: 404, message: 'path /api/v2/nonexist was not found' })
  t.equal((await get('/api/v2/nonexist', '10.0.0.7')).statusCode, 403, 'the guard is before what is not there, too')
  t.equal((await app.inject({ method: 'PUT', url: '/api/v2/alerts', remoteAddress: '10.0.0.7' })).statusCode, 403)

  const prefixed = await open(t, { prefix: '/alerting' })
  t.equal((await prefixed.inject('/nonexist')).json<{ message: string }>().message, 'Route GET:/nonexist not found', 'Fastify\'s own words')
  t.equal((await prefixed.inject('/alerting/api/v2/nonexist')).json<{ message: string }>().message, 'path /alerting/api/v2/nonexist was not found')
  t.equal((await prefixed.inject('/alerting/api/v2/status')).statusCode, 200)
})

test('a page of another site cannot silence anything', async t => {
  const app = await open(t)
  const silence = JSON.stringify({
    matchers: [{ name: 'alertname', value: '.+', isRegex: true }], startsAt: '2026-01-01T00:00:00Z', endsAt: '2100-01-01T00:00:00Z', createdBy: 'a page', comment: 'hush'
  })
  const post = async (headers: Record<string, string>, url = '/api/v2/silences') => await app.inject({ method: 'POST', url, headers, payload: silence })
  for (const type of ['text/plain', 'text/plain;application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
    t.match([await post({ 'content-type': type }), await post({ 'content-type': type }, '/api/v2/alerts')], [{ statusCode: 415 }, { statusCode: 415 }], type)
  }
  t.match((await post({ 'content-type': 'text/plain' })).json(), { code: 415, message: 'unsupported media type "text/plain", only [application/json] are allowed' })
  const json = { 'content-type': 'application/json' }
  for (const origin of ['http://evil.example', 'null', 'http://localhost:81']) t.equal((await post({ ...json, origin })).statusCode, 403, origin)
  t.equal((await app.inject({ method: 'DELETE', url: '/api/v2/silence/11111111-1111-1111-1111-111111111111', headers: { origin: 'http://evil.example' } })).statusCode, 403)
  t.equal((await post({ ...json, host: 'evil.example', origin: 'http://evil.example' })).statusCode, 403, 'a name that was made to point here')
  t.same((await app.inject('/api/v2/silences')).json(), [])
  t.equal((await post({ ...json, host: 'localhost:3000', origin: 'http://localhost:3000' })).statusCode, 200, 'a page of the host may')
})

test('lists of any length are whole', async t => {
  const app = await open(t)
  const endsAt = new Date(Date.now() + 3_600_000).toISOString()
  const alerts = Array.from({ length: 2500 }, (_, i) => ({ labels: { alertname: `A${i % 3}`, i: String(i).padStart(4, '0'), text: '"],[{\\"\n\\' }, annotations: { a: 'x'.repeat(100) }, endsAt }))
  t.equal((await app.inject({ method: 'POST', url: '/api/v2/alerts', payload: alerts })).statusCode, 200)
  await app.njordRouting.settled()
  const listed = (await app.inject('/api/v2/alerts')).json<Array<{ labels: { i: string } }>>()
  t.same(listed.map(({ labels }) => labels.i).sort(), alerts.map(({ labels }) => labels.i))
  const groups = (await app.inject('/api/v2/alerts/groups')).json<Array<{ alerts: unknown[], receiver: { name: string } }>>()
  t.same(groups.map(({ alerts, receiver }) => `${receiver.name} ${alerts.length}`), ['bus 834', 'log 834', 'bus 833', 'log 833', 'bus 833', 'log 833'])
  t.match((await app.inject({ method: 'POST', url: '/api/v2/alerts', payload: [{ labels: { a: 'x'.repeat(1_100_000) } }] })).json(), { code: 413 })
})
