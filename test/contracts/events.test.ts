import t from 'tap'
import { checkEvent, eventNames, eventSchemas, type EventName, type TradingEvents } from '../../src/contracts/events.js'
import { strategyMetrics } from './records.js'

const code = 'NJORD_ERR_INVALID_PAYLOAD'
const names = { strategyId: 's1', symbol: 'BTC', side: 'buy' } as const
const order = { ...names, orderId: 'o1', venue: 'paper' } as const

/** The least that every event needs. */
const least: { readonly [E in EventName]: TradingEvents[E] } = {
  intentReceived: { ...names, quantity: 1 },
  intentAllowed: names,
  intentDenied: { ...names, reason: '' },
  orderPlaced: { ...order, quantity: 2, price: 100 },
  orderAcknowledged: order,
  orderFilled: { ...order, quantity: 2, price: 101, fee: -0.2, complete: false },
  orderRejected: { ...order, reason: 'insufficient balance' },
  orderCancelled: order,
  positionMark: { strategyId: 's1', symbol: 'BTC', quantity: -2, markPrice: 100, realizedPnl: -5, unrealizedPnl: 6 },
  equityMark: { portfolioId: 'p', equity: -1, cash: 800, grossExposure: 200, netExposure: -200, drawdown: 1.5, dailyPnl: 12 },
  strategyMark: { strategyId: 's1', equity: 500, realizedPnl: 5, unrealizedPnl: 6, dailyPnl: 7, drawdown: 0 },
  signalGenerated: { strategyId: 's1' },
  strategyError: { strategyId: 's1' },
  killSwitch: { active: true },
  circuitBreaker: { breaker: 'volatility', open: true },
  riskCap: { cap: 'gross', used: 0, limit: 40 },
  marketTick: { symbol: 'BTC', price: 100 },
  journalWritten: { bytes: 0 },
  fundingSettled: { strategyId: 's1', symbol: 'BTC', amount: -1 },
  interestAccrued: { amount: 1 },
  strategyMetrics: strategyMetrics.sample,
  strategyFigures: {
    strategyId: 's1', sortinoRatio: 2, calmarRatio: null, volatility: 0.2, profitFactor: 1.5, expectancy: 4, closedTrades: 5, fees: 6, funding: -7, slippage: 8
  }
}

/** Values that fit no key of their kind. */
const wrongByType: Readonly<Record<string, readonly unknown[]>> = {
  string: [1, null, {}], number: ['1', null, NaN, Infinity, 1n], integer: [0.5, '1', -1], boolean: [0, 'true', null], bigint: [1, '1', 1.5]
}

for (const event of eventNames) {
  t.test(`${event}: takes what fits, frozen, and names what does not`, async t => {
    const stamp = event === 'strategyMetrics' ? {} : { timestampNs: 1700000000000000001n }
    const checked = checkEvent(event, { ...least[event], ...stamp })
    t.strictSame(checked, { ...least[event], ...stamp })
    t.ok(Object.isFrozen(checked))

    const schema = eventSchemas[event] as unknown as { required: readonly string[], properties: Record<string, { type?: string, minLength?: number }> }
    for (const key of schema.required) {
      const { [key]: _, ...rest } = least[event] as Record<string, unknown>
      t.throws(() => checkEvent(event, rest), { code, message: `${event}.${key}: found undefined, must be there` })
    }
    for (const [key, { type, minLength }] of Object.entries(schema.properties)) {
      const wrong = [...wrongByType[type ?? ''] ?? ['neither'], ...minLength === 1 ? [''] : []]
      for (const value of wrong) {
        t.throws(() => checkEvent(event, { ...least[event], [key]: value }), { code, message: new RegExp(`^${event}\\.${key}: found `) }, `${key} ${String(value)}`)
      }
    }
    for (const value of [undefined, null, 'x', 1, []]) t.throws(() => checkEvent(event, value), { code, message: new RegExp(`^${event}: found `) })
  })
}

t.test('bounds are those of the domain', async t => {
  const refused: Array<[EventName, object, string]> = [
    ['orderPlaced', { quantity: 0 }, 'quantity'], ['orderPlaced', { price: -1 }, 'price'], ['orderPlaced', { side: 'hold' }, 'side'],
    ['orderFilled', { latencySeconds: -1 }, 'latencySeconds'], ['equityMark', { grossExposure: -1 }, 'grossExposure'],
    ['strategyMark', { drawdown: -0.1 }, 'drawdown'], ['riskCap', { limit: 0 }, 'limit'], ['riskCap', { used: -1 }, 'used'],
    ['journalWritten', { bytes: -1 }, 'bytes'], ['marketTick', { price: 0 }, 'price']
  ]
  for (const [event, change, key] of refused) t.throws(() => checkEvent(event, { ...least[event], ...change }), { code, message: new RegExp(`^${event}\\.${key}: found `) })
})

t.test('an event nobody knows is refused by its name, whatever the name', async t => {
  for (const name of ['nope', '__proto__', 'constructor', 'toString', 'x'.repeat(1e6), undefined, null, 7, {}]) {
    t.throws(() => checkEvent(name as EventName, {}), { code, message: /^event: found .{1,60}, expected one of intentReceived, / })
  }
})

t.test('what an event carries besides its keys may be anything, cycles and bytes too', async t => {
  const extra: Record<string, unknown> = { inner: { list: [1] }, bytes: new Uint8Array(3) }
  extra.self = extra
  let deep: unknown = 1
  for (let i = 0; i < 100_000; i++) deep = [deep]
  const checked = checkEvent('killSwitch', { active: true, extra, deep } as object)
  t.ok(Object.isFrozen(extra) && Object.isFrozen(extra.inner))
  t.ok(checked.active)
})
