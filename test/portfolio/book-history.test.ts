import fc from 'fast-check'
import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { portfolioColumns, strategyColumns, type BookRecord } from '../../src/portfolio/book-record.js'
import { Ledger, type LedgerOptions } from '../../src/portfolio/ledger.js'

const startMs = Date.UTC(2022, 0, 1)
const minuteMs = 60_000
const order = { orderId: 'o', strategyId: 's', symbol: 'BTC', side: 'buy', venue: 'v', fee: 0, complete: true } as const

function open (options: Partial<LedgerOptions> = {}) {
  const clock = new VirtualClock(startMs)
  const ledger = new Ledger({ emit: () => {}, clock, portfolioId: 'paper', startingCash: 1000, ...options })
  return { clock, ledger, ...ledger.listeners as Required<typeof ledger.listeners> }
}

const equity = (record: BookRecord) => Array.from(record.portfolio[portfolioColumns.indexOf('equity')]!)
const column = (record: BookRecord, strategyId: string, name: typeof strategyColumns[number]) =>
  Array.from(record.strategies.find(found => found.strategyId === strategyId)!.columns[strategyColumns.indexOf(name)]!)
const minutes = (record: BookRecord) => Array.from(record.timesMs, time => (time - startMs) / minuteMs)

t.test('keeps the state at each full minute after which something happened, before what happened there', async t => {
  const { clock, ledger, orderFilled, marketTick } = open()
  t.equal(ledger.record().timesMs.length, 0, 'nothing was heard of yet')
  marketTick({ symbol: 'BTC', price: 100 })
  orderFilled({ ...order, quantity: 2, price: 101, fee: 1, arrivalPrice: 100 })
  clock.advance(30_000)
  marketTick({ symbol: 'BTC', price: 110 })
  clock.advance(30_000)
  marketTick({ symbol: 'BTC', price: 120 }) // at the full minute: of the next one
  clock.advance(5 * minuteMs)
  const record = ledger.record()
  t.strictSame(minutes(record), [0, 1, 2, 6], 'nothing happened after the second minute; the last row is now')
  t.strictSame(equity(record), [1000, 1017, 1037, 1037])
  t.strictSame(column(record, 's', 'unrealized'), [0, 18, 38, 38])
  t.strictSame(column(record, 's', 'fees'), [0, 1, 1, 1])
  t.strictSame(column(record, 's', 'slippage'), [0, 2, 2, 2])
  t.strictSame(column(record, 's', 'netExposure'), [0, 220, 240, 240])
  t.strictSame(Array.from(record.markets[0]!.prices), [100, 110, 120, 120])
  t.strictSame(minutes(ledger.record(startMs + 90_000, startMs + 3 * minuteMs)), [1, 2], 'a part, and the state before it')
})

t.test('a strategy that comes later was 0 before', async t => {
  const { clock, ledger, orderFilled } = open()
  orderFilled({ ...order, quantity: 1, price: 100 })
  clock.advance(minuteMs)
  orderFilled({ ...order, strategyId: 'late', side: 'sell', quantity: 1, price: 90, fee: 2 })
  clock.advance(minuteMs)
  t.strictSame(column(ledger.record(), 'late', 'fees'), [0, 0, 2])
  t.strictSame(equity(ledger.record()), [1000, 1000, 988])
})

t.test('funding and interest are effects of their own, and parts sum to the change of the equity', async t => {
  const { clock, ledger, orderFilled, fundingSettled, interestAccrued } = open()
  orderFilled({ ...order, quantity: 1, price: 100, fee: 0.5 })
  fundingSettled({ strategyId: 's', symbol: 'BTC', amount: -0.25 })
  interestAccrued({ amount: 2 })
  clock.advance(minuteMs)
  const { equity: now, cash, funding, interest, residual } = ledger.portfolio()
  t.strictSame({ now, cash, funding, interest, residual }, { now: 1001.25, cash: 901.25, funding: -0.25, interest: 2, residual: 0 })
  t.match(ledger.strategy('s'), { realizedPnl: -0.75, funding: -0.25, equity: 999.25 })
  t.match(ledger.position('s', 'BTC'), { realizedPnl: -0.75, funding: -0.25 })
  orderFilled({ ...order, side: 'sell', quantity: 1, price: 100 })
  t.match(ledger.record().trades, [{ pnl: -0.75, fees: 0.5, side: 'long' }], 'funding is in the round trip')
  for (const wrong of [{ strategyId: 's', symbol: 'ETH', amount: 1 }, { strategyId: 'z', symbol: 'BTC', amount: 1 }, { strategyId: 's', symbol: 'BTC', amount: NaN }]) {
    t.throws(() => { fundingSettled(wrong) }, { code: 'NJORD_ERR_INVALID_PAYLOAD' })
  }
  t.throws(() => { interestAccrued({ amount: Infinity }) }, { code: 'NJORD_ERR_INVALID_PAYLOAD' })
})

