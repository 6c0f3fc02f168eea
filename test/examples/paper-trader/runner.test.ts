import t from 'tap'
import { topics, type Decision, type Intent, type Order, type OrderReport, type OrderStatus } from '../../../examples/paper-trader/messages.js'
import { StrategyRunner } from '../../../examples/paper-trader/strategies/runner.js'
import type { Signal } from '../../../examples/paper-trader/strategies/strategy.js'
import { Floor } from './floor.js'

/** A floor with one strategy, which says what it is told to say, and the intents that follow. */
function openRunner (onTick: (position: number) => Signal | undefined) {
  const floor = new Floor()
  const intents = floor.published<Intent>(topics.intents)
  const runner = new StrategyRunner({ ...floor, strategies: { test: () => ({ onTick: (_tick, position) => onTick(position) }) }, allotment: 0.1 })
  const report = (intent: Intent, status: OrderStatus) => {
    const order: Order = { ...intent, orderId: 'order', decisionPrice: 100 }
    const message: OrderReport = { order, status, filledQuantity: 0, lastQuantity: 0 }
    floor.bus.publish(topics.reports, message)
  }
  const deny = (intent: Intent) => {
    const decision: Decision = { intent, allowed: false, reason: 'no' }
    floor.bus.publish(topics.decisions, decision)
  }
  const fill = (side: 'buy' | 'sell', quantity: number) => {
    floor.emit('orderFilled', { orderId: 'o', strategyId: 'test', symbol: 'BTC/USDT', side, venue: 'v', quantity, price: 100, fee: 0, complete: true })
  }
  return { floor, intents, runner, report, deny, fill }
}

await t.test('sizes an intent by the equity and the price', async t => {
  let signal: Signal = { target: 1 }
  const { floor, intents, report } = openRunner(() => signal)
  const signals = floor.heard('signalGenerated')
  floor.tick(100)
  // A tenth of 100,000 at a price of 100.
  t.match(intents, [{ strategyId: 'test', symbol: 'BTC/USDT', side: 'buy', quantity: 100, type: 'market', limitPrice: undefined }])
  report(intents[0]!, 'filled')
  signal = { target: -0.3, limitPrice: 120 }
  floor.tick(110)
  t.match(intents[1], { side: 'sell', quantity: 27.2727, type: 'limit', limitPrice: 120 })
  t.match(signals, [{ strategyId: 'test', symbol: 'BTC/USDT', durationSeconds: 0 }, {}])
  t.not(intents[0]!.intentId, intents[1]!.intentId)
})

await t.test('trades the difference to what is held, in steps of its allotment at most, and exactly to nothing', async t => {
  let target = 0.5
  const { floor, intents, report, fill } = openRunner(() => ({ target }))
  floor.tick(100)
  fill('buy', 80)
  report(intents[0]!, 'filled')
  target = 0.9
  floor.tick(100)
  t.equal(intents.length, 1, 'a tenth of the allotment is not worth an order')
  target = 1
  floor.tick(100)
  t.match(intents[1], { side: 'buy', quantity: 20 })
  report(intents[1]!, 'cancelled')
  target = -1
  floor.tick(100)
  t.match(intents[2], { side: 'sell', quantity: 100 }, 'not the whole 180')
  report(intents[2]!, 'filled')
  target = 0
  floor.tick(110)
  t.match(intents[3], { side: 'sell', quantity: 80 }, 'just what is held')
})

await t.test('says nothing more on a symbol while an order of its is open', async t => {
  const { floor, intents, report } = openRunner(() => ({ target: 1 }))
  floor.tick(100)
  floor.tick(101)
  report(intents[0]!, 'sent')
  report(intents[0]!, 'working')
  floor.tick(102)
  t.equal(intents.length, 1)
  floor.tick(10, 'ETH/USDT')
  t.equal(intents.length, 2, 'another symbol is another matter')
  report(intents[0]!, 'filled')
  report({ ...intents[0]!, intentId: 'manual-1' }, 'filled')
  floor.tick(103)
  t.equal(intents.length, 3)
})

await t.test('pauses for twenty ticks after a denial or a rejection', async t => {
  for (const refuse of ['denied', 'rejected'] as const) {
    const { floor, intents, report, deny } = openRunner(() => ({ target: 1 }))
    floor.tick(100)
    if (refuse === 'denied') deny(intents[0]!)
    else report(intents[0]!, 'rejected')
    for (let i = 0; i < 20; i++) floor.tick(100)
    t.equal(intents.length, 1)
    floor.tick(100)
    t.equal(intents.length, 2)
  }
})

await t.test('reports a strategy that throws and goes on', async t => {
  let isBroken = true
  const { floor, intents } = openRunner(() => {
    if (isBroken) throw new Error('divided by nothing')
    return { target: 1 }
  })
  const errors = floor.heard('strategyError')
  floor.tick(100)
  t.strictSame(errors, [{ strategyId: 'test', message: 'Error: divided by nothing' }])
  isBroken = false
  floor.tick(100)
  t.equal(intents.length, 1)
})
