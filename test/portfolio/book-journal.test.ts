import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { downsample } from '../../src/contracts/downsample.js'
import { windowKey, type WindowRecord } from '../../src/contracts/window.js'
import { bookMetricNames, booksFromWindows } from '../../src/portfolio/book-journal.js'
import { strategyColumns, type BookRecord } from '../../src/portfolio/book-record.js'
import { Ledger } from '../../src/portfolio/ledger.js'
import { attribute } from '../../src/report/attribution.js'

const startMs = Date.UTC(2022, 0, 1)
const order = { orderId: 'o', symbol: 'BTC', side: 'buy', venue: 'v', fee: 1, complete: true } as const

/** Writes some hours of a ledger's books as windows, and tells what the ledger itself recorded. */
function write (windows: WindowRecord[], fromMs: number, { startingCash = 1000, portfolioId = 'desk', strategyId = 's', minutes = 200 } = {}): BookRecord {
  const clock = new VirtualClock(fromMs)
  const sink = { write: (records: readonly WindowRecord[]) => { windows.push(...records) } }
  const ledger = new Ledger({ emit: () => {}, clock, portfolioId, startingCash, history: { sink } })
  const { orderFilled, marketTick, interestAccrued } = ledger.listeners as Required<typeof ledger.listeners>
  for (let minute = 0; minute < Math.max(1, minutes); minute++) {
    marketTick({ symbol: 'BTC', price: 100 + minute % 11 })
    if (minute === 100) orderFilled({ ...order, strategyId: `${strategyId}-late`, quantity: 2, price: 100 })
    orderFilled({ ...order, strategyId, side: minute % 3 === 0 ? 'buy' : 'sell', quantity: 1, price: 100 + minute % 11 })
    interestAccrued({ amount: 0.01 })
    clock.advance(minutes === 0 ? 5000 : 60_000)
  }
  const record = ledger.record()
  ledger.closeHistory()
  ledger.closeHistory()
  return record
}

const plain = ({ timesMs, portfolio, strategies, markets }: BookRecord, rows = timesMs.length) => ({
  times: Array.from(timesMs).slice(0, rows),
  portfolio: portfolio.map(column => Array.from(column).slice(0, rows)),
  strategies: strategies.toSorted((a, b) => a.strategyId < b.strategyId ? -1 : 1).map(({ strategyId, capital, columns }) => ({
    strategyId, capital, columns: columns.map(column => Array.from(column).slice(0, rows))
  })),
  markets: markets.map(({ symbol, prices }) => ({ symbol, prices: Array.from(prices).slice(0, rows) }))
})

t.test('the books that were written are read back, in any order', async t => {
  const windows: WindowRecord[] = []
  const record = write(windows, startMs)
  t.equal(new Set(windows.map(windowKey)).size, windows.length, 'each window of a series once')
  t.ok(windows.every(({ name, resolution, endMs, startMs }) => bookMetricNames.includes(name) && resolution === '1m' && endMs - startMs === 60_000))
  const [read] = booksFromWindows(windows.toReversed())
  t.equal(read!.timesMs.length, record.timesMs.length + 1, 'and the state of the last minute')
  t.strictSame(plain(read!, record.timesMs.length), plain(record))
  t.match(read, { portfolioId: 'desk', startingCash: 1000, trades: [] })
})

t.test('rolled up they are as exact, at fewer times', async t => {
  const windows: WindowRecord[] = []
  const record = plain(write(windows, startMs))
  const hours = plain(booksFromWindows(downsample(windows, '1h'))[0]!)
  t.strictSame(hours.times, [0, 1, 2, 3].map(hour => startMs + hour * 3_600_000).concat(startMs + 4 * 3_600_000))
  const row = record.times.indexOf(startMs + 7_200_000)
  t.strictSame(hours.portfolio.map(column => column[2]), record.portfolio.map(column => column[row]))
  const at = (books: typeof hours, row: number) => books.strategies.map(({ columns }) => columns.map(column => column[row]))
  t.strictSame(at(hours, 2), at(record, row))
})

