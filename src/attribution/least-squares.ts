import { Matrix, QrDecomposition } from 'ml-matrix'
import { CompensatedSum } from '../statistics/compensated-sum.js'
import { studentTwoSided } from '../statistics/distributions.js'
import { figure, undefinedFor, type Figure } from '../statistics/figure.js'
import { checkLengths } from '../statistics/series.js'
import type { Answer } from './answer.js'

/** One coefficient of a regression. */
export interface Coefficient {
  readonly value: number
  /** Undefined with as many coefficients as observations. */
  readonly standardError: Figure
  /** Value over standard error. */
  readonly tStatistic: Figure
  /** Two-sided, of the t statistic: 0..1. */
  readonly pValue: Figure
}

/** Ordinary least squares of y on the columns of X. */
export interface Regression {
  /** The intercept first, where there is one; then by column. */
  readonly coefficients: readonly Coefficient[]
  readonly residuals: Float64Array
  readonly observations: number
  /** Observations less coefficients. */
  readonly degreesOfFreedom: number
  /** √(squared residuals / degrees of freedom). */
  readonly residualDeviation: Figure
  /** Against the mean with an intercept, against 0 without (as R has it). */
  readonly rSquared: Figure
  readonly adjustedRSquared: Figure
}

/**
 * Least squares by Householder QR of columns scaled to length 1 (never normal equations), refined once or twice by the
 * residuals summed without loss. Columns that depend on each other have no answer: `collinear`.
 * Throws `NJORD_ERR_UNEQUAL_SERIES` for rows of X and y that differ in number, or rows of different lengths.
 */
export function leastSquares (
  y: ArrayLike<number>, rows: ReadonlyArray<ArrayLike<number>>, { intercept = true }: { readonly intercept?: boolean } = {}
): Answer<Regression, 'collinear'> {
  checkLengths('y and X', y, rows)
  const observations = rows.length
  const factors = rows[0]?.length ?? 0
  const columns = factors + (intercept ? 1 : 0)
  if (observations < columns || columns === 0) return { value: null, reason: observations === 0 ? 'no observations' : 'too few observations' }
  const design = new Matrix(observations, columns)
  for (let row = 0; row < observations; row++) {
    checkLengths('rows of X', rows[0]!, rows[row]!)
    if (intercept) design.set(row, 0, 1)
    for (let at = 0; at < factors; at++) design.set(row, at + columns - factors, rows[row]![at]!)
  }
  const scales = Array.from({ length: columns }, (_, at) => Math.sqrt(sumOfSquares(design.getColumn(at))))
  if (!scales.every(Number.isFinite)) return { value: null, reason: 'not finite' }
  const scaled = design.clone()
  scales.forEach((scale, at) => { if (scale > 0) scaled.mulColumn(at, 1 / scale) })
  const qr = new QrDecomposition(scaled)
  const upper = qr.upperTriangularMatrix
  const least = 8 * Number.EPSILON * Math.sqrt(observations)
  for (let at = 0; at < columns; at++) {
    if (!(Math.abs(upper.get(at, at)) > least)) return { value: null, reason: 'collinear' }
  }
  const values = new Float64Array(columns)
  let residuals: Float64Array = Float64Array.from(y)
  for (let step = 0; step < 3; step++) {
    const correction = qr.solve(Matrix.columnVector(residuals))
    for (let at = 0; at < columns; at++) values[at]! += correction.get(at, 0) / scales[at]!
    residuals = residualsOf(y, design, values)
  }
  return { value: describe(y, values, residuals, scales, upper, intercept) }
}

/** y - X·values, each row summed without loss of the sum (the products are rounded). */
function residualsOf (y: ArrayLike<number>, design: Matrix, values: Float64Array): Float64Array {
  const sum = new CompensatedSum()
  return Float64Array.from(y, (wanted, row) => {
    sum.reset()
    sum.add(wanted)
    values.forEach((value, at) => {
      const x = design.get(row, at)
      const product = value * x
      sum.add(-product)
      sum.add(-productError(value, x, product))
    })
    return sum.value
  })
}

/** What rounding took from a product (Dekker 1971). */
function productError (a: number, b: number, product: number): number {
  const [ah, bh] = [split(a), split(b)]
  const [al, bl] = [a - ah, b - bh]
  const error = al * bl - (product - ah * bh - al * bh - ah * bl)
  return Number.isFinite(error) ? error : 0
}

function split (value: number): number {
  const large = 134_217_729 * value
  return large - (large - value)
}

function describe (
  y: ArrayLike<number>, values: Float64Array, residuals: Float64Array, scales: readonly number[], upper: Matrix, intercept: boolean
): Regression {
  const observations = residuals.length
  const degreesOfFreedom = observations - values.length
  const squares = sumOfSquares(residuals)
  const total = sumOfSquares(y, intercept ? mean(y) : 0)
  const isFitted = degreesOfFreedom === 0
  const few = undefinedFor('too few observations')
  const variance = squares / degreesOfFreedom
  const share = total === 0 ? undefinedFor('no deviation') : figure(1 - (isFitted ? 0 : squares) / total)
  const spread = inverseDiagonal(upper)
  return {
    coefficients: Array.from(values, (value, at) => {
      const error = Math.sqrt(variance * spread[at]!) / scales[at]!
      if (isFitted) return { value, standardError: few, tStatistic: few, pValue: few }
      const t = error === 0 ? undefinedFor('no deviation') : figure(value / error)
      return {
        value,
        standardError: figure(error),
        tStatistic: t,
        pValue: t.value === null ? t : figure(studentTwoSided(t.value, degreesOfFreedom))
      }
    }),
    residuals,
    observations,
    degreesOfFreedom,
    residualDeviation: isFitted ? few : figure(Math.sqrt(variance)),
    rSquared: share,
    adjustedRSquared: isFitted
      ? few
      : share.value === null ? share : figure(1 - (1 - share.value) * (observations - (intercept ? 1 : 0)) / degreesOfFreedom)
  }
}

/** The diagonal of (R'R)⁻¹: squared lengths of the rows of R⁻¹. */
function inverseDiagonal (upper: Matrix): Float64Array {
  const size = upper.rows
  const found = new Float64Array(size)
  for (let column = 0; column < size; column++) {
    const solved = new Float64Array(column + 1)
    for (let row = column; row >= 0; row--) {
      let sum = row === column ? 1 : 0
      for (let at = row + 1; at <= column; at++) sum -= upper.get(row, at) * solved[at]!
      solved[row] = sum / upper.get(row, row)
      found[row]! += solved[row]! ** 2
    }
  }
  return found
}

function mean (values: ArrayLike<number>): number {
  const sum = new CompensatedSum()
  for (let at = 0; at < values.length; at++) sum.add(values[at]!)
  return sum.value / values.length
}

function sumOfSquares (values: ArrayLike<number>, about = 0): number {
  const sum = new CompensatedSum()
  for (let at = 0; at < values.length; at++) sum.add((values[at]! - about) ** 2)
  return sum.value
}
