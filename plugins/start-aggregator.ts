import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import type { MetricAggregator } from '../src/aggregation/metric-aggregator.js'
import { checkStartAggregatorOptions } from '../src/config/aggregation-options.js'
import { silentLog, type Log } from '../src/contracts/log.js'
import { NJORD_ERR_LISTEN } from '../src/errors.js'
import { Journal } from '../src/journal/journal.js'
import type { AccessOptions } from './access.js'
import aggregatorPlugin, { type AggregatorOptions } from './aggregator.js'
import busPlugin from './bus.js'
import exporterPlugin from './exporter.js'
import registryPlugin from './registry.js'

export interface StartAggregatorOptions extends AccessOptions, Omit<AggregatorOptions, 'sink' | 'path'> {
  /** `redis://host:port`. Redis need not be running. */
  redis: string
  /** Where `/metrics` is served; port 0 takes a free one, the host is `127.0.0.1` by default. */
  listen: { port: number, host?: string }
  /** The folder of the journal. The aggregator's own state is kept there too, unless `state` says otherwise. */
  journal?: string
  log?: Log
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
 * An aggregator as a process of its own. Throws `NJORD_ERR_INVALID_OPTION`, `NJORD_ERR_JOURNAL_LOCKED`,
 * `NJORD_ERR_REDIS_MISSING` and `NJORD_ERR_LISTEN`; nothing is left open then.
 */
export async function startAggregator (options: StartAggregatorOptions): Promise<RunningAggregator> {
  checkStartAggregatorOptions(options)
  const { redis, listen, journal: dir, log = silentLog, token, allow, state = dir && join(dir, 'aggregator', 'state.ndjson'), ...limits } = options
  const app = Fastify({ loggerInstance: fastifyLog(log), forceCloseConnections: true })
  let journal: Journal | undefined
  try {
    await app.register(registryPlugin)
    const { njordRegistry: registry } = app
    if (dir !== undefined) {
      const opened = journal = await Journal.open({ dir, clock: registry.clock, log, instruments: registry })
      // Hooks of closing run last first: the aggregator writes into the journal before it closes.
      app.addHook('onClose', async () => { await opened.close() })
    }
    await app.register(busPlugin, { redis: { url: redis } })
    await app.register(aggregatorPlugin, { ...limits, state, sink: journal })
    await app.register(exporterPlugin, { token, allow })
    const address = await app.listen({ host: '127.0.0.1', ...listen }).catch((error: Error) => {
      throw new NJORD_ERR_LISTEN(`${listen.host ?? '127.0.0.1'}:${listen.port}`, error.message, { cause: error })
    })
    return { app: app as unknown as FastifyInstance, aggregator: app.njordAggregator, journal, address, close: async () => { await app.close() } }
  } catch (error) {
    await app.close()
    throw error
  }
}

/** What Fastify asks of a logger beyond ours. */
function fastifyLog (log: Log) {
  const quiet = () => {}
  const { info, warn, error } = log
  const logger = {
    info: info.bind(log), warn: warn.bind(log), error: error.bind(log), fatal: error.bind(log), debug: quiet, trace: quiet, silent: quiet, level: 'info'
  }
  return { ...logger, child: () => fastifyLog(log) } as never
}
