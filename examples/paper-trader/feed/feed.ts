import { basename } from 'node:path'
import type { Tick } from '../messages.js'
import { readCsv } from './csv-file.js'
import { parseTicks } from './formats.js'
import { syntheticSymbols, syntheticTicks } from './synthetic-market.js'

/** A market to trade in: a name to show, its symbols, and its ticks in the order of their time. */
export interface Feed {
  readonly name: string
  readonly symbols: readonly string[]
  /** When it begins, in milliseconds since the Unix epoch. */
  readonly startMs: number
  ticks (): Iterable<Tick>
}

/** The invented market of one seed: three symbols, from `startMs` on, without an end. */
export function syntheticFeed (seed: number, startMs: number): Feed {
  return { name: `a synthetic market of seed ${seed}`, symbols: syntheticSymbols, startMs, ticks: () => syntheticTicks(seed, startMs) }
}

/**
 * Reads a whole file of candles or trades, CSV or gzipped CSV, told apart by its first line. Throws a `FeedError` that
 * names the file, the line, what was found and what was expected: a session starts with all of its market or not at all.
 *
 * @param symbol what the file is about; taken from its name when absent: `btc-perp-1m.csv.gz` is about `BTC/PERP`
 */
export async function openFeedFile (path: string, symbol = symbolOf(path)): Promise<Feed> {
  const { format, ticks } = parseTicks(await readCsv(path), symbol)
  return { name: `${format} of ${basename(path)}`, symbols: [symbol], startMs: ticks[0]!.atMs, ticks: () => ticks }
}

/** The first `count` ticks of a feed. */
export function firstTicks (feed: Feed, count: number): Feed {
  return { ...feed, ticks: () => first(count, feed.ticks()) }
}

function * first (count: number, ticks: Iterable<Tick>): Generator<Tick> {
  let left = count
  for (const tick of ticks) {
    yield tick
    if (--left === 0) return
  }
}

function symbolOf (path: string): string {
  const [base = '', quote] = basename(path).replace(/\.gz$/i, '').replace(/\.[^.]*$/, '').split('-')
  return (quote === undefined ? base : `${base}/${quote}`).toUpperCase()
}
