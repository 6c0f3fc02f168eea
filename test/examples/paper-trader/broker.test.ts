import t from 'tap'
import { PaperBroker, paperVenue, type VenueManners } from '../../../examples/paper-trader/broker.js'
import { topics, type OrderReport } from '../../../examples/paper-trader/messages.js'
import { seededRandom } from '../../../examples/paper-trader/random.js'
import { Floor } from './floor.js'

/** A venue without luck: what travels arrives after 50 ms and fills at once, as a whole, at the price of the market. */
const plain: VenueManners = {
  ...paperVenue, leastLatencyMs: 50, typicalLatencyMs: 0, rejections: 0, partialFills: 0, slippageBps: 0, slippageSpreadBps: 0
}

function openBroker (manners: Partial<VenueManners> = {}) {
  const floor = new Floor()
  const reports = floor.published<OrderReport>(topics.reports)
  const broker = new PaperBroker({ ...floor, random: seededRandom(1), manners: { ...plain, ...manners } })
  return { floor, broker, reports, statuses: () => reports.map(({ status }) => status) }
}

await t.test('places an order, takes it after its latency and fills it at the market', async t => {
  const { floor, broker, statuses } = openBroker({ slippageBps: 10 })
  const [placed, acknowledged, filled] = [floor.heard('orderPlaced'), floor.heard('orderAcknowledged'), floor.heard('orderFilled')]
  floor.tick(100)
  floor.order({ decisionPrice: 100 })
  t.match(placed, [{ orderId: 'order-1', strategyId: 'test', side: 'buy', venue: 'paper', quantity: 10, price: 100, algo: 'market' }])
  t.match(broker.orders(), [{ order: { orderId: 'order-1' }, status: 'sent', filledQuantity: 0 }])
  floor.bus.publish(topics.ticks, { symbol: 'BTC/USDT', price: 101, quantity: 1, atMs: 0 })
  t.strictSame(filled, [], 'it is still on its way')
  floor.clock.advance(50)
  t.match(acknowledged, [{ orderId: 'order-1' }])
  t.ok(Math.abs(acknowledged[0]!.latencySeconds! - 0.05) < 1e-9)
  t.match(filled, [{ quantity: 10, complete: true, arrivalPrice: 101, decisionPrice: 100, algo: 'market' }])
  t.ok(Math.abs(filled[0]!.price - 101.101) < 1e-9, 'ten basis points worse than the market')
  t.ok(Math.abs(filled[0]!.fee - 10 * 101.101 * 4e-4) < 1e-9, 'four basis points of what was paid')
  t.strictSame(statuses(), ['sent', 'working', 'filled'])
  t.match(broker.orders(), [{ status: 'filled', filledQuantity: 10 }])
})

await t.test('slippage costs the seller too', async t => {
  const { floor } = openBroker({ slippageBps: 10 })
  const filled = floor.heard('orderFilled')
  floor.tick(100)
  floor.order({ side: 'sell' })
  floor.clock.advance(50)
  t.ok(Math.abs(filled[0]!.price - 99.9) < 1e-9)
})

await t.test('rejects for one of a few reasons', async t => {
  const { floor, statuses } = openBroker({ rejections: 1 })
  const rejected = floor.heard('orderRejected')
  floor.tick(100)
  for (let i = 0; i < 30; i++) floor.order({ orderId: `order-${i}` })
  floor.clock.advance(50)
  t.equal(rejected.length, 30)
  t.strictSame(new Set(rejected.map(({ reason }) => reason)).size, 3)
  t.strictSame(new Set(statuses()), new Set(['sent', 'rejected']))
})

await t.test('fills in parts that add up to the order, tick by tick', async t => {
  const { floor, reports } = openBroker({ partialFills: 0.9, patienceTicks: 1000 })
  const filled = floor.heard('orderFilled')
  floor.tick(100)
  floor.order({ quantity: 7.77 })
  floor.clock.advance(50)
  for (let i = 0; i < 100; i++) floor.tick(100)
  t.ok(filled.length > 1)
  t.strictSame(filled.map(({ complete }) => complete), filled.map((_, i) => i === filled.length - 1))
  t.ok(Math.abs(filled.reduce((sum, { quantity }) => sum + quantity, 0) - 7.77) < 1e-12)
  t.equal(reports.at(-1)!.filledQuantity, 7.77)
  t.equal(reports.reduce((sum, { lastQuantity }) => sum + lastQuantity, 0), filled.reduce((sum, { quantity }) => sum + quantity, 0))
})

