import t, { type Test } from 'tap'
import { DailyReturns } from '../../src/portfolio/daily-returns.js'

const sharpe = (returns: readonly number[]) => {
  const days = new DailyReturns()
  for (const dayReturn of returns) days.add(dayReturn)
  return days.sharpeRatio()
}
const near = (t: Test, found: number | null, wanted: number) =>
  t.ok(found !== null && Math.abs(found - wanted) <= 1e-12 * Math.abs(wanted), `${found} is near ${wanted}`)

t.test('annualises mean over deviation, n - 1 in the denominator, over 365 days', async t => {
  // mean 0.005 / 3 = 0.00166667; squared distances 0.0000694 + 0.0004694 + 0.0001778 = 0.000716667;
  // deviation √(0.000716667 / 2) = 0.0189297; 0.00166667 / 0.0189297 × √365 = 1.682
  near(t, sharpe([0.01, -0.02, 0.015]), 0.005 / 3 / Math.sqrt(0.00215 / 3 / 2) * Math.sqrt(365))
  t.equal(sharpe([0.01, -0.02, 0.015])?.toFixed(3), '1.682')
})

t.test('has no ratio before the second day, nor when the returns do not differ', async t => {
  t.equal(sharpe([]), null)
  t.equal(sharpe([0.01]), null)
  t.equal(sharpe([0, 0, 0]), null)
  t.equal(sharpe(new Array<number>(100).fill(0.1)), null)
})

t.test('counts idle days as days without a return', async t => {
  const days = new DailyReturns()
  days.add(0.02)
  days.addIdle(3)
  days.add(-0.01)
  days.addIdle(0)
  t.equal(days.count, 5)
  near(t, days.sharpeRatio(), sharpe([0.02, 0, 0, 0, -0.01])!)
})
