import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { WindowRecord } from '../../src/contracts/window.js'
import { Journal } from '../../src/journal/journal.js'
import { PromqlEngine } from '../../src/promql/engine.js'
import { JournalQueryable } from '../../src/promql/journal-queryable.js'
import { createMatcher } from '../../src/promql/matcher.js'
import { SampleStore } from '../../src/promql/sample-store.js'
import { StackedQueryable } from '../../src/promql/stacked-queryable.js'
import type { Queryable } from '../../src/contracts/queryable.js'
import { counter, day, gauge, histogram, scratch } from '../journal/records.js'

const minute = 60_000
const hour = 60 * minute

/** The values of the first series at each step. */
async function ask (queryable: Queryable, query: string, startMs: number, endMs: number, stepMs: number): Promise<Array<[number, number]>> {
  const engine = new PromqlEngine({ queryable, clock: new VirtualClock(day) })
  const { data } = await engine.range(query, startMs, endMs, stepMs)
  if (data.resultType !== 'matrix') throw new Error(data.resultType)
  return (data.result[0]?.values ?? []).map(([seconds, value]) => [seconds * 1000, Number(value)])
}

async function written (t: Parameters<typeof scratch>[0], records: readonly WindowRecord[]): Promise<Journal> {
  const journal = await Journal.open({ dir: await scratch(t), clock: new VirtualClock(day) })
  journal.write(records)
  await journal.flush()
  t.teardown(async () => { await journal.close() })
  return journal
}

t.test('a counter is a running total again, flat where nothing was gained, and rate goes on over a total that began anew', async t => {
  const journal = await written(t, [counter(day, 60, { total: 1060 }), counter(day + minute, 60, { total: 60 }),
    counter(day + 4 * minute, 120, { total: 180 })])
  const queryable = new JournalQueryable(journal)
  t.strictSame(await ask(queryable, 'orders_total', day + minute, day + 5 * minute, minute),
    [[day + minute, 0], [day + 2 * minute, 60], [day + 3 * minute, 60], [day + 4 * minute, 60], [day + 5 * minute, 180]])
  // From 0 s to 300 s: 240 in 5 minutes, whatever the totals said.
  const [[, increase] = []] = await ask(queryable, 'increase(orders_total[5m])', day + 5 * minute, day + 5 * minute, minute)
  t.ok(increase! >= 180 && increase! <= 240.001, String(increase))
})

t.test('a gauge is its average, and its latest value in an instant query', async t => {
  const journal = await written(t, [gauge(day, [1, 2, 6]), gauge(day + minute, [4])])
  const queryable = new JournalQueryable(journal, { labels: { job: 'njord' } })
  t.strictSame(await ask(queryable, 'equity{job="njord",desk="a"}', day + minute, day + 2 * minute, minute), [[day + minute, 3], [day + 2 * minute, 4]])
  const engine = new PromqlEngine({ queryable, clock: new VirtualClock(day) })
  t.match((await engine.instant('equity', day + minute)).data, { result: [{ metric: { job: 'njord' }, value: [(day + minute) / 1000, '6'] }] })
  t.strictSame(await ask(queryable, 'equity{job="other"}', day, day + hour, minute), [])
})

t.test('a histogram is its buckets, sum and count', async t => {
  const journal = await written(t, [histogram(day, [10, 0, 0], 1), histogram(day + minute, [0, 10, 0], 5), counter(day, 1, { name: 'latency_seconds_count' })])
  const queryable = new JournalQueryable(journal)
  const at = day + 2 * minute
  t.strictSame(await ask(queryable, 'latency_seconds_bucket{le="0.1"}', at, at, minute), [[at, 10]])
  t.strictSame(await ask(queryable, 'latency_seconds_bucket{le="1.0"}', at, at, minute), [[at, 20]])
  t.strictSame(await ask(queryable, 'latency_seconds_bucket{le="+Inf"}', at, at, minute), [[at, 20]])
  t.strictSame(await ask(queryable, 'latency_seconds_sum', at, at, minute), [[at, 6]])
  t.strictSame(await ask(queryable, 'count(latency_seconds_count)', at, at, minute), [[at, 2]])
  t.strictSame(await queryable.labelNames([], day, at), ['__name__', 'le', 'venue'])
  t.strictSame(await queryable.labelValues('le', [createMatcher('__name__', '=~', '.*_bucket')], day, at), ['+Inf', '0.1', '1.0'])
  t.equal((await queryable.series([createMatcher('venue', '=', 'X')], day, at)).length, 5)
})

