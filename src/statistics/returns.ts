import { figure, undefinedFor, type Figure } from './figure.js'
import { isObserved, type Series } from './series.js'

/**
 * The return of each step of a price or an equity: next / previous - 1, or its logarithm. One shorter than `equity`.
 * A step that begins or ends with a missing value, or begins with 0 or less, has no return: NaN.
 */
export function returnsFromEquity (equity: Series, { kind = 'simple' }: { readonly kind?: 'simple' | 'log' } = {}): Float64Array {
  const returns = new Float64Array(Math.max(0, equity.length - 1))
  for (let at = 0; at < returns.length; at++) {
    const before = equity[at]!
    const after = equity[at + 1]!
    const ratio = isObserved(before) && isObserved(after) && before > 0 ? after / before : NaN
    returns[at] = kind === 'log' ? Math.log(ratio) : ratio - 1
  }
  return returns
}

/**
 * The return of each period's PnL on the equity at its start, `capital` being the first. A missing PnL moves nothing
 * and gives NaN; so does every period that begins with 0 or less.
 */
export function returnsFromPnl (pnl: Series, capital: number): Float64Array {
  const returns = new Float64Array(pnl.length)
  let equity = capital
  for (let at = 0; at < pnl.length; at++) {
    const earned = pnl[at]
    if (isObserved(earned)) {
      returns[at] = equity > 0 ? earned / equity : NaN
      equity += earned
    } else {
      returns[at] = NaN
    }
  }
  return returns
}

/** Wealth after each period that began with `start`, or with `start` 0 the return so far. A missing return counts as 0. */
export function cumulativeReturns (returns: Series, start = 0): Float64Array {
  const curve = new Float64Array(returns.length)
  let wealth = 1
  for (let at = 0; at < returns.length; at++) {
    const found = returns[at]
    if (isObserved(found)) wealth *= 1 + found
    curve[at] = start === 0 ? wealth - 1 : wealth * start
  }
  return curve
}

/** Product of 1 + return, less 1. A missing return counts as 0; of no returns at all there is no total. */
export function totalReturn (returns: Series): Figure {
  if (returns.length === 0) return undefinedFor('no observations')
  return figure(compound(returns).wealth - 1)
}

/** What missing returns are to a count of periods: a period without a return, or no period. */
export interface MissingOptions {
  /** @defaultValue `'count'` */
  readonly missing?: 'count' | 'drop'
}

/** Compound annual growth: (product of 1 + return)^(periodsPerYear / n) - 1. Undefined when wealth ends below 0. */
export function cagr (returns: Series, { periodsPerYear, missing = 'count' }: MissingOptions & { readonly periodsPerYear: number }): Figure {
  const { wealth, observed } = compound(returns)
  return annualGrowth(wealth, (missing === 'drop' ? observed : returns.length) / periodsPerYear)
}

/** Compound annual growth of a balance over `years` of the calendar. */
export function growthOfBalance (start: number, end: number, years: number): Figure {
  return start > 0 ? annualGrowth(end / start, years) : undefinedFor('no capital')
}

/** (1 + annual)^(1 / periodsPerYear) - 1: the rate per period of an annual rate. */
export function ratePerPeriod (annualRate: number, periodsPerYear: number): number {
  return Math.expm1(Math.log1p(annualRate) / periodsPerYear)
}

/** wealth^(1 / years) - 1, wealth being what 1 became. */
export function annualGrowth (wealth: number, years: number): Figure {
  if (!(years > 0)) return undefinedFor('no observations')
  return wealth < 0 ? undefinedFor('wealth is gone') : figure(wealth ** (1 / years) - 1)
}

function compound (returns: Series): { readonly wealth: number, readonly observed: number } {
  let wealth = 1
  let observed = 0
  for (let at = 0; at < returns.length; at++) {
    const found = returns[at]
    if (!isObserved(found)) continue
    wealth *= 1 + found
    observed++
  }
  return { wealth, observed }
}
