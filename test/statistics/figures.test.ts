import t, { type Test } from 'tap'
import * as s from '../../src/statistics/index.js'

const year = { periodsPerYear: 252 }
const near = (t: Test, found: s.Figure, wanted: number, digits = 12) =>
  t.equal(found.value?.toPrecision(digits), wanted.toPrecision(digits))

t.test('says why there is no figure: never Infinity, never a silent 0', async t => {
  const flat = [0.01, 0.01, 0.01]
  const rows: Array<[s.Figure, s.UndefinedReason]> = [
    [s.sharpe([], year), 'no observations'],
    [s.sharpe([0.1, NaN, null], year), 'too few observations'],
    [s.sharpe(new Array<number>(500).fill(0.1), year), 'no deviation'],
    [s.sharpe([0.3, 0.1 + 0.2], year), 'no deviation'],
    [s.sharpe(flat, { ...year, numerator: 'growth' }), 'no deviation'],
    [s.sharpe([-2, 0.5], { ...year, numerator: 'growth' }), 'wealth is gone'],
    [s.sharpe([1e308, -1e308, 1e308], year), 'not finite'],
    [s.volatility([], year), 'no observations'],
    [s.volatility([1], year), 'too few observations'],
    [s.sortino(flat, year), 'no downside'],
    [s.sortino([], year), 'no observations'],
    [s.sortino([-0.1], year), 'too few observations'],
    [s.downsideDeviation([], year), 'no observations'],
    [s.omega([]), 'no observations'],
    [s.omega(flat), 'no downside'],
    [s.maxDrawdown([]), 'no observations'],
    [s.maxDrawdownOfPrices([]), 'no observations'],
    [s.maxDrawdown([Infinity]), 'not finite'],
    [s.calmar([], year), 'no observations'],
    [s.calmar(flat, year), 'no drawdown'],
    [s.calmar([-3, 0.1], year), 'wealth is gone'],
    [s.cagr([], year), 'no observations'],
    [s.cagr([-1.5], year), 'wealth is gone'],
    [s.totalReturn([]), 'no observations'],
    [s.compoundedMean([], year), 'no observations'],
    [s.growthOfBalance(0, 5, 1), 'no capital'],
    [s.beta([1], [1]), 'too few observations'],
    [s.beta([1, 2, 3], flat), 'flat benchmark'],
    [s.alpha([], flat, year), 'no observations'],
    [s.alpha([-3, -2], [0.1, 0.2], year), 'wealth is gone'],
    [s.correlation(flat, [1, 2, 3]), 'no deviation'],
    [s.rSquared(flat, [1, 2, 3]), 'no deviation'],
    [s.informationRatio([0.02, 0.03], [0.01, 0.02], { ...year, numerator: 'active-premium' }), 'no deviation'],
    [s.informationRatio([-3, 0.03], [0.01, 0.02], { ...year, numerator: 'active-premium' }), 'wealth is gone'],
    [s.activePremium([0.1], [-3], year), 'wealth is gone'],
    [s.treynor([0.01, -0.01, 0.01, -0.01], [0.01, 0.01, -0.01, -0.01], year), 'no beta'],
    [s.treynor([0.01, -4], [0.01, 0.02], year), 'wealth is gone'],
    [s.treynor([0.01, 0.02, 0.01], [0.01, 0.03, 0.02], { ...year, riskFree: -4 }), 'wealth is gone'],
    [s.treynor([0.01], [0.01], year), 'too few observations'],
    [s.upCapture([0.1], [-0.1], year), 'no observations'],
    [s.downCapture([-3], [-0.1], year), 'wealth is gone'],
    [s.downCapture([0.1], [-3], year), 'wealth is gone'],
    [s.winRate([]), 'no trades'],
    [s.winRate([0], { zeros: 'exclude' }), 'no trades'],
    [s.profitFactor([]), 'no trades'],
    [s.profitFactor([1, 0]), 'no losses'],
    [s.payoff([]), 'no trades'],
    [s.payoff([1]), 'no losses'],
    [s.expectancy([]), 'no trades'],
    [s.expectancyRatio([1]), 'no losses'],
    [s.averagePnl([]), 'no trades'],
    [s.pnlDeviation([]), 'no trades'],
    [s.pnlDeviation([1]), 'too few observations'],
    [s.tradeSharpe([1]), 'too few observations'],
    [s.tradeSharpe([1, 1]), 'no deviation'],
    [s.tradeSortino([]), 'no trades'],
    [s.tradeSortino([1]), 'no losses'],
    [s.tradeSortino([-1]), 'too few observations'],
    [s.tradeSortino([-1, -1]), 'no deviation'],
    [s.dRatio([]), 'no trades'],
    [s.dRatio([-1]), 'no wins'],
    [s.drawdownOfPnl([]).amount, 'no trades'],
    [s.drawdownOfPnl([-1]).ratio, 'no capital'],
    [s.quantile([], 0.5), 'no observations'],
    [s.tailRatio([0, 0]), 'no downside'],
    [s.probabilisticSharpe(flat), 'no deviation'],
    [s.exposureTime([], { fromMs: 5, toMs: 5 }), 'no observations'],
    [s.turnover([1], [null]), 'no observations'],
    [s.turnover([1], [0]), 'no capital'],
    [s.summarizeReturns([0.1], year).skewness, 'too few observations'],
    [s.summarizeReturns([], year).kurtosis, 'no observations'],
    [s.summarizeReturns(flat, year).kurtosis, 'no deviation'],
    [s.summarizeReturns([], year).tailRatio, 'no observations']
  ]
  rows.forEach(([found, reason], row) => { t.same(found, { value: null, reason }, `row ${row}`) })
})

