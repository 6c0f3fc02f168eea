import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { SystemClock } from '../src/clock/system-clock.js'
import { checkTelemetryOptions } from '../src/config/telemetry-options.js'
import type { Clock } from '../src/contracts/clock.js'
import { NJORD_ERR_INVALID_OPTION } from '../src/errors.js'
import type { MetricRegistry } from '../src/metrics/registry.js'
import { njordPack } from '../src/packs/njord/pack.js'
import type { AnyPack } from '../src/packs/pack.js'
import type { LedgerOptions } from '../src/portfolio/ledger-options.js'
import { Telemetry } from '../src/telemetry.js'
import bus, { type BusOptions } from './bus.js'
import dashboard, { type DashboardOptions } from './dashboard.js'
import exporter, { type ExporterOptions } from './exporter.js'
import httpMetrics, { type HttpMetricsPluginOptions } from './http-metrics.js'
import type {} from './journal.js' // brings fastify.njordJournal into scope
import { isThere, refuseTwice } from './once.js'
import performance, { type PerformancePluginOptions } from './performance.js'
import queryApi, { type QueryApiOptions } from './query-api.js'
import registry, { type RegistryPluginOptions } from './registry.js'
import routing, { type RoutingOptions } from './routing.js'
import rules, { type RulesOptions } from './rules.js'
import runtimeMetrics from './runtime-metrics.js'
import series, { type SeriesOptions } from './series.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Say what happened with `njord.emit`; make instruments with `njord.registry`. */
    njord: Telemetry
  }
}

export interface NjordTelemetryOptions extends Pick<RegistryPluginOptions, 'registry' | 'created'> {
  /** @defaultValue whether the environment's `NJORD_ENABLE_METRICS` is `1` */
  enabled?: boolean
  /** The time by which events, books and the bus go. @defaultValue the registry's, where the host has registered one; the system clock */
  clock?: Clock
  /** @defaultValue a bus in memory */
  bus?: BusOptions
  /** What turns events into metrics. @defaultValue the pack `njord` */
  packs?: readonly AnyPack[]
  /** The books to keep of fills and market ticks; without it the host says `positionMark` and `equityMark` itself. */
  portfolio?: Omit<LedgerOptions, 'emit' | 'clock'>
  /** `GET /attribution`, `/strategies` and `/report` of these books, and their strategies' metrics each second; `false` for none. */
  performance?: PerformancePluginOptions & { prefix?: string } | false
  /** The scrape route; `false` for none. */
  exporter?: ExporterOptions | false
  /** Metrics of the host's own routes; `false` for none. */
  http?: HttpMetricsPluginOptions | false
  /** Metrics of Node and the process. @defaultValue true */
  runtime?: boolean
  /** What is kept of the recent past; `false` for nothing, and then there is nothing to query. */
  series?: SeriesOptions | false
  /** PromQL over it, with the HTTP API of Prometheus; `false` for neither. */
  query?: QueryApiOptions | false
  /** Rules that are evaluated over it; files or patterns alone, or with how. */
  rules?: readonly string[] | RulesOptions
  /** Where their alerts go: an `alertmanager.yml` alone, or with how. Without it the log and the bus hear of them. */
  routing?: string | RoutingOptions
  /** The live dashboard, at `/dashboard`; `false` for none. */
  dashboard?: DashboardOptions | false
}

/**
 * The observability of a trading system inside its process: registers the parts that are not there yet (registry, bus,
 * HTTP metrics, runtime metrics, series, query API, dashboard, exporter) and decorates the host with `njord`. Throws `NJORD_ERR_INVALID_OPTION`, and
 * `NJORD_ERR_ALREADY_REGISTERED` when it is there already.
 */
const telemetry: FastifyPluginAsync<NjordTelemetryOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njord', 'njord-telemetry')
  checkTelemetryOptions(opts)
  const problem = offBecause(opts.enabled)
  if (problem !== undefined) {
    fastify.log[problem.isMistake ? 'warn' : 'info'](`telemetry is off: ${problem.why}`)
    await decorate(fastify, opts, undefined)
    return
  }
  const clock = clockOf(fastify, opts)
  if (!isThere(fastify, 'njord-registry', { registry: opts.registry, created: opts.created })) {
    await fastify.register(registry, { registry: opts.registry, created: opts.created, clock })
  }
  if (opts.http !== false && !isThere(fastify, 'njord-http-metrics', { http: opts.http })) await fastify.register(httpMetrics, opts.http ?? {})
  if (opts.runtime !== false && !isThere(fastify, 'njord-runtime-metrics', {})) await fastify.register(runtimeMetrics)
  await registerHistory(fastify, opts)
  await decorate(fastify, { ...opts, clock }, fastify.njordRegistry)
  await registerRouting(fastify, opts)
  await registerRules(fastify, opts)
  if (opts.dashboard !== false && !isThere(fastify, 'njord-dashboard', { dashboard: opts.dashboard })) {
    await fastify.register(dashboard, { ...opts.dashboard, prefix: (opts as { prefix?: string }).prefix })
  }
  if (opts.performance !== false && (opts.portfolio !== undefined || opts.performance !== undefined)) {
    await fastify.register(performance, { prefix: (opts as { prefix?: string }).prefix, ...opts.performance })
  }
  // One that is there already may be joined by another: on a path or a listener of its own.
  if (opts.exporter !== false && !(opts.exporter === undefined && isThere(fastify, 'njord-exporter', {}))) {
    await fastify.register(exporter, { ...opts.exporter, prefix: (opts as { prefix?: string }).prefix })
  }
}

