import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { RuntimeMetrics } from '../../src/instrumentation/runtime-metrics.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { samples } from './samples.js'

await t.test('has the names of prom-client\'s default metrics and of the seeds', async t => {
  const registry = new MetricRegistry()
  const clock = new VirtualClock()
  const metrics = new RuntimeMetrics({ instruments: registry, clock, version: '1.2.3' })
  metrics.start()
  await metrics.close()
  const names = new Set(registry.families().map(family => family.name))
  for (const name of [
    'njord_event_loop_lag_seconds', 'njord_event_loop_delay_seconds', 'njord_event_loop_utilization_ratio', 'njord_memory_usage_mb',
    'process_cpu_seconds_total', 'process_start_time_seconds', 'process_resident_memory_bytes', 'nodejs_gc_duration_seconds', 'nodejs_active_resources'
  ]) t.ok(names.has(name), name)
  t.same(samples(registry, 'njord_build_info'), { 'njord_build_info{version="1.2.3"}': 1 })
  t.match(Object.keys(samples(registry, 'nodejs_version_info'))[0], `version="${process.version}"`)
  t.equal(clock.nextDueMs(), undefined, 'closed without a timer left')
})

await t.test('leaves out names that are taken and records the others', async t => {
  const registry = new MetricRegistry()
  const taken = new Set(['process_resident_memory_bytes', 'nodejs_gc_duration_seconds', 'process_cpu_seconds_total'])
  const metrics = new RuntimeMetrics({ instruments: registry, clock: new VirtualClock(), taken, version: '1.2.3' })
  metrics.start()
  for (const name of taken) t.same(samples(registry, name), {}, name)
  t.ok(samples(registry, 'njord_memory_usage_mb').njord_memory_usage_mb! > 0)
  await metrics.close()
})
