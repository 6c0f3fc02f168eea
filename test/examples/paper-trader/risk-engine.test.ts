import t from 'tap'
import { topics, type CancelRequest, type Decision, type Order, type OrderReport } from '../../../examples/paper-trader/messages.js'
import { RiskEngine, type RiskCaps } from '../../../examples/paper-trader/risk-engine.js'
import { Floor } from './floor.js'

/** Of 100,000: orders up to 2,000, 5,000 a symbol, 8,000 in all. */
const caps: RiskCaps = { orderSize: 0.02, positionSize: 0.05, grossExposure: 0.08, ordersPerMinute: 100, drawdown: 0.1 }

function openRisk (changes: Partial<RiskCaps> = {}) {
  const floor = new Floor()
  const decisions = floor.published<Decision>(topics.decisions)
  const orders = floor.published<Order>(topics.orders)
  const risk = new RiskEngine({ ...floor, caps: { ...caps, ...changes } })
  /** What a filled order leaves behind: the position in the books, and nothing at work. */
  const fill = (order: Order, price = order.decisionPrice) => {
    const { orderId, strategyId, symbol, side, quantity } = order
    floor.emit('orderFilled', { orderId, strategyId, symbol, side, venue: 'v', quantity, price, fee: 0, complete: true })
    const report: OrderReport = { order, status: 'filled', filledQuantity: quantity, lastQuantity: quantity }
    floor.bus.publish(topics.reports, report)
  }
  const last = () => decisions.at(-1)!
  return { floor, decisions, orders, risk, fill, last }
}

await t.test('lets an intent pass and makes it an order at the price of the moment', async t => {
  const { floor, decisions, orders } = openRisk()
  const [received, allowed, denied] = [floor.heard('intentReceived'), floor.heard('intentAllowed'), floor.heard('intentDenied')]
  floor.tick(100)
  floor.intend({ intentId: 'a', quantity: 20, type: 'limit', limitPrice: 99 })
  t.match(decisions, [{ intent: { intentId: 'a' }, allowed: true, orderId: 'order-1' }])
  t.match(orders, [{ intentId: 'a', orderId: 'order-1', quantity: 20, type: 'limit', limitPrice: 99, decisionPrice: 100 }])
  t.strictSame(received, [{ intentId: 'a', strategyId: 'test', symbol: 'BTC/USDT', side: 'buy', quantity: 20 }])
  t.strictSame(allowed, [{ intentId: 'a', strategyId: 'test', symbol: 'BTC/USDT', side: 'buy', checkSeconds: 0 }])
  t.strictSame(denied, [])
})

await t.test('denies with a reason and its figures, and sends no order', async t => {
  const { floor, decisions, orders } = openRisk()
  const denied = floor.heard('intentDenied')
  floor.intend({ symbol: 'DOGE/USDT' })
  floor.tick(100)
  floor.intend({ quantity: 20.5 })
  floor.bus.publish(topics.status, { open: false })
  floor.intend()
  t.strictSame(decisions.map(({ allowed, reason, detail }) => ({ allowed, reason, detail })), [
    { allowed: false, reason: 'no market data', detail: 'there is no price of DOGE/USDT' },
    { allowed: false, reason: 'order size', detail: 'the order in BTC/USDT would be 2050.00; the cap is 2000.00' },
    { allowed: false, reason: 'market closed', detail: 'the market is closed' }
  ])
  t.strictSame(denied.map(({ reason }) => reason), ['no market data', 'order size', 'market closed'])
  t.strictSame(orders, [])
})

await t.test('caps the position in a symbol, over all strategies and with what is still at work', async t => {
  const { floor, orders, fill, last } = openRisk()
  floor.tick(100)
  floor.intend({ quantity: 20, strategyId: 'a' })
  fill(orders[0]!)
  floor.intend({ quantity: 20, strategyId: 'b' })
  floor.intend({ quantity: 10.5, strategyId: 'c' })
  t.match(last(), { reason: 'position limit', detail: 'the position in BTC/USDT would be 5050.00; the cap is 5000.00' })
  floor.intend({ quantity: 10, strategyId: 'c' })
  t.ok(last().allowed)
})

await t.test('gives back what an order held once it is rejected, cancelled or partly filled', async t => {
  for (const status of ['rejected', 'cancelled'] as const) {
    const { floor, orders, last } = openRisk({ positionSize: 0.02 })
    floor.tick(100)
    floor.intend({ quantity: 20 })
    floor.intend({ quantity: 5 })
    t.equal(last().reason, 'position limit')
    const report: OrderReport = { order: orders[0]!, status: 'working', filledQuantity: 10, lastQuantity: 10 }
    floor.bus.publish(topics.reports, report)
    floor.intend({ quantity: 5 })
    t.ok(last().allowed, 'ten of the twenty are no longer to come')
    floor.bus.publish(topics.reports, { ...report, status, lastQuantity: 0 })
    floor.intend({ quantity: 15 })
    t.ok(last().allowed)
  }
})

