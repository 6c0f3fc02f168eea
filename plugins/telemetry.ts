import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { SystemClock } from '../src/clock/system-clock.js'
import { checkTelemetryOptions } from '../src/config/telemetry-options.js'
import type { Clock } from '../src/contracts/clock.js'
import type { MetricRegistry } from '../src/metrics/registry.js'
import { njordPack } from '../src/packs/njord/pack.js'
import type { Pack } from '../src/packs/pack.js'
import type { LedgerOptions } from '../src/portfolio/ledger-options.js'
import { Telemetry } from '../src/telemetry.js'
import bus, { type BusOptions } from './bus.js'
import exporter, { type ExporterOptions } from './exporter.js'
import httpMetrics, { type HttpMetricsPluginOptions } from './http-metrics.js'
import { refuseTwice } from './once.js'
import registry, { type RegistryPluginOptions } from './registry.js'
import runtimeMetrics from './runtime-metrics.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Say what happened with `njord.emit`; make instruments with `njord.registry`. */
    njord: Telemetry
  }
}

export interface NjordTelemetryOptions extends Pick<RegistryPluginOptions, 'registry' | 'created'> {
  /** @defaultValue whether the environment's `NJORD_ENABLE_METRICS` is `1` */
  enabled?: boolean
  /** The time by which events, books and the bus go. @defaultValue the system clock */
  clock?: Clock
  /** @defaultValue a bus in memory */
  bus?: BusOptions
  /** What turns events into metrics. @defaultValue the pack `njord` */
  packs?: readonly Pack[]
  /** The books to keep of fills and market ticks; without it the host says `positionMark` and `equityMark` itself. */
  portfolio?: Omit<LedgerOptions, 'emit' | 'clock'>
  /** The scrape route; `false` for none. */
  exporter?: ExporterOptions | false
  /** Metrics of the host's own routes; `false` for none. */
  http?: HttpMetricsPluginOptions | false
  /** Metrics of Node and the process. @defaultValue true */
  runtime?: boolean
}

/**
 * The observability of a trading system inside its process: registers the parts that are not there yet (registry, bus,
 * HTTP metrics, runtime metrics, exporter) and decorates the host with `njord`.
 */
const telemetry: FastifyPluginAsync<NjordTelemetryOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njord', 'njord-telemetry')
  checkTelemetryOptions(opts)
  const { clock = new SystemClock(), packs = [njordPack as unknown as Pack], portfolio } = opts
  const enabled = opts.enabled ?? process.env.NJORD_ENABLE_METRICS === '1'

  if (!enabled) {
    fastify.log.info('telemetry is off: set the option enabled, or NJORD_ENABLE_METRICS=1')
    await decorate(undefined)
    return
  }
  if (!fastify.hasDecorator('njordRegistry')) await fastify.register(registry, { registry: opts.registry, created: opts.created, clock })
  if (opts.http !== false) await fastify.register(httpMetrics, opts.http ?? {})
  if (opts.runtime !== false) await fastify.register(runtimeMetrics)
  await decorate(fastify.njordRegistry)
  if (opts.exporter !== false) await fastify.register(exporter, { ...opts.exporter, prefix: (opts as { prefix?: string }).prefix })

  async function decorate (instruments: MetricRegistry | undefined): Promise<void> {
    if (!fastify.hasDecorator('njordBus')) await fastify.register(bus, { clock, ...opts.bus })
    fastify.decorate('njord', new Telemetry({ instruments, bus: fastify.njordBus, clock, log: fastify.log, packs, portfolio }))
  }
}

export default fp(telemetry, { name: 'njord-telemetry', fastify: '5.x' })