t.test('sessions of one portfolio are added up, and several portfolios are told apart', async t => {
  const windows: WindowRecord[] = []
  const first = write(windows, startMs)
  // The second begins in the minute in which the first one ended, and the third in the same minute.
  const secondMs = first.timesMs.at(-1)! + 20_000
  const second = write(windows, secondMs, { startingCash: 500, strategyId: 'other', minutes: 0 })
  const third = write(windows, secondMs + 15_000, { startingCash: 700, strategyId: 'other' })
  write(windows, startMs, { portfolioId: 'second desk' })
  const [another, books, ...rest] = booksFromWindows(windows.toReversed())
  t.strictSame([another!.portfolioId, another!.notes!.length, rest.length], ['second desk', 1, 0])
  t.match(books!.notes, [/no trades/, /^3 sessions, the last begun at 2022-01-01 03:20: each began with books of its own/])
  t.ok(books!.timesMs.every((time, row) => row === 0 || time >= books!.timesMs[row - 1]!), 'in order')

  const { total, residual, startEquity, endEquity, strategies, cash } = attribute(books!)!
  const near = (a: number, b: number) => Math.abs(a - b) < 1e-9
  const made = [first, second, third].reduce((sum, { portfolio: [equity], startingCash }) => sum + equity!.at(-1)! - startingCash, 0)
  t.ok(near(total, made) && near(endEquity, startEquity + made) && near(residual, 0), 'what they made, and nothing is left unexplained')
  t.ok(near(total, strategies.reduce((sum, { net }) => sum + net, cash)))
  t.equal(startEquity, 1000)

  const of = (strategyId: string, column: typeof strategyColumns[number]) =>
    books!.strategies.find(each => each.strategyId === strategyId)!.columns[strategyColumns.indexOf(column)]!
  const at = books!.timesMs.indexOf(third.timesMs[1]!)
  t.strictSame([of('s', 'fees')[at], of('s', 'fees').at(-1), of('other', 'fees').at(-1)], [200, 200, 201], 'totals do not go back')
  t.strictSame([of('s', 'netExposure')[at], of('s', 'grossExposure').at(-1)], [0, 0], 'what the first held, nobody holds')

  const [newest] = booksFromWindows(windows.filter(({ labels }) => labels['portfolio_id'] === 'desk'), third.timesMs[5])
  t.match([newest!.portfolio[0]![0], newest!.startingCash, newest!.notes!.length], [700, 700, 1], 'the newest alone has its own equity')
  t.equal(booksFromWindows(windows, third.timesMs.at(-1)! + 1e9).length, 2, 'a time of none is told from a journal of none')
})

t.test('the history of a market begins at its first price', async t => {
  const windows: WindowRecord[] = []
  const clock = new VirtualClock(startMs)
  const sink = { write: (records: readonly WindowRecord[]) => { windows.push(...records) } }
  const ledger = new Ledger({ emit: () => {}, clock, portfolioId: 'desk', startingCash: 1000, history: { sink } })
  const { marketTick } = ledger.listeners as Required<typeof ledger.listeners>
  const tick = (symbol: string, ...prices: number[]) => {
    for (const price of prices) marketTick({ symbol, price })
    clock.advance(20_000)
  }
  const pricesOf = ({ markets }: BookRecord) => markets.map(({ symbol, prices }) => [symbol, ...prices])
  tick('BTC', 100, 105)
  t.strictSame(pricesOf(ledger.record()), [['BTC', 100, 105]], 'before a minute is over')
  tick('BTC', 110)
  clock.advance(40_000)
  tick('BTC', 99)
  clock.advance(86_400_000)
  tick('ETH', 10, 11)
  tick('BTC', 121)
  const record = ledger.record()
  const shown = (books: BookRecord) => pricesOf(books).map(prices => prices.slice(0, 5))
  t.strictSame(shown(record), [['BTC', 100, 110, 99, 99], ['ETH', NaN, NaN, 10, 11]])
  const first = (books: BookRecord, period: 'day' | 'minute') => attribute(books, { benchmark: ['BTC'], period })!.periods[0]!.benchmarkReturn!.toFixed(4)
  t.strictSame([first(record, 'minute'), first(record, 'day')], ['0.1000', '-0.0100'], 'the first period counts')
  t.equal(attribute(record, { benchmark: ['BTC'] })!.benchmark.totalReturn!.toFixed(4), '0.2100')
  ledger.closeHistory()
  t.strictSame(shown(booksFromWindows(windows)[0]!), shown(record), 'in the journal as well')
  // A journal from before openings were recorded.
  const old = booksFromWindows(windows.filter(({ name, endMs }) => name !== 'njord_books_price' || endMs > startMs))[0]!
  t.strictSame([first(old, 'minute'), first(old, 'day')], ['0.0000', '-0.1000'], 'and as much of it as is known')
})

t.test('what is no book is left out', async t => {
  const window = { labels: { a: 'b' }, resolution: '1m', startMs: 0, endMs: 60_000 } as const
  t.strictSame(booksFromWindows([
    { ...window, name: 'x_total', type: 'counter', increment: 1, total: 1 },
    { ...window, name: 'njord_books_price', type: 'gauge', avg: 1, min: 1, max: 1, last: 1, count: 1, sum: 1 }
  ]), [])
})