await t.test('caps the sum of all positions, long and short', async t => {
  const { floor, orders, fill, last } = openRisk()
  floor.tick(100)
  floor.tick(10, 'ETH/USDT')
  for (const [symbol, side, quantity] of [['BTC/USDT', 'buy', 20], ['BTC/USDT', 'buy', 20], ['ETH/USDT', 'sell', 200]] as const) {
    floor.intend({ symbol, side, quantity })
    fill(orders.at(-1)!)
  }
  floor.intend({ symbol: 'ETH/USDT', side: 'sell', quantity: 200 })
  t.ok(last().allowed)
  floor.intend({ symbol: 'ETH/USDT', side: 'sell', quantity: 50 })
  t.match(last(), { reason: 'gross exposure', detail: 'the sum of all positions would be 8500.00; the cap is 8000.00' })
})

await t.test('never holds back what makes a position smaller', async t => {
  const { floor, orders, fill, last } = openRisk({ positionSize: 0.02, grossExposure: 0.02 })
  floor.tick(100)
  floor.intend({ quantity: 20 })
  fill(orders[0]!)
  floor.tick(300) // 6,000 by now: above both caps
  floor.intend({ side: 'sell', quantity: 6 })
  t.ok(last().allowed)
  floor.intend({ side: 'buy', quantity: 1 })
  t.equal(last().reason, 'position limit')
})

await t.test('caps the orders of each strategy within any minute', async t => {
  const { floor, last } = openRisk({ ordersPerMinute: 2 })
  floor.tick(100)
  floor.intend({ quantity: 1 })
  floor.tick(100)
  floor.intend({ quantity: 1 })
  floor.intend({ quantity: 1 })
  t.match(last(), { reason: 'order spacing', detail: 'test has sent 2 orders within a minute; the cap is 2' })
  floor.intend({ quantity: 1, strategyId: 'another' })
  t.ok(last().allowed)
  floor.clock.advance(59_000)
  floor.intend({ quantity: 1 })
  t.ok(last().allowed, 'the first one is a minute old')
  floor.intend({ quantity: 1 })
  t.equal(last().reason, 'order spacing')
})

await t.test('the kill switch cancels all orders and denies all intents until it is released', async t => {
  const { floor, risk, last } = openRisk()
  const cancels = floor.published<CancelRequest>(topics.cancels)
  const switched = floor.heard('killSwitch')
  floor.tick(100)
  floor.bus.publish(topics.killSwitch, { active: true, reason: 'a person' })
  floor.bus.publish(topics.killSwitch, { active: true, reason: 'a person once more' })
  t.ok(risk.killSwitch)
  t.strictSame(cancels, [{ reason: 'kill switch' }])
  floor.intend()
  t.match(last(), { allowed: false, reason: 'kill switch' })
  floor.bus.publish(topics.killSwitch, { active: false, reason: 'a person' })
  floor.intend()
  t.ok(last().allowed)
  t.strictSame(switched, [{ active: true, reason: 'a person' }, { active: false, reason: 'a person' }])
})

await t.test('a drawdown trips the kill switch when it passes the cap, and not again while it stays', async t => {
  const { floor, orders, risk, fill } = openRisk({ orderSize: 1, positionSize: 1, grossExposure: 1 })
  const switched = floor.heard('killSwitch')
  floor.tick(100)
  floor.intend({ quantity: 500 })
  fill(orders[0]!)
  floor.tick(81)
  t.notOk(risk.killSwitch, '9.5 % of 100,000')
  floor.tick(80)
  t.strictSame(switched, [{ active: true, reason: 'drawdown of 10.0 % reached the cap of 10.0 %' }])
  floor.bus.publish(topics.killSwitch, { active: false, reason: 'a person' })
  floor.tick(79)
  t.notOk(risk.killSwitch)
  floor.tick(90)
  floor.tick(70)
  t.ok(risk.killSwitch, 'it had recovered in between')
})

await t.test('says how much of its caps is used', async t => {
  const { floor, orders, fill } = openRisk()
  floor.tick(100)
  floor.intend({ quantity: 20 })
  fill(orders[0]!)
  floor.intend({ quantity: 5 })
  const used = floor.heard('riskCap')
  floor.tick(90)
  floor.intend({ quantity: 1 })
  t.strictSame(used, [
    { cap: 'gross_exposure', used: 20 * 90 + 5 * 100, limit: 8000 },
    { cap: 'drawdown', used: 0.002, limit: 0.1 }
  ])
})
