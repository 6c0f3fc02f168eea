import { once } from 'node:events'
import { hostname } from 'node:os'
import { SystemClock } from '../../src/clock/system-clock.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { FeedError } from './feed/csv-file.js'
import { firstTicks, openFeedFile, syntheticFeed, type Feed } from './feed/feed.js'
import { checkFiles } from './files.js'
import type { PaperTrader } from './host.js'
import { helpText, parseOptions, UsageError, type SessionOptions } from './options.js'
import { StatusLine, statusOf } from './status.js'
import { summarize } from './summary.js'

/** When a synthetic market begins that is not traded live: any day does, as long as it is always the same. */
const syntheticStartMs = Date.UTC(2024, 0, 1)

/** A host that could not listen. The message is one line. */
class ListenError extends Error {}

async function main (args: readonly string[]): Promise<void> {
  const options = parseOptions(args)
  if (options.help) {
    process.stdout.write(helpText)
    return
  }
  // Live is a synthetic market at its own pace; everything else has a time of its own.
  const isLive = options.feed === undefined && options.speed === 1
  await checkFiles(options, !isLive)
  const feed = await openFeed(options, isLive ? Date.now() : syntheticStartMs)
  const wall = new SystemClock()
  const { buildHost } = await import('./host.js') // it takes a second to load: help and mistakes need not wait for it
  const trader = await buildHost({
    ...options,
    feed,
    clock: isLive ? wall : new VirtualClock(feed.startMs),
    wall,
    externalUrl: externalUrlOf(options),
    logger: { level: 'warn', stream: process.stderr }
  })
  const url = await listen(trader, options)
  process.stdout.write(whereToLook(url, feed))
  await trade(trader, feed, url, options.exitAtEnd, wall)
  await trader.app.close()
}

async function openFeed ({ feed, symbol, seed, ticks }: SessionOptions, startMs: number): Promise<Feed> {
  return firstTicks(feed === undefined ? syntheticFeed(seed, startMs) : await openFeedFile(feed, symbol), ticks)
}

/** Where alerts say that they come from; nowhere on a port that is not known before the host listens. */
function externalUrlOf ({ host, port }: SessionOptions): string | undefined {
  const name = host === '0.0.0.0' || host === '::' ? hostname() : host.includes(':') ? `[${host}]` : host
  return port === 0 ? undefined : `http://${name}:${port}`
}

async function listen ({ app }: PaperTrader, { host, port }: SessionOptions): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    await app.close()
    const { code, message } = error as NodeJS.ErrnoException
    const what = code === 'EADDRINUSE' ? 'the port is in use; --port N takes another one, 0 any that is free' : message
    throw new ListenError(`Cannot listen on ${host}:${port}: ${what}`, { cause: error })
  }
}

/** Runs the session until its feed is over and, if it is to stay, until somebody interrupts it. */
async function trade (trader: PaperTrader, feed: Feed, url: string, exitAtEnd: boolean, wall: SystemClock): Promise<void> {
  const { replay, ledger, tally } = trader
  const interrupt = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  let isInterrupted = false
  interrupt.then(() => {
    isInterrupted = true
    replay.stop()
  }, () => {})

  const startedSeconds = wall.monotonicSeconds()
  const status = new StatusLine({ output: process.stdout, clock: wall, text: () => statusOf(trader) })
  await replay.run()
  status.close()
  const elapsedSeconds = wall.monotonicSeconds() - startedSeconds
  const summary = summarize({ feedName: feed.name, ticks: replay.ticks, fromMs: feed.startMs, toMs: replay.atMs, elapsedSeconds, ledger, tally })
  process.stdout.write(`\n${summary}\n`)

  if (exitAtEnd || isInterrupted) return
  process.stdout.write(`\nThe market is closed. ${url}/metrics stays until Ctrl-C.\n`)
  await interrupt
}

function whereToLook (url: string, feed: Feed): string {
  const [first] = firstTicks(feed, 1).ticks()
  const { symbol, price } = first!
  const quantity = Number((1000 / price).toPrecision(1))
  return `Trading on paper: ${feed.name} (${feed.symbols.join(', ')}). Ctrl-C ends the session and sums it up.

  dashboard  ${url}/dashboard
  report     ${url}/report

  metrics    curl ${url}/metrics
  positions  curl ${url}/positions
  orders     curl ${url}/orders
  money      curl ${url}/attribution
  queries    curl '${url}/api/v1/query?query=njord_strategy_drawdown_pct'
  rules      curl ${url}/api/v1/rules
  alerts     curl ${url}/api/v2/alerts
  told       curl ${url}/api/v2/njord/ledger
  trade      curl ${url}/intents -H 'content-type: application/json' -d '{"symbol":"${symbol}","side":"buy","quantity":${quantity}}'
  stop       curl ${url}/kill-switch -H 'content-type: application/json' -d '{"active":true}'

`
}

main(process.argv.slice(2)).catch((error: unknown) => {
  // Those of the package tell what is wrong with rules, routes or the journal.
  const isOurs = (error as { code?: unknown } | undefined)?.code?.toString().startsWith('NJORD_ERR_') === true
  const isExpected = isOurs || error instanceof UsageError || error instanceof FeedError || error instanceof ListenError
  process.stderr.write(isExpected ? `paper-trader: ${(error as Error).message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
})
