import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import telemetry from '../../plugins/telemetry.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { START_MS } from './history.js'

/** A trading host that has run for two minutes, on a real port. */
async function tradingHost (t: Test): Promise<string> {
  const clock = new VirtualClock(START_MS)
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(async () => { await app.close() })
  await app.register(telemetry, { enabled: true, clock, series: { intervalMs: 5000, job: 'desk', instance: 'a:1' }, query: { token: 's3cret' } })
  const fill = { strategyId: 'trend', symbol: 'BTC/USDT', venue: 'paper', quantity: 1, price: 1, fee: 0, complete: true } as const
  for (let i = 0; i < 24; i++) {
    app.njord.emit('orderFilled', { ...fill, orderId: String(i), side: i % 2 === 0 ? 'buy' : 'sell' })
    clock.advance(5000)
    await new Promise(resolve => { setImmediate(resolve) })
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

const headers = { authorization: 'Bearer s3cret' }
const times = { start: String(START_MS / 1000), end: String(START_MS / 1000 + 120) }

interface Body { status: string, data: any, error?: string }

/** As pkg/promlib/client/client.go of Grafana sends a query: a form, by POST. */
async function post (url: string, path: string, form: Record<string, string>): Promise<Body> {
  const answer = await fetch(`${url}/${path}`, { method: 'POST', headers, body: new URLSearchParams(form) })
  return await answer.json() as Body
}

/**
 * As its QueryResource asks for anything else: by POST with an empty form, and by GET where that was refused with 405 or 400; by GET at once for
 * the paths that it knows take nothing else.
 */
async function resource (url: string, path: string, query: Record<string, string | readonly string[]> = {}): Promise<Body> {
  const target = `${url}/${path}?${String(new URLSearchParams(query))}`
  const onlyGet = ['api/v1/label/', 'api/v1/metadata'].some(start => path.startsWith(start))
  const posted = onlyGet
    ? undefined
    : await fetch(target, { method: 'POST', headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body: '' })
  const answer = posted !== undefined && posted.status !== 405 && posted.status !== 400 ? posted : await fetch(target, { headers })
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`)
  return await answer.json() as Body
}

await t.test('"Save & test" succeeds: 1+1, and a build without features is a Prometheus', async t => {
  const url = await tradingHost(t)
  t.same(await post(url, 'api/v1/query', { query: '1+1', time: '4' }), { status: 'success', data: { resultType: 'scalar', result: [4, '2'] } })
  const refused = await fetch(`${url}/api/v1/status/buildinfo`, { method: 'POST', headers })
  t.equal(refused.status, 405, 'a 404 would mean that there is no build info')
  const { data } = await resource(url, 'api/v1/status/buildinfo')
  t.same(Object.keys(data as object), ['version', 'revision', 'branch', 'buildUser', 'buildDate', 'goVersion'])
  t.match(data.version, /^3\.\d+\.\d+$/, 'a version of Prometheus, by which Grafana chooses its requests')
})

await t.test('panels get their series', async t => {
  const url = await tradingHost(t)
  const range = await post(url, 'api/v1/query_range', { query: 'sum by (side) (rate(njord_fills_total[1m]))', ...times, step: '15', timeout: '60s' })
  t.equal(range.data.resultType, 'matrix')
  t.same(range.data.result.map(({ metric }: { metric: object }) => metric), [{ side: 'buy' }, { side: 'sell' }])
  for (const { values } of range.data.result as Array<{ values: Array<[number, string]> }>) {
    t.ok(values.every(([at, value]) => Number.isFinite(at) && at % 15 === START_MS / 1000 % 15 && typeof value === 'string'))
  }
  const instant = await post(url, 'api/v1/query', { query: 'njord_fills_total', time: String(START_MS / 1000 + 120.5) })
  t.same(instant.data.result.map(({ value }: { value: [number, string] }) => value), [[START_MS / 1000 + 120.5, '12'], [START_MS / 1000 + 120.5, '12']])
  t.same(await post(url, 'api/v1/query_exemplars', { query: 'njord_fills_total', ...times }), { status: 'success', data: [] })
  t.match(await post(url, 'api/v1/query', { query: 'sum(', time: '4' }), { status: 'error', errorType: 'bad_data', error: /parse error: unclosed left parenthesis/ })
})

await t.test('variables, the metric browser and the query builder find names and values', async t => {
  const url = await tradingHost(t)
  const matching = (selector: string) => ({ ...times, 'match[]': selector })
  t.same((await resource(url, 'api/v1/label/side/values', matching('njord_fills_total'))).data, ['buy', 'sell'])
  t.same((await resource(url, 'api/v1/label/job/values', times)).data, ['desk'])
  t.ok((await resource(url, 'api/v1/label/__name__/values', { ...times, limit: '40000' })).data.includes('njord_fills_total'))
  t.same((await resource(url, 'api/v1/labels', matching('njord_fills_total'))).data, ['__name__', 'instance', 'job', 'side', 'strategy_id', 'symbol'])
  t.equal((await resource(url, 'api/v1/series', matching('njord_fills_total{side="buy"}'))).data.length, 1)
  t.same((await post(url, 'api/v1/series', matching('up'))).data, [{ __name__: 'up', job: 'desk', instance: 'a:1' }])
  t.match((await resource(url, 'api/v1/metadata', { limit: '40000', limit_per_metric: '1' })).data, { njord_fills_total: [{ type: 'counter' }] })
  t.same((await resource(url, 'api/v1/rules')).data, { groups: [] })
})
