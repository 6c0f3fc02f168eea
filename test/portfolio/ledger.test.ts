import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { checkEvent, type Emit, type EventName, type TradingEvents } from '../../src/contracts/events.js'
import { Ledger, type LedgerOptions } from '../../src/portfolio/ledger.js'

const dayMs = 86_400_000
type Emitted = readonly [event: EventName, payload: unknown]

function open (options: Partial<LedgerOptions> = {}) {
  const clock = new VirtualClock(Date.UTC(2022, 0, 1, 12))
  const emitted: Emitted[] = []
  const emit: Emit = (event, payload) => {
    checkEvent(event, payload)
    emitted.push([event, payload])
  }
  const ledger = new Ledger({ emit, clock, portfolioId: 'paper', startingCash: 1000, ...options })
  const { listeners } = ledger
  const order = { orderId: 'o', strategyId: 's', symbol: 'BTC', side: 'buy', venue: 'v' } as const
  return {
    clock,
    ledger,
    emitted,
    /** The events emitted since the last call. */
    names: () => emitted.splice(0).map(([event]) => event),
    last: <E extends EventName>(event: E) => emitted.findLast(([name]) => name === event)?.[1] as TradingEvents[E],
    fill: (fill: Partial<TradingEvents['orderFilled']> = {}) => {
      listeners.orderFilled!({ ...order, quantity: 1, price: 100, fee: 0, complete: true, ...fill })
    },
    tick: (price: number, symbol = 'BTC') => { listeners.marketTick!({ symbol, price }) },
    place: (strategyId = 's') => { listeners.orderPlaced!({ ...order, strategyId, quantity: 1, price: 100 }) },
    reject: (strategyId = 's') => { listeners.orderRejected!({ ...order, strategyId, reason: 'closed' }) }
  }
}

t.test('equity is cash and the market value of long and short positions', async t => {
  const { ledger, fill, tick } = open()
  fill({ quantity: 2, price: 100, fee: 1 })
  fill({ strategyId: 'z', symbol: 'ETH', side: 'sell', quantity: 10, price: 10, fee: -0.5 })
  tick(110)
  tick(9, 'ETH')
  t.strictSame(ledger.portfolio(), {
    portfolioId: 'paper',
    startingCash: 1000,
    cash: 899.5, // 1000 - 200 - 1 + 100 + 0.5
    equity: 1029.5, // + 220 - 90
    grossExposure: 310,
    netExposure: 130,
    realizedPnl: -0.5,
    unrealizedPnl: 30,
    fees: 0.5,
    funding: 0,
    slippage: 0,
    interest: 0,
    residual: 0,
    dailyPnl: 29.5,
    highWaterMark: 1029.5,
    drawdown: 0,
    maxDrawdown: 0.001 // right after the first fill and its fee
  })
  t.equal(ledger.equity(), 1029.5)
  t.strictSame(ledger.position('z', 'ETH'), {
    strategyId: 'z',
    symbol: 'ETH',
    quantity: -10,
    entryPrice: 10,
    markPrice: 9,
    marketValue: -90,
    realizedPnl: 0.5,
    unrealizedPnl: 10,
    fees: -0.5,
    funding: 0
  })
  t.strictSame(ledger.positions().map(({ strategyId, symbol }) => [strategyId, symbol]), [['s', 'BTC'], ['z', 'ETH']])
  t.equal(ledger.position('s', 'ETH'), undefined)
  t.equal(ledger.position('nobody', 'ETH'), undefined)
})

t.test('a symbol that the market has not quoted is valued at its last fill, for every strategy', async t => {
  const { ledger, fill, tick } = open()
  fill({ strategyId: 'a', price: 100 })
  fill({ strategyId: 'b', price: 120 })
  t.equal(ledger.position('a', 'BTC')?.marketValue, 120)
  t.equal(ledger.equity(), 1020)
  tick(110)
  fill({ strategyId: 'b', price: 130 })
  t.equal(ledger.position('b', 'BTC')?.markPrice, 110)
  t.equal(ledger.equity(), 1000 + 10 - 10 - 20)
})

t.test('a market heard of before the first fill gives its mark', async t => {
  const { ledger, fill, tick } = open()
  tick(90)
  fill({ price: 100 })
  t.equal(ledger.position('s', 'BTC')?.unrealizedPnl, -10)
})

t.test('takes the method: what a partial close realises differs, the whole does not', async t => {
  for (const [method, realized] of [['average', 15], ['fifo', 20]] as const) {
    const { ledger, fill } = open({ method })
    fill({ price: 100 })
    fill({ price: 110 })
    fill({ side: 'sell', price: 120 })
    t.equal(ledger.position('s', 'BTC')?.realizedPnl, realized)
    fill({ side: 'sell', price: 120 })
    t.equal(ledger.position('s', 'BTC')?.realizedPnl, 30)
  }
})

