import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { ProcessMetrics } from '../../src/instrumentation/process-metrics.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { samples } from './samples.js'

function arrange () {
  const registry = new MetricRegistry()
  const clock = new VirtualClock()
  const metrics = new ProcessMetrics({ instruments: registry, clock })
  metrics.start()
  return { registry, clock, metrics, read: (name: string) => samples(registry, name)[name]! }
}

await t.test('memory is read at each scrape, in bytes and in MiB', async t => {
  const { registry, metrics, read } = arrange()
  const kept = Buffer.alloc(20_000_000, 1)
  t.ok(read('nodejs_array_buffer_memory_bytes') >= kept.length)
  t.ok(Math.abs(read('process_resident_memory_bytes') / 2 ** 20 - read('njord_memory_usage_mb')) < 50)
  t.ok(read('nodejs_heap_size_used_bytes') <= read('nodejs_heap_size_total_bytes'))
  t.ok(samples(registry, 'nodejs_heap_space_size_used_bytes')['nodejs_heap_space_size_used_bytes{space="old"}']! > 0)
  await metrics.close()
})

await t.test('CPU time is that of the whole process, and only goes up', async t => {
  const { clock, metrics, read } = arrange()
  clock.advance(5000)
  const first = read('process_cpu_seconds_total')
  t.ok(first > 0.01)
  const until = process.cpuUsage().user + 50_000
  while (process.cpuUsage().user < until);
  t.equal(read('process_cpu_seconds_total'), first, 'reading does not change it')
  clock.advance(5000)
  t.ok(read('process_cpu_seconds_total') >= first + 0.05)
  const parts = read('process_cpu_user_seconds_total') + read('process_cpu_system_seconds_total')
  t.ok(Math.abs(read('process_cpu_seconds_total') - parts) < 1e-9)
  await metrics.close()
})

await t.test('a type of resource that is gone is there with zero', async t => {
  const { registry, metrics } = arrange()
  const servers = () => samples(registry, 'nodejs_active_resources')['nodejs_active_resources{type="TCPServerWrap"}']
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.equal(servers(), 1)
  server.close()
  await once(server, 'close')
  // Node forgets a closed handle some turns of the loop later.
  for (let turn = 0; turn < 100 && servers() !== 0; turn++) await new Promise(resolve => { setImmediate(resolve) })
  t.equal(servers(), 0)
  await metrics.close()
})

await t.test('tells when the process started', async t => {
  const { metrics, read } = arrange()
  const ageSeconds = Date.now() / 1000 - read('process_start_time_seconds')
  t.ok(Math.abs(ageSeconds - process.uptime()) < 1, `${ageSeconds} s`)
  await metrics.close()
})

await t.test('counts what Linux tells of file descriptors and memory', { skip: process.platform === 'linux' ? false : 'needs /proc' }, async t => {
  const { metrics, read } = arrange()
  await metrics.close()
  t.ok(read('process_open_fds') >= 3)
  t.ok(read('process_max_fds') >= read('process_open_fds'))
  t.ok(read('process_virtual_memory_bytes') > 1e7)
  t.ok(read('process_heap_bytes') > 1e6)
})

await t.test('leaves no timer behind', async t => {
  const { clock, metrics } = arrange()
  await metrics.close()
  t.equal(clock.nextDueMs(), undefined)
})
