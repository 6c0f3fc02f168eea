import { Counter as PromCounter, Gauge as PromGauge, Histogram as PromHistogram, Registry } from 'prom-client'
import t from 'tap'
import { MetricRegistry } from '../../src/metrics/registry.js'
import type { PromRegistry } from '../../src/metrics/prom-bridge.js'
import { recorder } from './recorder.js'

const help = 'What it measures.'
const hosts = (registry: Registry): PromRegistry => registry as unknown as PromRegistry

/** The line that calls the function that calls this. */
const line = (): number => Number(/:(\d+):\d+\)?$/.exec(new Error().stack!.split('\n')[3]!)![1])

t.test('an equal declaration gives the instrument that is there', async t => {
  const { registry, read } = recorder()
  const declaration = { name: 'orders_total', help, labelNames: ['side'] } as const
  const first = registry.counter(declaration)
  t.equal(registry.counter({ ...declaration }), first)
  first.inc({ side: 'buy' })
  registry.counter(declaration).inc({ side: 'buy' })
  t.equal((await read()).value('orders_total', { side: 'buy' }), 2)
})

t.test('a clash of type, help, labels, unit, buckets or percentiles names both places', async t => {
  const { registry } = recorder()
  const clash = (first: () => unknown, second: () => unknown): void => {
    const at = line()
    first()
    t.throws(second, {
      code: 'NJORD_ERR_METRIC_CLASH',
      message: new RegExp(`^"\\w+" is declared twice: at .*registry\\.test\\.ts:${at} with .*; and at .*registry\\.test\\.ts:${at} with `)
    })
  }
  clash(() => registry.gauge({ name: 'a', help }), () => registry.histogram({ name: 'a', help }))
  clash(() => registry.gauge({ name: 'b', help }), () => registry.gauge({ name: 'b', help: 'Another.' }))
  clash(() => registry.gauge({ name: 'c', help, labelNames: ['x'] }), () => registry.gauge({ name: 'c', help, labelNames: ['x', 'y'] }))
  clash(() => registry.gauge({ name: 'd', help, labelNames: ['x', 'y'] }), () => registry.gauge({ name: 'd', help, labelNames: ['y', 'x'] }))
  clash(() => registry.gauge({ name: 'e_seconds', help }), () => registry.gauge({ name: 'e_seconds', help, unit: 'seconds' }))
  clash(() => registry.histogram({ name: 'f', help, buckets: [1] }), () => registry.histogram({ name: 'f', help, buckets: [1, 2] }))
  clash(() => registry.summary({ name: 'g', help, percentiles: [0.5] }), () => registry.summary({ name: 'g', help }))
})

t.test('two metrics that would render a sample or a family of one name clash', async t => {
  const { registry } = recorder()
  registry.histogram({ name: 'h', help })
  registry.counter({ name: 'jobs_total', help })
  for (const name of ['h_count', 'h_sum', 'h_bucket', 'h_created', 'jobs', 'jobs_created']) {
    const message = new RegExp(`^"${name}" is declared twice: metric (h|jobs_total) at .*:\\d+ with `)
    t.throws(() => registry.gauge({ name, help }), { code: 'NJORD_ERR_METRIC_CLASH', message }, name)
  }
  registry.gauge({ name: 's_sum', help })
  t.throws(() => registry.summary({ name: 's', help }), { code: 'NJORD_ERR_METRIC_CLASH', message: /^"s_sum" is declared twice/ })
})

t.test('a metric of the host\'s of the same name, or with such a sample, clashes', async t => {
  const host = new Registry()
  new PromCounter({ name: 'theirs_total', help, registers: [host] }).inc()
  new PromHistogram({ name: 'theirs_seconds', help, registers: [host] }).observe(1)
  const { registry } = recorder({ registry: hosts(host) })
  const code = 'NJORD_ERR_METRIC_CLASH'
  t.throws(() => registry.counter({ name: 'theirs_total', help }), { code, message: /prom-client registry as the counter theirs_total; and at .*registry\.test\.ts:\d+ / })
  t.throws(() => registry.gauge({ name: 'theirs_seconds_count', help }), { code, message: /as the histogram theirs_seconds;/ })
  host.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
  await host.metrics()
  t.throws(() => registry.counter({ name: 'theirs_total', help }), { code }, 'when prom-client has cut _total off, too')
  t.throws(() => new MetricRegistry({ registry: hosts(host) }), { code }, 'a second registry of ours in one of the host\'s')
  t.throws(() => new PromGauge({ name: 'njord_metric_series', help, registers: [host] }), /already been registered/)
})

