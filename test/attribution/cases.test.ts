import t from 'tap'
import * as a from '../../src/attribution/index.js'
import { checkCases, missing, type Case } from '../statistics/shared-cases.js'

type Answer = (found: Case) => unknown

const list = Array.from<number>
const brinson = (options: a.BrinsonOptions): Answer => ({ inputs, params }) => {
  const found = a.brinson(inputs as unknown as a.SegmentedPeriod, { zeroWeights: params.imputeReturns === undefined ? 'keep' : 'impute', ...options })
  return { ...found, allocation: list(found.allocation), selection: list(found.selection), interaction: list(found.interaction) }
}
const geometric: Answer = ({ inputs }) => {
  const found = a.geometricBrinson({ ...inputs as unknown as a.SegmentedPeriod, benchmarkReturn: inputs.benchmarkTotalReturn }, { zeroWeights: 'keep' })
  return { ...found, allocation: list(found.allocation), selection: list(found.selection) }
}
const periodsOf = ({ inputs }: Case): a.SegmentedPeriod[] => inputs.portfolioWeights.map((portfolioWeights: number[], at: number) => ({
  portfolioWeights,
  benchmarkWeights: inputs.benchmarkWeights[at],
  portfolioReturns: inputs.portfolioReturns[at],
  benchmarkReturns: inputs.benchmarkReturns[at],
  benchmarkReturn: inputs.benchmarkTotalReturn?.[at]
}))
const sum = (values: ArrayLike<number>) => list(values).reduce((total, value) => total + value, 0)
const linked = (method: a.LinkMethod, options: a.BrinsonOptions): Answer => found => {
  const { value } = a.brinsonOverTime(periodsOf(found), { method, zeroWeights: 'keep', ...options })
  const perPeriod = (effect: 'allocation' | 'selection' | 'interaction') => value!.periods.map(period => sum(period[effect]))
  return {
    periodAllocation: value!.periods.map(({ allocation }) => list(allocation)),
    periodSelection: value!.periods.map(({ selection }) => list(selection)),
    periodAllocationTotal: perPeriod('allocation'),
    periodSelectionTotal: perPeriod('selection'),
    linkedPeriodTotals: {
      allocation: perPeriod('allocation'),
      selection: perPeriod('selection'),
      interaction: perPeriod('interaction'),
      activeReturn: value!.periods.map(({ allocation, selection, interaction }) => sum(allocation) + sum(selection) + sum(interaction))
    },
    totalAllocation: list(value!.allocation),
    totalSelection: list(value!.selection),
    total: value!.total,
    activeReturn: value!.activeReturn
  }
}
const compounded: Answer = found => {
  const { allocation, selection, geometricExcess } = a.geometricBrinsonOverTime(periodsOf(found), { zeroWeights: 'keep' })
  return { total: { allocation, selection }, geometricExcess }
}
const regression = (intercept: boolean): Answer => ({ inputs }) => {
  const { value } = a.leastSquares(inputs.y, inputs.X, { intercept })
  return {
    coef: value!.coefficients.map(coefficient => coefficient.value),
    se: value!.coefficients.map(({ standardError }) => standardError.value),
    residuals: list(value!.residuals),
    sigma: value!.residualDeviation.value,
    r2: value!.rSquared.value,
    adjR2: value!.adjustedRSquared.value
  }
}
const timing = (model: 'treynor-mazuy' | 'henriksson-merton'): Answer => ({ inputs }) => {
  const { value } = a.marketTiming(inputs.returns, inputs.benchmark, { riskFree: inputs.riskFree, model })
  return { alpha: value!.alpha.value, betas: [value!.beta.value, value!.gamma.value] }
}
const topDown = { model: 'BF', interaction: 'selection' } as const
const bottomUp = { model: 'BF', interaction: 'allocation' } as const

