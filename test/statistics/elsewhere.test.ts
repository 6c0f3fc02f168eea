import t from 'tap'
import { backtestingRatios, freqtradeRatios, leanAlpha } from '../../src/statistics/index.js'

const all = (reason: string) => ({ sharpe: { value: null, reason }, sortino: { value: null, reason }, calmar: { value: null, reason } })

t.test('freqtrade: ratios of trades by hand', async t => {
  // Of a balance of 100: 0.04, -0.02, 0.01, -0.04; sum -0.01, 2 days: -0.005 a day; deviation of all sqrt(0.00091875), of the losers 0.01.
  const found = freqtradeRatios([4, -2, 1, NaN, -4], { startingBalance: 100, days: 2 })
  t.ok(Math.abs(found.sharpe.value! - -0.005 / Math.sqrt(0.0037 / 4 - 0.0025 ** 2) * Math.sqrt(365)) < 1e-12)
  t.ok(Math.abs(found.sortino.value! - -0.005 / 0.01 * Math.sqrt(365)) < 1e-12)
  t.ok(Math.abs(found.calmar.value! - -0.5 / (5 / 104) * Math.sqrt(365)) < 1e-12)
})

t.test('what is undefined has its reason', async t => {
  t.strictSame(freqtradeRatios([], { startingBalance: 1, days: 1 }), all('no trades'))
  t.strictSame(freqtradeRatios([1], { startingBalance: 0, days: 1 }), all('no capital'))
  t.match(freqtradeRatios([1, 1], { startingBalance: 10, days: 0 }), { sharpe: { reason: 'no deviation' }, sortino: { reason: 'no losses' }, calmar: { reason: 'no drawdown' } })
  t.match(freqtradeRatios([1, -20], { startingBalance: 0.5, days: 1 }).calmar, { value: -3800 / (20 / 1.5) * Math.sqrt(365) })
  t.strictSame(backtestingRatios([1], { periodsPerYear: 252 }), all('no observations'))
  t.strictSame(backtestingRatios([1, 2], { periodsPerYear: 252 }), all('too few observations'))
  t.match(backtestingRatios([1, 2, 4], { periodsPerYear: 2 }), { sharpe: { reason: 'no deviation' }, sortino: { reason: 'no downside' }, calmar: { reason: 'no drawdown' } })
  for (const [prices, benchmark] of [[[1, 2], [1, 2]], [[1, 2, 3, 4], [1, 2, 3]]] as const) {
    t.strictSame(leanAlpha(prices, benchmark, { alphaPeriods: 1, betaPeriods: 2 }), { value: null, reason: 'too few observations' })
  }
  t.strictSame(leanAlpha([1, 2, 3], [1, 2, 4], { alphaPeriods: 1, betaPeriods: 2 }), { value: null, reason: 'flat benchmark' })
})
