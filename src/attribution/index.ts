/** `njord-telemetry/attribution`: what made the money, in parts that add up to the whole. Pure functions over arrays. */
export type { Answer } from './answer.js'
export { fitBenchmark, marketTiming, type BenchmarkFit, type Estimate, type FitOptions, type MarketTiming } from './benchmark-fit.js'
export {
  brinson, geometricBrinson, type Brinson, type BrinsonOptions, type EffectTotals, type GeometricBrinson, type SegmentedPeriod
} from './brinson.js'
export {
  brinsonOverTime, geometricBrinsonOverTime, notionalFunds, type BrinsonOverTimeOptions, type CompoundedBrinson, type LinkedBrinson
} from './brinson-over-time.js'
export * from './factors.js'
export { leastSquares, type Coefficient, type Regression } from './least-squares.js'
export { attributeLevels, type LevelAttribution, type LevelEffect, type LevelGroup, type LevelLeaf, type LevelNode } from './levels.js'
export { link, type EffectPeriod, type Linked, type LinkMethod } from './linking.js'
export * from './pnl.js'
export { attributeRisk, type Contribution, type RiskAttribution, type RiskOptions, type RiskShare } from './risk.js'
