import { join } from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import aggregator from '../../plugins/aggregator.js'
import bus from '../../plugins/bus.js'
import journal from '../../plugins/journal.js'
import publisher from '../../plugins/publisher.js'
import registry from '../../plugins/registry.js'
import telemetry from '../../plugins/telemetry.js'
import { MetricAggregator } from '../../src/aggregation/metric-aggregator.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { counter, day, gauge, histogram, scratch } from '../journal/records.js'

const minute = 60_000
const hour = 60 * minute
const target = { job: 'desk', instance: 'a:1' }

interface Matrix { readonly data: { readonly result: ReadonlyArray<{ metric: Record<string, string>, values: Array<[number, string]> }> } }

/** A host that has run for two hours: the journal has the first of them, memory the last half hour. */
async function host (t: Parameters<typeof scratch>[0]) {
  const dir = await scratch(t)
  const clock = new VirtualClock(day + hour)
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(telemetry, { enabled: true, clock, series: { ...target, intervalMs: 10_000, maxAgeMs: hour / 2 }, runtime: false, http: false })
  // Registered after what queries it, as the telemetry brings the registry that it needs.
  await app.register(journal, { dir })
  await app.ready()
  app.njordJournal.write(Array.from({ length: 100 }, (_, i) => [
    counter(day + i * minute, 60, { total: (i + 1) * 60, labels: { side: 'buy', instance: 'own' } }), gauge(day + i * minute, [i]), histogram(day + i * minute, [6, 3, 1], 5)
  ]).flat())
  await app.njordJournal.flush()
  const orders = app.njordRegistry.counter({ name: 'orders_total', help: 'Orders.', labelNames: ['side', 'instance'] })
  for (let at = 0; at < 360; at++) {
    orders.inc({ side: 'buy', instance: 'own' }, 10)
    clock.advance(10_000)
  }
  return { app, clock }
}

await t.test('what is older than memory comes from the journal, and the counter goes on', async t => {
  const { app, clock } = await host(t)
  const [startMs, endMs] = [day + 10 * minute, day + 2 * hour]
  t.equal(clock.nowMs(), endMs)
  t.ok(app.njordSeries.completeFromMs > day + 80 * minute, 'memory has the last part only')
  const range = new URLSearchParams({ query: 'rate(orders_total{side="buy"}[10m])', start: String(startMs / 1000), end: String(endMs / 1000), step: '60' })
  const answer = (await app.inject(`/api/v1/query_range?${range}`)).json<Matrix>()
  t.strictSame(answer.data.result.map(({ metric }) => metric), [{ ...target, exported_instance: 'own', side: 'buy' }])
  const [{ values }] = answer.data.result as [Matrix['data']['result'][number]]
  t.equal(values.length, 111, 'no gap')
  t.strictSame(values.filter(([, rate]) => Math.abs(Number(rate) - 1) > 0.02), [], 'one a second throughout')

  const inProcess = await app.njord.queryRange('rate(orders_total{exported_instance="own",job="desk"}[10m])', startMs, endMs, minute)
  t.strictSame(JSON.parse(JSON.stringify(inProcess.data)), answer.data, 'in process the same')
  t.match((await app.njord.queryRange('histogram_quantile(0.5, rate(latency_seconds_bucket[10m]))', startMs, startMs, minute)).data,
    { result: [{ metric: { ...target, venue: 'X' }, values: [[startMs / 1000, /^0\.083/]] }] })
})

await t.test('in the charts of the dashboard a rate has its whole window where memory has given up what the journal has', async t => {
  const clock = new VirtualClock(day)
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(telemetry, { enabled: true, clock, series: { ...target, intervalMs: 10_000, maxAgeMs: hour / 4 }, runtime: false, http: false })
  await app.register(journal, { dir: await scratch(t) })
  await app.ready()
  const labels = { strategy_id: 'a', symbol: 'X', side: 'buy' }
  const order = { strategyId: 'a', symbol: 'X', side: 'buy', venue: 'V', quantity: 1, price: 1 } as const
  // Sixty at the start of each minute: a window of less than a minute would find none, or too many.
  for (let at = 0; at < 90; at++) {
    for (let i = 0; i < 60; i++) app.njord.emit('orderPlaced', { ...order, orderId: `${at}-${i}` })
    clock.advance(minute)
  }
  app.njordJournal.write(Array.from({ length: 90 }, (_, i) => counter(day + i * minute, 60, { name: 'njord_orders_total', total: (i + 1) * 60, labels })))
  await app.njordJournal.flush()
  const { completeFromMs, firstMs } = app.njordSeries
  t.equal(firstMs, day + 10_000)
  t.ok(completeFromMs > day + 70 * minute, 'memory has the last part only')
  const columns = await new Promise<Record<string, Array<number | null>>>(resolve => {
    app.njordDashboard.open({
      transport: 'events',
      bufferedBytes: 0,
      send: frame => {
        const text = frame.toString()
        resolve((JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as { history: { columns: Record<string, Array<number | null>> } }).history.columns)
      },
      close: () => {}
    }, '1h', () => false)
  })
  t.equal(columns.orders!.length, 241)
  // Four or five times sixty, over the 290 seconds between the samples of a window.
  t.strictSame(columns.orders!.filter(rate => rate === null || rate < 49 || rate > 62.1), [], 'about sixty a minute throughout')
})

