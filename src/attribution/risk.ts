import { figure, undefinedFor, type Figure } from '../statistics/figure.js'
import { Moments } from '../statistics/moments.js'
import { PairMoments } from '../statistics/pair-moments.js'
import { checkLengths, isObserved, type Series } from '../statistics/series.js'

/** What one strategy added to the portfolio's return, period by period: weight × return, or PnL / equity at the start. */
export interface Contribution {
  readonly strategyId: string
  readonly contributions: Series
  /** The average share of the capital, for the marginal figures. @defaultValue none */
  readonly weight?: number
}

export interface RiskOptions {
  readonly periodsPerYear: number
  /** Per period. @defaultValue 0 */
  readonly riskFree?: number
  /** Per period, of the downside. @defaultValue 0 */
  readonly requiredReturn?: number
}

/** One strategy's part in the portfolio's risk and in its ratios. Every figure but the marginal ones sums to the portfolio's. */
export interface RiskShare {
  readonly strategyId: string
  /** Covariance with the portfolio over the portfolio's deviation, annual: sums to the volatility (Euler). */
  readonly componentRisk: Figure
  /** `componentRisk` over the volatility: sums to 1. */
  readonly riskShare: Figure
  /** What a little more weight adds to the volatility: component over weight; `no capital` without a weight. */
  readonly marginalRisk: Figure
  /** Correlation with the portfolio, -1..1. */
  readonly correlation: Figure
  /** Mean contribution over the portfolio's deviation, annual. */
  readonly sharpe: Figure
  /** Mean contribution over the portfolio's downside deviation, annual. */
  readonly sortino: Figure
}

export interface RiskAttribution {
  readonly strategies: readonly RiskShare[]
  readonly volatility: Figure
  /** Of the portfolio; the strategies' parts and the hurdle's sum to it. */
  readonly sharpe: Figure
  readonly sortino: Figure
  /** The part of the hurdle: -riskFree (or -requiredReturn) over the deviation. */
  readonly hurdleSharpe: Figure
  readonly hurdleSortino: Figure
  readonly observations: number
  /** Periods left out because a strategy's contribution is missing, by strategy. */
  readonly missing: ReadonlyArray<{ readonly strategyId: string, readonly periods: number }>
}

/**
 * Splits volatility, Sharpe and Sortino of the portfolio (the sum of the contributions) over its strategies. A period in
 * which any contribution is missing is left out of all, and told. Throws `NJORD_ERR_UNEQUAL_SERIES`.
 */
export function attributeRisk (strategies: readonly Contribution[], { periodsPerYear, riskFree = 0, requiredReturn = 0 }: RiskOptions): RiskAttribution {
  const periods = strategies[0]?.contributions.length ?? 0
  for (const { strategyId, contributions } of strategies) {
    checkLengths(`contributions of ${strategyId} and of ${strategies[0]!.strategyId}`, contributions, strategies[0]!.contributions)
  }
  const portfolio = new Moments()
  const pairs = strategies.map(() => new PairMoments())
  const absent = strategies.map(() => 0)
  let squaresBelow = 0
  for (let at = 0; at < periods; at++) {
    let sum = 0
    let magnitude = 0
    let isWhole = true
    strategies.forEach(({ contributions }, strategy) => {
      const value = contributions[at]
      if (isObserved(value)) {
        sum += value
        magnitude += Math.abs(value)
      } else {
        absent[strategy]!++
        isWhole = false
      }
    })
    if (!isWhole) continue
    portfolio.add(sum, magnitude)
    squaresBelow += Math.min(sum - requiredReturn, 0) ** 2
    strategies.forEach(({ contributions }, strategy) => { pairs[strategy]!.add(contributions[at]!, sum) })
  }
  const { count } = portfolio
  const scale = Math.sqrt(periodsPerYear)
  const deviation = portfolio.deviation()
  const downside = Math.sqrt(squaresBelow / count)
  const reason = count === 0 ? 'no observations' : count < 2 ? 'too few observations' : deviation === 0 ? 'no deviation' : undefined
  const perDeviation = (value: number) => reason === undefined ? figure(value / deviation * scale) : undefinedFor(reason)
  const perDownside = (value: number) => {
    if (count < 2) return undefinedFor(count === 0 ? 'no observations' : 'too few observations')
    return downside === 0 ? undefinedFor('no downside') : figure(value / downside * scale)
  }
  return {
    strategies: strategies.map(({ strategyId, weight }, at) => {
      const pair = pairs[at]!
      const component = perDeviation(pair.covariance())
      return {
        strategyId,
        componentRisk: component,
        riskShare: component.value === null ? component : figure(component.value / (deviation * scale)),
        marginalRisk: component.value === null
          ? component
          : weight === undefined || weight === 0 ? undefinedFor('no capital') : figure(component.value / weight),
        correlation: reason !== undefined ? undefinedFor(reason) : pair.deviationX() === 0 ? undefinedFor('no deviation') : figure(pair.correlation()),
        sharpe: perDeviation(pair.meanX),
        sortino: perDownside(pair.meanX)
      }
    }),
    volatility: count < 2 ? undefinedFor(count === 0 ? 'no observations' : 'too few observations') : figure(deviation * scale),
    sharpe: perDeviation(portfolio.mean - riskFree),
    sortino: perDownside(portfolio.mean - requiredReturn),
    hurdleSharpe: perDeviation(-riskFree),
    hurdleSortino: perDownside(-requiredReturn),
    observations: count,
    missing: strategies.flatMap(({ strategyId }, at) => absent[at] === 0 ? [] : [{ strategyId, periods: absent[at]! }])
  }
}
