import t from 'tap'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import { firstTicks, openFeedFile, syntheticFeed } from '../../../examples/paper-trader/feed/feed.js'
import { houseStrategies } from '../../../examples/paper-trader/trading.js'
import { booksBalance } from './books.js'
import { openHost, scrape, scrapeText } from './host.js'
import { marketDataMissing, marketFile } from './market-data.js'

/** Without what is measured on the machine: its time, its memory, its requests. */
const tradingOnly = { http: false, runtime: false } as const

const files = ['btc-perp-1m-2022-01.csv.gz', 'eth-usdt-trades-2023-02-02.csv.gz', 'xrp-eth-trades-2019-10-11.csv.gz']
for (const file of files) {
  await t.test(`the books of a replay of ${file} balance`, { skip: marketDataMissing }, async t => {
    const feed = await openFeedFile(marketFile(file))
    const trader = await openHost(t, feed)
    await trader.replay.run()
    const after = await scrape(trader)
    booksBalance(t, after)
    t.equal(after.sum('njord_market_ticks_total'), trader.replay.ticks)
    t.equal(after.sum('njord_open_orders'), 0, 'the close of the market ends all orders')
    for (const strategyId of Object.keys(houseStrategies)) {
      t.ok(after.sum('njord_orders_filled_total', { strategy_id: strategyId }) > 0, `${strategyId} trades`)
    }
    for (const name of ['njord_intents_denied_total', 'njord_orders_rejected_total', 'njord_orders_cancelled_total']) t.ok(after.sum(name) > 0, name)
    t.ok(after.sum('njord_fills_total') > after.sum('njord_orders_filled_total'), 'some orders fill in parts')
    t.equal(after.sum('njord_killswitch_trips_total'), 0, 'the whole file is traded')
  })

  await t.test(`two replays of ${file} end with the same metrics, byte by byte`, { skip: marketDataMissing }, async t => {
    const texts = []
    for (let i = 0; i < 2; i++) {
      const trader = await openHost(t, await openFeedFile(marketFile(file)), { telemetry: tradingOnly })
      await trader.replay.run()
      texts.push(await scrapeText(trader))
    }
    t.ok(texts[0]!.length > 10_000)
    t.equal(texts[0], texts[1])
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
