import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { downsample } from '../../src/contracts/downsample.js'
import { windowKey, type WindowRecord } from '../../src/contracts/window.js'
import { bookMetricNames, booksFromWindows } from '../../src/portfolio/book-journal.js'
import { portfolioColumns, type BookRecord } from '../../src/portfolio/book-record.js'
import { Ledger } from '../../src/portfolio/ledger.js'

const startMs = Date.UTC(2022, 0, 1)
const order = { orderId: 'o', symbol: 'BTC', side: 'buy', venue: 'v', fee: 1, complete: true } as const

/** Writes some hours of a ledger's books as windows, and tells what the ledger itself recorded. */
function write (windows: WindowRecord[], fromMs: number, { startingCash = 1000, portfolioId = 'desk', strategyId = 's' } = {}): BookRecord {
  const clock = new VirtualClock(fromMs)
  const sink = { write: (records: readonly WindowRecord[]) => { windows.push(...records) } }
  const ledger = new Ledger({ emit: () => {}, clock, portfolioId, startingCash, history: { sink } })
  const { orderFilled, marketTick, interestAccrued } = ledger.listeners as Required<typeof ledger.listeners>
  for (let minute = 0; minute < 200; minute++) {
    marketTick({ symbol: 'BTC', price: 100 + minute % 11 })
    if (minute === 100) orderFilled({ ...order, strategyId: `${strategyId}-late`, quantity: 2, price: 100 })
    orderFilled({ ...order, strategyId, side: minute % 3 === 0 ? 'buy' : 'sell', quantity: 1, price: 100 + minute % 11 })
    interestAccrued({ amount: 0.01 })
    clock.advance(60_000)
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

t.test('books that were begun again go on, and several portfolios are told apart', async t => {
  const windows: WindowRecord[] = []
  const first = write(windows, startMs)
  const equity = first.portfolio[portfolioColumns.indexOf('equity')]!
  const second = write(windows, startMs + 86_400_000, { startingCash: 500, strategyId: 'other' })
  write(windows, startMs, { portfolioId: 'second desk' })
  const [books, another, ...rest] = booksFromWindows(windows)
  t.strictSame([another!.portfolioId, rest.length], ['second desk', 0])
  t.match(books!.notes, [/no trades/, /begun 2 times/])
  t.strictSame(books!.strategies.map(({ strategyId }) => strategyId), ['s', 's-late', 'other', 'other-late'])
  const at = books!.timesMs.indexOf(second.timesMs[0]!)
  t.equal(books!.portfolio[0]![at - 1], equity.at(-1))
  t.equal(books!.portfolio[0]![at], 500)
  const fees = (strategy: number, row: number) => books!.strategies[strategy]!.columns[2]![row]
  t.strictSame([fees(0, at), fees(0, books!.timesMs.length - 1), fees(2, at), fees(2, books!.timesMs.length - 1)], [200, 200, 0, 200], 'totals do not go back')
})

t.test('what is no book is left out', async t => {
  const window = { labels: { a: 'b' }, resolution: '1m', startMs: 0, endMs: 60_000 } as const
  t.strictSame(booksFromWindows([
    { ...window, name: 'x_total', type: 'counter', increment: 1, total: 1 },
    { ...window, name: 'njord_books_price', type: 'gauge', avg: 1, min: 1, max: 1, last: 1, count: 1, sum: 1 }
  ]), [])
})
