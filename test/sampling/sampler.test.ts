import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client'
import t from 'tap'
import { SystemClock } from '../../src/clock/system-clock.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { labelsToObject } from '../../src/contracts/labels.js'
import { silentLog } from '../../src/contracts/log.js'
import { MetricRegistry, type MetricRegistryOptions } from '../../src/metrics/registry.js'
import { Sampler } from '../../src/sampling/sampler.js'
import { SeriesStore } from '../../src/series/series-store.js'
import { everything, listOf, matcher, type Sample } from '../series/samples.js'

const START = 1_700_000_000_000

function sampling (options: MetricRegistryOptions = {}) {
  const clock = new VirtualClock(START)
  const registry = new MetricRegistry({ clock, ...options })
  const store = new SeriesStore()
  const sampler = new Sampler({ registry, store, intervalMs: 5000, job: 'njord', instance: 'host:1' })
  return { clock, registry, store, sampler }
}

/** The samples of a metric by its labels other than the target's, as `le=1.0`; times since the start. */
async function samplesOf (store: SeriesStore, name: string): Promise<Record<string, Sample[]>> {
  return Object.fromEntries((await store.select({ ...everything, matchers: [matcher('__name__', '=', name)] })).map(series => {
    const { __name__: _, job, instance, ...own } = labelsToObject(series.labels)
    t.strictSame([job, instance], ['njord', 'host:1'])
    return [
      Object.entries(own).map(([label, value]) => `${label}=${value}`).join(),
      listOf(series.read()).map(([atMs, value]): Sample => [atMs - START, value])
    ]
  }))
}

await t.test('each interval it writes what a scrape would show', async t => {
  const { clock, registry, store, sampler } = sampling()
  const orders = registry.counter({ name: 'orders_total', help: 'Orders.', labelNames: ['side'] })
  const wait = registry.histogram({ name: 'wait_seconds', help: 'Wait.', unit: 'seconds', buckets: [0.00001, 1, 2_500_000] })
  const spread = registry.summary({ name: 'spread', help: 'Spread.', percentiles: [0.5, 1] })
  const equity = registry.gauge({ name: 'equity', help: 'Equity.' })
  registry.onCollect(() => { equity.set(clock.nowMs() - START) })
  sampler.start()
  orders.inc({ side: 'buy' }, 2)
  for (const value of [0.5, 0.5, 7]) wait.observe(value)
  for (const value of [1, 2, 3]) spread.observe(value)
  clock.advance(5000)
  orders.inc({ side: 'buy' })
  clock.advance(9999)
  t.strictSame(await samplesOf(store, 'orders_total'), { 'side=buy': [[5000, 2], [10_000, 3]] })
  t.strictSame(await samplesOf(store, 'wait_seconds_bucket'), {
    'le=1e-05': [[5000, 0], [10_000, 0]],
    'le=1.0': [[5000, 2], [10_000, 2]],
    'le=2.5e+06': [[5000, 3], [10_000, 3]],
    'le=+Inf': [[5000, 3], [10_000, 3]]
  })
  t.strictSame(await samplesOf(store, 'wait_seconds_sum'), { '': [[5000, 8], [10_000, 8]] })
  t.strictSame(await samplesOf(store, 'wait_seconds_count'), { '': [[5000, 3], [10_000, 3]] })
  t.strictSame(await samplesOf(store, 'spread'), { 'quantile=0.5': [[5000, 2], [10_000, 2]], 'quantile=1.0': [[5000, 3], [10_000, 3]] })
  t.strictSame(await samplesOf(store, 'spread_sum'), { '': [[5000, 6], [10_000, 6]] })
  t.strictSame(await samplesOf(store, 'equity'), { '': [[5000, 5000], [10_000, 10_000]] })
  t.strictSame(await samplesOf(store, 'up'), { '': [[5000, 1], [10_000, 1]] })
  t.strictSame(await samplesOf(store, 'scrape_duration_seconds'), { '': [[5000, 0], [10_000, 0]] })
  const [, [, count]] = (await samplesOf(store, 'scrape_samples_scraped'))['']! as [Sample, Sample]
  t.equal(count, store.size - 3, 'all but its own three')
  t.end()
})