t.test('keeps a strategy: trades, orders, curve and drawdown against its allocation', async t => {
  const { ledger, fill, tick, place, reject } = open({ allocations: { s: 200 } })
  place()
  place()
  reject()
  fill({ quantity: 1, price: 100, complete: false })
  tick(140) // equity 240
  tick(80) // 180: 60 / 240 below
  fill({ side: 'sell', price: 120 }) // 220
  t.strictSame(ledger.strategy('s'), {
    strategyId: 's',
    capital: 200,
    equity: 220,
    realizedPnl: 20,
    unrealizedPnl: 0,
    fees: 0,
    dailyPnl: 20,
    highWaterMark: 240,
    drawdown: 20 / 240,
    maxDrawdown: 0.25,
    openPositions: 0,
    closedTrades: 1,
    winningTrades: 1,
    winRate: 1,
    sharpeRatio: null,
    sortinoRatio: null,
    calmarRatio: null,
    volatility: null,
    profitFactor: null,
    expectancy: 20,
    funding: 0,
    slippage: 0,
    ordersSent: 2,
    ordersFilled: 1,
    ordersRejected: 1
  })
  fill({ strategyId: 'other', price: 100 })
  t.equal(ledger.strategy('other')?.capital, 1000)
  t.strictSame(ledger.strategies().map(({ strategyId, winRate }) => [strategyId, winRate]), [['s', 1], ['other', null]])
  t.equal(ledger.strategy('nobody'), undefined)
})

t.test('publishes a fill at once, and market moves at most once an interval', async t => {
  const { clock, ledger, names, fill, tick } = open({ markIntervalMs: 500 })
  ledger.flush()
  t.strictSame(names(), ['equityMark'], 'the equity at the start')
  ledger.flush()
  t.strictSame(names(), [], 'nothing new')
  fill()
  t.strictSame(names(), ['positionMark', 'strategyMark', 'equityMark'])
  tick(101)
  tick(102)
  t.strictSame(names(), [], 'within the interval')
  clock.advance(500)
  tick(102)
  t.strictSame(names(), ['positionMark', 'strategyMark', 'strategyMetrics', 'strategyFigures', 'equityMark'], 'whatever moved before')
  tick(103)
  ledger.flush()
  t.strictSame(names(), ['positionMark', 'strategyMark', 'strategyMetrics', 'strategyFigures', 'equityMark'], 'flush does not wait')
  tick(104, 'ETH')
  clock.advance(500)
  tick(104, 'ETH')
  t.strictSame(names(), [], 'a market without a position moves nothing')
})

t.test('a clock that is set back does not hold publications', async t => {
  let nowMs = dayMs
  const clock = Object.assign(new VirtualClock(), { nowMs: () => nowMs })
  const { names, fill, tick } = open({ clock, markIntervalMs: 1000 })
  fill()
  names()
  nowMs -= 3_600_000
  tick(101)
  t.match(names(), ['positionMark'])
})

t.test('marks carry the state of the books', async t => {
  const { clock, ledger, last, fill, tick, place } = open()
  place()
  fill({ quantity: 2, price: 100, fee: 1 })
  tick(90)
  ledger.flush()
  t.strictSame(last('positionMark'), { strategyId: 's', symbol: 'BTC', quantity: 2, markPrice: 90, realizedPnl: -1, unrealizedPnl: -20 })
  t.strictSame(last('strategyMark'), { strategyId: 's', equity: 979, realizedPnl: -1, unrealizedPnl: -20, dailyPnl: -21, drawdown: 0.021 })
  t.strictSame(last('equityMark'), {
    portfolioId: 'paper', equity: 979, cash: 799, grossExposure: 180, netExposure: 180, drawdown: 0.021, dailyPnl: -21, residual: 0
  })
  t.strictSame(last('strategyMetrics'), {
    strategy_id: 's',
    timestamp_ns: clock.nowNs(),
    active_positions: 1,
    total_pnl: -21,
    daily_pnl: -21,
    win_rate: null,
    sharpe_ratio: null,
    max_drawdown_pct: 2.1,
    orders_sent: 1,
    orders_filled: 1,
    orders_rejected: 0
  })
})

