import { checkLengths, isObserved, type Series } from '../statistics/series.js'
import type { Answer } from './answer.js'
import { leastSquares, type Regression } from './least-squares.js'

/** Returns explained by factors over time: exposure (regression slope) × factor return, the rest alpha and residual. */
export interface FactorAttribution {
  readonly regression: Regression
  /** By factor: the slope. */
  readonly exposures: readonly number[]
  /** By factor: the sum over the periods of exposure × factor return. */
  readonly contributions: readonly number[]
  /** Intercept × periods: what no factor explains. */
  readonly alpha: number
  /** The sum of the returns less all of that: rounding, for the residuals of a regression with intercept sum to 0. */
  readonly residual: number
  /** The sum of the returns that were used. */
  readonly total: number
  /** Rows left out because the return or a factor was missing. */
  readonly dropped: number
}

/** Regresses returns on factor returns (one row a period) and attributes their sum. Throws `NJORD_ERR_UNEQUAL_SERIES`. */
export function attributeFactors (returns: Series, factorReturns: readonly Series[]): Answer<FactorAttribution, 'collinear'> {
  checkLengths('returns and factor returns', returns, factorReturns)
  const y: number[] = []
  const x: number[][] = []
  factorReturns.forEach((row, at) => {
    const value = returns[at]
    const factors = Array.from(row)
    if (!isObserved(value) || !factors.every(isObserved)) return
    y.push(value)
    x.push(factors)
  })
  const fit = leastSquares(y, x)
  if (fit.value === null) return fit
  const [alpha, ...slopes] = fit.value.coefficients
  const exposures = slopes.map(({ value }) => value)
  const contributions = exposures.map((exposure, at) => x.reduce((sum, row) => sum + exposure * row[at]!, 0))
  const total = y.reduce((sum, value) => sum + value, 0)
  const explained = alpha!.value * y.length
  return {
    value: {
      regression: fit.value,
      exposures,
      contributions,
      alpha: explained,
      residual: contributions.reduce((left, value) => left - value, total - explained),
      total,
      dropped: returns.length - y.length
    }
  }
}

export interface HoldingsFactors {
  /** By date: the portfolio's return. */
  readonly returns: Series
  /** By date and asset: shares of the capital. */
  readonly positions: ReadonlyArray<ArrayLike<number>>
  /** By date, asset and factor; `null` for an asset or a date without. */
  readonly loadings: ReadonlyArray<ReadonlyArray<ArrayLike<number> | null> | null>
  /** By date and factor. */
  readonly factorReturns: readonly Series[]
}

/** Returns explained by what was held: common + specific = total, tilt + timing = common, date by date. */
export interface HoldingsAttribution {
  /** The dates used, as rows of the input. */
  readonly dates: readonly number[]
  /** By date and factor: Σ position × loading. */
  readonly exposures: readonly number[][]
  /** By date and factor: exposure × factor return. */
  readonly contributions: readonly number[][]
  readonly common: readonly number[]
  readonly specific: readonly number[]
  /** What the average exposures would have earned. */
  readonly tilt: readonly number[]
  readonly timing: readonly number[]
  /** Dates without loadings, factor returns or a return: left out. */
  readonly missingDates: readonly number[]
  /** Assets held on some date without loadings: what they did is specific. */
  readonly missingAssets: readonly number[]
}