t.test('the place is the host\'s, whatever its files are called and whatever was done to stacks', async t => {
  const { registry } = recorder()
  const { prepareStackTrace, stackTraceLimit } = Error
  t.teardown(() => { Object.assign(Error, { prepareStackTrace, stackTraceLimit }) })
  registry.gauge({ name: 'a', help })
  const told = (): string => {
    try {
      registry.gauge({ name: 'a', help: 'Other.' })
    } catch (error) {
      return (error as Error).message
    }
    return ''
  }
  const namedLike = (registry: MetricRegistry, help: string, stack: string): string => {
    Error.prepareStackTrace = () => stack
    try {
      registry.gauge({ name: 'a', help })
    } catch (error) {
      return (error as Error).message
    } finally {
      Error.prepareStackTrace = prepareStackTrace
    }
    return ''
  }
  t.match(namedLike(registry, 'B.', 'Error\n    at f (/app/src/metrics/registry.ts:7:1)'), 'at /app/src/metrics/registry.ts:7 with')
  t.match(namedLike(registry, 'C.', 'Error\n    at f (/My Apps/x y.ts:7:1)'), 'at /My Apps/x y.ts:7 with')
  t.match(namedLike(registry, 'D.', 'Error\n    at async file:///app/x.ts:7:1'), 'at /app/x.ts:7 with')
  t.match(namedLike(registry, 'E.', 'Error\n    at f (C:\\app\\x.ts:7:1)'), 'at C:\\app\\x.ts:7 with')
  Error.prepareStackTrace = () => [] as unknown as string
  t.match(told(), 'and at an unknown place with')
  Error.prepareStackTrace = undefined as never
  Error.stackTraceLimit = 0
  t.match(told(), 'and at an unknown place with')
})

t.test('unregister takes a metric out everywhere; its instruments go on without effect', async t => {
  const host = new Registry()
  const { registry, read } = recorder({ registry: hosts(host) })
  const counter = registry.counter({ name: 'a_total', help, labelNames: ['x'] })
  const plain = registry.gauge({ name: 'b', help })
  const child = counter.labels({ x: '1' })
  child.inc()
  t.equal((await read()).value('njord_metric_series', { metric: 'a_total' }), 1)
  t.ok(registry.unregister('a_total'))
  t.ok(registry.unregister('b'))
  t.notOk(registry.unregister('a_total'))
  child.inc()
  counter.inc({ x: '2' })
  plain.set(5)
  const found = await read()
  t.notMatch(found.text, /a_total|^b /m)
  t.notMatch(await host.metrics(), /a_total|^b /m)
  const again = registry.gauge({ name: 'a', help })
  again.set(3)
  t.equal((await read()).value('a'), 3, 'its names are free again')
})

t.test('collect callbacks run before a rendering; one that throws or rejects is logged once and harms nobody', async t => {
  const { registry, log, read } = recorder()
  const gauge = registry.gauge({ name: 'a', help })
  let runs = 0
  const end = registry.onCollect(() => { gauge.set(++runs) })
  registry.onCollect(() => { throw new Error('boom') })
  registry.onCollect(async () => { throw new Error('rejected') })
  t.equal((await read()).value('a'), 1)
  t.equal((await read()).value('a'), 2)
  end()
  end()
  t.equal((await read()).value('a'), 2)
  t.strictSame(log.lines.map(({ level, message }) => [level, message]), [
    ['warn', 'a collect callback failed; its metrics may be old'], ['warn', 'a collect callback failed; its metrics may be old']])
})

t.test('what was dropped and why is counted by metric and logged once', async t => {
  const { registry, log, read } = recorder()
  const counter = registry.counter({ name: 'a_total', help })
  for (const value of [-1, NaN, Infinity, '1', 1n, null]) counter.inc(value as number)
  const found = await read()
  t.equal(found.dropped('a_total', 'invalid_value'), 6)
  t.equal(found.value('a_total'), 0)
  t.strictSame(log.lines, [{
    level: 'warn', fields: { metric: 'a_total', reason: 'invalid_value' }, message: 'a sample of a_total was dropped: invalid_value; further ones are only counted'
  }])
})
