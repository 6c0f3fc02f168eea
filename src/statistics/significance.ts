import { normalCdf, normalQuantile } from './distributions.js'
import { figure, undefinedFor, type Figure } from './figure.js'
import type { Moments } from './moments.js'
import { moments, sharpeOf } from './ratios.js'
import type { Series } from './series.js'

/** Euler's constant. */
const euler = 0.5772156649015329

/**
 * The probability (0..1) that the true Sharpe ratio is above `benchmarkSharpe`, given the length, skewness and kurtosis
 * of the returns (Bailey & López de Prado 2012). Ratios per period, not annualised.
 */
export function probabilisticSharpe (returns: Series, { benchmarkSharpe = 0 }: { readonly benchmarkSharpe?: number } = {}): Figure {
  return probabilisticSharpeOf(moments(returns), benchmarkSharpe)
}

export function probabilisticSharpeOf (found: Moments, benchmarkSharpe = 0): Figure {
  const ratio = sharpeOf(found, 1)
  if (ratio.value === null) return ratio
  const variance = 1 - found.skewness() * ratio.value + (found.kurtosis() - 1) / 4 * ratio.value ** 2
  if (!(variance > 0)) return undefinedFor('too few observations')
  return figure(normalCdf((ratio.value - benchmarkSharpe) * Math.sqrt((found.count - 1) / variance)))
}

/**
 * The Sharpe ratio (per period) that the best of `trials` without skill is expected to show, when the ratios of the
 * trials have the given variance (Bailey & López de Prado 2014).
 */
export function expectedMaxSharpe (trials: number, sharpeVariance: number): number {
  if (!(trials > 1)) return 0
  return Math.sqrt(sharpeVariance) * ((1 - euler) * normalQuantile(1 - 1 / trials) + euler * normalQuantile(1 - 1 / (trials * Math.E)))
}

export interface TrialOptions {
  /** How many strategies were tried, this one included. */
  readonly trials: number
  /** Variance of their Sharpe ratios per period. */
  readonly sharpeVariance: number
}

/** The probabilistic Sharpe ratio against the best that `trials` without skill would show: 0..1. */
export function deflatedSharpe (returns: Series, { trials, sharpeVariance }: TrialOptions): Figure {
  return probabilisticSharpe(returns, { benchmarkSharpe: expectedMaxSharpe(trials, sharpeVariance) })
}
