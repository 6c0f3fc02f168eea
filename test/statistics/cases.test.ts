import t from 'tap'
import * as s from '../../src/statistics/index.js'
import { checkCases, missing, type Case } from './shared-cases.js'

type Answer = (found: Case) => unknown

const options = ({ params, inputs }: Case) => ({
  periodsPerYear: params.periodsPerYear ?? 1,
  riskFree: inputs.riskFree ?? 0,
  requiredReturn: inputs.requiredReturn ?? 0,
  missing: String(params.nan).startsWith('drop') ? 'drop' as const : 'count' as const
})
/** A figure of one series. */
const one = (statistic: (returns: s.Series, given: ReturnType<typeof options>) => s.Figure): Answer =>
  found => statistic(found.inputs.returns, options(found)).value
/** A figure of a series and its benchmark. */
const two = (statistic: (returns: s.Series, benchmark: s.Series, given: ReturnType<typeof options>) => s.Figure): Answer =>
  found => statistic(found.inputs.returns, found.inputs.benchmark, options(found)).value
const trades = (statistic: (pnls: s.Series) => s.Figure): Answer => found => statistic(found.inputs.pnls).value
const model = (key: keyof s.MarketModel): Answer =>
  ({ inputs, params }) => s.marketModel(inputs.portfolio, inputs.benchmark, { periodsPerYear: params.periodsPerYear })[key].value
const byDay: Answer = ({ inputs }) => s.dailyReturns(
  (inputs.timestampsNs ?? inputs.timestamps).map((time: string) => time.includes('T') ? Date.parse(`${time}Z`) : Number(BigInt(time) / 1_000_000n)),
  inputs.returns).map(({ value }) => value)

/** Ratios of freqtrade's trades: whole days from the first opening to the last close. */
const freqtrade = (ratio: keyof s.RatiosElsewhere): Answer => ({ inputs, params }) => {
  const times = (key: string) => inputs[key].map((date: string) => Date.parse(date)) as number[]
  const days = typeof params.days === 'number' ? params.days : Math.floor((Math.max(...times('closeDates')) - Math.min(...times('openDates'))) / 86_400_000)
  return s.freqtradeRatios(inputs.pnls, { startingBalance: params.startingBalance, days })[ratio].value
}
const backtesting = (ratio: keyof s.RatiosElsewhere): Answer =>
  ({ inputs, params }) => s.backtestingRatios(inputs.equity, { periodsPerYear: params.periodsPerYear })[ratio].value

