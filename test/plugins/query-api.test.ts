import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import queryApi from '../../plugins/query-api.js'
import registry from '../../plugins/registry.js'
import telemetry from '../../plugins/telemetry.js'
import { generatorUrl } from '../../src/alerting/rules/alert-posts.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { Queryable } from '../../src/contracts/queryable.js'
import { NJORD_ERR_QUERY_CANCELED } from '../../src/errors.js'
import { SampleStore } from '../../src/promql/index.js'
import { samples } from '../instrumentation/samples.js'
import { fill, hostOf, START_MS } from '../query-api/history.js'

/** A source that answers nothing until it is let, and counts who asks. */
class SlowSource implements Queryable {
  readonly asked: Array<{ answer: () => void, signal: AbortSignal | undefined }> = []
  #waiting: Array<() => void> = []

  async select (_: unknown, signal?: AbortSignal) {
    await new Promise<void>((resolve, reject) => {
      this.asked.push({ answer: resolve, signal })
      signal?.addEventListener('abort', () => { reject(new NJORD_ERR_QUERY_CANCELED()) }, { once: true })
      for (const heard of this.#waiting.splice(0)) heard()
    })
    return []
  }

  /** Resolves when so many have asked in all. */
  async until (count: number): Promise<void> {
    while (this.asked.length < count) await new Promise<void>(resolve => { this.#waiting.push(resolve) })
  }

  labelNames () { return [] }
  labelValues () { return [] }
  series () { return [] }
}

/** How the instant queries ended, by how many. */
const results = (app: FastifyInstance) => Object.fromEntries(Object.entries(samples(app.njordRegistry, 'njord_queries_total'))
  .flatMap(([name, value]) => value > 0 && name.includes('kind="instant"') ? [[/result="(\w+)"/.exec(name)![1], value]] : []))
const inProgress = (app: FastifyInstance) => samples(app.njordRegistry, 'njord_queries_in_progress').njord_queries_in_progress

await t.test('is closed to other machines by default, whatever the method', async t => {
  const app = hostOf(t)
  for (const url of ['/api/v1/query?query=1', '/-/ready']) {
    t.equal((await app.inject({ url })).statusCode, 200)
    t.equal((await app.inject({ url, remoteAddress: '10.0.0.7' })).statusCode, 403)
    t.equal((await app.inject({ method: 'DELETE', url, remoteAddress: '10.0.0.7' })).statusCode, 403)
  }
  const locked = hostOf(t, { api: { token: 's3cret' } })
  t.equal((await locked.inject('/api/v1/query?query=1')).statusCode, 401)
  const headers = { authorization: 'Bearer s3cret' }
  t.equal((await locked.inject({ url: '/api/v1/query?query=1', headers, remoteAddress: '10.0.0.7' })).statusCode, 200)
})

await t.test('stands under the prefix it is given', async t => {
  const app = hostOf(t, { api: { prefix: '/prom' } })
  t.equal((await app.inject('/prom/api/v1/query?query=1')).statusCode, 200)
  t.equal((await app.inject('/prom/-/ready')).statusCode, 200)
  t.equal((await app.inject('/api/v1/query?query=1')).statusCode, 404)
})

await t.test('the links of alerts lead to the answer of their query, where the host has no page there', async t => {
  const app = hostOf(t, { api: { prefix: '/prom', graph: true } })
  const link = generatorUrl('vector(1) + 1 > 0', 'http://host/prom')
  const inject = async (url: string, remoteAddress = '127.0.0.1') => await app.inject({ url: url.slice('http://host'.length), remoteAddress })
  t.equal((await inject(link, '10.0.0.7')).statusCode, 403)
  const { statusCode, headers } = await inject(link)
  t.equal(statusCode, 302)
  t.match((await inject(new URL(headers.location!, link).href)).json(), { status: 'success', data: { result: [{ value: [Number, '2'] }] } })
  for (const isBefore of [true, false]) {
    const own = Fastify()
    t.teardown(async () => { await own.close() })
    if (isBefore) own.get('/graph', async () => 'a page')
    await own.register(telemetry, { enabled: true })
    if (!isBefore) own.get('/graph', async () => 'a page')
    t.equal((await own.inject('/graph?g0.expr=1')).body, 'a page', 'it is the host\'s own, before and after')
  }
  const none = hostOf(t)
  t.equal((await none.inject('/graph?g0.expr=1')).statusCode, 404)
})

await t.test('parsers and errors of the host stay as they are', async t => {
  const app = hostOf(t)
  app.post('/orders', async ({ body }) => body)
  app.get('/fail', async () => { throw new Error('of the host') })
  t.same((await app.inject({ method: 'POST', url: '/orders', payload: { a: 1 } })).json(), { a: 1 })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  t.equal((await app.inject({ method: 'POST', url: '/orders', payload: 'a=1', headers: form })).statusCode, 415)
  t.match((await app.inject('/fail')).json(), { statusCode: 500, message: 'of the host' })
})

await t.test('a body that is no form is ignored, and one that is too large is refused', async t => {
  const app = hostOf(t, { server: { bodyLimit: 1000 } })
  const ask = async (type: string, payload: string) => await app.inject({
    method: 'POST', url: '/api/v1/query?query=1&time=5', payload, headers: { 'content-type': type }
  })
  t.match((await ask('application/json', '{"query":"2"}')).json(), { data: { result: [5, '1'] } })
  t.match((await ask('text/plain', 'query=2')).json(), { data: { result: [5, '1'] } })
  t.match((await ask('application/x-www-form-urlencoded', '')).json(), { data: { result: [5, '1'] } })
  t.match((await ask('application/x-www-form-urlencoded; charset=utf-8', 'query=2')).json(), { data: { result: [5, '2'] } })
  const large = await ask('application/x-www-form-urlencoded', `query=${'1'.repeat(2000)}`)
  t.equal(large.statusCode, 413)
  t.match(large.json(), { status: 'error', errorType: 'bad_data' })
})

await t.test('other methods get 405 with those that are allowed', async t => {
  const app = hostOf(t)
  const put = await app.inject({ method: 'PUT', url: '/api/v1/query', payload: 'x' })
  t.same([put.statusCode, put.headers.allow, put.body], [405, 'GET, POST', 'Method Not Allowed\n'])
  const post = await app.inject({ method: 'POST', url: '/api/v1/status/buildinfo', headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  t.same([post.statusCode, post.headers.allow], [405, 'GET'])
})

await t.test('now is by the clock of the registry', async t => {
  const app = hostOf(t, { clock: new VirtualClock(START_MS + 100_000) })
  t.match((await app.inject('/api/v1/query?query=fills_total{side="buy"}')).json(), { data: { result: [{ value: [1_700_000_100, '12'] }] } })
  t.match((await app.inject('/api/v1/status/runtimeinfo')).json(), { data: { startTime: '2023-11-14T22:15:00.000Z', reloadConfigSuccess: true } })
})

await t.test('stats has the timings of a query and the samples that it looked at', async t => {
  const app = hostOf(t)
  const { data } = (await app.inject(`/api/v1/query?query=rate(fills_total[1m])&time=${START_MS / 1000 + 300}&stats=all`))
    .json<{ data: { stats: { timings: Record<string, number>, samples: object } } }>()
  t.same(Object.keys(data.stats.timings),
    ['evalTotalTime', 'resultSortTime', 'queryPreparationTime', 'innerEvalTime', 'execQueueTime', 'execTotalTime'])
  // Two series with four samples in the minute; one of them is held at once, beside the results.
  t.match(data.stats.samples, { totalQueryableSamples: 8, peakSamples: 6 })
  t.ok(data.stats.timings.execTotalTime! >= data.stats.timings.evalTotalTime!)
})

await t.test('metadata is that of the registry, the host\'s own metrics too', async t => {
  const app = hostOf(t)
  await app.ready()
  app.njordRegistry.gauge({ name: 'equity_usd', help: 'Equity.', unit: 'usd' })
  const ask = async (query: string) => (await app.inject(`/api/v1/metadata${query}`)).json<{ data: Record<string, unknown> }>().data
  t.same((await ask('?metric=equity_usd')), { equity_usd: [{ type: 'gauge', help: 'Equity.', unit: 'usd' }] })
  t.match(await ask(''), { njord_queries_total: [{ type: 'counter' }], njord_query_duration_seconds: [{ type: 'histogram', unit: 'seconds' }] })
  t.same(Object.keys(await ask('?limit=1')), ['equity_usd'])
  t.same(await ask('?limit=0'), {})
  const ofTarget = async (query: string) => (await app.inject(`/api/v1/targets/metadata${query}`)).json<{ data: unknown[] }>().data
  const target = { instance: 'a:1', job: 'desk' }
  t.strictSame(await ofTarget('?metric=equity_usd&match_target={job=~"d.*"}'), [{ target, type: 'gauge', help: 'Equity.', unit: 'usd' }])
  t.strictSame((await ofTarget(''))[0], { target, metric: 'equity_usd', type: 'gauge', help: 'Equity.', unit: 'usd' })
  t.equal((await ofTarget('')).length, Object.keys(await ask('')).length)
  t.strictSame(await ofTarget('?match_target={job="other"}'), [])
})

await t.test('status/tsdb tells what there is most of', async t => {
  const app = hostOf(t)
  const { data } = (await app.inject('/api/v1/status/tsdb?limit=2')).json<{ data: object }>()
  t.strictSame(data, {
    headStats: { numSeries: 10, numLabelPairs: 16, chunkCount: 10, minTime: START_MS, maxTime: START_MS + 39 * 15_000 },
    seriesCountByMetricName: [{ name: 'lat_bucket', value: 3 }, { name: 'fills_total', value: 2 }],
    labelValueCountByLabelName: [{ name: '__name__', value: 7 }, { name: 'le', value: 3 }],
    // lat_bucket 3 · 10, fills_total 2 · 11, temp 4, lat_count 9, lat_sum 7, gone 4, venue.latency 13; desk 9 · 4, other 5.
    memoryInBytesByLabelName: [{ name: '__name__', value: 89 }, { name: 'job', value: 41 }],
    seriesCountByLabelValuePair: [{ name: 'job=desk', value: 9 }, { name: '__name__=lat_bucket', value: 3 }]
  })
})

await t.test('large answers come in parts, and are the same', async t => {
  const store = new SampleStore()
  for (let i = 0; i < 5000; i++) store.append({ __name__: 'many', id: String(i), text: 'x'.repeat(50) }, START_MS, i)
  const app = hostOf(t, { queryable: store })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v1`
  const answer = await fetch(`${url}/query?query=many&time=${START_MS / 1000}&stats=1`)
  t.equal(answer.headers.get('transfer-encoding'), 'chunked')
  const { data } = await answer.json() as { data: { result: Array<{ metric: { id: string }, value: [number, string] }>, stats: object } }
  t.equal(data.result.length, 5000)
  t.ok(data.stats)
  for (const { metric, value } of data.result) if (value[1] !== metric.id) t.fail(metric.id)
  const series = await (await fetch(`${url}/series?match[]=many`)).json() as { data: unknown[] }
  t.equal(series.data.length, 5000)
})

await t.test('so many queries run at once, and the rest wait in order', async t => {
  const source = new SlowSource()
  const app = hostOf(t, { queryable: source, api: { maxConcurrent: 2 } })
  const answers = ['a', 'b', 'c', 'd'].map(async name => (await app.inject(`/api/v1/query?query=${name}`)).statusCode)
  await source.until(2)
  t.equal(inProgress(app), 2)
  source.asked[0]!.answer()
  await source.until(3)
  t.equal(inProgress(app), 2)
  for (const at of [1, 2]) source.asked[at]!.answer()
  await source.until(4)
  source.asked[3]!.answer()
  t.same(await Promise.all(answers), [200, 200, 200, 200])
  t.equal(inProgress(app), 0)
  t.same(results(app), { success: 4 })
})

await t.test('who waits longer than the time allowed is told so', async t => {
  const clock = new VirtualClock(START_MS)
  const source = new SlowSource()
  const app = hostOf(t, { queryable: source, clock, api: { maxConcurrent: 1, timeoutMs: 5000 } })
  const first = app.inject('/api/v1/query?query=a')
  await source.until(1)
  const second = app.inject('/api/v1/query?query=b&timeout=2')
  while (clock.nextDueMs() !== START_MS + 2000) await new Promise(resolve => { setImmediate(resolve) })
  clock.advance(2000)
  const answer = await second
  t.equal(answer.statusCode, 503)
  t.same(answer.json(), { status: 'error', errorType: 'timeout', error: 'query timed out in query queue' })
  clock.advance(2999)
  t.equal(source.asked[0]!.signal!.aborted, false)
  clock.advance(1)
  t.equal(source.asked[0]!.signal!.aborted, true, 'a source that is slow is told of the end')
  t.match((await first).json(), { errorType: 'timeout', error: 'query timed out in expression evaluation' })
  t.match(results(app), { timeout: 2 })
})

await t.test('a client that goes cancels its query', async t => {
  const source = new SlowSource()
  const app = hostOf(t, { queryable: source, api: { maxConcurrent: 1 } })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const ask = (name: string) => {
    const request = httpRequest({ host: '127.0.0.1', port, path: `/api/v1/query?query=${name}`, agent: false }).end()
    request.on('error', () => {})
    return request
  }
  const running = ask('a')
  await source.until(1)
  const aborted = once(source.asked[0]!.signal!, 'abort')
  running.destroy()
  await aborted
  while (inProgress(app) !== 0) await new Promise(resolve => { setImmediate(resolve) })
  t.same(results(app), { canceled: 1 })
})

await t.test('a host that closes cancels what runs and what waits', async t => {
  const source = new SlowSource()
  const app = hostOf(t, { queryable: source, api: { maxConcurrent: 1 } })
  const answers = ['a', 'b'].map(async name => await app.inject(`/api/v1/query?query=${name}`))
  await source.until(1)
  await app.close()
  for (const answer of await Promise.all(answers)) t.match([answer.statusCode, answer.json()], [499, { errorType: 'canceled' }])
  await t.rejects(app.njordQueries.instant('1', 0), { code: 'NJORD_ERR_QUERY_CANCELED' })
})

await t.test('an error of the source is logged, and its words stay here', async t => {
  const lines: string[] = []
  class Broken extends SlowSource {
    override labelNames (): never { throw new Error('secret path') }
  }
  const server = { logger: { level: 'error', stream: { write: (line: string) => { lines.push(line) } } } }
  const answer = await hostOf(t, { queryable: new Broken(), server }).inject('/api/v1/labels')
  t.equal(answer.statusCode, 500)
  t.same(answer.json(), { status: 'error', errorType: 'internal', error: 'internal error' })
  t.match(lines[0], /secret path/)
})

await t.test('wrong options are refused at registration, and registering twice', async t => {
  await t.rejects(async () => { await hostOf(t, { api: { maxConcurrent: 0 } }).ready() }, { code: 'NJORD_ERR_INVALID_OPTION', message: /^Option maxConcurrent: / })
  const twice = hostOf(t)
  twice.register(queryApi)
  await t.rejects(async () => { await twice.ready() }, { code: 'NJORD_ERR_ALREADY_REGISTERED' })
  const alone = Fastify()
  t.teardown(async () => { await alone.close() })
  alone.register(registry)
  alone.register(queryApi)
  await t.rejects(async () => { await alone.ready() }, /njord-series/)
})

await t.test('a trading host answers PromQL about itself, in process and over HTTP', async t => {
  const clock = new VirtualClock(START_MS)
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(telemetry, { enabled: true, clock, series: { intervalMs: 1000, job: 'desk', instance: 'a:1' } })
  const labels = { strategyId: 'trend', symbol: 'BTC/USDT', side: 'buy' } as const
  for (let i = 0; i < 60; i++) {
    app.njord.emit('orderFilled', { ...labels, orderId: String(i), venue: 'paper', quantity: 1, price: 1, fee: 0, complete: true })
    clock.advance(1000)
    await new Promise(resolve => { setImmediate(resolve) })
  }
  t.match((await app.njord.query('up')).data, { result: [{ metric: { __name__: 'up', job: 'desk', instance: 'a:1' }, value: [1_700_000_060, '1'] }] })
  t.match((await app.njord.query('sum(rate(njord_fills_total[30s]))')).data, { result: [{ value: [1_700_000_060, '1'] }] })
  const { data } = await app.njord.queryRange('njord_fills_total', START_MS + 10_000, START_MS + 30_000, 10_000)
  t.same((data.result as Array<{ values: unknown }>)[0]!.values, [[1_700_000_010, '10'], [1_700_000_020, '20'], [1_700_000_030, '30']])
  t.match((await app.inject('/api/v1/query?query=njord_fills_total')).json(), { data: { result: [{ value: [1_700_000_060, '60'] }] } })
  t.match(samples(app.njordRegistry, 'njord_queries_total'), { 'njord_queries_total{kind="range",result="success"}': 1 })
  await t.rejects(app.njord.query('sum('), { code: 'NJORD_ERR_PROMQL_PARSE' })
})

await t.test('without series or queries there is nothing to ask', async t => {
  for (const opts of [{ series: false }, { query: false }] as const) {
    const app = Fastify()
    t.teardown(async () => { await app.close() })
    await app.register(telemetry, { enabled: true, ...opts })
    await t.rejects(app.njord.query('up'), { code: 'NJORD_ERR_NO_HISTORY', message: 'There is nothing to query: series or query is false' })
    t.equal((await app.inject('/api/v1/query?query=1')).statusCode, 404)
  }
  const off = Fastify()
  t.teardown(async () => { await off.close() })
  await off.register(telemetry, { enabled: false })
  await t.rejects(off.njord.queryRange('up', 0, 1, 1), { message: 'There is nothing to query: telemetry is off' })
  const odd = Fastify()
  t.teardown(async () => { await odd.close() })
  odd.register(telemetry, { enabled: true, series: false, query: {} })
  await t.rejects(async () => { await odd.ready() }, { code: 'NJORD_ERR_INVALID_OPTION', message: /^Option query: series is false/ })
})

await t.test('a store of the host\'s own takes the place of the sampled one', async t => {
  const app = hostOf(t, { queryable: fill(new SampleStore()) })
  await app.ready()
  t.match(await app.njordQueries.instant('gone', START_MS), { data: { result: [{ metric: { job: 'other' } }] } })
})
