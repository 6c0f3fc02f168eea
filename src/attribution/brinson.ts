import { checkLengths, isObserved, type Series } from '../statistics/series.js'

/** One period by segment (a strategy, a sector, an asset): weights at its start and returns over it. All of one length. */
export interface SegmentedPeriod {
  /** Shares of the capital, 1 in all; cash is a segment of its own. */
  readonly portfolioWeights: ArrayLike<number>
  readonly benchmarkWeights: ArrayLike<number>
  readonly portfolioReturns: Series
  readonly benchmarkReturns: Series
  /** The return there really was, where weights × returns are not all of it (costs, drift). The difference is the residual. */
  readonly portfolioReturn?: number
  readonly benchmarkReturn?: number
}

export interface BrinsonOptions {
  /** Brinson-Fachler measures a segment against the benchmark, Brinson-Hood-Beebower against 0. @defaultValue `'BF'` */
  readonly model?: 'BF' | 'BHB'
  /** Where interaction goes: an effect of its own, into selection (top-down), or into allocation (bottom-up). @defaultValue `'separate'` */
  readonly interaction?: 'separate' | 'selection' | 'allocation'
  /**
   * The return of a side that holds nothing of a segment: the other side's (so that there is no selection in what is
   * not there), or the one given, 0 where it is missing. @defaultValue `'impute'`
   */
  readonly zeroWeights?: 'impute' | 'keep'
}

export interface EffectTotals {
  readonly allocation: number
  readonly selection: number
  readonly interaction: number
}

/** The effects of one period by segment, and in all. `allocation + selection + interaction + residual = activeReturn`. */
export interface Brinson {
  readonly allocation: Float64Array
  readonly selection: Float64Array
  /** All 0 unless interaction is separate. */
  readonly interaction: Float64Array
  readonly total: EffectTotals
  readonly portfolioReturn: number
  readonly benchmarkReturn: number
  readonly activeReturn: number
  /** What the effects do not explain: 0 but for rounding when weights sum to 1 and no return was given for the whole. */
  readonly residual: number
  /** Segments that a side holds and whose return is missing there: the other side's return stood in (0 where both are missing). */
  readonly imputed: number[]
}

/** The returns of both sides with what is missing filled in, and the totals. */
export interface ResolvedSegments {
  readonly portfolio: Float64Array
  readonly benchmark: Float64Array
  readonly imputed: number[]
  readonly portfolioReturn: number
  readonly benchmarkReturn: number
}

/**
 * Arithmetic attribution of one period (Brinson, Hood & Beebower 1986; Brinson & Fachler 1985):
 * allocation (wp - wb)(rb - RB), selection wb(rp - rb), interaction (wp - wb)(rp - rb); BHB leaves RB out.
 * Throws `NJORD_ERR_UNEQUAL_SERIES`.
 */
export function brinson (period: SegmentedPeriod, { model = 'BF', interaction = 'separate', zeroWeights = 'impute' }: BrinsonOptions = {}): Brinson {
  const { portfolio, benchmark, imputed, portfolioReturn, benchmarkReturn } = resolveSegments(period, zeroWeights)
  const { portfolioWeights, benchmarkWeights } = period
  const segments = portfolio.length
  // One array for the three effects: linking takes them side by side.
  const effects = new Float64Array(3 * segments)
  const reference = model === 'BF' ? benchmarkReturn : 0
  let allocated = 0
  let selected = 0
  let interacted = 0
  for (let at = 0; at < segments; at++) {
    const wp = portfolioWeights[at]!
    const wb = benchmarkWeights[at]!
    const rp = portfolio[at]!
    const rb = benchmark[at]!
    allocated += effects[at] = (wp - wb) * ((interaction === 'allocation' ? rp : rb) - reference)
    selected += effects[segments + at] = (interaction === 'selection' ? wp : wb) * (rp - rb)
    interacted += effects[2 * segments + at] = interaction === 'separate' ? (wp - wb) * (rp - rb) : 0
  }
  const activeReturn = portfolioReturn - benchmarkReturn
  const { allocation, selection, interaction: both } = splitEffects(effects)
  return {
    allocation,
    selection,
    interaction: both,
    total: { allocation: allocated, selection: selected, interaction: interacted },
    portfolioReturn,
    benchmarkReturn,
    activeReturn,
    residual: activeReturn - allocated - selected - interacted,
    imputed
  }
}

/** The three effects of effects side by side, without copying. */
export function splitEffects (effects: Float64Array): Pick<Brinson, 'allocation' | 'selection' | 'interaction'> {
  const segments = effects.length / 3
  return {
    allocation: effects.subarray(0, segments),
    selection: effects.subarray(segments, 2 * segments),
    interaction: effects.subarray(2 * segments)
  }
}