/** Attributes by exposures that are known (holdings × loadings) rather than estimated. Throws `NJORD_ERR_UNEQUAL_SERIES`. */
export function attributeHoldings ({ returns, positions, loadings, factorReturns }: HoldingsFactors): HoldingsAttribution {
  checkLengths('returns and positions', returns, positions)
  checkLengths('returns and loadings', returns, loadings)
  checkLengths('returns and factor returns', returns, factorReturns)
  const missingDates: number[] = []
  const missingAssets = new Set<number>()
  const dates: number[] = []
  const exposures: number[][] = []
  for (let date = 0; date < returns.length; date++) {
    const today = loadings[date]!
    const factors = Array.from(factorReturns[date]!)
    if (!isObserved(returns[date]) || today === null || !factors.every(isObserved)) {
      missingDates.push(date)
      continue
    }
    checkLengths('positions and loadings', positions[date]!, today)
    const found = factors.map(() => 0)
    today.forEach((loading, asset) => {
      const position = positions[date]![asset]!
      if (loading === null) {
        if (position !== 0) missingAssets.add(asset)
        return
      }
      found.forEach((_, factor) => { found[factor]! += position * loading[factor]! })
    })
    dates.push(date)
    exposures.push(found)
  }
  const factorReturn = (at: number, factor: number) => factorReturns[dates[at]!]![factor]!
  const average = (exposures[0] ?? []).map((_, factor) => exposures.reduce((sum, row) => sum + row[factor]!, 0) / exposures.length)
  const contributions = exposures.map((row, at) => row.map((exposure, factor) => exposure * factorReturn(at, factor)))
  const common = contributions.map(row => row.reduce((sum, value) => sum + value, 0))
  const tilt = exposures.map((_, at) => average.reduce((sum, exposure, factor) => sum + exposure * factorReturn(at, factor), 0))
  return {
    dates,
    exposures,
    contributions,
    common,
    specific: common.map((value, at) => returns[dates[at]!]! - value),
    tilt,
    timing: common.map((value, at) => value - tilt[at]!),
    missingDates,
    missingAssets: [...missingAssets]
  }
}

/** A named block of regressors of one period: one column (a style) or one a level (a sector's dummies). */
export interface CrossFactor {
  readonly name: string
  /** By asset: its exposures, as many for every asset. */
  readonly exposures: ReadonlyArray<ArrayLike<number>>
}

export interface CrossSection {
  readonly regression: Regression
  /** By factor, and within it by column. */
  readonly factors: ReadonlyArray<{
    readonly name: string
    readonly returns: readonly number[]
    readonly activeExposures: readonly number[]
    readonly contribution: number
  }>
  readonly activeReturn: number
  /** `activeReturn` less the contributions. */
  readonly residual: number
}

/**
 * One period by assets: factor returns are estimated from the assets' returns, and a factor contributes active exposure
 * × factor return. With dummies that cover every asset there must be no intercept. Throws `NJORD_ERR_UNEQUAL_SERIES`.
 */
export function attributeCrossSection (
  returns: ArrayLike<number>, factors: readonly CrossFactor[], activeWeights: ArrayLike<number>,
  { intercept = true }: { readonly intercept?: boolean } = {}
): Answer<CrossSection, 'collinear'> {
  checkLengths('returns and active weights', returns, activeWeights)
  for (const { name, exposures } of factors) checkLengths(`returns and exposures to ${name}`, returns, exposures)
  const rows = Array.from(returns, (_, asset) => factors.flatMap(({ exposures }) => Array.from(exposures[asset]!)))
  const fit = leastSquares(returns, rows, { intercept })
  if (fit.value === null) return fit
  const activeReturn = weighted(returns, activeWeights)
  let column = 0
  const found = factors.map(({ name, exposures }) => {
    const width = exposures[0]?.length ?? 0
    const first = column
    column += width
    const factorReturns = Array.from({ length: width }, (_, at) => fit.value.coefficients[first + at + (intercept ? 1 : 0)]!.value)
    const activeExposures = factorReturns.map((_, at) => weighted(rows.map(row => row[first + at]!), activeWeights))
    return { name, returns: factorReturns, activeExposures, contribution: weighted(factorReturns, activeExposures) }
  })
  return {
    value: { regression: fit.value, factors: found, activeReturn, residual: found.reduce((left, { contribution }) => left - contribution, activeReturn) }
  }
}

function weighted (values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at]! * weights[at]!
  return sum
}
