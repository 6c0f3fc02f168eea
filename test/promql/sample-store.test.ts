import t from 'tap'
import { PromqlEngine, SampleStore, SystemClock } from '../../src/promql/index.js'

await t.test('takes samples and ends of series, and answers as the documentation says', async t => {
  const store = new SampleStore()
  const labels = { __name__: 'fills_total', side: 'buy' }
  t.ok(store.append(labels, 1_700_000_000_000, 1))
  t.ok(store.append(['__name__', 'fills_total', 'side', 'buy'], 1_700_000_015_000, 4))
  t.ok(store.append(labels, 1_700_000_030_000, 'stale'))
  const engine = new PromqlEngine({ queryable: store, clock: new SystemClock() })
  t.match(await engine.instant('fills_total', 1_700_000_020_000), {
    data: { resultType: 'vector', result: [{ metric: labels, value: [1_700_000_020, '4'] }] }, warnings: [], infos: []
  })
  const { data } = await engine.range('sum(fills_total)', 1_700_000_000_000, 1_700_000_060_000, 15_000)
  t.same(data, { resultType: 'matrix', result: [{ metric: {}, values: [[1_700_000_000, '1'], [1_700_000_015, '4']] }] })
})

await t.test('keeps what is old and what is far apart', async t => {
  const store = new SampleStore()
  for (const atMs of [-86_400_000, 0, 86_400_000 * 365 * 50]) t.ok(store.append({ __name__: 'x' }, atMs, 1), String(atMs))
  t.ok(store.append({ __name__: 'y' }, 5, 1), 'earlier than another series')
  t.equal(store.append({ __name__: 'x' }, 5, 1), false, 'out of order')
  t.equal(store.refused.out_of_order, 1)
  const engine = new PromqlEngine({ queryable: store, clock: new SystemClock() })
  t.match((await engine.instant('count_over_time(x[60y])', 86_400_000 * 365 * 50)).data, { result: [{ value: [86_400 * 365 * 50, '3'] }] })
})

await t.test('is bounded where it is told to be', async t => {
  const store = new SampleStore({ maxAgeMs: 60_000 })
  store.append({ __name__: 'x' }, 1_000_000, 1)
  t.equal(store.append({ __name__: 'y' }, 0, 1), false)
  t.equal(store.refused.too_old, 1)
})
