import t from 'tap'
import { silentLog } from '../../src/contracts/log.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { chartLines } from '../../src/dashboard/charts.js'
import { HistoryReader } from '../../src/dashboard/history.js'
import { RowNumbers } from '../../src/dashboard/row-numbers.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { PromqlEngine } from '../../src/promql/engine.js'
import { Sampler } from '../../src/sampling/sampler.js'
import { SeriesStore } from '../../src/series/series-store.js'

await t.test('the slippage of the last minutes is the mean of what was observed, gains and costs alike', async t => {
  const clock = new VirtualClock(1_700_000_000_000)
  const registry = new MetricRegistry({ clock })
  const slippage = registry.histogram({ name: 'njord_execution_slippage_bps', help: 'Slippage.', buckets: [-10, 0, 10], labelNames: ['algo_type'] })
  const store = new SeriesStore({ clock })
  const sampler = new Sampler({ registry, store, intervalMs: 5000, job: 'j', instance: 'i' })
  sampler.start()
  slippage.observe({ algo_type: 'twap' }, 0)
  slippage.observe({ algo_type: 'chase' }, 0)
  clock.advance(5000)
  const observed = [3, -8, -2.5, 1, -4, 6, -9, -0.5]
  for (const [i, bps] of observed.entries()) {
    slippage.observe({ algo_type: i % 3 === 0 ? 'twap' : 'chase' }, bps)
    clock.advance(40_000)
  }
  const { expr } = chartLines.find(({ key }) => key === 'slippage')!
  const { data } = await new PromqlEngine({ queryable: store, clock }).instant(String(expr).replaceAll('5m', '10m'), clock.nowMs())
  const [{ value: [, mean] }] = data.result as unknown as [{ value: [number, string] }]
  t.ok(Math.abs(Number(mean) - observed.reduce((sum, bps) => sum + bps) / observed.length) < 1e-9, mean)
  await sampler.close()
})

await t.test('a rate is right from the first seconds on, and in the past of a process that goes on from a journal', async t => {
  const clock = new VirtualClock(1_700_000_000_123)
  const registry = new MetricRegistry({ clock })
  const orders = registry.counter({ name: 'njord_orders_total', help: 'Orders.', labelNames: ['strategy_id'] })
  const store = new SeriesStore({ clock })
  const sampler = new Sampler({ registry, store, intervalMs: 5000, job: 'j', instance: 'i' })
  sampler.start()
  const queries = new PromqlEngine({ queryable: store, clock })
  const reader = (sinceMs: () => number) => new HistoryReader({ queries, clock, rows: new RowNumbers(5), log: silentLog, sinceMs })
  const history = reader(() => store.completeFromMs)
  t.equal((await history.newest())['orders'], null, 'nothing to go by yet')
  for (let second = 1; second <= 700; second++) {
    orders.inc({ strategy_id: 'a' }, 2)
    orders.inc({ strategy_id: 'b' }, 1)
    clock.advance(1000)
    // 3 a second are 180 a minute.
    if (second % 7 === 1 && second > 20) t.ok(Math.abs((await history.newest())['orders']! - 180) < 0.01, `after ${second} s`)
  }
  const past = async (reader: HistoryReader) => (await reader.read('15m')).columns['orders']!
  const column = await past(history)
  t.equal(column.length, 181)
  const known = column.filter(value => value !== null)
  t.ok(known.length >= 136, `${known.length} points`)
  t.strictSame(known.filter(value => Math.abs(value - 180) > 0.01), [])
  const joined = await past(reader(() => clock.nowMs() - 200_000))
  t.strictSame([...joined.slice(110, 140), ...joined.slice(143)].filter(value => value === null || Math.abs(value - 180) > 0.01), [], 'what was before counts')
  await sampler.close()
})
