import t from 'tap'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import { firstTicks, openFeedFile, syntheticFeed } from '../../../examples/paper-trader/feed/feed.js'
import { houseStrategies } from '../../../examples/paper-trader/trading.js'
import { Scrape } from '../scrape.js'
import { booksBalance } from './books.js'
import { openHost, scrape, scrapeText } from './host.js'
import { marketFiles } from './market-data.js'

/** Without what is measured on the machine (its time, its memory, its requests) and without history, which nobody asks here. */
const tradingOnly = { http: false, runtime: false, series: false, query: false } as const

for (const { path, title, missing } of marketFiles) {
  await t.test(`two replays of ${title} end with the same metrics, byte by byte, and their books balance`, { skip: missing }, async t => {
    const replay = async () => {
      const trader = await openHost(t, await openFeedFile(path), { telemetry: tradingOnly })
      await trader.replay.run()
      return { text: await scrapeText(trader), ticks: trader.replay.ticks }
    }
    const [{ text, ticks }, again] = [await replay(), await replay()]
    t.ok(text === again.text, 'byte by byte')

    const scrape = new Scrape(text)
    booksBalance(t, scrape)
    t.equal(scrape.sum('njord_market_ticks_total'), ticks)
    t.equal(scrape.sum('njord_open_orders'), 0, 'the close of the market ends all orders')
    for (const strategyId of Object.keys(houseStrategies)) {
      t.ok(scrape.sum('njord_orders_filled_total', { strategy_id: strategyId }) > 0, `${strategyId} trades`)
    }
    for (const name of ['njord_intents_denied_total', 'njord_orders_rejected_total', 'njord_orders_cancelled_total']) t.ok(scrape.sum(name) > 0, name)
    t.ok(scrape.sum('njord_fills_total') > scrape.sum('njord_orders_filled_total'), 'some orders fill in parts')
    t.equal(scrape.sum('njord_killswitch_trips_total'), 0, 'the whole file is traded')
  })
}

await t.test('the books balance in the middle of a session, with orders open', async t => {
  const feed = syntheticFeed(3, 0)
  const clock = new VirtualClock(0)
  const wall = new VirtualClock()
  const trader = await openHost(t, feed, { clock, wall, speed: 1 })
  const run = trader.replay.run()
  let opened = 0
  for (let i = 0; opened < 3; i++) {
    wall.advance(10)
    await new Promise<void>(resolve => { setImmediate(resolve) })
    if (trader.replay.ticks < 500 * (opened + 1) || trader.tally.open === 0) continue
    opened++
    const now = await scrape(trader)
    t.equal(now.sum('njord_open_orders'), trader.tally.open)
    booksBalance(t, now)
  }
  trader.replay.stop()
  wall.advance(10)
  await run
})

await t.test('another seed gives another session', async t => {
  const texts = []
  for (const seed of [1, 2, 1]) {
    const trader = await openHost(t, firstTicks(syntheticFeed(seed, 0), 2000), { seed, telemetry: tradingOnly })
    await trader.replay.run()
    texts.push(await scrapeText(trader))
  }
  t.equal(texts[0], texts[2])
  t.not(texts[0], texts[1])
})
