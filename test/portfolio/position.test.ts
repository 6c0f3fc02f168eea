import t from 'tap'
import { AverageCost, FifoCost } from '../../src/portfolio/cost-basis.js'
import { Position } from '../../src/portfolio/position.js'

type Figures = readonly [quantity: number, entryPrice: number, realizedPnl: number, unrealizedPnl: number]
type Row = readonly [quantity: number, price: number, fee: number, average: Figures, fifo: Figures]

// Each fill is also the mark. Realised is net of all fees so far.
const tables: Record<string, readonly Row[]> = {
  'a long position, partly closed twice': [
    [2, 100, 1, [2, 100, -1, 0], [2, 100, -1, 0]],
    [2, 110, 1, [4, 105, -2, 20], [4, 105, -2, 20]],
    // average: 15 × 1; fifo: 20 × 1, leaving 100 + 220 = 320 for 3
    [-1, 120, 0, [3, 105, 13, 45], [3, 320 / 3, 18, 40]],
    // average: -5 × 2 = -10; fifo: (100 - 100) × 1 + (100 - 110) × 1 = -10
    [-2, 100, 2, [1, 105, 1, -5], [1, 110, 6, -10]],
    [-1, 110, 0, [0, 0, 6, 0], [0, 0, 6, 0]]
  ],
  'a short position, partly closed, with a rebate': [
    [-4, 50, -0.5, [-4, 50, 0.5, 0], [-4, 50, 0.5, 0]],
    [-4, 40, -0.5, [-8, 45, 1, 40], [-8, 45, 1, 40]],
    // average: (45 - 30) × 6 = 90; fifo: (50 - 30) × 4 + (40 - 30) × 2 = 100
    [6, 30, 1, [-2, 45, 90, 30], [-2, 40, 100, 20]],
    // average: (45 - 60) × 2 = -30; fifo: (40 - 60) × 2 = -40
    [2, 60, 0, [0, 0, 60, 0], [0, 0, 60, 0]]
  ],
  'flips from long to short to long': [
    [1, 100, 0, [1, 100, 0, 0], [1, 100, 0, 0]],
    [1, 104, 0, [2, 102, 0, 4], [2, 102, 0, 4]],
    // closes 2 at 110: 8 + ... = 110 × 2 - 204 = 16; opens 3 short
    [-5, 110, 0, [-3, 110, 16, 0], [-3, 110, 16, 0]],
    // closes 3 at 100: 30; opens 1 long
    [4, 100, 0, [1, 100, 46, 0], [1, 100, 46, 0]],
    [-1, 90, 0, [0, 0, 36, 0], [0, 0, 36, 0]]
  ]
}

for (const [title, rows] of Object.entries(tables)) {
  for (const method of ['average', 'fifo'] as const) {
    t.test(`${method}: ${title}`, async t => {
      const position = new Position('s', 'BTC', method === 'fifo' ? new FifoCost() : new AverageCost())
      for (const [quantity, price, fee, average, fifo] of rows) {
        position.fill(quantity, price, fee, price)
        const view = position.view()
        t.strictSame([view.quantity, view.entryPrice, view.realizedPnl, view.unrealizedPnl], method === 'fifo' ? fifo : average)
      }
    })
  }
}

t.test('a position that is closed in decimals is exactly 0', async t => {
  const position = new Position('s', 'BTC', new FifoCost())
  for (const quantity of [0.1, 0.2, -0.3]) position.fill(quantity, 10, 0, 10)
  t.equal(position.quantity, 0)
  t.equal(position.unrealizedPnl, 0)
  for (let i = 0; i < 1000; i++) position.fill(0.1, 10, 0, 10)
  for (let i = 0; i < 300; i++) position.fill(-1 / 3, 10, 0, 10)
  t.equal(position.quantity, 0)
})

t.test('the smallest lot of a large position is no rounding error', async t => {
  const position = new Position('s', 'SHIB', new AverageCost())
  position.fill(1e12, 1e-5, 0, 1e-5)
  position.fill(-(1e12 - 1), 1e-5, 0, 1e-5)
  t.equal(position.quantity, 1)
})

t.test('says of each round trip whether it made a profit after fees', async t => {
  const rows: ReadonlyArray<readonly [quantity: number, price: number, fee: number, won: boolean | undefined, what: string]> = [
    [1, 100, 0, undefined, 'opens'],
    [1, 110, 0, undefined, 'adds'],
    [-1, 120, 0, undefined, 'closes a part'],
    [-1, 91, 0, true, 'closes: -210 + 211 = 1'],
    [1, 100, 1, undefined, 'opens with a fee'],
    [-1, 101, 0, false, 'closes: 1 - 1 = 0 is no profit'],
    [0.1, 0.3, 0, undefined, 'opens with decimals'],
    [0.2, 0.3, 0, undefined, 'adds with decimals'],
    [-0.3, 0.3, 0, false, 'breaks even, whatever doubles make of it'],
    [2, 100, 2, undefined, 'opens'],
    // 2 of 5 close: -202 + 2 × 102 - 2 / 5 × 5 = 0; 3 open short with 3 of the fee
    [-5, 102, 5, false, 'flips, and breaks even'],
    [3, 100, 0, true, 'closes the other side: 306 - 3 - 300 = 3']
  ]
  const position = new Position('s', 'BTC', new AverageCost())
  for (const [quantity, price, fee, won, what] of rows) t.equal(position.fill(quantity, price, fee, price), won, what)
})

t.test('values what is open at a new mark, and says what changed', async t => {
  const position = new Position('s', 'BTC', new AverageCost())
  position.fill(-2, 100, 1, 101)
  t.strictSame(position.change, {
    cashFlow: 199, fee: 1, funding: 0, slippage: 0, costBefore: 0, costAfter: -200, valueBefore: 0, valueAfter: -202, opened: 1
  })
  position.mark(90)
  t.strictSame(position.change, {
    cashFlow: 0, fee: 0, funding: 0, slippage: 0, costBefore: -200, costAfter: -200, valueBefore: -202, valueAfter: -180, opened: 0
  })
  t.equal(position.unrealizedPnl, 20)
  position.fill(2, 90, 0, 90)
  t.strictSame(position.change, {
    cashFlow: -180, fee: 0, funding: 0, slippage: 0, costBefore: -200, costAfter: 0, valueBefore: -180, valueAfter: 0, opened: -1
  })
})