t.test('days are UTC days of the clock: daily PnL starts again, returns make the Sharpe ratio', async t => {
  const { clock, ledger, emitted, last, fill, tick } = open()
  fill({ quantity: 1, price: 100 })
  tick(200) // day 1: +100 on 1000
  clock.advanceTo(Date.UTC(2022, 0, 2, 1))
  ledger.flush()
  t.equal(last('equityMark').dailyPnl, 0, 'a new day without an event')
  t.equal(ledger.strategy('s')?.sharpeRatio, null, 'one day')
  tick(90) // day 2: -110 on 1100
  t.equal(ledger.portfolio().dailyPnl, -110)
  clock.advanceTo(Date.UTC(2022, 0, 4, 1)) // day 3: nothing heard
  tick(90)
  t.equal(ledger.portfolio().dailyPnl, 0)
  // returns 0.1, -0.1, 0: mean 0
  t.equal(ledger.strategy('s')?.sharpeRatio, 0)
  tick(189) // day 4: +99 on 990 = 0.1
  clock.advanceTo(Date.UTC(2022, 0, 5))
  emitted.length = 0
  tick(189)
  // returns 0.1, -0.1, 0, 0.1: mean 0.025, squares 0.03 - 4 × 0.000625 = 0.0275, deviation √(0.0275 / 3) = 0.0957427
  t.ok(Math.abs(last('strategyMetrics').sharpe_ratio! - 0.025 / Math.sqrt(0.0275 / 3) * Math.sqrt(365)) < 1e-12)
  t.equal(last('equityMark').equity, 1089)
})

t.test('days begin with the first event, whatever the clock said before', async t => {
  const clock = new VirtualClock(0)
  const { ledger, fill, tick } = open({ clock })
  ledger.flush()
  clock.advanceTo(Date.UTC(2022, 0, 1, 23))
  fill()
  tick(110)
  t.equal(ledger.portfolio().dailyPnl, 10)
  clock.advance(3_600_000)
  tick(99) // day 1: 10 on 1000, day 2: -11 on 1010
  clock.advance(dayMs)
  tick(99)
  const [mean, half] = [(0.01 - 11 / 1010) / 2, (0.01 + 11 / 1010) / 2]
  t.ok(Math.abs(ledger.strategy('s')!.sharpeRatio! - mean / (half * Math.SQRT2) * Math.sqrt(365)) < 1e-12)
})

t.test('a payload that would spoil the books throws, names the key, and changes nothing', async t => {
  const { ledger, fill, tick, place } = open()
  fill()
  const before = [ledger.portfolio(), ledger.positions(), ledger.strategies()]
  const code = 'NJORD_ERR_INVALID_PAYLOAD'
  for (const wrong of [
    { quantity: NaN }, { quantity: 0 }, { quantity: -1 }, { quantity: Infinity }, { quantity: '1' as never }, { quantity: undefined }, { price: 0 },
    { price: NaN }, { price: 1e300, quantity: 1e300 }, { fee: NaN }, { fee: undefined }, { side: 'hold' as never }
  ]) t.throws(() => { fill(wrong) }, { code, message: /orderFilled/ }, JSON.stringify(wrong))
  t.throws(() => { fill({ strategyId: undefined }) }, { code, message: /strategyId/ })
  t.throws(() => { tick(NaN) }, { code, message: /marketTick\.price/ })
  t.throws(() => { tick(1, '') }, { code, message: /symbol/ })
  t.throws(() => { place(7 as never) }, { code, message: /strategyId/ })
  t.strictSame([ledger.portfolio(), ledger.positions(), ledger.strategies()], before)
})

t.test('names from outside cannot grow the books without bound, and what trades is always kept', async t => {
  const { ledger, fill, tick, place } = open()
  for (let i = 0; i < 1100; i++) place(`strategy ${i}`)
  t.equal(ledger.strategies().length, 1000)
  for (let i = 0; i < 10_100; i++) tick(1, `symbol ${i}`)
  fill({ strategyId: 'strategy 1099', symbol: 'symbol 10099', price: 2 })
  tick(3, 'symbol 10099')
  t.equal(ledger.position('strategy 1099', 'symbol 10099')?.unrealizedPnl, 1)
})

t.test('refuses wrong options with the name of the option', async t => {
  const wrong: ReadonlyArray<readonly [Partial<LedgerOptions>, RegExp]> = [
    [{ startingCash: 0 }, /ledger\.startingCash/],
    [{ startingCash: '1' as never }, /ledger\.startingCash/],
    [{ portfolioId: '' }, /ledger\.portfolioId/],
    [{ method: 'lifo' as never }, /ledger\.method/],
    [{ markIntervalMs: -1 }, /ledger\.markIntervalMs/],
    [{ allocations: { s: 0 } }, /ledger\.allocations\.s/]
  ]
  for (const [options, message] of wrong) t.throws(() => open(options), { code: 'NJORD_ERR_INVALID_OPTION', message })
})
