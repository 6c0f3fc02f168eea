import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Fastify, { type FastifyInstance } from 'fastify'
import aggregatorPlugin from '../../plugins/aggregator.js'
import bus from '../../plugins/bus.js'
import exporter from '../../plugins/exporter.js'
import journal, { type JournalPluginOptions } from '../../plugins/journal.js'
import registry from '../../plugins/registry.js'
import runtimeMetrics from '../../plugins/runtime-metrics.js'
import type { Output } from './cleanup.js'
import { aggregatorUsage, UsageError } from './usage.js'

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent']

/** `njord-telemetry aggregator`: resolves once it listens, with the host that is to be closed. `undefined` after `--help`. */
export async function aggregator (args: readonly string[], { out }: Output): Promise<FastifyInstance | undefined> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      redis: { type: 'string' },
      listen: { type: 'string', default: '127.0.0.1:9090' },
      journal: { type: 'string' },
      policy: { type: 'string' },
      fsync: { type: 'string' },
      grace: { type: 'string' },
      log: { type: 'string', default: 'info' },
      help: { type: 'boolean', short: 'h' }
    }
  })
  if (values.help) {
    out(aggregatorUsage)
    return undefined
  }
  const { redis, journal: dir, policy: retention, log: level } = values
  if (redis === undefined) throw new UsageError('--redis URL is missing: say where processes publish, as in redis://127.0.0.1:6379')
  if (dir === undefined && retention !== undefined) throw new UsageError('--policy is for a journal: give --journal DIR, too')
  if (!levels.includes(level)) throw new UsageError(`--log ${level}: expected one of ${levels.join(', ')}`)
  const { host, port } = addressOf(values.listen)
  const graceMs = secondsOf(values.grace)

  const app = Fastify({ logger: { level, stream: process.stderr }, forceCloseConnections: true })
  try {
    await app.register(registry)
    await app.register(runtimeMetrics)
    await app.register(bus, { redis: { url: redis } })
    if (dir !== undefined) await app.register(journal, { dir, retention, fsync: values.fsync as JournalPluginOptions['fsync'] })
    await app.register(aggregatorPlugin, dir === undefined ? { graceMs } : { graceMs, sink: app.njordJournal, state: join(dir, 'aggregator', 'state.ndjson') })
    await app.register(exporter, { token: process.env['NJORD_METRICS_TOKEN'] })
    out(`njord-telemetry aggregator: metrics at ${await app.listen({ host, port })}/metrics\n`)
    return app
  } catch (error) {
    await app.close().catch(() => {})
    throw error
  }
}

function addressOf (listen: string): { host: string, port: number } {
  const [, host, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(listen)?.filter(part => part !== undefined) ?? []
  if (host === undefined || host === '' || port === undefined || Number(port) > 65535) {
    throw new UsageError(`--listen ${listen}: expected a host and a port, as in 127.0.0.1:9090 or [::1]:9090`)
  }
  return { host, port: Number(port) }
}

function secondsOf (grace: string | undefined): number | undefined {
  if (grace === undefined) return undefined
  if (!/^\d+(\.\d+)?$/.test(grace)) throw new UsageError(`--grace ${grace}: expected a number of seconds, as in 300`)
  return Number(grace) * 1000
}
