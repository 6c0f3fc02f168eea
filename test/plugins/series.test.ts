import { hostname } from 'node:os'
import Fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import njordRegistry from '../../plugins/registry.js'
import njordSeries, { type SeriesOptions } from '../../plugins/series.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { NJORD_ERR_ALREADY_REGISTERED, NJORD_ERR_INVALID_OPTION } from '../../src/errors.js'
import { everything, listOf, matcher, metric } from '../series/samples.js'

const START = 1_700_000_000_000

async function host (t: Test, options: SeriesOptions = {}): Promise<{ app: FastifyInstance, clock: VirtualClock }> {
  const clock = new VirtualClock(START)
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(njordRegistry, { clock })
  await app.register(njordSeries, options)
  return { app, clock }
}

await t.test('samples the registry by its clock until the host closes', async t => {
  const { app, clock } = await host(t)
  app.njordRegistry.gauge({ name: 'equity', help: 'Equity.' }).set(7)
  clock.advance(10_000)
  const [series] = await app.njordSeries.select({ ...everything, matchers: [matcher('__name__', '=', 'equity')] })
  t.match(series!.labels, ['__name__', 'equity', 'instance', hostname(), 'job', 'njord'], 'nothing of the process: after a restart it is the same series')
  t.strictSame(listOf(series!.read()), [[START + 5000, 7], [START + 10_000, 7]])
  await app.close()
  t.strictSame(listOf((await app.njordSeries.select(everything))[0]!.read()).at(-1), [START + 10_001, 'stale'])
  t.equal(clock.nextDueMs(), undefined, 'no timer is left')
})

await t.test('says how the store is doing', async t => {
  const { app, clock } = await host(t, { intervalMs: 1000, job: 'j', instance: 'i', maxAgeMs: 60_000 })
  const { njordSeries: store, njordRegistry: registry } = app
  clock.advance(2000)
  store.append(metric('m'), START + 1, 1)
  store.append(metric('m'), START + 1, 1)
  clock.advance(1000)
  const read = async (name: string, labels: Record<string, string> = {}): Promise<number> => {
    const [series] = await store.select({
      ...everything,
      startMs: clock.nowMs(),
      matchers: [
        matcher('__name__', '=', name), ...Object.entries(labels).map(([label, value]) => matcher(label, '=', value))
      ]
    })
    return series!.read().values[0]!
  }
  t.ok(await read('njord_series_bytes') > 10_000)
  t.equal(await read('njord_series_active'), store.size)
  t.equal(await read('njord_series_samples_total'), store.samplesTotal - (store.size - 1))
  t.equal(await read('njord_series_refused_samples_total', { reason: 'duplicate' }), 1)
  t.equal(await read('njord_series_evicted_samples_total'), 0)
  clock.advance(600_000)
  t.ok(await read('njord_series_evicted_samples_total') > 0)
  t.equal(await read('njord_series_evicted_total'), 1, 'm is gone')
  registry.collect()
  registry.collect()
  t.equal(await read('njord_series_refused_samples_total', { reason: 'duplicate' }), 1, 'to read it changes nothing')
})

await t.test('refuses to be registered twice, or without a registry, or with options that cannot be', async t => {
  const { app } = await host(t)
  await t.rejects(async () => { await app.register(njordSeries) }, { code: new NJORD_ERR_ALREADY_REGISTERED('njord-series').code })
  const bare = Fastify()
  t.teardown(async () => { await bare.close() })
  await t.rejects(async () => { await bare.register(njordSeries) }, /njord-registry/)
  const wrong: Array<[unknown, RegExp]> = [
    [{ intervalMs: 0.5 }, /^Option intervalMs: found 0.5/],
    [{ intervalMs: 1 }, /^Option intervalMs: found 1, expected 10 or more/],
    [{ maxAgeMs: 0 }, /^Option maxAgeMs: found 0, expected more than 0/],
    [{ maxBytes: 1000 }, /^Option maxBytes: found 1000, expected 262144 or more/],
    [{ job: '' }, /^Option job: /],
    [{ instance: 7 }, /^Option instance: found 7, expected a string/],
    [{ interval: 7 }, /^Option interval: there is no such option/]
  ]
  for (const [options, message] of wrong) {
    const other = Fastify()
    t.teardown(async () => { await other.close() })
    await other.register(njordRegistry)
    await t.rejects(async () => { await other.register(njordSeries, options as SeriesOptions) },
      { code: new NJORD_ERR_INVALID_OPTION('', '').code, message })
  }
})
