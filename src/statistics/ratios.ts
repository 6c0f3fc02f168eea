import { Downside } from './downside.js'
import { DrawdownTracker } from './drawdown-tracker.js'
import { figure, undefinedFor, type Figure } from './figure.js'
import { Moments } from './moments.js'
import { annualGrowth, cagr, type MissingOptions } from './returns.js'
import { checkRate, isObserved, rateAt, type Rate, type Series } from './series.js'

/** The year is the caller's: 252 for equities, 365 for a market that never closes, 12 for months. */
export interface AnnualOptions {
  readonly periodsPerYear: number
}

export interface DeviationOptions extends AnnualOptions {
  /** n - ddof in the denominator of the variance. @defaultValue 1 */
  readonly ddof?: 0 | 1
}

export interface SharpeOptions extends DeviationOptions {
  /** Per period; an annual rate goes through `ratePerPeriod`. @defaultValue 0 */
  readonly riskFree?: Rate
  /**
   * What is divided by the deviation: the mean excess × periodsPerYear (Sharpe 1994), the compound annual growth
   * (PerformanceAnalytics' table), or (1 + mean)^periodsPerYear - 1 (Lean). @defaultValue `'mean'`
   */
  readonly numerator?: 'mean' | 'growth' | 'compounded-mean'
}

export interface TargetOptions extends AnnualOptions {
  /** Per period. @defaultValue 0 */
  readonly requiredReturn?: Rate
}

/** Mean excess return over its deviation × √periodsPerYear. Missing rows are dropped. */
export function sharpe (returns: Series, { periodsPerYear, riskFree = 0, ddof = 1, numerator = 'mean' }: SharpeOptions): Figure {
  const excess = excessMoments(returns, riskFree)
  const standard = sharpeOf(excess, periodsPerYear, ddof)
  if (numerator === 'mean' || standard.value === null) return standard
  const growth = numerator === 'growth'
    ? cagr(excessReturns(returns, riskFree), { periodsPerYear, missing: 'drop' })
    : figure((1 + excess.mean) ** periodsPerYear - 1)
  return growth.value === null ? growth : figure(growth.value / (excess.deviation(ddof) * Math.sqrt(periodsPerYear)))
}

/** The Sharpe ratio of the moments of excess returns. */
export function sharpeOf (excess: Moments, periodsPerYear: number, ddof = 1): Figure {
  if (excess.count < 2) return undefinedFor(excess.count === 0 ? 'no observations' : 'too few observations')
  const deviation = excess.deviation(ddof)
  return deviation === 0 ? undefinedFor('no deviation') : figure(excess.mean / deviation * Math.sqrt(periodsPerYear))
}

/** Deviation × √periodsPerYear; 0 when the returns do not differ. */
export function volatility (returns: Series, { periodsPerYear, ddof = 1 }: DeviationOptions): Figure {
  return volatilityOf(moments(returns), periodsPerYear, ddof)
}

export function volatilityOf (found: Moments, periodsPerYear: number, ddof = 1): Figure {
  if (found.count === 0) return undefinedFor('no observations')
  return found.count <= ddof ? undefinedFor('too few observations') : figure(found.deviation(ddof) * Math.sqrt(periodsPerYear))
}

/** (mean - required) × periodsPerYear over the annualised downside deviation. */
export function sortino (returns: Series, { periodsPerYear, requiredReturn = 0 }: TargetOptions): Figure {
  return downside(returns, requiredReturn).sortino(periodsPerYear)
}

/** √(mean of min(return - required, 0)² over all rows) × √periodsPerYear. */
export function downsideDeviation (returns: Series, { periodsPerYear, requiredReturn = 0 }: TargetOptions): Figure {
  return downside(returns, requiredReturn).deviation(periodsPerYear)
}

/** Gains above the required return over losses below it. */
export function omega (returns: Series, { requiredReturn = 0 }: { readonly requiredReturn?: Rate } = {}): Figure {
  return downside(returns, requiredReturn).omega()
}

/** Compound annual growth over the depth of the deepest drawdown (Young 1991). */
export function calmar (returns: Series, options: AnnualOptions & MissingOptions): Figure {
  const tracker = new DrawdownTracker()
  for (let at = 0; at < returns.length; at++) {
    const found = returns[at]
    tracker.add(isObserved(found) ? found : 0)
  }
  return calmarOf(cagr(returns, options), tracker.max())
}

/** Growth over the depth of a drawdown, where the two come from elsewhere (growth by the calendar, say). */
export function calmarOf (growth: Figure, depth: Figure): Figure {
  if (depth.value === null) return depth
  if (growth.value === null) return growth
  return depth.value === 0 ? undefinedFor('no drawdown') : figure(growth.value / -depth.value)
}

/** (1 + mean)^periodsPerYear - 1 (Lean's annual performance). */
export function compoundedMean (returns: Series, { periodsPerYear }: AnnualOptions): Figure {
  const found = moments(returns)
  return found.count === 0 ? undefinedFor('no observations') : annualGrowth(1 + found.mean, 1 / periodsPerYear)
}

/** Count, mean and central moments of what is observed. */
export function moments (values: Series): Moments {
  const found = new Moments()
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    if (isObserved(value)) found.add(value)
  }
  return found
}

function excessReturns (returns: Series, rate: Rate): Float64Array {
  return Float64Array.from({ length: returns.length }, (_, at) => (returns[at] ?? NaN) - rateAt(rate, at))
}

function excessMoments (returns: Series, rate: Rate): Moments {
  if (rate === 0) return moments(returns)
  checkRate('returns and riskFree', returns, rate)
  const found = new Moments()
  for (let at = 0; at < returns.length; at++) {
    const value = returns[at]
    const free = rateAt(rate, at)
    if (isObserved(value) && isObserved(free)) found.add(value - free, Math.abs(value) + Math.abs(free))
  }
  return found
}

function downside (returns: Series, target: Rate): Downside {
  checkRate('returns and requiredReturn', returns, target)
  const found = new Downside()
  for (let at = 0; at < returns.length; at++) {
    const value = returns[at]
    const required = rateAt(target, at)
    if (isObserved(value) && isObserved(required)) found.add(value - required, Math.abs(value) + Math.abs(required))
  }
  return found
}
