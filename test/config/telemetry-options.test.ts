import t from 'tap'
import { checkTelemetryOptions } from '../../src/config/telemetry-options.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { MemoryBus } from '../../src/bus/memory-bus.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { definePack } from '../../src/packs/pack.js'

const clock = new VirtualClock()
const portfolio = { portfolioId: 'main', startingCash: 1 }
const pack = definePack({ name: 'own', metrics: {}, record: () => ({}) })

await t.test('takes options that fit, and touches none of them', async t => {
  const fitting: object[] = [
    {},
    { enabled: undefined, bus: undefined, exporter: { token: undefined } },
    { exporter: false, http: false, runtime: false, prefix: '/ops', logLevel: 'warn', logSerializers: {} },
    {
      enabled: true,
      clock,
      registry: new MetricRegistry().promRegistry,
      created: true,
      bus: { bus: new MemoryBus({ clock }) },
      packs: [pack],
      portfolio: { ...portfolio, method: 'fifo', allocations: { a: 1 }, markIntervalMs: 0 },
      exporter: { path: '/m', token: 't', allow: ['::1', '10.0.0.0/8'], listen: { port: 9090, host: '::' } },
      http: { exclude: ['/health', /^\/internal/], buckets: [0.1, 1] },
      runtime: true,
      series: { intervalMs: 1000, maxAgeMs: 3_600_000, maxBytes: 1e6, job: 'desk', instance: 'a:1' },
      query: { token: 't', allow: ['::1'], maxConcurrent: 1, timeoutMs: 1000, lookbackMs: 60_000, maxSamples: 1e6 }
    },
    { series: false, query: false },
    { bus: { redis: { url: 'rediss://:secret@localhost:6379/1' } } }
  ]
  for (const options of fitting) {
    checkTelemetryOptions(Object.freeze(options))
    t.pass(Object.keys(options).join(' '))
  }
})

