import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { chartLines } from '../../src/dashboard/charts.js'
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
  const { data } = await new PromqlEngine({ queryable: store, clock }).instant(expr.replaceAll('5m', '10m'), clock.nowMs())
  const [{ value: [, mean] }] = data.result as unknown as [{ value: [number, string] }]
  t.ok(Math.abs(Number(mean) - observed.reduce((sum, bps) => sum + bps) / observed.length) < 1e-9, mean)
  await sampler.close()
})
