import { BenchmarkTracker } from './benchmark.js'
import { Downside } from './downside.js'
import { DrawdownTracker, type Drawdown } from './drawdown-tracker.js'
import { figure, undefinedFor, type Figure } from './figure.js'
import { Moments } from './moments.js'
import { calmarOf, sharpeOf, volatilityOf } from './ratios.js'
import { annualGrowth } from './returns.js'
import { Sample } from './sample.js'
import { checkLengths, isObserved, type Series } from './series.js'
import { probabilisticSharpeOf } from './significance.js'

export interface SummaryOptions {
  /** 252 for equities, 365 for a market that never closes, 12 for months, 525600 for minutes of one. */
  readonly periodsPerYear: number
  /** Per period. @defaultValue 0 */
  readonly riskFree?: number
  /** Per period, of Sortino, Omega and the downside deviation. @defaultValue 0 */
  readonly requiredReturn?: number
  /** Of value at risk and expected shortfall. @defaultValue 0.95 */
  readonly confidence?: number
  /** How many returns to keep for quantiles, 8 bytes each; beyond it they are undefined. @defaultValue 0 */
  readonly sampleCapacity?: number
}

/** Everything there is to say of a series of returns; figures of the benchmark are undefined without one. */
export interface ReturnSummary {
  /** Returns observed. */
  readonly observations: number
  readonly totalReturn: Figure
  readonly cagr: Figure
  readonly volatility: Figure
  readonly downsideDeviation: Figure
  readonly sharpe: Figure
  readonly sortino: Figure
  readonly calmar: Figure
  readonly omega: Figure
  readonly maxDrawdown: Figure
  /** The deepest drawdown and when it was; `null` when wealth never fell. */
  readonly worstDrawdown: Drawdown | null
  readonly skewness: Figure
  /** 3 for a normal distribution. */
  readonly kurtosis: Figure
  readonly valueAtRisk: Figure
  readonly expectedShortfall: Figure
  readonly tailRatio: Figure
  readonly probabilisticSharpe: Figure
  /** Share of the periods with a return above 0. */
  readonly positivePeriods: Figure
  readonly alpha: Figure
  readonly beta: Figure
  readonly rSquared: Figure
  readonly trackingError: Figure
  readonly informationRatio: Figure
  readonly treynor: Figure
  readonly upCapture: Figure
  readonly downCapture: Figure
}

/**
 * All statistics of a stream of returns, one at a time, in constant memory but for the sample of the quantiles. Two
 * merge when the other saw the returns that follow: what they then answer is what one that saw all would.
 */
export class ReturnTracker {
  readonly #options: Required<SummaryOptions>
  readonly #excess = new Moments()
  readonly #returns: Moments
  readonly #downside = new Downside()
  readonly #wealth = new DrawdownTracker()
  readonly #benchmark = new BenchmarkTracker()
  readonly #sample: Sample
  #positive = 0

  constructor (options: SummaryOptions, sample?: Sample) {
    this.#options = { riskFree: 0, requiredReturn: 0, confidence: 0.95, sampleCapacity: 0, ...options }
    this.#sample = sample ?? new Sample(this.#options.sampleCapacity)
    // Without a risk-free rate the excess return is the return.
    this.#returns = this.#options.riskFree === 0 ? this.#excess : new Moments()
  }

