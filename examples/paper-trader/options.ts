import { parseArgs } from 'node:util'

/** What the command line says. */
export interface SessionOptions {
  readonly host: string
  readonly port: number
  /** A file to replay; the synthetic market when absent. */
  readonly feed: string | undefined
  readonly symbol: string | undefined
  /** Market time to real time; `Infinity` for as fast as possible. */
  readonly speed: number
  readonly seed: number
  /** After how many ticks the market closes; `Infinity` for never, or at the end of the file. */
  readonly ticks: number
  readonly exitAtEnd: boolean
  /** Files or patterns of rules; those of the package when absent. */
  readonly rules: readonly string[] | undefined
  /** An `alertmanager.yml`; every alert goes to the log and to the bus when absent. */
  readonly routes: string | undefined
  /** A folder for what outlives the process. */
  readonly data: string | undefined
  readonly help: boolean
}

/** A command line that makes no sense. The message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const helpText = `Trades on paper, with its telemetry inside.

Usage: npm start -- [options]

  --feed FILE     replay candles or trades, CSV or gzipped CSV   [a synthetic market]
  --symbol NAME   what the file is about             [from its name: eth-usdt-2023.csv is ETH/USDT]
  --speed X|max   market time to real time, or as fast as it goes     [synthetic: 1, files: 60]
  --ticks N       close the market after N ticks     [synthetic: never; 100000 with --speed max or --exit-at-end]
  --seed N        seed of the synthetic market and of the broker's luck                    [12]
  --rules FILE    rules of alerts, or a pattern of such files; may be there several times   [drawdowns, and live the event loop]
  --routes FILE   an alertmanager.yml: who is told of alerts                               [the log and the bus]
  --data DIR      keeps the journal, alerts and silences there: live over restarts, a replay begins with an empty folder   [nothing]
  --exit-at-end   exit when the market closes, instead of staying up to be scraped
  --host ADDRESS  where to listen; beyond this machine everybody can trade          [127.0.0.1]
  --port N        0 takes any free port                                                  [3000]
  --help          show this

A file begins with one of these headers (times in UTC, or in milliseconds since 1970):
  timestamp,open,high,low,close,volume
  timestamp_ms,id,side,price,amount
`

const argumentTypes = {
  feed: { type: 'string' },
  symbol: { type: 'string' },
  speed: { type: 'string' },
  ticks: { type: 'string' },
  seed: { type: 'string' },
  rules: { type: 'string', multiple: true },
  routes: { type: 'string' },
  data: { type: 'string' },
  'exit-at-end': { type: 'boolean' },
  host: { type: 'string' },
  port: { type: 'string' },
  help: { type: 'boolean', short: 'h' }
} as const

/** Reads a command line (without the program's name). Throws a {@link UsageError} that names the option. */
export function parseOptions (args: readonly string[]): SessionOptions {
  const values = parseValues(args)
  const exitAtEnd = values['exit-at-end'] ?? false
  const speed = parseSpeed(values.speed ?? (values.feed === undefined ? '1' : '60'))
  const endless = values.feed !== undefined || (Number.isFinite(speed) && !exitAtEnd)
  return {
    host: filled('host', values.host) ?? '127.0.0.1',
    port: whole('port', values.port, 0, 65_535) ?? 3000,
    feed: filled('feed', values.feed),
    symbol: filled('symbol', values.symbol),
    speed,
    seed: whole('seed', values.seed, 0, 2 ** 32 - 1) ?? 12,
    ticks: whole('ticks', values.ticks, 1, Number.MAX_SAFE_INTEGER) ?? (endless ? Infinity : 100_000),
    exitAtEnd,
    rules: values.rules?.map(file => filled('rules', file)!),
    routes: filled('routes', values.routes),
    data: filled('data', values.data),
    help: values.help ?? false
  }
}

function parseValues (args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: argumentTypes, allowPositionals: false }).values
  } catch (error) {
    // Node's second sentence is about positional arguments, which there are none of.
    throw new UsageError((error as Error).message.split(/\. |\n/)[0], { cause: error })
  }
}

function parseSpeed (text: string): number {
  if (text === 'max') return Infinity
  const speed = Number(text)
  if (text.trim() !== '' && Number.isFinite(speed) && speed > 0) return speed
  throw new UsageError(`--speed: found "${text}", expected a number above 0 or "max"`)
}

function whole (option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d+$/.test(text) ? Number(text) : NaN
  if (value >= least && value <= most) return value
  throw new UsageError(`--${option}: found "${text}", expected a whole number from ${least} to ${most}`)
}

function filled (option: string, text: string | undefined): string | undefined {
  if (text === '') throw new UsageError(`--${option}: found nothing, expected a value`)
  return text
}
