import { figure, undefinedFor, type Figure } from './figure.js'
import { Moments } from './moments.js'
import { PairMoments } from './pair-moments.js'
import { sharpeOf, volatilityOf, type AnnualOptions } from './ratios.js'
import { annualGrowth } from './returns.js'
import { checkLengths, checkRate, isObserved, rateAt, type Rate, type Series } from './series.js'

export interface BenchmarkOptions {
  /** Per period. @defaultValue 0 */
  readonly riskFree?: Rate
}

/**
 * Returns beside a benchmark's, a pair at a time: slope, alpha, active return, captures. Two merge. Pairs of which
 * either is missing are not to be added.
 */
export class BenchmarkTracker {
  /** x the benchmark's excess return, y ours. */
  readonly #excess = new PairMoments()
  readonly #active = new Moments()
  readonly #all = new Growths()
  readonly #excessGrowth = new Growths()
  readonly #up = new Growths()
  readonly #down = new Growths()
  #freeWealth = 1

  get count (): number {
    return this.#excess.count
  }

  add (ours: number, benchmark: number, riskFree = 0): void {
    this.#excess.add(benchmark - riskFree, ours - riskFree)
    this.#active.add(ours - benchmark, Math.abs(ours) + Math.abs(benchmark))
    this.#all.add(ours, benchmark)
    this.#excessGrowth.add(ours - riskFree, benchmark - riskFree)
    if (benchmark > 0) this.#up.add(ours, benchmark)
    else if (benchmark < 0) this.#down.add(ours, benchmark)
    this.#freeWealth *= 1 + riskFree
  }

  merge (other: BenchmarkTracker): void {
    this.#excess.merge(other.#excess)
    this.#active.merge(other.#active)
    this.#all.merge(other.#all)
    this.#excessGrowth.merge(other.#excessGrowth)
    this.#up.merge(other.#up)
    this.#down.merge(other.#down)
    this.#freeWealth *= other.#freeWealth
  }

  /** Covariance of the excess returns over the variance of the benchmark's. */
  beta (): Figure {
    return this.#sloped(() => figure(this.#excess.slope()))
  }

  /** Mean excess return that the slope does not explain, per period: the intercept of the regression. */
  alphaPerPeriod (): Figure {
    return this.#sloped(() => figure(this.#excess.meanY - this.#excess.slope() * this.#excess.meanX))
  }

  /** (1 + alpha per period)^periodsPerYear - 1. */
  alpha (periodsPerYear: number): Figure {
    const perPeriod = this.alphaPerPeriod()
    return perPeriod.value === null ? perPeriod : annualGrowth(1 + perPeriod.value, 1 / periodsPerYear)
  }

  correlation (): Figure {
    return this.#sloped(() => this.#excess.deviationY() === 0 ? undefinedFor('no deviation') : figure(this.#excess.correlation()))
  }

  /** Square of the correlation: the share of our variance that the benchmark explains. */
  rSquared (): Figure {
    const correlation = this.correlation()
    return correlation.value === null ? correlation : figure(correlation.value ** 2)
  }

