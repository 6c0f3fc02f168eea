import { studentQuantile } from '../statistics/distributions.js'
import { figure, type Figure } from '../statistics/figure.js'
import { checkLengths, checkRate, isObserved, rateAt, type Rate, type Series } from '../statistics/series.js'
import type { Answer } from './answer.js'
import { leastSquares, type Coefficient, type Regression } from './least-squares.js'

/** Fewer observations than this are told in `notes`. */
const leastObservations = 30

/** A coefficient and how sure it is. */
export interface Estimate extends Coefficient {
  /** The confidence interval by Student's t; undefined without degrees of freedom. */
  readonly low: Figure
  readonly high: Figure
}

export interface BenchmarkFit {
  /** Per period: what the benchmark does not explain. */
  readonly alpha: Estimate
  readonly beta: Estimate
  readonly rSquared: Figure
  readonly observations: number
  readonly confidence: number
  /** For people: that there are too few observations, that rows were dropped. */
  readonly notes: readonly string[]
}

export interface FitOptions {
  /** Per period. @defaultValue 0 */
  readonly riskFree?: Rate
  /** 0..1. @defaultValue 0.95 */
  readonly confidence?: number
}

/** Alpha and beta of excess returns against a benchmark's, with confidence intervals. Throws `NJORD_ERR_UNEQUAL_SERIES`. */
export function fitBenchmark (returns: Series, benchmark: Series, { riskFree = 0, confidence = 0.95 }: FitOptions = {}): Answer<BenchmarkFit, 'collinear'> {
  const { y, x, dropped } = excessPairs(returns, benchmark, riskFree)
  const fit = leastSquares(y, x.map(market => [market]))
  if (fit.value === null) return fit.reason === 'collinear' ? { value: null, reason: 'flat benchmark' } : fit
  const [alpha, beta] = fit.value.coefficients.map(found => estimate(found, fit.value.degreesOfFreedom, confidence)) as [Estimate, Estimate]
  const { observations, rSquared } = fit.value
  const notes: string[] = []
  if (observations < leastObservations) notes.push(`${observations} observations: fewer than ${leastObservations}, the intervals are wide and the estimates are not to be relied on`)
  if (dropped > 0) notes.push(`${dropped} rows were left out: a return, the benchmark or the risk-free rate is missing there`)
  return { value: { alpha, beta, rSquared, observations, confidence, notes } }
}

/** How a manager timed the market: alpha, beta and the gain from the second regressor (gamma). */
export interface MarketTiming {
  readonly alpha: Coefficient
  readonly beta: Coefficient
  /** Above 0: more market when it rose. */
  readonly gamma: Coefficient
  readonly regression: Regression
}

/**
 * Market timing: a second regressor beside the benchmark's excess return m, m² (Treynor & Mazuy 1966), or max(0, m)
 * (Henriksson & Merton 1981; with max(0, -m) the sign of gamma is the other way round).
 */
export function marketTiming (
  returns: Series, benchmark: Series, { riskFree = 0, model = 'treynor-mazuy' }: {
    readonly riskFree?: Rate
    readonly model?: 'treynor-mazuy' | 'henriksson-merton'
  } = {}
): Answer<MarketTiming, 'collinear'> {
  const { y, x } = excessPairs(returns, benchmark, riskFree)
  const fit = leastSquares(y, x.map(market => [market, model === 'treynor-mazuy' ? market * market : Math.max(0, market)]))
  if (fit.value === null) return fit
  const [alpha, beta, gamma] = fit.value.coefficients as [Coefficient, Coefficient, Coefficient]
  return { value: { alpha, beta, gamma, regression: fit.value } }
}

function estimate (found: Coefficient, degreesOfFreedom: number, confidence: number): Estimate {
  const error = found.standardError
  if (error.value === null) return { ...found, low: error, high: error }
  const reach = studentQuantile(confidence, degreesOfFreedom) * error.value
  return { ...found, low: figure(found.value - reach), high: figure(found.value + reach) }
}

function excessPairs (returns: Series, benchmark: Series, riskFree: Rate): { y: number[], x: number[], dropped: number } {
  checkLengths('returns and benchmark', returns, benchmark)
  checkRate('returns and riskFree', returns, riskFree)
  const y: number[] = []
  const x: number[] = []
  for (let at = 0; at < returns.length; at++) {
    const ours = returns[at]
    const market = benchmark[at]
    const free = rateAt(riskFree, at)
    if (!isObserved(ours) || !isObserved(market) || !isObserved(free)) continue
    y.push(ours - free)
    x.push(market - free)
  }
  return { y, x, dropped: returns.length - y.length }
}
