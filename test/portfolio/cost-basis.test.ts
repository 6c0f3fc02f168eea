import t from 'tap'
import { AverageCost, FifoCost, maxLots, type CostBasis } from '../../src/portfolio/cost-basis.js'

type Row = readonly [quantity: number, price: number, average: number, fifo: number]

// Cost of what is open after each fill, by either method.
const tables: Record<string, readonly Row[]> = {
  'a long position that is built up, cut and closed': [
    [1, 100, 100, 100],
    [1, 110, 210, 210],
    [-0.5, 130, 157.5, 160], // average 0.75 × 210; fifo 0.5 × 100 + 110
    [-1, 130, 52.5, 55], // average 157.5 / 3; fifo 0.5 × 110
    [2, 120, 292.5, 295],
    [-2.5, 125, 0, 0]
  ],
  'a short position that is built up, cut and closed': [
    [-2, 100, -200, -200],
    [-2, 90, -380, -380],
    [3, 80, -95, -90], // average 380 / 4; fifo 1 × 90
    [1, 85, 0, 0]
  ],
  'a long position that flips, twice': [
    [1, 100, 100, 100],
    [1, 104, 204, 204],
    [-5, 110, -330, -330], // 3 short at 110
    [4, 100, 100, 100], // 1 long at 100
    [-1, 90, 0, 0]
  ]
}

const methods = { average: () => new AverageCost(), fifo: () => new FifoCost() }

for (const [title, rows] of Object.entries(tables)) {
  for (const [method, create] of Object.entries(methods)) {
    t.test(`${method} cost of ${title}`, async t => {
      const cost: CostBasis = create()
      let before = 0
      for (const [quantity, price, average, fifo] of rows) {
        cost.fill(quantity, price, before, before + quantity)
        before += quantity
        t.equal(cost.value, method === 'fifo' ? fifo : average)
      }
    })
  }
}

t.test('fills at one price share a lot', async t => {
  const cost = new FifoCost()
  for (let i = 0; i < 10; i++) cost.fill(1, 100, i, i + 1)
  t.equal(cost.lotCount, 1)
  t.equal(cost.value, 1000)
})

t.test('keeps no more than a thousand lots: a further fill joins the youngest', async t => {
  const cost = new FifoCost()
  for (let i = 0; i < maxLots + 2; i++) cost.fill(1, 100 + i, i, i + 1)
  t.equal(cost.lotCount, maxLots)
  // Selling all but three units leaves the youngest lot: the mean of the last three prices.
  for (let left = maxLots + 2; left > 3; left--) cost.fill(-1, 1, left, left - 1)
  t.equal(cost.lotCount, 1)
  t.equal(cost.value, 3 * (100 + maxLots))
})

t.test('lets go of lots that are used up', async t => {
  const cost = new FifoCost()
  cost.fill(1, 1, 0, 1)
  let mostLots = 0
  for (let i = 0; i < 1000; i++) {
    cost.fill(1, 2 + i, 1, 2)
    cost.fill(-1, 2 + i, 2, 1)
    mostLots = Math.max(mostLots, cost.lotCount)
  }
  t.equal(mostLots, 1)
  t.equal(cost.value, 1001)
})
