import { Type } from 'typebox'
import { accessOptions, isToken, tokenExpectation } from './access-options.js'
import { dashboardOptions } from './dashboard-options.js'
import { performanceOptions } from './performance-options.js'
import { live, options, optionsCheck, pluginOptions, withMethods } from './options.js'
import { routingOptions } from './routing-options.js'
import { nestedRulesOptions, ruleFiles } from './rules-options.js'

export { accessOptions, isToken, tokenExpectation }

const text = () => Type.String({ minLength: 1 })
const amount = () => Type.Number({ exclusiveMinimum: 0 })

const clock = Type.Optional(withMethods(['nowMs', 'nowNs', 'monotonicSeconds', 'after', 'every'], 'a clock'))

const registry = {
  registry: Type.Optional(withMethods(
    ['registerMetric', 'removeSingleMetric', 'getSingleMetric', 'getMetricsAsArray'], 'a Registry of prom-client')),
  created: Type.Optional(Type.Boolean())
}

const isRedisUrl = (value: unknown) => typeof value === 'string' && URL.canParse(value) && /^rediss?:$/.test(new URL(value).protocol)

const bus = {
  redis: Type.Optional(Type.Refine(options({
    url: Type.Optional(live(isRedisUrl, 'redis://host:port or rediss://host:port')),
    client: Type.Optional(withMethods(['duplicate'], 'what createClient() of the package "redis" returns,'))
  }), ({ url, client }) => (url === undefined) !== (client === undefined), () => 'either url or client')),
  bus: Type.Optional(withMethods(['publish', 'subscribe', 'ready', 'close'], 'a bus')),
  clock
}

const exporter = {
  ...accessOptions,
  path: Type.Optional(live<unknown>(value => typeof value === 'string' && value.startsWith('/'), 'a path that starts with /')),
  listen: Type.Optional(options({ port: Type.Integer({ minimum: 0, maximum: 65535 }), host: Type.Optional(text()) }))
}

const ascending = (bounds: number[]) => bounds.length > 0 && bounds.every((bound, i) => i === 0 || bound > bounds[i - 1]!)

const http = {
  exclude: Type.Optional(Type.Array(live<unknown>(
    value => typeof value === 'string' || value instanceof RegExp, 'a route\'s template or a regular expression'))),
  buckets: Type.Optional(Type.Refine(Type.Array(Type.Number()), ascending, () => 'upper bounds in seconds, ascending'))
}

const series = {
  intervalMs: Type.Optional(Type.Integer({ minimum: 10 })),
  maxAgeMs: Type.Optional(amount()),
  maxBytes: Type.Optional(Type.Integer({ minimum: 262_144 })),
  job: Type.Optional(text()),
  instance: Type.Optional(text())
}

const queryApi = {
  ...accessOptions,
  maxConcurrent: Type.Optional(Type.Integer({ minimum: 1 })),
  timeoutMs: Type.Optional(amount()),
  lookbackMs: Type.Optional(Type.Integer({ minimum: 1 })),
  maxSamples: Type.Optional(Type.Integer({ minimum: 1 })),
  graph: Type.Optional(Type.Boolean())
}

const portfolio = {
  portfolioId: text(),
  startingCash: amount(),
  method: Type.Optional(Type.Union([Type.Literal('average'), Type.Literal('fifo')])),
  allocations: Type.Optional(Type.Record(Type.String(), amount())),
  markIntervalMs: Type.Optional(Type.Number({ minimum: 0 })),
  daysPerYear: Type.Optional(amount()),
  history: Type.Optional(options({
    resolution: Type.Optional(Type.Union([Type.Literal('1m'), Type.Literal('5m'), Type.Literal('1h'), Type.Literal('1d')])),
    maxBytes: Type.Optional(Type.Integer({ minimum: 65_536 })),
    maxTrades: Type.Optional(Type.Integer({ minimum: 1 })),
    sink: Type.Optional(withMethods(['write'], 'a sink for windows'))
  }))
}

const pack = live<Record<string, unknown> | null | undefined>(
  value => typeof value?.name === 'string' && value.name !== '' && typeof value.metrics === 'object' && value.metrics !== null &&
    typeof value.record === 'function',
  'what definePack() returns')

const packs = Type.Refine(Type.Array(pack), packs => {
  const names = packs.map(pack => (pack as { name?: unknown } | null | undefined)?.name)
  return new Set(names).size === names.length
}, () => 'each pack once, by its name')

export const telemetryOptions = pluginOptions({
  enabled: Type.Optional(Type.Boolean()),
  clock,
  ...registry,
  bus: Type.Optional(Type.Refine(options(bus), ({ redis, bus }) => redis === undefined || bus === undefined, () => 'either redis or bus')),
  packs: Type.Optional(packs),
  performance: Type.Optional(Type.Union([Type.Literal(false), options(performanceOptions)])),
  portfolio: Type.Optional(options(portfolio)),
  exporter: Type.Optional(Type.Union([Type.Literal(false), options(exporter)])),
  http: Type.Optional(Type.Union([Type.Literal(false), options(http)])),
  runtime: Type.Optional(Type.Boolean()),
  series: Type.Optional(Type.Union([Type.Literal(false), options(series)])),
  query: Type.Optional(Type.Union([Type.Literal(false), options(queryApi)])),
  rules: Type.Optional(Type.Union([ruleFiles, nestedRulesOptions])),
  routing: Type.Optional(Type.Union([text(), options(routingOptions)])),
  dashboard: Type.Optional(Type.Union([Type.Literal(false), options(dashboardOptions)]))
})

/** Each throws `NJORD_ERR_INVALID_OPTION` that names the option, what was found and what was expected. */
export const checkRegistryOptions = optionsCheck(pluginOptions({ ...registry, clock }))
export const checkBusOptions = optionsCheck(pluginOptions(bus))
export const checkExporterOptions = optionsCheck(pluginOptions(exporter))
export const checkSeriesOptions = optionsCheck(pluginOptions(series))
export const checkQueryApiOptions = optionsCheck(pluginOptions(queryApi))
export const checkTelemetryOptions = optionsCheck(telemetryOptions)
