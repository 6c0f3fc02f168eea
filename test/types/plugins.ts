// Compiled by `npm run typecheck`, never run: what must not compile stands under a @ts-expect-error.
import Fastify from 'fastify'
import { Registry } from 'prom-client'
import { createClient } from 'redis'
import njordTelemetry, {
  MemoryBus, njordBus, njordExporter, njordHttpMetrics, njordPack, njordQueryApi, njordRegistry, njordRuntimeMetrics, njordSeries, VirtualClock,
  type NjordTelemetryOptions
} from '../../plugins/index.js'
import { PromqlEngine, SampleStore } from '../../src/promql/index.js'

const app = Fastify()
const clock = new VirtualClock()

app.register(njordTelemetry)
app.register(njordTelemetry, { enabled: true, prefix: '/ops' })
app.register(njordTelemetry, {
  clock,
  registry: new Registry(),
  bus: { redis: { client: createClient() } },
  packs: [njordPack],
  portfolio: { portfolioId: 'main', startingCash: 1000, method: 'fifo' },
  exporter: { path: '/prom', token: 's3cret', allow: ['10.0.0.0/8'], listen: { port: 9090 } },
  http: { exclude: ['/health', /^\/internal/] },
  runtime: false,
  series: { intervalMs: 1000, maxAgeMs: 60_000, job: 'desk' },
  query: { token: 's3cret', maxConcurrent: 5, timeoutMs: 10_000 }
})
app.register(njordTelemetry, { series: false, query: false })
// @ts-expect-error true is no set of options
app.register(njordTelemetry, { query: true })
app.register(njordTelemetry, { exporter: false, http: false, bus: { bus: new MemoryBus({ clock }) } })
// @ts-expect-error an option that is not there
app.register(njordTelemetry, { enable: true })
// @ts-expect-error a wrong method
app.register(njordTelemetry, { portfolio: { portfolioId: 'main', startingCash: 1, method: 'lifo' } })
// @ts-expect-error true is no set of options
app.register(njordTelemetry, { exporter: true })

app.register(njordRegistry, { created: true })
app.register(njordBus, { redis: { url: 'redis://localhost' } })
app.register(njordHttpMetrics, { buckets: [1] })
app.register(njordRuntimeMetrics)
app.register(njordExporter, { path: '/prom' })
// @ts-expect-error a port is a number
app.register(njordExporter, { listen: { port: '9090' } })

app.register(njordSeries, { intervalMs: 1000 })
app.register(njordQueryApi, { allow: ['10.0.0.0/8'], lookbackMs: 60_000 })
// @ts-expect-error milliseconds are a number
app.register(njordQueryApi, { timeoutMs: '1m' })

const { data, warnings } = await app.njord.query('up', 1_700_000_000_000, { signal: AbortSignal.timeout(1000) })
if (data.resultType === 'vector') data.result[0]?.value[1].toUpperCase()
// @ts-expect-error the result is of one type or another
data.result[0].values.length.toFixed()
warnings[0]?.trim()
await app.njord.queryRange('up', 0, 60_000, 15_000)

const store = new SampleStore()
store.append({ __name__: 'x' }, 0, 'stale')
// @ts-expect-error there is one other mark only
store.append({ __name__: 'x' }, 0, 'gone')
await new PromqlEngine({ queryable: store, clock }).range('x', 0, 1, 1)

app.njord.emit('killSwitch', { active: true })
// @ts-expect-error a wrong event name
app.njord.emit('killswitch', { active: true })
app.njord.ledger?.position('trend', 'BTC/USDT')?.quantity.toFixed()
// @ts-expect-error the books may not be there
app.njord.ledger.equity()
app.njord.bus.publish('fills', { price: 1n })
app.njordRegistry.counter({ name: 'x_total', help: 'X.', labelNames: ['a'] }).inc({ a: 1 })
// @ts-expect-error a wrong label name
app.njord.registry.counter({ name: 'x_total', help: 'X.', labelNames: ['a'] }).inc({ b: 1 })

class Engine {
  @app.njord.countCalls
  @app.njord.measureDuration({ functionName: 'check', buckets: [0.1] })
  async check (limit: number): Promise<boolean> { return limit > 1 }

  // @ts-expect-error a decorator of methods
  @app.njord.countCalls
  limit = 1
}
const wrapped: (limit: number) => Promise<boolean> = app.njord.measureDuration(new Engine().check, { metricName: 'check_seconds' })
// @ts-expect-error what is wrapped keeps its type
wrapped('1')

export const options: NjordTelemetryOptions = { enabled: true }