  /** Deviation of the active return × √periodsPerYear; 0 when both sides are equal. */
  trackingError (periodsPerYear: number): Figure {
    return volatilityOf(this.#active, periodsPerYear)
  }

  /** Mean active return over its deviation × √periodsPerYear. */
  informationRatio (periodsPerYear: number): Figure {
    return sharpeOf(this.#active, periodsPerYear)
  }

  /** Compound annual growth of ours less the benchmark's. */
  activePremium (periodsPerYear: number): Figure {
    const [ours, benchmark] = this.#all.annual(periodsPerYear)
    if (ours.value === null) return ours
    return benchmark.value === null ? benchmark : figure(ours.value - benchmark.value)
  }

  /** (Growth of ours - growth of the risk-free rate) over beta, annual (Treynor 1965). */
  treynor (periodsPerYear: number, numerator: 'growth-less-rate' | 'growth-of-excess' = 'growth-less-rate'): Figure {
    const beta = this.beta()
    if (beta.value === null) return beta
    if (beta.value === 0) return undefinedFor('no beta')
    const [growth] = (numerator === 'growth-of-excess' ? this.#excessGrowth : this.#all).annual(periodsPerYear)
    const free = numerator === 'growth-of-excess' ? figure(0) : annualGrowth(this.#freeWealth, this.count / periodsPerYear)
    if (growth.value === null) return growth
    return free.value === null ? free : figure((growth.value - free.value) / beta.value)
  }

  /** Annual growth of ours over the benchmark's in the periods in which the benchmark rose. */
  upCapture (periodsPerYear: number): Figure {
    return this.#up.capture(periodsPerYear)
  }

  /** As `upCapture`, in the periods in which the benchmark fell: less than 1 is good. */
  downCapture (periodsPerYear: number): Figure {
    return this.#down.capture(periodsPerYear)
  }

  #sloped (question: () => Figure): Figure {
    if (this.count < 2) return undefinedFor(this.count === 0 ? 'no observations' : 'too few observations')
    return this.#excess.deviationX() === 0 ? undefinedFor('flat benchmark') : question()
  }
}

/** What 1 became on both sides, over the same periods. */
class Growths {
  #count = 0
  #ours = 1
  #benchmark = 1

  add (ours: number, benchmark: number): void {
    this.#count++
    this.#ours *= 1 + ours
    this.#benchmark *= 1 + benchmark
  }

  merge (other: Growths): void {
    this.#count += other.#count
    this.#ours *= other.#ours
    this.#benchmark *= other.#benchmark
  }

  annual (periodsPerYear: number): readonly [Figure, Figure] {
    const years = this.#count / periodsPerYear
    return [annualGrowth(this.#ours, years), annualGrowth(this.#benchmark, years)]
  }

  capture (periodsPerYear: number): Figure {
    const [ours, benchmark] = this.annual(periodsPerYear)
    if (ours.value === null) return ours
    if (benchmark.value === null) return benchmark
    return benchmark.value === 0 ? undefinedFor('flat benchmark') : figure(ours.value / benchmark.value)
  }
}

export interface BetaOptions extends BenchmarkOptions {
  /** All pairs, or those in which the benchmark's excess return was above or below 0. @defaultValue `'all'` */
  readonly market?: 'all' | 'up' | 'down'
}

/** Covariance of excess returns over the variance of the benchmark's, on the pairs of which nothing is missing. */
export function beta (returns: Series, benchmark: Series, { riskFree = 0, market = 'all' }: BetaOptions = {}): Figure {
  return track(returns, benchmark, riskFree, market).beta()
}

export interface AlphaOptions extends BenchmarkOptions, AnnualOptions {
  /** (1 + intercept)^periodsPerYear - 1, or the intercept itself, which adds up over periods. @defaultValue `'compounded'` */
  readonly kind?: 'compounded' | 'per-period'
}

/** What beta does not explain. */
export function alpha (returns: Series, benchmark: Series, { periodsPerYear, riskFree = 0, kind = 'compounded' }: AlphaOptions): Figure {
  const tracker = track(returns, benchmark, riskFree)
  return kind === 'per-period' ? tracker.alphaPerPeriod() : tracker.alpha(periodsPerYear)
}

export function correlation (returns: Series, benchmark: Series, { riskFree = 0 }: BenchmarkOptions = {}): Figure {
  return track(returns, benchmark, riskFree).correlation()
}

export function rSquared (returns: Series, benchmark: Series, { riskFree = 0 }: BenchmarkOptions = {}): Figure {
  return track(returns, benchmark, riskFree).rSquared()
}

export function trackingError (returns: Series, benchmark: Series, { periodsPerYear }: AnnualOptions): Figure {
  return track(returns, benchmark).trackingError(periodsPerYear)
}

export function activePremium (returns: Series, benchmark: Series, { periodsPerYear }: AnnualOptions): Figure {
  return track(returns, benchmark).activePremium(periodsPerYear)
}

export interface InformationRatioOptions extends AnnualOptions {
  /** The mean active return × periodsPerYear, or the difference of compound annual growth. @defaultValue `'mean'` */
  readonly numerator?: 'mean' | 'active-premium'
}

/** Active return over tracking error. A `periodsPerYear` of 1 gives the ratio that is not annualised. */
export function informationRatio (returns: Series, benchmark: Series, { periodsPerYear, numerator = 'mean' }: InformationRatioOptions): Figure {
  const tracker = track(returns, benchmark)
  const ratio = tracker.informationRatio(periodsPerYear)
  if (numerator === 'mean' || ratio.value === null) return ratio
  const premium = tracker.activePremium(periodsPerYear)
  return premium.value === null ? premium : figure(premium.value / tracker.trackingError(periodsPerYear).value!)
}

export interface TreynorOptions extends BenchmarkOptions, AnnualOptions {
  /** Growth less the growth of the risk-free rate, or the growth of excess returns. @defaultValue `'growth-less-rate'` */
  readonly numerator?: 'growth-less-rate' | 'growth-of-excess'
}

/** Annual excess growth over beta. */
export function treynor (returns: Series, benchmark: Series, { periodsPerYear, riskFree = 0, numerator }: TreynorOptions): Figure {
  return track(returns, benchmark, riskFree).treynor(periodsPerYear, numerator)
}

export function upCapture (returns: Series, benchmark: Series, { periodsPerYear }: AnnualOptions): Figure {
  return track(returns, benchmark).upCapture(periodsPerYear)
}

export function downCapture (returns: Series, benchmark: Series, { periodsPerYear }: AnnualOptions): Figure {
  return track(returns, benchmark).downCapture(periodsPerYear)
}

/** A tracker of the pairs of which nothing is missing. Throws `NJORD_ERR_UNEQUAL_SERIES`. */
export function track (returns: Series, benchmark: Series, riskFree: Rate = 0, market: 'all' | 'up' | 'down' = 'all'): BenchmarkTracker {
  const tracker = new BenchmarkTracker()
  // Where one side is empty there is no pair, however long the other is.
  if (returns.length === 0 || benchmark.length === 0) return tracker
  checkLengths('returns and benchmark', returns, benchmark)
  checkRate('returns and riskFree', returns, riskFree)
  for (let at = 0; at < returns.length; at++) {
    const ours = returns[at]
    const theirs = benchmark[at]
    const free = rateAt(riskFree, at)
    if (!isObserved(ours) || !isObserved(theirs) || !isObserved(free)) continue
    if (market === 'all' || (market === 'up' ? theirs > free : theirs < free)) tracker.add(ours, theirs, free)
  }
  return tracker
}