t.test('answers 0 where 0 is the answer', async t => {
  const zeros: s.Figure[] = [
    s.maxDrawdown([0.1]), s.maxDrawdownOfPrices([5]), s.volatility([0.1, 0.1], year), s.trackingError([0.1, 0.2], [0.1, 0.2], year),
    s.downsideDeviation([0.1], year), s.profitFactor([-1]), s.payoff([-1]), s.expectancy([0, 0], { zeros: 'exclude' }), s.winRate([0, -1])
  ]
  t.same(zeros.map(({ value }) => value), zeros.map(() => 0))
  t.equal(s.expectedMaxSharpe(1, 0.5), 0)
})

t.test('refuses series that differ in length, and joins them by date', async t => {
  const code = 'NJORD_ERR_UNEQUAL_SERIES'
  t.throws(() => s.beta([1, 2], [1]), { code })
  t.throws(() => s.sharpe([1, 2], { ...year, riskFree: [0] }), { code })
  t.throws(() => s.summarizeReturns([1], year, [1, 2]), { code })
  t.throws(() => s.joinByDate({ dates: ['a'], values: [] }, { dates: [], values: [] }), { code })
  t.throws(() => s.marketModel([1, 2], [1], year), { code })
  t.throws(() => s.dailyPnl([0], []), { code })
  const joined = s.joinByDate({ dates: [3, 1, 2, 4], values: [0.3, 0.1, NaN, 0.4] }, { dates: [1, 2, 3], values: [1, 2, 3] })
  t.same(joined, { dates: [3, 1], first: [0.3, 0.1], second: [3, 1] })
})

t.test('makes returns of prices and of PnL; what is missing is no return', async t => {
  t.same(Array.from(s.returnsFromEquity([100, 110, NaN, 55, 0, 5])), [110 / 100 - 1, NaN, NaN, -1, NaN])
  near(t, { value: s.returnsFromEquity([1, Math.E], { kind: 'log' })[0]! }, 1)
  // 100 → 110 → 110 → 55 → -45: a period that begins with debts has none.
  t.same(Array.from(s.returnsFromPnl([10, null, -55, -100, 5], 100)), [0.1, NaN, -0.5, -100 / 55, NaN])
  near(t, { value: s.ratePerPeriod(0.05, 252) }, 1.05 ** (1 / 252) - 1, 10)
  near(t, s.cagr([0.1, NaN, 0.1], { periodsPerYear: 1, missing: 'drop' }), 0.1)
  near(t, s.cagr([0.1, NaN, 0.1], { periodsPerYear: 1 }), 1.21 ** (1 / 3) - 1)
})

t.test('finds every drawdown, the deepest first', async t => {
  // wealth 1 1.1 0.99 1.1 0.55 0.66
  const found = s.drawdowns([0.1, -0.1, 1 / 9, -0.5, 0.2])
  t.match(found.map(({ start, trough, recovery, isRecovered }) => ({ start, trough, recovery, isRecovered })), [
    { start: 3, trough: 4, recovery: null, isRecovered: false },
    { start: 1, trough: 2, recovery: 3, isRecovered: true }
  ])
  t.same(found.map(({ depth }) => depth.toFixed(10)), ['-0.5000000000', '-0.1000000000'])
  const many = Array.from({ length: 400 }, (_, at) => at % 2 === 0 ? -0.001 * (1 + at) : 3)
  t.equal(s.drawdowns(many, { limit: 2 }).length, 2)
  t.same(s.drawdownOfPnl([5, -3, 2, -4], { startingBalance: 5 }), { amount: { value: -5 }, ratio: { value: -0.5 } })
  t.same(s.drawdownOfPnl([-5, 3, null, -1], { startIsPeak: false, startingBalance: 10, by: 'ratio' }), { amount: { value: -1 }, ratio: { value: -0.125 } })
})

