import t from 'tap'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import type { Feed } from '../../../examples/paper-trader/feed/feed.js'
import type { Tick } from '../../../examples/paper-trader/messages.js'
import { statusOf } from '../../../examples/paper-trader/status.js'
import { booksBalance } from './books.js'
import { openHost, scrape } from './host.js'

/** A market of one symbol that ticks every second, traded by people only, and a hand that turns its clock. */
async function openDesk (t: Parameters<typeof openHost>[0]) {
  const wall = new VirtualClock()
  const ticks = function * (): Generator<Tick> {
    for (let i = 0; ; i++) yield { symbol: 'BTC/USDT', atMs: i * 1000, price: 100, quantity: 1 }
  }
  const feed: Feed = { name: 'a test', symbols: ['BTC/USDT'], startMs: 0, ticks }
  const trader = await openHost(t, feed, { clock: new VirtualClock(0), wall, speed: 1, strategies: {} })
  const run = trader.replay.run()
  const turn = async (seconds: number) => {
    for (let i = 0; i < seconds * 100; i++) {
      wall.advance(10)
      await new Promise<void>(resolve => { setImmediate(resolve) })
    }
  }
  const post = async (url: string, payload: object | string) => {
    const response = await trader.app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } })
    return { status: response.statusCode, body: response.json() }
  }
  t.teardown(async () => {
    trader.replay.stop()
    wall.advance(10)
    await run
  })
  await turn(0.1)
  return { trader, turn, post }
}

await t.test('a person trades over HTTP and finds the trade in orders, positions and metrics', async t => {
  const { trader, turn, post } = await openDesk(t)
  t.strictSame(await post('/intents', { symbol: 'BTC/USDT', side: 'buy', quantity: 2 }), {
    status: 202, body: { intentId: 'manual-1', allowed: true, orderId: 'order-1' }
  })
  const sent = (await trader.app.inject('/orders')).json()
  t.match(sent, { orders: [{ orderId: 'order-1', strategyId: 'manual', side: 'buy', quantity: 2, status: 'sent', filledQuantity: 0 }] })
  await turn(30)
  const { orders } = (await trader.app.inject('/orders')).json()
  t.match(orders, [{ orderId: 'order-1', status: 'filled', filledQuantity: 2 }])
  const { portfolio, positions } = (await trader.app.inject('/positions')).json()
  t.match(positions, [{ strategyId: 'manual', symbol: 'BTC/USDT', quantity: 2, markPrice: 100 }])
  t.equal(portfolio.startingCash, 100_000)
  const after = await scrape(trader)
  t.equal(after.only('njord_position_size', { strategy_id: 'manual', symbol: 'BTC/USDT' }), 2)
  t.equal(after.only('njord_orders_total', { strategy_id: 'manual', symbol: 'BTC/USDT', side: 'buy' }), 1)
  booksBalance(t, after)
  t.equal(statusOf(trader), '1970-01-01 00:00:30  PnL -0.11  orders 1 (0 open)  fills 2  denied 0  rejected 0  ticks 31')
})

await t.test('a limit order waits at its price', async t => {
  const { trader, turn, post } = await openDesk(t)
  await post('/intents', { symbol: 'BTC/USDT', side: 'buy', quantity: 2, limitPrice: 90 })
  await turn(1)
  t.match((await trader.app.inject('/orders')).json(), { orders: [{ type: 'limit', limitPrice: 90, status: 'working' }] })
})

await t.test('a denial is an answer with its reason', async t => {
  const { trader, post } = await openDesk(t)
  t.strictSame(await post('/intents', { symbol: 'DOGE/USDT', side: 'buy', quantity: 2 }), {
    status: 200, body: { intentId: 'manual-1', allowed: false, reason: 'no market data', detail: 'there is no price of DOGE/USDT' }
  })
  t.match(await post('/intents', { symbol: 'BTC/USDT', side: 'buy', quantity: 1e6 }), { status: 200, body: { allowed: false, reason: 'order size' } })
  t.equal((await scrape(trader)).sum('njord_intents_denied_total'), 2)
})

await t.test('the kill switch ends open orders and denies until it is released', async t => {
  const { trader, turn, post } = await openDesk(t)
  await post('/intents', { symbol: 'BTC/USDT', side: 'buy', quantity: 2, limitPrice: 90 })
  await turn(1)
  t.strictSame(await post('/kill-switch', { active: true }), { status: 200, body: { active: true } })
  t.match((await trader.app.inject('/orders')).json(), { orders: [{ status: 'cancelled', reason: 'kill switch' }] })
  t.match(await post('/intents', { symbol: 'BTC/USDT', side: 'buy', quantity: 2 }), { body: { allowed: false, reason: 'kill switch' } })
  const pulled = await scrape(trader)
  t.equal(pulled.only('njord_killswitch_active'), 1)
  t.equal(pulled.only('njord_killswitch_trips_total'), 1)
  t.strictSame(await post('/kill-switch', { active: false }), { status: 200, body: { active: false } })
  t.match(await post('/intents', { symbol: 'BTC/USDT', side: 'buy', quantity: 2 }), { status: 202 })
})

await t.test('refuses a request that does not fit, naming the key, and trades nothing', async t => {
  const { trader, post } = await openDesk(t)
  const intent = { symbol: 'BTC/USDT', side: 'buy', quantity: 2 }
  const cases: [payload: object | string, message: RegExp][] = [
    [{ ...intent, quantity: undefined }, /body\.quantity/],
    [{ ...intent, quantity: 0 }, /body\.quantity: found 0/],
    [{ ...intent, quantity: '2' }, /body\.quantity: found "2"/],
    [{ ...intent, quantity: true }, /body\.quantity: found true/],
    ['{"symbol":"BTC/USDT","side":"buy","quantity":1e999}', /body\.quantity/],
    [{ ...intent, side: 'hold' }, /body\.side: found "hold"/],
    [{ ...intent, symbol: '' }, /body\.symbol/],
    [{ ...intent, symbol: 'X'.repeat(41) }, /body\.symbol: found a string of 41 characters/],
    [{ ...intent, limit: 90 }, /body/],
    [{ ...intent, limitPrice: -1 }, /body\.limitPrice: found -1/],
    [{ ...intent, type: 'limit' }, /a limit order has a limitPrice/],
    [{ ...intent, type: 'market', limitPrice: 90 }, /a limit order has a limitPrice/],
    [[], /body: found an array/],
    ['{', /JSON/]
  ]
  for (const [payload, message] of cases) {
    const { status, body } = await post('/intents', payload)
    t.equal(status, 400, JSON.stringify(payload))
    t.match(body.message, message)
  }
  t.match(await post('/kill-switch', { active: 'yes' }), { status: 400, body: { message: /body\.active: found "yes"/ } })
  t.equal((await scrape(trader)).sum('njord_intents_received_total'), 0)
})

await t.test('says so when nobody answers an intent', async t => {
  const { trader, post } = await openDesk(t)
  await trader.app.njord.bus.close()
  t.match(await post('/intents', { symbol: 'BTC/USDT', side: 'buy', quantity: 2 }), { status: 503, body: { message: 'the risk engine does not answer' } })
})

await t.test('GET / says what is where', async t => {
  const { trader } = await openDesk(t)
  const listed = (await trader.app.inject('/')).json()
  for (const route of Object.keys(listed)) {
    const [method, url] = route.split(' ') as ['GET' | 'POST', string]
    t.ok(trader.app.hasRoute({ method, url }), route)
  }
})