  /** Takes in the return of the next period, and the benchmark's if there is one. Missing (NaN, null): a period without a return. */
  add (periodReturn: number | null, benchmark?: number | null): void {
    if (!isObserved(periodReturn)) {
      this.#wealth.add(0)
      return
    }
    const { riskFree, requiredReturn, sampleCapacity } = this.#options
    this.#excess.add(periodReturn - riskFree, Math.abs(periodReturn) + Math.abs(riskFree))
    if (this.#returns !== this.#excess) this.#returns.add(periodReturn)
    this.#downside.add(periodReturn - requiredReturn, Math.abs(periodReturn) + Math.abs(requiredReturn))
    this.#wealth.add(periodReturn)
    if (periodReturn > 0) this.#positive++
    if (isObserved(benchmark)) this.#benchmark.add(periodReturn, benchmark, riskFree)
    if (sampleCapacity > 0) this.#sample.add(periodReturn)
  }

  /** Takes in all that `next` saw, which came after. */
  merge (next: ReturnTracker): void {
    this.#excess.merge(next.#excess)
    if (this.#returns !== this.#excess) this.#returns.merge(next.#returns)
    this.#downside.merge(next.#downside)
    this.#wealth.merge(next.#wealth)
    this.#benchmark.merge(next.#benchmark)
    this.#sample.merge(next.#sample)
    this.#positive += next.#positive
  }

  summary (): ReturnSummary {
    const { periodsPerYear, confidence } = this.#options
    const returns = this.#returns
    const wealth = this.#wealth
    const benchmark = this.#benchmark
    const none = undefinedFor('no observations')
    const growth = annualGrowth(wealth.wealth, wealth.count / periodsPerYear)
    return {
      observations: returns.count,
      totalReturn: wealth.count === 0 ? none : figure(wealth.wealth - 1),
      cagr: growth,
      volatility: volatilityOf(returns, periodsPerYear),
      downsideDeviation: this.#downside.deviation(periodsPerYear),
      sharpe: sharpeOf(this.#excess, periodsPerYear),
      sortino: this.#downside.sortino(periodsPerYear),
      calmar: calmarOf(growth, wealth.max()),
      omega: this.#downside.omega(),
      maxDrawdown: wealth.max(),
      worstDrawdown: wealth.worst() ?? null,
      skewness: shape(returns, returns.skewness()),
      kurtosis: shape(returns, returns.kurtosis()),
      valueAtRisk: this.#sample.valueAtRisk(confidence),
      expectedShortfall: this.#sample.expectedShortfall(confidence),
      tailRatio: this.#sample.tailRatio(),
      probabilisticSharpe: probabilisticSharpeOf(this.#excess),
      positivePeriods: returns.count === 0 ? none : figure(this.#positive / returns.count),
      alpha: benchmark.alpha(periodsPerYear),
      beta: benchmark.beta(),
      rSquared: benchmark.rSquared(),
      trackingError: benchmark.trackingError(periodsPerYear),
      informationRatio: benchmark.informationRatio(periodsPerYear),
      treynor: benchmark.treynor(periodsPerYear),
      upCapture: benchmark.upCapture(periodsPerYear),
      downCapture: benchmark.downCapture(periodsPerYear)
    }
  }

  /**
   * The tracker of whole series, keeping every return: as `add` for each row, but a part at a time, which compiles to
   * loops without calls. Throws `NJORD_ERR_UNEQUAL_SERIES`.
   */
  static of (returns: Series, options: SummaryOptions, benchmark?: Series): ReturnTracker {
    if (benchmark !== undefined) checkLengths('returns and benchmark', returns, benchmark)
    const tracker = new ReturnTracker(options, Sample.of(returns))
    const { riskFree, requiredReturn } = tracker.#options
    addExcess(tracker.#excess, returns, riskFree)
    if (tracker.#returns !== tracker.#excess) addExcess(tracker.#returns, returns, 0)
    addExcess(tracker.#downside, returns, requiredReturn)
    const wealth = tracker.#wealth
    for (let at = 0; at < returns.length; at++) {
      const value = returns[at]!
      wealth.add(isObserved(value) ? value : 0)
      if (value !== null && value > 0) tracker.#positive++
    }
    if (benchmark === undefined) return tracker
    const pairs = tracker.#benchmark
    for (let at = 0; at < returns.length; at++) {
      const value = returns[at]
      const other = benchmark[at]
      if (isObserved(value) && isObserved(other)) pairs.add(value, other, riskFree)
    }
    return tracker
  }
}

/**
 * All statistics of a series of returns, beside a benchmark's of the same length if there is one. A missing return is a
 * period of 0 for wealth, and no observation for the rest.
 */
export function summarizeReturns (returns: Series, options: SummaryOptions, benchmark?: Series): ReturnSummary {
  return ReturnTracker.of(returns, options, benchmark).summary()
}

function addExcess (to: Moments | Downside, returns: Series, rate: number): void {
  for (let at = 0; at < returns.length; at++) {
    const value = returns[at]
    if (isObserved(value)) to.add(value - rate, Math.abs(value) + Math.abs(rate))
  }
}

function shape (returns: Moments, value: number): Figure {
  if (returns.count < 2) return undefinedFor(returns.count === 0 ? 'no observations' : 'too few observations')
  return returns.deviation() === 0 ? undefinedFor('no deviation') : figure(value)
}