/** Geometric effects of one period: they compound, (1 + allocation)(1 + selection) - 1 = geometricExcess. */
export interface GeometricBrinson {
  readonly allocation: Float64Array
  readonly selection: Float64Array
  readonly total: { readonly allocation: number, readonly selection: number }
  readonly portfolioReturn: number
  readonly benchmarkReturn: number
  /** (1 + portfolio return) / (1 + benchmark return) - 1. */
  readonly geometricExcess: number
  /** (1 + geometricExcess) / ((1 + allocation)(1 + selection)) - 1. */
  readonly residual: number
  readonly imputed: number[]
}

/**
 * Geometric attribution of one period (Bacon 2008, 5.5), BS being Σ wp·rb:
 * allocation (wp - wb)((1 + rb) / (1 + RB) - 1), selection wp(rp - rb) / (1 + BS).
 */
export function geometricBrinson (period: SegmentedPeriod, { zeroWeights = 'impute' }: Pick<BrinsonOptions, 'zeroWeights'> = {}): GeometricBrinson {
  const { portfolio, benchmark, imputed, portfolioReturn, benchmarkReturn } = resolveSegments(period, zeroWeights)
  const { portfolioWeights, benchmarkWeights } = period
  const allocation = new Float64Array(portfolio.length)
  const selection = new Float64Array(portfolio.length)
  const notional = 1 + weighted(portfolioWeights, benchmark)
  const total = { allocation: 0, selection: 0 }
  for (let at = 0; at < portfolio.length; at++) {
    const wp = portfolioWeights[at]!
    const rb = benchmark[at]!
    total.allocation += allocation[at] = (wp - benchmarkWeights[at]!) * (rb - benchmarkReturn) / (1 + benchmarkReturn)
    total.selection += selection[at] = wp * (portfolio[at]! - rb) / notional
  }
  const geometricExcess = (portfolioReturn - benchmarkReturn) / (1 + benchmarkReturn)
  const residual = (1 + geometricExcess) / ((1 + total.allocation) * (1 + total.selection)) - 1
  return { allocation, selection, total, portfolioReturn, benchmarkReturn, geometricExcess, residual, imputed }
}

/** Fills in returns and sums weights × returns. Throws `NJORD_ERR_UNEQUAL_SERIES`. */
export function resolveSegments (period: SegmentedPeriod, zeroWeights: 'impute' | 'keep'): ResolvedSegments {
  const { portfolioWeights, benchmarkWeights, portfolioReturns, benchmarkReturns } = period
  checkLengths('portfolio and benchmark weights', portfolioWeights, benchmarkWeights)
  checkLengths('portfolio weights and returns', portfolioWeights, portfolioReturns)
  checkLengths('benchmark weights and returns', benchmarkWeights, benchmarkReturns)
  const segments = portfolioWeights.length
  const portfolio = new Float64Array(segments)
  const benchmark = new Float64Array(segments)
  const imputed: number[] = []
  const isKept = zeroWeights === 'keep'
  for (let at = 0; at < segments; at++) {
    const rp = portfolioReturns[at]
    const rb = benchmarkReturns[at]
    const holds = portfolioWeights[at] !== 0
    const isInBenchmark = benchmarkWeights[at] !== 0
    if (holds && isInBenchmark && isObserved(rp) && isObserved(rb)) {
      portfolio[at] = rp
      benchmark[at] = rb
      continue
    }
    if ((holds && !isObserved(rp)) || (isInBenchmark && !isObserved(rb))) imputed.push(at)
    const ours = isObserved(rp) && (holds || isKept || !isObserved(rb)) ? rp : undefined
    const theirs = isObserved(rb) && (isInBenchmark || isKept || !isObserved(rp)) ? rb : undefined
    // What is not held has in `keep` the return 0; what is held and unknown has the other side's.
    portfolio[at] = ours ?? (isKept && !holds ? 0 : theirs ?? 0)
    benchmark[at] = theirs ?? (isKept && !isInBenchmark ? 0 : ours ?? 0)
  }
  return {
    portfolio,
    benchmark,
    imputed,
    portfolioReturn: period.portfolioReturn ?? weighted(portfolioWeights, portfolio),
    benchmarkReturn: period.benchmarkReturn ?? weighted(benchmarkWeights, benchmark)
  }
}

function weighted (weights: ArrayLike<number>, returns: Float64Array): number {
  let sum = 0
  for (let at = 0; at < returns.length; at++) sum += weights[at]! * returns[at]!
  return sum
}