/** The recent past, and the means to query it. */
async function registerHistory (fastify: FastifyInstance, opts: NjordTelemetryOptions): Promise<void> {
  if (opts.series !== false && !isThere(fastify, 'njord-series', { series: opts.series })) await fastify.register(series, opts.series ?? {})
  if (opts.query === false || isThere(fastify, 'njord-query-api', { query: opts.query })) return
  if (fastify.hasDecorator('njordSeries')) {
    await fastify.register(queryApi, { ...opts.query, prefix: (opts as { prefix?: string }).prefix })
  } else if (opts.query !== undefined) throw new NJORD_ERR_INVALID_OPTION('query', 'series is false, and so there is nothing to query')
}

/** Before the rules, so that it closes after them. */
async function registerRouting (fastify: FastifyInstance, opts: NjordTelemetryOptions): Promise<void> {
  const { rules, routing: options } = opts
  if ((rules === undefined && options === undefined) || isThere(fastify, 'njord-routing', { routing: options })) return
  await fastify.register(routing, { prefix: (opts as { prefix?: string }).prefix, ...typeof options === 'string' ? { file: options } : options })
}

async function registerRules (fastify: FastifyInstance, { rules: options }: NjordTelemetryOptions): Promise<void> {
  if (options === undefined || isThere(fastify, 'njord-rules', { rules: options })) return
  if (!fastify.hasDecorator('njordSeries')) throw new NJORD_ERR_INVALID_OPTION('rules', 'series is false, and so there is nothing to evaluate')
  await fastify.register(rules, 'files' in options ? options : { files: options })
}

async function decorate (
  fastify: FastifyInstance,
  { clock = new SystemClock(fastify.log), bus: busOptions, packs = [njordPack], portfolio, performance }: NjordTelemetryOptions,
  instruments: MetricRegistry | undefined
): Promise<void> {
  if (!isThere(fastify, 'njord-bus', { bus: busOptions })) await fastify.register(bus, { ...busOptions, clock: busOptions?.clock ?? clock })
  // What the books were outlives the process where a journal is registered before.
  const sink = fastify.hasDecorator('njordJournal') ? fastify.njordJournal : undefined
  const books = portfolio === undefined || sink === undefined ? portfolio : { ...portfolio, history: { sink, ...portfolio.history } }
  const queries = fastify.hasDecorator('njordQueries') ? fastify.njordQueries : undefined
  fastify.decorate('njord', new Telemetry({ instruments, bus: fastify.njordBus, clock, log: fastify.log, packs, portfolio: books, performance: performance === false ? undefined : performance, queries }))
}

/** Why telemetry is off; `undefined` when it is on. */
function offBecause (enabled: boolean | undefined): { why: string, isMistake: boolean } | undefined {
  if (enabled !== undefined) return enabled ? undefined : { why: 'the option enabled is false', isMistake: false }
  const { NJORD_ENABLE_METRICS: found } = process.env
  if (found === '1') return undefined
  if (found === undefined) return { why: 'set the option enabled, or NJORD_ENABLE_METRICS=1', isMistake: false }
  return { why: `NJORD_ENABLE_METRICS is ${JSON.stringify(found)}, and only 1 turns it on`, isMistake: found !== '0' && found !== '' }
}

/** One clock for all: that of the registry, where the host has registered one. */
function clockOf (fastify: FastifyInstance, { clock }: NjordTelemetryOptions): Clock {
  if (!fastify.hasDecorator('njordRegistry')) return clock ?? new SystemClock(fastify.log)
  const { clock: known } = fastify.njordRegistry
  if (clock !== undefined && clock !== known) {
    throw new NJORD_ERR_INVALID_OPTION('clock', 'the plugin "njord-registry" is registered already, with another clock: give both the same')
  }
  return known
}

export default fp(telemetry, { name: 'njord-telemetry', fastify: '5.x' })
