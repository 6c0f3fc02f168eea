import type { Answer } from './answer.js'
import { brinson, geometricBrinson, splitEffects, type BrinsonOptions, type EffectTotals, type SegmentedPeriod } from './brinson.js'
import { link, type LinkMethod } from './linking.js'

export interface BrinsonOverTimeOptions extends BrinsonOptions {
  /** @defaultValue `'carino'` */
  readonly method?: LinkMethod
}

/** The effects of many periods, linked: they sum with the residual to the compounded active return. */
export interface LinkedBrinson {
  /** By segment, over all periods. */
  readonly allocation: Float64Array
  readonly selection: Float64Array
  readonly interaction: Float64Array
  readonly total: EffectTotals
  /** By period, linked, then by segment. */
  readonly periods: ReadonlyArray<{ readonly allocation: Float64Array, readonly selection: Float64Array, readonly interaction: Float64Array }>
  readonly portfolioReturn: number
  readonly benchmarkReturn: number
  readonly activeReturn: number
  readonly residual: number
  /** The periods and segments whose return was missing and stood in for. */
  readonly imputed: ReadonlyArray<{ readonly period: number, readonly segment: number }>
}

/** Attributes each period and links the effects. Undefined as `link` is. */
export function brinsonOverTime (periods: readonly SegmentedPeriod[], { method = 'carino', ...options }: BrinsonOverTimeOptions = {}): Answer<LinkedBrinson> {
  const imputed: Array<{ period: number, segment: number }> = []
  const linked = link(periods.map((period, at) => {
    const { allocation, portfolioReturn, benchmarkReturn, imputed: segments } = brinson(period, options)
    for (const segment of segments) imputed.push({ period: at, segment })
    // `brinson` keeps its effects side by side in one buffer.
    return { portfolioReturn, benchmarkReturn, effects: new Float64Array(allocation.buffer) }
  }), method)
  if (linked.value === null) return linked
  const { totals, portfolioReturn, benchmarkReturn, activeReturn, residual } = linked.value
  const bySegment = splitEffects(totals)
  return {
    value: {
      ...bySegment,
      total: { allocation: sum(bySegment.allocation), selection: sum(bySegment.selection), interaction: sum(bySegment.interaction) },
      periods: linked.value.periods.map(splitEffects),
      portfolioReturn,
      benchmarkReturn,
      activeReturn,
      residual,
      imputed
    }
  }
}

/** Totals of effects that compound over time. */
export interface CompoundedBrinson {
  readonly allocation: number
  readonly selection: number
  readonly geometricExcess: number
  /** (1 + geometricExcess) / ((1 + allocation)(1 + selection)) - 1. */
  readonly residual: number
}

/** Geometric attribution of many periods: the effects compound, nothing is smoothed. */
export function geometricBrinsonOverTime (periods: readonly SegmentedPeriod[], options?: Pick<BrinsonOptions, 'zeroWeights'>): CompoundedBrinson {
  let allocation = 1
  let selection = 1
  let excess = 1
  for (const period of periods) {
    const found = geometricBrinson(period, options)
    allocation *= 1 + found.total.allocation
    selection *= 1 + found.total.selection
    excess *= 1 + found.geometricExcess
  }
  return { allocation: allocation - 1, selection: selection - 1, geometricExcess: excess - 1, residual: excess / (allocation * selection) - 1 }
}

/**
 * Totals by compounded notional funds (Davies & Laker 2001), of the BHB model: a fund with our weights and the
 * benchmark's returns, and one the other way round. There is no split by segment or period.
 */
export function notionalFunds (
  periods: readonly SegmentedPeriod[], { zeroWeights }: Pick<BrinsonOptions, 'zeroWeights'> = {}
): EffectTotals & { readonly activeReturn: number } {
  let ours = 1
  let benchmark = 1
  let allocated = 1
  let selected = 1
  for (const period of periods) {
    const { total, portfolioReturn, benchmarkReturn } = brinson(period, { model: 'BHB', zeroWeights })
    ours *= 1 + portfolioReturn
    benchmark *= 1 + benchmarkReturn
    allocated *= 1 + benchmarkReturn + total.allocation
    selected *= 1 + benchmarkReturn + total.selection
  }
  return {
    allocation: allocated - benchmark,
    selection: selected - benchmark,
    interaction: ours - allocated - selected + benchmark,
    activeReturn: ours - benchmark
  }
}

function sum (values: Float64Array): number {
  let total = 0
  for (const value of values) total += value
  return total
}