await t.test('names, values and series of the journal are found', async t => {
  const { app } = await host(t)
  const ask = async (path: string): Promise<unknown> => (await app.inject(`/api/v1/${path}`)).json<{ data: unknown }>().data
  const window = `start=${day / 1000}&end=${(day + hour) / 1000}`
  t.strictSame(await ask(`label/desk/values?${window}`), ['a'])
  t.strictSame(await ask(`labels?match[]=equity&${window}`), ['__name__', 'desk', 'instance', 'job'])
  t.strictSame(await ask(`series?match[]=equity{job="desk"}&${window}`), [{ __name__: 'equity', desk: 'a', ...target }])
  t.strictSame(await ask(`series?match[]=equity{job="other"}&${window}`), [])
  t.strictSame(await ask(`label/desk/values?start=${(day + 115 * minute) / 1000}`), [], 'a recent window leaves the journal alone')
})

await t.test('the process is its own target', async t => {
  const { app, clock } = await host(t)
  const ask = async (path: string): Promise<unknown> => (await app.inject(`/api/v1/${path}`)).json<{ data: unknown }>().data
  const last = new Date(clock.nowMs()).toISOString()
  t.match(await ask('targets'), {
    activeTargets: [{
      labels: target, scrapePool: 'desk', health: 'up', lastError: '', lastScrape: last, scrapeInterval: '10s', discoveredLabels: { __address__: 'a:1', job: 'desk' }
    }],
    droppedTargets: []
  })
  t.match(await ask('targets?state=dropped'), { activeTargets: { length: 0 } })
  t.match(await ask('targets?scrapePool=other'), { activeTargets: { length: 0 } })
  t.strictSame(await ask('scrape_pools'), { scrapePools: ['desk'] })
  t.match(await ask('status/config'), { yaml: /job_name: "desk"\n {2}scrape_interval: 10s/ })
  t.strictSame(await ask('status/flags'), {
    'query.lookback-delta': '5m',
    'query.max-concurrency': '20',
    'query.max-samples': '50000000',
    'query.timeout': '2m',
    'storage.tsdb.retention.time': '30m',
    'storage.tsdb.retention.size': '67108864B'
  })
  const [{ labels }] = (await app.inject('/api/v1/targets')).json<{ data: { activeTargets: [{ labels: object }] } }>().data.activeTargets
  t.strictSame(labels, target)
})

await t.test('right after a restart the minutes before it are there, although they are not in the journal yet', async t => {
  const dir = await scratch(t)
  const clock = new VirtualClock(day)
  const life = async (minutes: number) => {
    const app = Fastify()
    t.teardown(async () => { await app.close() })
    await app.register(registry, { clock })
    await app.register(journal, { dir })
    await app.register(bus, { clock })
    await app.register(publisher, { instance: 'one', flushMs: 1000 })
    await app.register(aggregator, { sink: app.njordJournal, state: join(dir, 'aggregator', 'state.ndjson') })
    await app.register(telemetry, { enabled: true, clock, series: { ...target, intervalMs: 10_000 }, runtime: false, http: false })
    const equity = app.njordRegistry.gauge({ name: 'equity', help: 'Equity.' })
    await app.ready()
    for (let second = 0; second < minutes * 60; second++) {
      equity.set(clock.nowMs() - day)
      clock.advance(1000)
      if (second % 5 === 4) await app.njordPublisher.flush()
    }
    return app
  }
  const first = await life(4)
  await first.close()
  const app = await life(1)
  const bounds = t.capture(MetricAggregator.prototype, 'withOpenWindows', MetricAggregator.prototype.withOpenWindows)
  const range = new URLSearchParams({ query: 'count_over_time(equity[1m])', start: String(day / 1000 + 60), end: String(clock.nowMs() / 1000), step: '60' })
  const [series] = (await app.inject(`/api/v1/query_range?${range}`)).json<Matrix>().data.result
  t.strictSame(series?.values.map(([at]) => at), [1, 2, 3, 4, 5].map(minutes => day / 1000 + 60 * minutes), 'no hole')
  const { completeFromMs } = app.njordSeries
  t.ok(completeFromMs > day + 3 * minute && completeFromMs < clock.nowMs())
  t.strictSame(bounds().map(({ args: [, neededToMs] }) => neededToMs!()), [completeFromMs], 'minutes that memory has are not read')
})