const answers: Record<string, Answer> = {
  'sharpe/freqtrade': freqtrade('sharpe'),
  'sortino/freqtrade': freqtrade('sortino'),
  'calmar/freqtrade': freqtrade('calmar'),
  'sharpe/backtesting.py': backtesting('sharpe'),
  'sortino/backtesting.py': backtesting('sortino'),
  'calmar/backtesting.py': backtesting('calmar'),
  'alpha/lean-indicator': ({ inputs, params }) => s.leanAlpha(inputs.prices, inputs.benchmarkPrices, {
    alphaPeriods: params.alphaPeriod, betaPeriods: params.betaPeriod, riskFree: params.riskFree
  }).value,
  'sharpe/standard': one(s.sharpe),
  'sharpe/nan-on-zero-std': one(s.sharpe),
  'sharpe/zero-on-zero-std': one(s.sharpe),
  'sharpe/geometric-return-over-stdev': one((returns, given) => s.sharpe(returns, { ...given, numerator: 'growth' })),
  'sharpe/lean-portfolio': one((returns, given) => s.sharpe(returns, { ...given, numerator: 'compounded-mean' })),
  'sharpe/trade-pnl': trades(s.tradeSharpe),
  'volatility/standard': one(s.volatility),
  'annual_variance/standard': one((returns, given) => {
    const found = s.volatility(returns, given)
    return found.value === null ? found : { value: found.value ** 2 }
  }),
  'annual_return/compound-of-mean': one(s.compoundedMean),
  'sortino/standard': one(s.sortino),
  'sortino/nan-on-zero-downside': one(s.sortino),
  'sortino/adjusted-div-sqrt2': one((returns, given) => {
    const found = s.sortino(returns, given)
    return found.value === null ? found : { value: found.value / Math.SQRT2 }
  }),
  'sortino/trade-pnl-std-of-losers': trades(s.tradeSortino),
  'downside_deviation/standard': one(s.downsideDeviation),
  'max_drawdown/returns': one(s.maxDrawdown),
  'max_drawdown/returns-empty-0': one(s.maxDrawdown),
  'max_drawdown/prices': ({ inputs }) => s.maxDrawdownOfPrices(inputs.prices).value,
  'max_drawdown/pnl-cumulative-from-zero': ({ inputs }) => s.drawdownOfPnl(inputs.pnls).amount.value,
  'max_drawdown/pnl-freqtrade': ({ inputs, params, expected }) => {
    const { amount, ratio } = s.drawdownOfPnl(inputs.pnls, {
      startIsPeak: false, startingBalance: params.startingBalance, by: params.relative === true ? 'ratio' : 'amount'
    })
    const found = [amount.value, ratio.value].map(value => value === null ? null : -value)
    if (!Array.isArray(expected)) return params.compare === 'relative only' ? found[1] : found[0]
    return found
  },
  'calmar/standard': one(s.calmar),
  'calmar/drop-nan-count': one(s.calmar),
  'calmar/calendar-years': ({ inputs: { prices, daysPerStep }, params }) => {
    const growth = s.growthOfBalance(prices[0], prices.at(-1), (prices.length - 1) * daysPerStep / params.daysPerYear)
    const depth = s.maxDrawdownOfPrices(prices)
    // Without a drawdown the source answers the growth itself; ours has no ratio.
    return depth.value === 0 ? growth.value : s.calmarOf(growth, depth).value
  },
  'cagr/standard': one(s.cagr),
  'cagr/drop-nan-count': one((returns, given) => s.cagr(returns, { ...given, missing: 'drop' })),
  'cagr/balance-days-365': ({ inputs, params }) => s.growthOfBalance(inputs.start, inputs.end, inputs.days / params.daysPerYear).value,
  'daily_returns/compound-per-utc-day': byDay,
  'daily_returns/compound-per-day': byDay,
  'cumulative_returns/compound': ({ inputs, params }) => s.cumulativeReturns(inputs.returns, params.startingValue),
  'total_return/compound': one(s.totalReturn),
  'cumulative_pnl/sum-by-close-date': ({ inputs, params }) => {
    const isWanted = (at: number) => inputs.pairs[at] === params.pair && Date.parse(inputs.closeDates[at]) < Date.parse(params.until)
    const wanted = inputs.pnls.map((pnl: number, at: number) => isWanted(at) ? pnl : NaN)
    return s.dailyPnl(inputs.closeDates.map((date: string) => Date.parse(date)), wanted).reduce((sum, { value }) => sum + value, 0)
  },
  'alpha/compounded': two(s.alpha),
  'alpha/per-period-intercept': two((r, b, given) => s.alpha(r, b, { ...given, kind: 'per-period' })),
  'beta/standard': two(s.beta),
  'beta/bull': two((r, b, given) => s.beta(r, b, { ...given, market: 'up' })),
  'beta/bear': two((r, b, given) => s.beta(r, b, { ...given, market: 'down' })),
  'beta/align-inner-join': ({ inputs }) => {
    const joined = s.joinByDate({ dates: inputs.returnDates, values: inputs.returns }, { dates: inputs.benchmarkDates, values: inputs.benchmark })
    return s.beta(joined.first, joined.second).value
  },
  'information_ratio/align-inner-join': ({ inputs, params }) => {
    const joined = s.joinByDate({ dates: inputs.returnDates, values: inputs.returns }, { dates: inputs.benchmarkDates, values: inputs.benchmark })
    return s.informationRatio(joined.first, joined.second, { periodsPerYear: params.periodsPerYear }).value
  },
  'beta/log-returns-of-prices': ({ inputs }) =>
    s.beta(s.returnsFromEquity(inputs.prices, { kind: 'log' }), s.returnsFromEquity(inputs.benchmarkPrices, { kind: 'log' })).value,
  'r_squared/standard': two(s.rSquared),
  'correlation/standard': two(s.correlation),
  'tracking_error/standard': two(s.trackingError),
  'active_premium/geometric': two(s.activePremium),
  'information_ratio/standard': two(s.informationRatio),
  'information_ratio/active-premium-over-te': two((r, b, given) => s.informationRatio(r, b, { ...given, numerator: 'active-premium' })),
  'treynor/standard': two(s.treynor),
  'treynor/pa-excess-annualized': two((r, b, given) => s.treynor(r, b, { ...given, numerator: 'growth-of-excess' })),
  'win_rate/zero-counts-as-loss': trades(s.winRate),
  'win_rate/zero-excluded': trades(pnls => s.winRate(pnls, { zeros: 'exclude' })),
  'average_pnl/mean': trades(s.averagePnl),
  'pnl_std/sample': trades(s.pnlDeviation),
  'profit_factor/nan-when-no-loss': trades(s.profitFactor),
  'profit_factor/cap-10-when-no-loss': trades(s.profitFactor),
  'payoff_ratio/standard': trades(s.payoff),
  'payoff_ratio/zero-when-undefined': trades(s.payoff),
  'expectancy/all-trades': trades(s.expectancy),
  'expectancy/zero-pnl-excluded': trades(pnls => s.expectancy(pnls, { zeros: 'exclude' })),
  'expectancy_ratio/all-trades': trades(s.expectancyRatio),
  'd_ratio/standard': trades(s.dRatio),
  'jensen_alpha_annualized/PA': model('jensenAlpha'),
  'regression_epsilon_annualized/PA': model('regressionEpsilon'),
  'selectivity/PA': model('jensenAlpha'),
  'net_selectivity/PA': model('netSelectivity'),
  'fama_beta/PA': model('famaBeta'),
  'systematic_risk/PA': model('systematicRisk'),
  'specific_risk/PA': model('specificRisk'),
  'total_risk/PA': model('totalRisk'),
  'appraisal_ratio/PA': model('appraisalRatio'),
  'm_squared/PA': model('mSquared'),
  'm_squared_excess_geometric/PA': model('mSquaredExcessGeometric'),
  'm_squared_excess_arithmetic/PA': model('mSquaredExcessArithmetic'),
  'modified_treynor/PA': model('modifiedTreynor')
}

for (const name of ['sharpe', 'sortino', 'calmar', 'max_drawdown', 'alpha_beta', 'daily_pnl', 'trade_stats', 'risk_adjusted']) {
  t.test(`agrees with the published cases of ${name}`, { skip: missing }, async t => {
    checkCases(t, [name], answers, [])
  })
}
