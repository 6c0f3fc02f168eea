import { parseArgs } from 'node:util'
import { startAggregator, type RunningAggregator, type StartAggregatorOptions } from '../../plugins/start-aggregator.js'
import type { Output } from './cleanup.js'
import { aggregatorUsage, UsageError } from './usage.js'

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'silent']
const fsyncs = ['always', 'interval', 'never']

/** `njord-telemetry aggregator`: resolves once it listens, with what is to be closed. `undefined` after `--help`. */
export async function aggregator (args: readonly string[], { out }: Output): Promise<RunningAggregator | undefined> {
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
  const { redis, journal, policy: retention, fsync, log: level } = values
  if (redis === undefined) throw new UsageError('--redis URL is missing: say where processes publish, as in redis://127.0.0.1:6379')
  if (journal === undefined && retention !== undefined) throw new UsageError('--policy is for a journal: give --journal DIR, too')
  if (fsync !== undefined && !fsyncs.includes(fsync)) throw new UsageError(`--fsync ${fsync}: expected one of ${fsyncs.join(', ')}`)
  if (!levels.includes(level)) throw new UsageError(`--log ${level}: expected one of ${levels.join(', ')}`)
  const running = await startAggregator({
    redis,
    listen: addressOf(values.listen),
    journal,
    retention,
    fsync: fsync as StartAggregatorOptions['fsync'],
    graceMs: secondsOf(values.grace),
    logger: { level, stream: process.stderr }
  })
  out(`njord-telemetry aggregator: metrics at ${running.address}/metrics\n`)
  return running
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
