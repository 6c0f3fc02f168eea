import { BenchmarkTracker } from './benchmark.js'
import { drawdownOfPnl, maxDrawdownOfPrices } from './drawdowns.js'
import { figure, undefinedFor, type Figure } from './figure.js'
import { Moments } from './moments.js'
import { returnsFromEquity } from './returns.js'
import { isObserved, type Series } from './series.js'

/** Ratios as another package defines them, for those who compare with it. Undefined where that package says 0, -100 or NaN. */
export interface RatiosElsewhere {
  readonly sharpe: Figure
  readonly sortino: Figure
  readonly calmar: Figure
}

/**
 * freqtrade's ratios of trades (freqtrade/data/metrics.py): the sum of PnL over a balance that never changes, divided by `days` (whole days
 * from the first opening to the last close, at least 1), over the deviation of the trades (of the losers for Sortino; n in the
 * denominator), × √365. Calmar is in per cent over the drawdown at the largest fall in money. Not comparable with ratios of returns.
 */
export function freqtradeRatios (pnls: Series, { startingBalance, days }: { readonly startingBalance: number, readonly days: number }): RatiosElsewhere {
  const all = new Moments()
  const losers = new Moments()
  for (let at = 0; at < pnls.length; at++) {
    const pnl = pnls[at]
    if (!isObserved(pnl)) continue
    all.add(pnl / startingBalance)
    if (pnl < 0) losers.add(pnl / startingBalance)
  }
  if (all.count === 0) return same(undefinedFor('no trades'))
  if (!(startingBalance > 0)) return same(undefinedFor('no capital'))
  const daily = all.mean * all.count / Math.max(1, days)
  const over = (moments: Moments): Figure => {
    if (moments.count === 0) return undefinedFor('no losses')
    const deviation = moments.deviation(0)
    return deviation === 0 ? undefinedFor('no deviation') : figure(daily / deviation * Math.sqrt(365))
  }
  const { ratio } = drawdownOfPnl(pnls, { startIsPeak: false, startingBalance })
  return {
    sharpe: over(all),
    sortino: over(losers),
    calmar: ratio.value === null ? ratio : ratio.value === 0 ? undefinedFor('no drawdown') : figure(daily * 100 / -ratio.value * Math.sqrt(365))
  }
}

/**
 * backtesting.py's ratios of a daily equity (backtesting/_stats.py): geometric annual growth over a volatility
 * as of compounded returns: √((var + g²)^P - g^(2P)), g being the mean growth factor. Sortino's downside is of all returns, Calmar's
 * drawdown of the equity.
 */
export function backtestingRatios (equity: Series, { periodsPerYear }: { readonly periodsPerYear: number }): RatiosElsewhere {
  const returns = returnsFromEquity(equity)
  const moments = new Moments()
  let logs = 0
  let squares = 0
  for (const value of returns) {
    if (!isObserved(value)) continue
    moments.add(value)
    logs += Math.log1p(value)
    squares += Math.min(value, 0) ** 2
  }
  if (moments.count < 2) return same(undefinedFor(moments.count === 0 ? 'no observations' : 'too few observations'))
  const growth = Math.exp(logs / moments.count)
  const annual = growth ** periodsPerYear - 1
  const volatility = Math.sqrt((moments.deviation() ** 2 + growth ** 2) ** periodsPerYear - growth ** (2 * periodsPerYear))
  const downside = Math.sqrt(squares / moments.count * periodsPerYear)
  const depth = maxDrawdownOfPrices(equity)
  return {
    sharpe: moments.deviation() === 0 ? undefinedFor('no deviation') : figure(annual / volatility),
    sortino: downside === 0 ? undefinedFor('no downside') : figure(annual / downside),
    calmar: depth.value === null ? depth : depth.value === 0 ? undefinedFor('no drawdown') : figure(annual / -depth.value)
  }
}

export interface LeanAlphaOptions {
  /** Over how many periods the two returns are. */
  readonly alphaPeriods: number
  /** Over how many periods the slope is. */
  readonly betaPeriods: number
  /** @defaultValue 0 */
  readonly riskFree?: number
}

/**
 * Lean's Alpha indicator at the last of the prices (Indicators/Alpha.cs): r - (f + β(b - f)), r and b being the change over `alphaPeriods` a period,
 * β the slope of the returns of the last `betaPeriods`.
 */
export function leanAlpha (prices: Series, benchmark: Series, { alphaPeriods, betaPeriods, riskFree = 0 }: LeanAlphaOptions): Figure {
  const last = prices.length - 1
  if (last < Math.max(alphaPeriods, betaPeriods) || benchmark.length !== prices.length) return undefinedFor('too few observations')
  const tracker = new BenchmarkTracker()
  const [ours, theirs] = [returnsFromEquity(prices), returnsFromEquity(benchmark)]
  for (let at = last - betaPeriods; at < last; at++) tracker.add(ours[at]!, theirs[at]!)
  const beta = tracker.beta()
  if (beta.value === null) return beta
  const mean = (values: Series) => (values[last]! / values[last - alphaPeriods]! - 1) / alphaPeriods
  return figure(mean(prices) - (riskFree + beta.value * (mean(benchmark) - riskFree)))
}

const same = (found: Figure): RatiosElsewhere => ({ sharpe: found, sortino: found, calmar: found })
