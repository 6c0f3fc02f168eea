import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { GcMetrics } from '../../src/instrumentation/gc-metrics.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { samples } from './samples.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const entriesDelivered = async () => { await new Promise(resolve => { setTimeout(resolve, 20) }) }

await t.test('times pauses by kind, until it is closed', async t => {
  const registry = new MetricRegistry()
  const metrics = new GcMetrics({ instruments: registry })
  const count = () => samples(registry, 'nodejs_gc_duration_seconds')['nodejs_gc_duration_seconds_count{kind="major"}']!
  t.equal(count(), 0, 'every kind is there from the start')
  metrics.start()
  collectGarbage()
  await entriesDelivered()
  const counted = count()
  t.ok(counted >= 1)
  t.ok(samples(registry, 'nodejs_gc_duration_seconds')['nodejs_gc_duration_seconds_sum{kind="major"}']! < 1, 'in seconds')
  metrics.close()
  collectGarbage()
  await entriesDelivered()
  t.equal(count(), counted)
})