t.test('long windows show at every step of a range, and totals grow evenly in them', async t => {
  const journal = await written(t, [
    counter(day, 120, { resolution: '1h', total: 120 }), counter(day + hour, 240, { resolution: '1h', total: 360 }), gauge(day, [5], '1h'), gauge(day + hour, [7], '1h')])
  const queryable = new JournalQueryable(journal)
  t.strictSame(await ask(queryable, 'orders_total', day + hour, day + 2 * hour, hour / 2), [[day + hour, 120], [day + 1.5 * hour, 240], [day + 2 * hour, 360]])
  t.strictSame(await ask(queryable, 'equity', day + hour / 2, day + 2 * hour, hour / 2),
    [[day + hour / 2, 5], [day + hour, 5], [day + 1.5 * hour, 7], [day + 2 * hour, 7]])
})

t.test('a query that holds too much, or is given up, ends', async t => {
  const journal = await written(t, [gauge(day, [1]), gauge(day + minute, [1])])
  const selection = { matchers: [], startMs: day, endMs: day + hour, stepMs: minute, rangeMs: 0 }
  await t.rejects(new JournalQueryable(journal, { maxWindows: 1 }).select(selection), { code: 'NJORD_ERR_QUERY_TOO_MANY_SAMPLES' })
  await t.rejects(new JournalQueryable(journal).select(selection, AbortSignal.abort()), { name: 'AbortError' })
})

t.test('memory and journal behind one another: no step at the seam', async t => {
  // A counter that gains 60 a minute for two hours; memory has the second hour, every 10 seconds, and its total began later.
  const journal = await written(t, Array.from({ length: 90 }, (_, i) =>
    [counter(day + i * minute, 60, { total: (i + 1) * 60 }), gauge(day + i * minute, [i])]).flat())
  const memory = new SampleStore()
  for (let atMs = day + hour + 20_000; atMs <= day + 2 * hour; atMs += 10_000) {
    memory.append({ __name__: 'orders_total' }, atMs, 5000 + (atMs - day) / 1000)
    memory.append({ __name__: 'equity', desk: 'a' }, atMs, Math.floor((atMs - day) / minute))
    memory.append({ __name__: 'up' }, atMs, 1)
  }
  const older = new JournalQueryable(journal)
  const stacked = new StackedQueryable({ memory, journal: () => older, memorySinceMs: () => day + hour })
  const rates = await ask(stacked, 'rate(orders_total[10m])', day + 20 * minute, day + 2 * hour, minute)
  t.equal(rates.length, 101)
  t.strictSame(rates.filter(([, rate]) => Math.abs(rate - 1) > 0.01), [])
  const totals = await ask(stacked, 'orders_total', day + 5 * minute, day + 2 * hour, minute)
  t.ok(totals.every(([, total], i) => i === 0 || total >= totals[i - 1]![1]), 'never back')
  t.equal((await ask(stacked, 'equity', day + minute, day + 2 * hour, minute)).length, 120)
  t.strictSame(await stacked.labelValues('__name__', [], day, day + 2 * hour), ['equity', 'orders_total', 'up'])
  t.strictSame(await stacked.labelNames([], day, day + 2 * hour), ['__name__', 'desk'])
  t.equal((await stacked.series([], day, day + 2 * hour)).length, 3)
  t.equal((await stacked.select({ matchers: [], startMs: day + hour, endMs: day + 2 * hour, stepMs: 0, rangeMs: 0 })).length, 3, 'memory alone')
})