await t.test('series that are gone are marked stale, and only those', async t => {
  const { clock, registry, store, sampler } = sampling()
  const orders = registry.counter({ name: 'orders_total', help: 'Orders.', labelNames: ['side'] })
  const gauge = registry.gauge({ name: 'gone', help: 'Goes.' })
  sampler.start()
  for (const side of ['buy', 'sell', 'short']) orders.inc({ side })
  gauge.set(1)
  clock.advance(5000)
  orders.remove({ side: 'buy' })
  orders.remove({ side: 'short' })
  orders.inc({ side: 'cover' })
  orders.inc({ side: 'short' }) // goes and comes: in another place, with the same labels
  registry.unregister('gone')
  clock.advance(10_000)
  orders.inc({ side: 'buy' })
  clock.advance(5000)
  t.strictSame(await samplesOf(store, 'orders_total'), {
    'side=buy': [[5000, 1], [10_000, 'stale'], [20_000, 1]],
    'side=sell': [[5000, 1], [10_000, 1], [15_000, 1], [20_000, 1]],
    'side=short': [[5000, 1], [10_000, 1], [15_000, 1], [20_000, 1]],
    'side=cover': [[10_000, 1], [15_000, 1], [20_000, 1]]
  })
  t.strictSame(await samplesOf(store, 'gone'), { '': [[5000, 1], [10_000, 'stale']] })
  clock.advance(3000)
  sampler.close()
  sampler.close()
  clock.advance(60_000)
  t.strictSame((await samplesOf(store, 'orders_total'))['side=sell']!.at(-1), [23_000, 'stale'])
  t.strictSame((await samplesOf(store, 'up'))['']!.at(-1), [23_000, 'stale'], 'when it closes, all are')
  t.equal((await store.select({ ...everything, startMs: START + 23_001 })).length, 0)
  t.strictSame(Object.values(store.refused).filter(count => count > 0), [], 'nothing is refused on the way')
  t.end()
})

await t.test('a sampler that closes at the moment of a sampling marks its series stale all the same', async t => {
  const { clock, store, sampler } = sampling()
  sampler.start()
  clock.advance(5000)
  sampler.close()
  t.strictSame(await samplesOf(store, 'up'), { '': [[5000, 1], [5001, 'stale']] })
  t.end()
})

await t.test('labels of its own that are called as those of the target are kept as exported ones', async t => {
  const { registry, store, sampler } = sampling()
  registry.gauge({ name: 'a', help: 'A.', labelNames: ['job', 'exported_job', 'empty'] }).set({ job: 'own', exported_job: 'x', empty: '' }, 1)
  await sampler.sample()
  const [series] = await store.select({ ...everything, matchers: [matcher('__name__', '=', 'a')] })
  t.strictSame({ ...labelsToObject(series!.labels) }, {
    __name__: 'a', exported_exported_job: 'own', exported_job: 'x', instance: 'host:1', job: 'njord'
  })
})

await t.test('it goes with the labels that the host has for all series', async t => {
  const host = new Registry()
  const { clock, registry, store, sampler } = sampling({ registry: host as never })
  registry.gauge({ name: 'a', help: 'A.', labelNames: ['own'] }).set({ own: '1' }, 1)
  await sampler.sample()
  clock.advance(1000)
  host.setDefaultLabels({ region: 'eu', own: 'lost' })
  await sampler.sample()
  t.strictSame(await samplesOf(store, 'a'), { 'own=1': [[0, 1], [1000, 'stale']], 'own=1,region=eu': [[1000, 1]] })
})

await t.test('metrics of the host\'s own are written as they are exposed', async t => {
  const host = new Registry()
  const { clock, registry, store, sampler } = sampling({ registry: host as never })
  const registers = [host]
  const jobs = new Counter({ name: 'jobs', help: 'Jobs.', labelNames: ['kind'], registers })
  jobs.inc({ kind: 'a' })
  new Counter({ name: 'ends_total', help: 'Ends.', registers }).inc(3)
  new Histogram({ name: 'h', help: 'H.', buckets: [1, 2.5], registers }).observe(2)
  new Summary({ name: 's', help: 'S.', percentiles: [0.5], registers }).observe(4)
  new Gauge({ name: 'bounds', help: 'A label called le.', labelNames: ['le'], registers }).set({ le: '1' }, 5)
  const text = new Gauge({ name: 'text', help: 'No number.', registers })
  text.get = async () => ({ name: 'text', help: '', type: 'gauge', aggregator: 'sum', values: [{ value: '1' as never, labels: {} }] }) as never
  await sampler.sample()
  t.strictSame(await samplesOf(store, 'jobs_total'), { 'kind=a': [[0, 1]] })
  t.strictSame(await samplesOf(store, 'ends_total'), { '': [[0, 3]] })
  t.strictSame(await samplesOf(store, 'h_bucket'), { 'le=1.0': [[0, 0]], 'le=2.5': [[0, 1]], 'le=+Inf': [[0, 1]] })
  t.strictSame(await samplesOf(store, 's'), { 'quantile=0.5': [[0, 4]] })
  t.strictSame(await samplesOf(store, 'bounds'), { 'le=1': [[0, 5]] })
  t.strictSame(await samplesOf(store, 'text'), {})
  t.equal(store.refused.invalid, 1)

  clock.advance(1000)
  jobs.reset()
  jobs.inc({ kind: 'b' })
  host.removeSingleMetric('ends_total')
  text.get = async () => { throw new Error('not now') }
  await sampler.sample()
  t.strictSame(await samplesOf(store, 'jobs_total'), { 'kind=a': [[0, 1], [1000, 'stale']], 'kind=b': [[1000, 1]] })
  t.strictSame(await samplesOf(store, 'ends_total'), { '': [[0, 3], [1000, 'stale']] })
  registry.close()
})