await t.test('a limit order waits for its price, gets no worse one and pays the lower fee', async t => {
  const { floor, statuses } = openBroker({ slippageBps: 10 })
  const filled = floor.heard('orderFilled')
  floor.tick(100)
  floor.order({ type: 'limit', limitPrice: 99, quantity: 10 })
  floor.clock.advance(50)
  floor.tick(99.5)
  t.strictSame(statuses(), ['sent', 'working'])
  floor.tick(98)
  t.match(filled, [{ price: 99, complete: true, algo: 'limit' }])
  t.ok(Math.abs(filled[0]!.fee - 990 * 1e-4) < 1e-9)
})

await t.test('a limit order that the market meets at once is a taker, up to its limit', async t => {
  const { floor } = openBroker({ slippageBps: 10 })
  const filled = floor.heard('orderFilled')
  floor.tick(100)
  floor.order({ orderId: 'a', type: 'limit', limitPrice: 101 })
  floor.order({ orderId: 'b', type: 'limit', limitPrice: 100.01 })
  floor.order({ orderId: 'c', type: 'limit', limitPrice: 99.99, side: 'sell' })
  floor.clock.advance(50)
  t.strictSame(filled.map(({ price }) => Number(price.toFixed(6))), [100.1, 100.01, 99.99])
  t.ok(Math.abs(filled[0]!.fee - 10 * 100.1 * 4e-4) < 1e-9)
})

await t.test('cancels what is left when patience is over', async t => {
  const { floor, broker, statuses } = openBroker({ patienceTicks: 3 })
  const cancelled = floor.heard('orderCancelled')
  floor.tick(100)
  floor.order({ type: 'limit', limitPrice: 90 })
  floor.clock.advance(50)
  for (let i = 0; i < 3; i++) floor.tick(100)
  floor.tick(100, 'ETH/USDT')
  t.strictSame(cancelled, [])
  floor.tick(90)
  t.match(cancelled, [{ orderId: 'order-1', reason: 'expired' }])
  t.strictSame(statuses(), ['sent', 'working', 'cancelled'])
  t.match(broker.orders(), [{ status: 'cancelled', reason: 'expired' }])
})

await t.test('cancels everything, on its way or working, on request and when the market closes', async t => {
  const { floor } = openBroker()
  const cancelled = floor.heard('orderCancelled')
  const filled = floor.heard('orderFilled')
  floor.tick(100)
  floor.order({ orderId: 'a', type: 'limit', limitPrice: 90 })
  floor.clock.advance(50)
  floor.order({ orderId: 'b' })
  floor.bus.publish(topics.cancels, { reason: 'kill switch' })
  floor.order({ orderId: 'c' })
  floor.bus.publish(topics.status, { open: true })
  floor.bus.publish(topics.status, { open: false })
  floor.clock.advance(1000)
  t.strictSame(cancelled.map(({ orderId, reason }) => [orderId, reason]), [['a', 'kill switch'], ['b', 'kill switch'], ['c', 'market closed']])
  t.strictSame(filled, [], 'nothing comes of them afterwards')
})

await t.test('remembers the last 200 orders that ended, newest first', async t => {
  const { floor, broker } = openBroker()
  floor.tick(100)
  for (let i = 1; i <= 205; i++) {
    floor.order({ orderId: `order-${i}` })
    floor.clock.advance(50)
  }
  floor.order({ orderId: 'open' })
  const ids = broker.orders().map(({ order }) => order.orderId)
  t.equal(ids.length, 201)
  t.strictSame([ids[0], ids[1], ids.at(-1)], ['open', 'order-205', 'order-6'])
})

await t.test('has the same luck for the same seed', async t => {
  const session = () => {
    const { floor, reports } = openBroker(paperVenue)
    for (let i = 0; i < 50; i++) {
      floor.tick(100 + i % 7)
      floor.order({ orderId: `order-${i}` })
    }
    return reports
  }
  t.strictSame(session(), session())
})
