import t from 'tap'
import { EquityCurve } from '../../src/portfolio/equity-curve.js'

t.test('measures drawdown from the high-water mark, the capital being the first', async t => {
  const curve = new EquityCurve(1000)
  const rows = [
    // equity, high-water mark, drawdown, largest drawdown
    [900, 1000, 0.1, 0.1],
    [1200, 1200, 0, 0.1],
    [1080, 1200, 0.1, 0.1],
    [600, 1200, 0.5, 0.5],
    [1200, 1200, 0, 0.5],
    [-600, 1200, 1.5, 1.5]
  ] as const
  for (const [equity, highWaterMark, drawdown, maxDrawdown] of rows) {
    curve.move(equity)
    t.strictSame([curve.equity, curve.highWaterMark, curve.drawdown, curve.maxDrawdown], [equity, highWaterMark, drawdown, maxDrawdown])
  }
})

t.test('ends days: the first earned what the equity moved, the others nothing', async t => {
  const curve = new EquityCurve(1000)
  curve.move(1100)
  t.equal(curve.dailyPnl, 100)
  curve.endDays(3) // 0.1, 0, 0
  t.equal(curve.dailyPnl, 0)
  t.equal(curve.returns.count, 3)
  curve.move(990)
  curve.endDays(1) // -110 / 1100 = -0.1
  // mean 0, deviation √(0.02 / 3)
  t.equal(curve.returns.count, 4)
  t.ok(Math.abs(curve.returns.sharpeRatio()!) < 1e-14)
})

t.test('a day that begins without equity has no return', async t => {
  const curve = new EquityCurve(100)
  curve.move(-50)
  curve.endDays(2)
  t.equal(curve.returns.count, 1)
  curve.move(50)
  curve.endDays(1)
  t.equal(curve.returns.count, 1)
})
