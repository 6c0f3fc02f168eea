import { figure, undefinedFor, type Figure } from './figure.js'
import { PairMoments } from './pair-moments.js'
import type { AnnualOptions } from './ratios.js'
import { annualGrowth } from './returns.js'
import { checkLengths, isObserved, type Series } from './series.js'

/** Measures of the one-factor model after Bacon (2008), as PerformanceAnalytics computes them; annual. */
export interface MarketModel {
  /** Growth - risk-free - beta × (growth of the benchmark - risk-free). Also called selectivity. */
  readonly jensenAlpha: Figure
  /** Jensen's alpha less the intercept of the regression. */
  readonly regressionEpsilon: Figure
  /** Our deviation over the benchmark's. */
  readonly famaBeta: Figure
  /** Selectivity less what the diversification given up should have earned. */
  readonly netSelectivity: Figure
  /** Beta × the benchmark's deviation. */
  readonly systematicRisk: Figure
  /** Deviation of the residuals. */
  readonly specificRisk: Figure
  /** √(systematic² + specific²). */
  readonly totalRisk: Figure
  /** Jensen's alpha over specific risk. */
  readonly appraisalRatio: Figure
  /** Our growth at the benchmark's risk (Modigliani 1997). */
  readonly mSquared: Figure
  readonly mSquaredExcessArithmetic: Figure
  readonly mSquaredExcessGeometric: Figure
  /** Excess growth over systematic risk. */
  readonly modifiedTreynor: Figure
}

export interface MarketModelOptions extends AnnualOptions {
  /** Per period, constant. @defaultValue 0 */
  readonly riskFree?: number
}

/** All measures of the model; the benchmark's deviation has n - 1 in the
 * denominator and that of the residuals n, as PerformanceAnalytics has them. Throws `NJORD_ERR_UNEQUAL_SERIES`. */
export function marketModel (returns: Series, benchmark: Series, { periodsPerYear, riskFree = 0 }: MarketModelOptions): MarketModel {
  checkLengths('returns and benchmark', returns, benchmark)
  const pairs = new PairMoments()
  let ours = 1
  let theirs = 1
  for (let at = 0; at < returns.length; at++) {
    const r = returns[at]
    const b = benchmark[at]
    if (!isObserved(r) || !isObserved(b)) continue
    pairs.add(b - riskFree, r - riskFree)
    ours *= 1 + r
    theirs *= 1 + b
  }
  const years = pairs.count / periodsPerYear
  const growth = annualGrowth(ours, years)
  const market = annualGrowth(theirs, years)
  const isFlat = pairs.deviationX() === 0
  const reason = pairs.count === 0
    ? 'no observations'
    : pairs.count < 2 ? 'too few observations' : isFlat ? 'flat benchmark' : growth.reason ?? market.reason
  const answer = (value: number, divisor = 1) => {
    if (reason !== undefined) return undefinedFor(reason)
    return divisor === 0 ? undefinedFor('no deviation') : figure(value / divisor)
  }
  const slope = pairs.slope()
  const r = growth.value ?? NaN
  const m = market.value ?? NaN
  const free = (1 + riskFree) ** periodsPerYear - 1
  const jensen = r - free - slope * (m - free)
  const scale = Math.sqrt(periodsPerYear)
  const fama = pairs.deviationY(0) / pairs.deviationX(0)
  const systematic = slope * pairs.deviationX(1) * scale
  const specific = pairs.residualDeviation(0) * scale
  const mSquared = (r - free) / fama + free
  return {
    jensenAlpha: answer(jensen),
    regressionEpsilon: answer(jensen - (pairs.meanY - slope * pairs.meanX)),
    famaBeta: answer(fama),
    netSelectivity: answer(jensen - (fama - slope) * (m - free)),
    systematicRisk: answer(systematic),
    specificRisk: answer(specific),
    totalRisk: answer(Math.hypot(systematic, specific)),
    appraisalRatio: answer(jensen, specific),
    mSquared: answer(mSquared),
    mSquaredExcessArithmetic: answer(mSquared - m),
    mSquaredExcessGeometric: answer((1 + mSquared) / (1 + m) - 1),
    modifiedTreynor: answer(r - free, systematic)
  }
}
