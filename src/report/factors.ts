import type { Coefficient } from '../attribution/least-squares.js'
import { attributeFactors } from '../attribution/factors.js'
import type { Figure } from '../statistics/figure.js'

/** How many periods the trend looks back. */
const trendPeriods = 5

export interface FactorRow {
  readonly factor: 'market' | 'trend' | 'volatility'
  /** What it is, for people. */
  readonly what: string
  /** The slope, its standard error, t statistic and p value. */
  readonly exposure: Coefficient
  /** Sum over the periods of exposure × factor return. */
  readonly contribution: number
}

/** The returns explained by what the market did; contributions, alpha and residual sum to `total`. */
export interface FactorTable {
  readonly rows: readonly FactorRow[]
  /** Per period. */
  readonly alpha: Coefficient
  /** Alpha × periods: what no factor explains. */
  readonly alphaContribution: number
  readonly residual: number
  /** Sum of the returns (not compounded) of the periods that were used. */
  readonly total: number
  readonly rSquared: Figure
  readonly observations: number
}

const factors = [
  { factor: 'market', what: 'the benchmark\'s return' },
  { factor: 'trend', what: `the benchmark's return where its last ${trendPeriods} periods rose, less it where they fell` },
  { factor: 'volatility', what: 'the size of the benchmark\'s move, less its average' }
] as const

/** Regresses returns on three factors made of the benchmark's own returns; `null` where that has no answer. */
export function factorTable (returns: Float64Array, benchmark: Float64Array): FactorTable | null {
  const average = benchmark.reduce((sum, value) => sum + Math.abs(value), 0) / benchmark.length
  const rows = Array.from(benchmark, (market, at) => {
    if (at < trendPeriods) return [NaN, NaN, NaN]
    let past = 0
    for (let back = 1; back <= trendPeriods; back++) past += benchmark[at - back]!
    return [market, Math.sign(past) * market, Math.abs(market) - average]
  })
  const { value } = attributeFactors(returns, rows)
  if (value === null) return null
  const { regression, contributions, alpha, residual, total } = value
  const [intercept, ...slopes] = regression.coefficients
  return {
    rows: factors.map((each, at) => ({ ...each, exposure: slopes[at]!, contribution: contributions[at]! })),
    alpha: intercept!,
    alphaContribution: alpha,
    residual,
    total,
    rSquared: regression.rSquared,
    observations: regression.observations
  }
}