t.test('keeps closed trades, a flip among them, and drops the oldest past the limit', async t => {
  const { clock, ledger, orderFilled } = open({ history: { maxTrades: 4 } })
  orderFilled({ ...order, quantity: 1, price: 100, fee: 1 })
  clock.advance(1000)
  orderFilled({ ...order, side: 'sell', quantity: 2, price: 110, fee: 2 }) // closes 1, opens -1
  clock.advance(1000)
  orderFilled({ ...order, quantity: 1, price: 100 })
  const trade = { strategyId: 's', symbol: 'BTC' }
  t.strictSame(ledger.record().trades, [
    { ...trade, side: 'long', quantity: 1, openedMs: startMs, closedMs: startMs + 1000, pnl: 8, fees: 2 },
    { ...trade, side: 'short', quantity: 1, openedMs: startMs + 1000, closedMs: startMs + 2000, pnl: 9, fees: 1 }
  ])
  t.strictSame(ledger.record(startMs + 1500).trades.length, 1)
  for (let i = 0; i < 20; i++) for (const side of ['buy', 'sell'] as const) orderFilled({ ...order, side, quantity: 1, price: 100 })
  const { trades, maxTrades, droppedTrades } = ledger.historyUsage()
  t.equal(trades + droppedTrades, 22)
  t.ok(trades <= 1.25 * maxTrades)
  t.match(ledger.strategy('s'), { closedTrades: 22, profitFactor: null, expectancy: 17 / 22 })
})

t.test('stays within its bytes: the oldest are thinned out to hours, to days, and dropped; what is left is exact', async t => {
  const maxBytes = 65_536
  const { clock, ledger, orderFilled, marketTick } = open({ history: { maxBytes } })
  const known = new Map<number, number>()
  orderFilled({ ...order, quantity: 1, price: 100 })
  for (let minute = 1; minute <= 20_000; minute++) {
    clock.advance(minuteMs)
    known.set(minute, ledger.equity())
    marketTick({ symbol: 'BTC', price: 100 + (minute * 7919) % 101 })
    if (minute % 500 === 0) t.ok(ledger.historyUsage().bytes <= maxBytes * 1.1, `${minute}`)
  }
  const record = ledger.record(-Infinity, startMs + 20_000 * minuteMs)
  const times = minutes(record)
  t.ok(times.every((minute, at) => at === times.length - 1 || minute === 0 || equity(record)[at] === known.get(minute)))
  t.ok(times.slice(0, 3).every(minute => minute % 1440 === 0), 'days')
  t.ok(times.some(minute => minute % 60 === 0 && minute % 1440 !== 0 && !times.includes(minute + 1)), 'hours')
  t.strictSame(times.slice(-300), Array.from({ length: 300 }, (_, at) => 19_701 + at), 'every minute of late')
  t.ok(ledger.historyUsage().thinned > 10_000)
})

t.test('whatever is dropped, differences of states add up to the whole (seeded)', async () => {
  const move = fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 50 }), fc.boolean())
  fc.assert(fc.property(fc.array(move, { minLength: 1, maxLength: 200 }), moves => {
    const { clock, ledger, orderFilled } = open({ history: { maxBytes: 65_536, resolution: '5m' } })
    for (const [seconds, quantity, isBuy] of moves) {
      clock.advance(seconds * 1000)
      orderFilled({ ...order, side: isBuy ? 'buy' : 'sell', quantity, price: 100 + seconds % 13, fee: 0.1 })
    }
    const record = ledger.record()
    const change = equity(record).at(-1)! - equity(record)[0]!
    const pnl = column(record, 's', 'realized').at(-1)! + column(record, 's', 'unrealized').at(-1)!
    return Math.abs(change - pnl) < 1e-9 * Math.max(1000, Math.abs(change))
  }), { seed: 5, numRuns: 100 })
})

t.test('wrong options are told by name', async t => {
  for (const [history, option] of [[{ resolution: '2m' as '1m' }, 'resolution'], [{ maxBytes: 1 }, 'maxBytes'], [{ maxTrades: 0 }, 'maxTrades']] as const) {
    t.throws(() => open({ history }), { code: 'NJORD_ERR_INVALID_OPTION', message: new RegExp(`ledger\\.history\\.${option}`) })
  }
  t.throws(() => open({ daysPerYear: 0 }), { message: /ledger\.daysPerYear/ })
})
