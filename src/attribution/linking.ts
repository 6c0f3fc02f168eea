import { checkLengths } from '../statistics/series.js'
import type { Answer } from './answer.js'

/** The effects of one period: as many in each period, and summing to its active return but for a residual. */
export interface EffectPeriod {
  readonly portfolioReturn: number
  readonly benchmarkReturn: number
  readonly effects: ArrayLike<number>
}

export const linkMethods = ['carino', 'menchero', 'grap', 'frongello'] as const
export type LinkMethod = typeof linkMethods[number]

/** Effects of many periods on one scale: they sum to the difference of the compounded returns. */
export interface Linked {
  /** By period, each as it counts in the whole. */
  readonly periods: Float64Array[]
  /** By effect, over all periods. */
  readonly totals: Float64Array
  /** Compounded. */
  readonly portfolioReturn: number
  readonly benchmarkReturn: number
  readonly activeReturn: number
  /** `activeReturn` less the sum of the totals: what the periods' own residuals come to. */
  readonly residual: number
}

/**
 * Links single-period effects over time. Carino and Menchero do not depend on the order of the periods, and every past
 * number changes as periods are added; GRAP and Frongello depend on it, and Frongello's past numbers never change.
 * Undefined when a period returned -100 % or less. Throws `NJORD_ERR_UNEQUAL_SERIES`.
 */
export function link (periods: readonly EffectPeriod[], method: LinkMethod = 'carino'): Answer<Linked> {
  const [first] = periods
  if (first === undefined) return { value: null, reason: 'no observations' }
  let ours = 1
  let theirs = 1
  for (const { portfolioReturn, benchmarkReturn, effects } of periods) {
    checkLengths('effects of two periods', first.effects, effects)
    if (!(portfolioReturn > -1 && benchmarkReturn > -1)) return { value: null, reason: 'wealth is gone' }
    ours *= 1 + portfolioReturn
    theirs *= 1 + benchmarkReturn
  }
  const linked = method === 'frongello' ? frongello(periods) : scale(periods, coefficients[method](periods, ours - 1, theirs - 1))
  const totals = new Float64Array(first.effects.length)
  let sum = 0
  for (const effects of linked) {
    for (let at = 0; at < totals.length; at++) totals[at]! += effects[at]!
  }
  for (const total of totals) sum += total
  const activeReturn = ours - theirs
  return {
    value: { periods: linked, totals, portfolioReturn: ours - 1, benchmarkReturn: theirs - 1, activeReturn, residual: activeReturn - sum }
  }
}

/** What each period's effects are multiplied with. */
type Coefficients = (periods: readonly EffectPeriod[], portfolioReturn: number, benchmarkReturn: number) => Float64Array

const coefficients: Record<Exclude<LinkMethod, 'frongello'>, Coefficients> = {
  // Carino 1999: k_t / k, k = (ln(1 + Rp) - ln(1 + Rb)) / (Rp - Rb).
  carino (periods, portfolioReturn, benchmarkReturn) {
    const whole = logSlope(portfolioReturn, benchmarkReturn)
    return Float64Array.from(periods, period => logSlope(period.portfolioReturn, period.benchmarkReturn) / whole)
  },

  // Menchero 2000: M + a_t, M the natural scale and a_t the least squares that close the sum.
  menchero (periods, portfolioReturn, benchmarkReturn) {
    const count = periods.length
    const active = portfolioReturn - benchmarkReturn
    const growth = Math.log1p(active / (1 + benchmarkReturn)) / count
    // Where the whole returns agree, M is the limit (1 + R)^((T - 1) / T).
    const natural = growth === 0
      ? (1 + benchmarkReturn) ** ((count - 1) / count)
      : active / count / ((1 + benchmarkReturn) ** (1 / count) * Math.expm1(growth))
    let sum = 0
    let squares = 0
    for (const period of periods) {
      const difference = period.portfolioReturn - period.benchmarkReturn
      sum += difference
      squares += difference * difference
    }
    const slope = squares === 0 ? 0 : (active - natural * sum) / squares
    return Float64Array.from(periods, period => natural + slope * (period.portfolioReturn - period.benchmarkReturn))
  },

  // GRAP 1997: compounded by the portfolio before and by the benchmark after.
  grap (periods) {
    const found = new Float64Array(periods.length)
    let before = 1
    periods.forEach(({ portfolioReturn }, at) => {
      found[at] = before
      before *= 1 + portfolioReturn
    })
    let after = 1
    for (let at = periods.length - 1; at >= 0; at--) {
      found[at]! *= after
      after *= 1 + periods[at]!.benchmarkReturn
    }
    return found
  }
}

function scale (periods: readonly EffectPeriod[], factors: Float64Array): Float64Array[] {
  return periods.map(({ effects }, at) => {
    const factor = factors[at]!
    const scaled = new Float64Array(effects.length)
    for (let i = 0; i < scaled.length; i++) scaled[i] = effects[i]! * factor
    return scaled
  })
}

/** Frongello 2002: F_t = effect × Π(1 + Rp before) + Rb_t × ΣF before. */
function frongello (periods: readonly EffectPeriod[]): Float64Array[] {
  const soFar = new Float64Array(periods[0]!.effects.length)
  let wealth = 1
  return periods.map(({ effects, portfolioReturn, benchmarkReturn }) => {
    const linked = new Float64Array(soFar.length)
    for (let at = 0; at < linked.length; at++) {
      linked[at] = effects[at]! * wealth + benchmarkReturn * soFar[at]!
      soFar[at]! += linked[at]!
    }
    wealth *= 1 + portfolioReturn
    return linked
  })
}

/** (ln(1 + a) - ln(1 + b)) / (a - b), and its limit 1 / (1 + a) where they agree. */
function logSlope (a: number, b: number): number {
  return a === b ? 1 / (1 + a) : Math.log1p((a - b) / (1 + b)) / (a - b)
}