t.test('tails, captures and activity by hand', async t => {
  const returns = [-0.05, -0.03, -0.01, 0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07]
  near(t, s.valueAtRisk(returns, { confidence: 0.9 }), -0.03)
  near(t, s.expectedShortfall(returns, { confidence: 0.9 }), -0.04)
  near(t, s.tailRatio(returns), 0.065 / 0.04)
  near(t, s.omega([0.03, -0.01, -0.01]), 1.5)
  // Up: both periods of +10 % gave 5 %; down: half of it lost.
  near(t, s.upCapture([0.05, -0.1, 0.05], [0.1, -0.2, 0.1], { periodsPerYear: 2 }), 0.1025 / 0.21)
  near(t, s.downCapture([0.05, -0.1, 0.05], [0.1, -0.2, 0.1], { periodsPerYear: 1 }), 0.5)
  const held = [{ fromMs: 40, toMs: 60 }, { fromMs: -5, toMs: 10 }, { fromMs: 50, toMs: 70 }, { fromMs: 95, toMs: 200 }, { fromMs: 5, toMs: 8 }]
  near(t, s.exposureTime(held, { fromMs: 0, toMs: 100 }), 0.45)
  near(t, s.turnover([100, -50, null], [200, 100, NaN]), 1)
  const { streaks } = s.trackTrades([1, 2, 0, -1, -1, -1, 4])
  t.same([streaks.longestWins, streaks.longestLosses, streaks.current], [2, 3, 1])
})

t.test('the probable and the deflated Sharpe ratio of the papers', async t => {
  // Normal-ish returns of known moments: skewness 0, kurtosis 1, n 100, ratio 0.1 × √(99 / 100).
  const returns = Array.from({ length: 100 }, (_, at) => at % 2 === 0 ? 0.011 : -0.009)
  const ratio = 0.1 * Math.sqrt(99 / 100)
  near(t, s.probabilisticSharpe(returns), s.normalCdf(ratio * Math.sqrt(99)), 10)
  // Bailey & López de Prado 2014, exhibit: 100 trials, variance 1/2, 250 a year: the best of no skill is 0.1132 a day.
  t.equal(s.expectedMaxSharpe(100, 1 / 2 / 250).toFixed(4), '0.1132')
  near(t, s.deflatedSharpe(returns, { trials: 10, sharpeVariance: 0.01 }),
    s.normalCdf((ratio - s.expectedMaxSharpe(10, 0.01)) * Math.sqrt(99)), 10)
})

t.test('distributions agree with tables', async t => {
  for (const [x, share] of [[0, 0.5], [1.959963984540054, 0.975], [-1.2815515655446004, 0.1], [-7, 1.279812543885835e-12]] as const) {
    near(t, { value: s.normalCdf(x) }, share, 9)
    t.ok(Math.abs(s.normalQuantile(share) - x) < 1e-8)
  }
  t.same([s.normalCdf(-40), s.normalCdf(9), s.normalQuantile(0), s.normalQuantile(1), s.normalQuantile(2)], [0, 1, -Infinity, Infinity, NaN])
  const table = [[0.95, 1, 12.7062047362], [0.95, 9, 2.26215716280], [0.99, 30, 2.74999565357], [0.9, 1000, 1.64637881728]] as const
  for (const [confidence, degrees, wanted] of table) {
    near(t, { value: s.studentQuantile(confidence, degrees) }, wanted, 10)
  }
  t.equal(s.studentTwoSided(0, 5), 1)
})

t.test('a model of the market without one says why', async t => {
  const reasons = (...given: Parameters<typeof s.marketModel>) =>
    [...new Set(Object.values(s.marketModel(...given)).map(({ reason }: s.Figure) => reason))]
  t.same(reasons([], [], year), ['no observations'])
  t.same(reasons([1, null], [1, 2], year), ['too few observations'])
  t.same(reasons([1, 2], [1, 1], year), ['flat benchmark'])
  t.same(reasons([1, -3], [1, 2], year), ['wealth is gone'])
  const exact = s.marketModel([0.02, 0.04, -0.02], [0.01, 0.02, -0.01], { periodsPerYear: 12, riskFree: 0.001 })
  t.same(exact.appraisalRatio, { value: null, reason: 'no deviation' })
  near(t, exact.famaBeta, 2)
})
