import { join } from 'node:path'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { MetricAggregator } from '../src/aggregation/metric-aggregator.js'
import { checkStartAggregatorOptions } from '../src/config/aggregation-options.js'
import { NJORD_ERR_LISTEN } from '../src/errors.js'
import type { Journal } from '../src/journal/journal.js'
import type { AccessOptions } from './access.js'
import aggregatorPlugin, { type AggregatorOptions } from './aggregator.js'
import busPlugin from './bus.js'
import exporterPlugin from './exporter.js'
import journalPlugin, { type JournalPluginOptions } from './journal.js'
import registryPlugin from './registry.js'
import runtimeMetricsPlugin from './runtime-metrics.js'

export interface StartAggregatorOptions extends AccessOptions, Omit<AggregatorOptions, 'sink' | 'path'>, Pick<JournalPluginOptions, 'fsync' | 'retention'> {
  /** `redis://host:port`. Redis need not be running. */
  redis: string
  /** Where `/metrics` is served; port 0 takes a free one, the host is `127.0.0.1` by default. */
  listen: { port: number, host?: string }
  /** The folder of the journal; without it, closed windows stay in memory. The aggregator's own state is kept there too, unless `state` says otherwise. */
  journal?: string
  /** As Fastify's option of this name. @defaultValue false */
  logger?: FastifyServerOptions['logger']
}

export interface RunningAggregator {
  readonly app: FastifyInstance
  readonly aggregator: MetricAggregator
  readonly journal: Journal | undefined
  /** As in `http://127.0.0.1:9090`. */
  readonly address: string
  /** Writes down where it is, and ends. */
  close (): Promise<void>
}

/**
 * An aggregator as a process of its own, as `njord-telemetry aggregator` starts it. Throws `NJORD_ERR_INVALID_OPTION`,
 * `NJORD_ERR_RETENTION_POLICY`, `NJORD_ERR_JOURNAL_LOCKED`, `NJORD_ERR_REDIS_MISSING` and `NJORD_ERR_LISTEN`; nothing is
 * left open then.
 */
export async function startAggregator (options: StartAggregatorOptions): Promise<RunningAggregator> {
  checkStartAggregatorOptions(options)
  const { redis, listen, journal: dir, fsync, retention, logger = false, token, allow, state = dir && join(dir, 'aggregator', 'state.ndjson'), ...limits } = options
  const app = Fastify({ logger, forceCloseConnections: true })
  try {
    await app.register(registryPlugin)
    await app.register(runtimeMetricsPlugin)
    // Hooks of closing run last first: the aggregator writes into the journal before it closes.
    if (dir !== undefined) await app.register(journalPlugin, { dir, fsync, retention })
    await app.register(busPlugin, { redis: { url: redis } })
    const journal = dir === undefined ? undefined : app.njordJournal
    await app.register(aggregatorPlugin, { ...limits, state, sink: journal })
    await app.register(exporterPlugin, { token, allow })
    const address = await app.listen({ host: '127.0.0.1', ...listen }).catch((error: Error) => {
      throw new NJORD_ERR_LISTEN(`${listen.host ?? '127.0.0.1'}:${listen.port}`, error.message, { cause: error })
    })
    return { app, aggregator: app.njordAggregator, journal, address, close: async () => { await app.close() } }
  } catch (error) {
    await app.close()
    throw error
  }
}
