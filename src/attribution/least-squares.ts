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
 * Least squares by Householder QR of columns scaled to a length near 1 (never normal equations), then refined on the
 * augmented system with exact products (Björck 1967), which keeps the digits that a large residual takes.
 * Columns that depend on each other have no answer: `collinear`.
 * Throws `NJORD_ERR_UNEQUAL_SERIES` for rows of X and y that differ in number, or rows of different lengths.
 */
export function leastSquares (
  y: ArrayLike<number>, rows: ReadonlyArray<ArrayLike<number>>, { intercept = true }: { readonly intercept?: boolean } = {}
): Answer<Regression, 'collinear'> {
  checkLengths('y and X', y, rows)
  const observations = rows.length
  const factors = rows[0]?.length ?? 0
  const size = factors + (intercept ? 1 : 0)
  if (observations < size || size === 0) return { value: null, reason: observations === 0 ? 'no observations' : 'too few observations' }
  for (const row of rows) checkLengths('rows of X', rows[0]!, row)
  const columns = Array.from({ length: size }, (_, at) => at < size - factors
    ? new Float64Array(observations).fill(1)
    : Float64Array.from(rows, row => row[at - size + factors]!))
  const scales = columns.map(column => Math.sqrt(sumOfSquares(column)))
  if (!scales.every(Number.isFinite) || !Number.isFinite(sumOfSquares(y))) return { value: null, reason: 'not finite' }
  // Powers of two scale without rounding.
  scales.forEach((length, at) => {
    const scale = scales[at] = length === 0 ? 1 : 2 ** Math.round(Math.log2(length))
    columns[at] = columns[at]!.map(value => value / scale)
  })
  const qr = new QrDecomposition(new Matrix(columns).transpose())
  const upper = qr.upperTriangularMatrix
  const least = 8 * Number.EPSILON * Math.sqrt(observations)
  for (let at = 0; at < size; at++) {
    if (!(Math.abs(upper.get(at, at)) > least)) return { value: null, reason: 'collinear' }
  }
  const { values, residuals } = refine(y, columns, qr, upper)
  return { value: describe(y, values.map((value, at) => value / scales[at]!), residuals, scales, upper, intercept) }
}

/** Solves r + Xb = y, X'r = 0 step by step, each step correcting what the last left. */
function refine (y: ArrayLike<number>, columns: readonly Float64Array[], qr: QrDecomposition, upper: Matrix) {
  const values = new Float64Array(columns.length)
  const residuals = new Float64Array(y.length)
  for (let step = 0; step < 4; step++) {
    const missed = Float64Array.from(y, (wanted, row) => exactSum(columns.length, at => -values[at]!, at => columns[at]![row]!, wanted, -residuals[row]!))
    // X'r should be 0; in the first step r is.
    const oblique = columns.map(column => step === 0 ? 0 : exactSum(column.length, row => residuals[row]!, row => column[row]!))
    const change = qr.solve(Matrix.columnVector(missed)).to1DArray()
    solveSquared(upper, oblique).forEach((value, at) => { change[at]! += value })
    for (let row = 0; row < residuals.length; row++) {
      let left = missed[row]!
      for (let at = 0; at < columns.length; at++) left -= change[at]! * columns[at]![row]!
      residuals[row]! += left
    }
    change.forEach((value, at) => { values[at]! += value })
  }
  return { values, residuals }
}

/** Solves R'R x = b. */
function solveSquared (upper: Matrix, b: readonly number[]): number[] {
  const x = [...b]
  for (let row = 0; row < x.length; row++) {
    for (let at = 0; at < row; at++) x[row]! -= upper.get(at, row) * x[at]!
    x[row]! /= upper.get(row, row)
  }
  for (let row = x.length - 1; row >= 0; row--) {
    for (let at = row + 1; at < x.length; at++) x[row]! -= upper.get(row, at) * x[at]!
    x[row]! /= upper.get(row, row)
  }
  return x
}

/** `terms` and Σ a·b, the products and their sum without loss. */
function exactSum (count: number, a: (at: number) => number, b: (at: number) => number, ...terms: number[]): number {
  const sum = new CompensatedSum()
  for (const term of terms) sum.add(term)
  for (let at = 0; at < count; at++) {
    const [x, y] = [a(at), b(at)]
    const product = x * y
    sum.add(product)
    sum.add(productError(x, y, product))
  }
  return sum.value
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