const answers: Record<string, Answer> = {
  'brinson/BHB-3-effect': brinson({ model: 'BHB' }),
  'brinson/BHB-3-effect-totals': brinson({ model: 'BHB' }),
  'brinson/BHB-top-down': brinson({ model: 'BHB', interaction: 'selection' }),
  'brinson/BF-3-effect': brinson({ model: 'BF' }),
  'brinson/BF-3-effect-impute': brinson({ model: 'BF' }),
  'brinson/BF-top-down': brinson(topDown),
  'brinson/BF-top-down-impute': brinson(topDown),
  'brinson/BF-bottom-up': brinson(bottomUp),
  'brinson/BF-bottom-up-impute': brinson(bottomUp),
  'brinson/geometric': geometric,
  'brinson/geometric-drifting-total': geometric,
  'brinson_allocation_level/geometric-level1': ({ inputs }) => {
    const groups = [...new Set<string>(inputs.groups)]
    const found = a.attributeLevels(groups.map(name => ({
      name,
      parts: inputs.segments.flatMap((segment: string, at: number): a.LevelLeaf[] => inputs.groups[at] !== name
        ? []
        : [{
            name: segment,
            portfolioWeight: inputs.portfolioWeights[at],
            benchmarkWeight: inputs.benchmarkWeights[at],
            portfolioReturn: inputs.portfolioReturns[at],
            benchmarkReturn: inputs.benchmarkReturns[at]
          }])
    })), { kind: 'geometric' })
    const allocation = found.effects.filter(({ path }) => path.length === 1).map(effect => effect.allocation)
    return { allocation, total: found.allocation[0], geometricExcess: found.activeReturn }
  },
  'brinson_link/carino-BF-top-down': linked('carino', topDown),
  'brinson_link/carino-BF-top-down-totals': linked('carino', topDown),
  'brinson_link/carino-BHB-top-down-totals': linked('carino', { model: 'BHB', interaction: 'selection' }),
  'brinson_link/menchero-BF-top-down': linked('menchero', topDown),
  'brinson_link/menchero-BF-top-down-totals': linked('menchero', topDown),
  'brinson_link/menchero-BHB-3-effect': linked('menchero', { model: 'BHB' }),
  'brinson_link/grap-BF-top-down': linked('grap', topDown),
  'brinson_link/grap-BF-top-down-totals': linked('grap', topDown),
  'brinson_link/frongello-BF-top-down': linked('frongello', topDown),
  'brinson_link/frongello-BF-top-down-totals': linked('frongello', topDown),
  'brinson_link/davies-laker-BHB': found => {
    const { activeReturn, ...total } = a.notionalFunds(periodsOf(found), { zeroWeights: 'keep' })
    return { total, activeReturn }
  },
  'brinson_link/geometric': compounded,
  'brinson_link/geometric-drifting-total': compounded,
  'ols/intercept': regression(true),
  'ols/no-intercept': regression(false),
  'factor_attribution/cross-section-ols': ({ inputs }) => {
    const factors = inputs.factors.map((name: string, at: number) => ({ name, exposures: inputs.exposures.map((row: number[]) => [row[at]]) }))
    const { value } = a.attributeCrossSection(inputs.returns, factors, inputs.activeWeights)
    return {
      factorReturns: value!.factors.map(({ returns }) => returns[0]),
      activeExposure: value!.factors.map(({ activeExposures }) => activeExposures[0]),
      contribution: value!.factors.map(({ contribution }) => contribution),
      activeReturn: value!.activeReturn
    }
  },
  'factor_attribution/cross-section-ols-dummies': ({ inputs, params }) => {
    // The data writes a sector as its level, 1 for the first.
    const levels: unknown[] = inputs.sectorLevels
    const isFrom1 = typeof inputs.sector[0] === 'number' && !inputs.sector.includes(0)
    const isOf = (sector: unknown, level: number) => typeof sector === 'number' ? sector === level + (isFrom1 ? 1 : 0) : sector === levels[level]
    const factors: a.CrossFactor[] = params.factors.map((name: string) => ({
      name,
      exposures: name === 'sector'
        ? inputs.sector.map((sector: unknown) => levels.map((_, level) => isOf(sector, level) ? 1 : 0))
        : inputs[name].map((value: number) => [value])
    }))
    const active = inputs.portfolio.map((weight: number, at: number) => weight - inputs.benchmark[at])
    const { value } = a.attributeCrossSection(inputs.returns, factors, active, { intercept: false })
    const weighted = (weights: number[]) => weights.reduce((total, weight, at) => total + weight * inputs.returns[at], 0)
    return {
      contribution: Object.fromEntries(value!.factors.map(({ name, contribution }) => [name, contribution])),
      residual: value!.residual,
      activeReturn: value!.activeReturn,
      portfolioReturn: weighted(inputs.portfolio),
      benchmarkReturn: weighted(inputs.benchmark)
    }
  },
  'factor_attribution/exposure-times-factor-return': ({ inputs }) => {
    const found = a.attributeHoldings({
      returns: inputs.returns, positions: inputs.positions, loadings: inputs.factorLoadings, factorReturns: inputs.factorReturns
    })
    return { ...found, factorContribution: found.contributions }
  },
  'timeseries_factor/treynor-mazuy': timing('treynor-mazuy'),
  'timeseries_factor/merton-henriksson-up': timing('henriksson-merton')
}

for (const name of ['brinson_single', 'brinson_linking', 'factor_regression']) {
  t.test(`agrees with the published cases of ${name}`, { skip: missing }, async t => {
    checkCases(t, [name], answers, [])
  })
}
