import type { Test } from 'tap'
import { SystemClock } from '../../../src/clock/system-clock.js'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import type { Feed } from '../../../examples/paper-trader/feed/feed.js'
import { buildHost, type HostOptions, type PaperTrader } from '../../../examples/paper-trader/host.js'
import { parseOptions } from '../../../examples/paper-trader/options.js'
import { Scrape } from '../scrape.js'

/** The whole paper trader with its default seed, as fast as possible unless told otherwise; closed at the end of the test. */
export async function openHost (t: Test, feed: Feed, changes: Partial<HostOptions> = {}): Promise<PaperTrader> {
  const clock = new VirtualClock(feed.startMs)
  const { seed } = parseOptions([])
  const trader = await buildHost({ feed, clock, wall: new SystemClock(), speed: Infinity, seed, ...changes })
  t.teardown(async () => { await trader.app.close() })
  return trader
}

export async function scrapeText ({ app }: PaperTrader): Promise<string> {
  const response = await app.inject('/metrics')
  if (response.statusCode !== 200) throw new Error(`/metrics answers ${response.statusCode}: ${response.body}`)
  return response.body
}

export async function scrape (trader: PaperTrader): Promise<Scrape> {
  return new Scrape(await scrapeText(trader))
}
