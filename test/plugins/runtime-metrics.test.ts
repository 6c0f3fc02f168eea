import Fastify from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import t from 'tap'
import registry from '../../plugins/registry.js'
import runtimeMetrics from '../../plugins/runtime-metrics.js'
import { samples } from '../instrumentation/samples.js'

await t.test('a registered host tells of its process, and stops when it closes', async t => {
  const app = Fastify()
  app.register(registry)
  app.register(runtimeMetrics)
  await app.ready()
  const read = (name: string) => Object.values(samples(app.njordRegistry, name))[0]!
  t.ok(read('njord_memory_usage_mb') > 1)
  t.match(samples(app.njordRegistry, 'njord_build_info'), { 'njord_build_info{version="0.1.0"}': 1 })
  await app.close()
  const last = read('nodejs_heap_size_used_bytes')
  const kept = Buffer.alloc(1000).toString('hex').repeat(10)
  t.equal(read('nodejs_heap_size_used_bytes'), last, `nothing is read any more (${kept.length})`)
})

await t.test('leaves prom-client\'s default metrics to a host that collects them', async t => {
  const theirs = new Registry()
  collectDefaultMetrics({ register: theirs })
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  app.register(registry, { registry: theirs })
  app.register(runtimeMetrics)
  await app.ready()
  const text = await theirs.metrics()
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_gc_duration_seconds', 'njord_memory_usage_mb']) {
    t.equal(text.split(`# TYPE ${name} `).length, 2, `${name} is there once`)
  }
})