await t.test('a metric of the host\'s that cannot be read spoils no other', async t => {
  const host = new Registry()
  let errors = 0
  const { clock, store, sampler } = sampling({ registry: host as never, log: { ...silentLog, error () { errors++ } } })
  const bad = new Gauge({ name: 'bad', help: 'Bad.', registers: [host] })
  new Gauge({ name: 'good', help: 'Good.', registers: [host] }).set(1)
  const hostile = { toString () { throw new Error('no') } }
  bad.get = async () => ({ name: 'bad', help: '', type: 'gauge', aggregator: 'sum', values: [{ value: 1, labels: { hostile } }] }) as never
  await sampler.sample()
  clock.advance(5000)
  await sampler.sample()
  t.strictSame(await samplesOf(store, 'good'), { '': [[0, 1], [5000, 1]] })
  t.strictSame(await samplesOf(store, 'up'), { '': [[0, 1], [5000, 1]] })
  t.equal(errors, 1, 'it is logged once')
})

await t.test('on a virtual clock a slow metric of the host\'s holds up nothing', async t => {
  const host = new Registry()
  const { clock, registry, store, sampler } = sampling({ registry: host as never })
  registry.gauge({ name: 'ours', help: 'Ours.' }).set(1)
  const slow = new Gauge({ name: 'slow', help: 'Slow.', registers: [host] })
  let answer = (): void => {}
  const answered = new Promise<void>(resolve => { answer = resolve })
  const { get } = slow
  slow.get = async () => {
    await answered
    return await get.call(slow)
  }
  sampler.start()
  clock.advance(15_000)
  t.strictSame(await samplesOf(store, 'ours'), { '': [[5000, 1], [10_000, 1], [15_000, 1]] })
  const done = new Promise<void>(resolve => { registry.onCollect(resolve) })
  answer()
  await new Promise(resolve => { setImmediate(resolve) })
  t.strictSame(await samplesOf(store, 'slow'), { '': [[5000, 0]] })
  t.strictSame((await samplesOf(store, 'up'))['']!.map(([atMs]) => atMs), [10_000, 15_000])
  clock.advance(5000)
  await done
  await new Promise(resolve => { setImmediate(resolve) })
  t.strictSame(await samplesOf(store, 'slow'), { '': [[5000, 0], [20_000, 0]] })
  t.strictSame(Object.values(store.refused).filter(count => count > 0), [])
})

await t.test('a sampling that is closed on its way writes no more', async t => {
  const host = new Registry()
  const { clock, store, sampler } = sampling({ registry: host as never })
  new Gauge({ name: 'late', help: 'Late.', registers: [host] }).set(1)
  const under = sampler.sample()
  clock.advance(10)
  sampler.close()
  await under
  t.strictSame(await samplesOf(store, 'late'), {})
  t.strictSame(await samplesOf(store, 'up'), {})
})

/** The machine's clock, which can be set. */
class SettableClock extends SystemClock {
  offsetMs = 0
  readonly delaysMs: number[] = []
  due = (): void => {}

  override nowMs (): number {
    return START + this.offsetMs
  }

  override after (delayMs: number, callback: () => void) {
    this.delaysMs.push(delayMs)
    this.due = callback
    return { cancel () {} }
  }
}

await t.test('on a real clock it lets others go first, and keeps to even steps', async t => {
  const clock = new SettableClock()
  const { registry, store, sampler } = sampling({ clock })
  const many = registry.gauge({ name: 'many', help: 'Many.', labelNames: ['i'], maxSeries: 20_000 })
  for (let i = 0; i < 20_000; i++) many.set({ i }, i)
  sampler.start()
  clock.offsetMs = 5009
  let turns = 0
  const count = setInterval(() => { turns++ }, 0)
  const under = sampler.sample()
  await under
  clearInterval(count)
  t.ok(turns > 1, `${turns} turns of others`)
  t.strictSame((await samplesOf(store, 'many'))['i=7'], [[5000, 7]], 'a timer that is late by little is punctual')
  clock.offsetMs = 10_012
  await sampler.sample()
  t.strictSame((await samplesOf(store, 'many'))['i=7'], [[5000, 7], [10_012, 7]], 'late is late')

  clock.due()
  clock.offsetMs = 14_998
  clock.due()
  t.strictSame(clock.delaysMs, [5000, 4988, 5002], 'the next one is due in time')
  await sampler.sample()
  clock.offsetMs = -3_600_000 // the clock is set back
  clock.due()
  t.ok(clock.delaysMs.at(-1)! <= 7500, 'sampling goes on')
  sampler.close()
})