await t.test('refuses each wrong option by its path, with what was found and what was expected', async t => {
  const methods = 'nowMs, nowNs, monotonicSeconds, after, every'
  const cases: Array<[options: object, message: string]> = [
    [{ enable: true }, 'enable: there is no such option'],
    [{ enabled: 1 }, 'enabled: found 1, expected a boolean'],
    [{ enabled: '1' }, 'enabled: found "1", expected a boolean'],
    [{ enabled: null }, 'enabled: found null, expected a boolean'],
    [{ created: 'yes' }, 'created: found "yes", expected a boolean'],
    [{ runtime: {} }, 'runtime: found an object, expected a boolean'],
    [{ clock: null }, `clock: found null, expected a clock with the methods ${methods}`],
    [{ clock: { nowMs: Date.now } }, `clock: found an object, expected a clock with the methods ${methods}`],
    [{ registry: new MetricRegistry() },
      'registry: found an object, expected a Registry of prom-client with the methods registerMetric, removeSingleMetric, getSingleMetric, getMetricsAsArray'],
    [{ bus: 'redis://localhost' }, 'bus: found "redis://localhost", expected an object'],
    [{ bus: { bus: {} } }, 'bus.bus: found an object, expected a bus with the methods publish, subscribe, ready, close'],
    [{ bus: { redis: {}, bus: new MemoryBus({ clock }) } }, 'bus.redis: found an object, expected either url or client'],
    [{ bus: { redis: { url: 'redis://localhost' }, bus: new MemoryBus({ clock }) } }, 'bus: found an object, expected either redis or bus'],
    [{ bus: { redis: { url: 'http://:secret@localhost' } } }, 'bus.redis.url: found what is not shown here, expected redis://host:port or rediss://host:port'],
    [{ bus: { redis: { url: 6379 } } }, 'bus.redis.url: found what is not shown here, expected redis://host:port or rediss://host:port'],
    [{ bus: { redis: { client: {} } } },
      'bus.redis.client: found an object, expected what createClient() of the package "redis" returns, with the methods duplicate'],
    [{ bus: { redis: { host: 'localhost' } } }, 'bus.redis.host: there is no such option'],
    [{ bus: { clock: 5 } }, `bus.clock: found 5, expected a clock with the methods ${methods}`],
    [{ packs: pack }, 'packs: found an object, expected an array'],
    [{ packs: [pack, {}] }, 'packs.1: found an object, expected what definePack() returns'],
    [{ packs: [null] }, 'packs.0: found null, expected what definePack() returns'],
    [{ packs: [{ ...pack, record: undefined }] }, 'packs.0: found an object, expected what definePack() returns'],
    [{ packs: [pack, { ...pack }] }, 'packs: found an array, expected each pack once, by its name'],
    [{ portfolio: true }, 'portfolio: found true, expected an object'],
    [{ portfolio: {} }, 'portfolio.portfolioId: it is missing'],
    [{ portfolio: { portfolioId: 'x' } }, 'portfolio.startingCash: it is missing'],
    [{ portfolio: { ...portfolio, portfolioId: '' } }, 'portfolio.portfolioId: found "", expected a text that is not empty'],
    [{ portfolio: { ...portfolio, startingCash: 0 } }, 'portfolio.startingCash: found 0, expected more than 0'],
    [{ portfolio: { ...portfolio, startingCash: NaN } }, 'portfolio.startingCash: found NaN, expected a finite number'],
    [{ portfolio: { ...portfolio, startingCash: Infinity } }, 'portfolio.startingCash: found Infinity, expected a finite number'],
    [{ portfolio: { ...portfolio, method: 'lifo' } }, 'portfolio.method: found "lifo", expected "average" or "fifo"'],
    [{ portfolio: { ...portfolio, allocations: { 'a/b~c': -1 } } }, 'portfolio.allocations.a/b~c: found -1, expected more than 0'],
    [{ portfolio: { ...portfolio, markIntervalMs: -1 } }, 'portfolio.markIntervalMs: found -1, expected 0 or more'],
    [{ portfolio: { ...portfolio, clock } }, 'portfolio.clock: there is no such option'],
    [{ exporter: true }, 'exporter: found true, expected false or an object'],
    [{ exporter: '/metrics' }, 'exporter: found "/metrics", expected false or an object'],
    [{ exporter: { listen: {} } }, 'exporter.listen.port: it is missing'],
    [{ exporter: { paht: '/' } }, 'exporter.paht: there is no such option'],
    [{ exporter: { path: 'metrics' } }, 'exporter.path: found "metrics", expected a path that starts with /'],
    [{ exporter: { listen: { port: 1.5 } } }, 'exporter.listen.port: found 1.5, expected an integer'],
    [{ exporter: { allow: ['x'] } }, 'exporter.allow.0: found "x", expected an address or a subnet as in 10.0.0.7 or 192.168.0.0/16'],
    [{ http: true }, 'http: found true, expected false or an object'],
    [{ http: { exclude: ['/', 5] } }, 'http.exclude.1: found 5, expected a route\'s template or a regular expression'],
    [{ http: { buckets: [1, 0.5] } }, 'http.buckets: found an array, expected upper bounds in seconds, ascending'],
    [{ http: { buckets: [] } }, 'http.buckets: found an array, expected upper bounds in seconds, ascending'],
    [{ http: { buckets: [1, '2'] } }, 'http.buckets.1: found "2", expected a finite number'],
    [{ series: true }, 'series: found true, expected false or an object'],
    [{ series: { intervalMs: 1 } }, 'series.intervalMs: found 1, expected 10 or more'],
    [{ series: { maxAgeMs: 0 } }, 'series.maxAgeMs: found 0, expected more than 0'],
    [{ series: { job: '' } }, 'series.job: found "", expected a text that is not empty'],
    [{ query: 1 }, 'query: found 1, expected false or an object'],
    [{ query: { maxConcurrent: 0 } }, 'query.maxConcurrent: found 0, expected 1 or more'],
    [{ query: { timeoutMs: 0 } }, 'query.timeoutMs: found 0, expected more than 0'],
    [{ query: { lookbackMs: 1.5 } }, 'query.lookbackMs: found 1.5, expected an integer'],
    [{ query: { limit: 5 } }, 'query.limit: there is no such option'],
    [{ logger: true }, 'logger: there is no such option']
  ]
  for (const [options, message] of cases) {
    t.throws(() => { checkTelemetryOptions(options) }, { code: 'NJORD_ERR_INVALID_OPTION', message: `Option ${message}` }, message)
  }
})

await t.test('no message shows a secret or a large value', async t => {
  t.throws(() => { checkTelemetryOptions({ exporter: { token: 'hunter2\n' } }) }, { message: /^(?!.*hunter2)/s })
  t.throws(() => { checkTelemetryOptions({ enabled: 'x'.repeat(1e6) }) }, { message: 'Option enabled: found a string of 1000000 characters, expected a boolean' })
})
