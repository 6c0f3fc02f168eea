import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Fastify from 'fastify'
import { freePort, ProcessError, Processes } from './processes.js'
import { totals } from './totals.js'

const help = `A risk engine, a broker and strategy runners in processes of their own, and an aggregator that makes one set of their metrics.

Usage: npm run example:distributed -- [options]

  --runners N   strategy runners, 1 to 9                                     [1]
  --orders N    how many orders each of them places            [until Ctrl-C]
  --port N      of the merged metrics; 0 takes any free port               [9090]
  --data DIR    where journal and spools stay       [a folder that goes at the end]
  --help        show this

REDIS_URL says which Redis to use; without it, a redis-server of its own is started.
`

class UsageError extends Error {}

interface Options {
  readonly runners: number
  readonly orders: number
  readonly port: number
  readonly data: string | undefined
  readonly isHelp: boolean
}

function parseOptions (args: string[]): Options {
  let values
  try {
    values = parseArgs({
      args,
      options: { runners: { type: 'string' }, orders: { type: 'string' }, port: { type: 'string' }, data: { type: 'string' }, help: { type: 'boolean', short: 'h' } }
    }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  const count = (name: 'runners' | 'orders' | 'port', least: number, most: number, fallback: number): number => {
    const text = values[name]
    if (text === undefined) return fallback
    if (!/^\d+$/.test(text) || Number(text) < least || Number(text) > most) throw new UsageError(`--${name} ${text}: expected a number from ${least} to ${most}`)
    return Number(text)
  }
  return {
    runners: count('runners', 1, 9, 1), orders: count('orders', 1, 1e9, Infinity), port: count('port', 0, 65_535, 9090), data: values.data, isHelp: values.help === true
  }
}

/** Starts a TypeScript file of this repository with the loader of this process. */
async function startFile (processes: Processes, name: string, path: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const file = fileURLToPath(new URL(path, import.meta.url))
  return await processes.start(name, process.execPath, [...process.execArgv, file, ...args], /http:\/\/\S+:\d+/, env)
}

async function startRedis (processes: Processes, folder: string): Promise<string> {
  const port = await freePort()
  try {
    await processes.start('redis-server', 'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'], /Ready to accept connections/)
  } catch (error) {
    throw new ProcessError(`${(error as Error).message}. Install redis-server, or set REDIS_URL.`, { cause: error })
  }
  return `redis://127.0.0.1:${port}`
}

async function run ({ runners, orders, port, data }: Options, processes: Processes, folder: string, stopped: Promise<void>): Promise<void> {
  const kept = data ?? folder
  const redis = process.env['REDIS_URL'] ?? await startRedis(processes, folder)
  const env = { REDIS_URL: redis, SPOOL: join(kept, 'spool') }
  const policy = fileURLToPath(new URL('../../config/retention.yaml', import.meta.url))
  const [aggregator, riskEngine, broker] = await Promise.all([
    startFile(processes, 'aggregator', '../../src/cli/main.ts',
      ['aggregator', '--redis', redis, '--listen', `127.0.0.1:${port}`, '--journal', join(kept, 'journal'), '--policy', policy, '--log', 'warn']),
    startFile(processes, 'risk engine', 'risk-engine.ts', [], env),
    startFile(processes, 'broker', 'broker.ts', [], env)
  ])
  const names = Array.from({ length: runners }, (_, i) => `runner-${i + 1}`)
  const started = await Promise.all(names.map(name => startFile(processes, name, 'runner.ts', [name, riskEngine, broker, String(orders)], env)))
  const urls: Record<string, string> = { 'risk-engine': riskEngine, broker, ...Object.fromEntries(names.map((name, i) => [name, started[i]!])) }
  const scrapes = Object.fromEntries(Object.entries({ ...urls, merged: aggregator }).map(([name, url]) => [name, `${url}/metrics`]))

  const app = Fastify({ forceCloseConnections: true })
  // Refreshes itself in a browser.
  app.get('/totals', async (_, reply) => await reply.header('refresh', '2').type('text/plain').send(`${await totals(scrapes)}\n`))
  const dashboard = await app.listen({ port: 0, host: '127.0.0.1' })
  process.stdout.write(`${Object.keys(urls).length} services publish over ${redis}, and an aggregator merges what they say. Ctrl-C ends them all.

  merged metrics  curl ${scrapes['merged']}
  totals          curl ${dashboard}/totals
  each its own    ${Object.keys(urls).map(name => `curl ${scrapes[name]}  # ${name}`).join('\n                  ')}
  journal         ${join(kept, 'journal')} (the first windows come five minutes after their end)

`)
  await Promise.race([stopped, processes.failure]).finally(() => { app.close() })
}

async function main (args: string[]): Promise<void> {
  const options = parseOptions(args)
  if (options.isHelp) {
    process.stdout.write(help)
    return
  }
  const processes = new Processes()
  const folder = await mkdtemp(join(tmpdir(), 'njord-distributed-'))
  // Not once: npm and the loader hand the terminal's signal on a second time, which must not end this at once.
  const stopped = new Promise<void>(resolve => { process.on('SIGINT', resolve).on('SIGTERM', resolve) })
  try {
    await Promise.race([run(options, processes, folder, stopped), stopped])
  } finally {
    await processes.end()
    await rm(folder, { recursive: true, force: true })
    process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM')
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isExpected = error instanceof UsageError || error instanceof ProcessError
  process.stderr.write(isExpected ? `distributed: ${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
})
