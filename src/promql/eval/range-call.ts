import type { Span } from '../ast.js'
import { dropNames, emptyColumn, hasSamples, mergeSameLabels, type Column, type Grid } from './column.js'
import { metricName } from './label-sets.js'
import { average, greatest, latestOf, least, medianDeviation, quantileOverTime, sum, variance } from './over-time.js'
import type { QueryRun } from './query-run.js'
import type { RangeVector } from './range-vector.js'
import { countChanges, countResets, extrapolated, lastTwo } from './rates.js'
import { derivative, doubleExponentialSmoothing, predictLinear } from './trend.js'
import { ofValues, timestampOf, Windows, type RangeFunction } from './windows.js'

/** The functions of range vectors. All but `last_over_time` take the metric's name off. */
export const rangeFunctions: ReadonlyMap<string, RangeFunction> = new Map(Object.entries({
  rate: extrapolated(true, true),
  increase: extrapolated(true, false),
  delta: extrapolated(false, false),
  irate: lastTwo(true),
  idelta: lastTwo(false),
  resets: ofValues(countResets),
  changes: ofValues(countChanges),
  deriv: derivative,
  predict_linear: predictLinear,
  double_exponential_smoothing: doubleExponentialSmoothing,
  sum_over_time: ofValues(sum),
  avg_over_time: ofValues(average),
  min_over_time: ofValues(least),
  max_over_time: ofValues(greatest),
  count_over_time: ofValues((_, from, to) => to - from),
  stdvar_over_time: ofValues(variance),
  stddev_over_time: ofValues((values, from, to) => Math.sqrt(variance(values, from, to))),
  mad_over_time: ofValues(medianDeviation),
  quantile_over_time: quantileOverTime,
  last_over_time: ofValues((values, _, to) => values[to - 1]!),
  present_over_time: ofValues(() => 1),
  absent_over_time: ofValues(() => 1),
  ts_of_min_over_time: timestampOf((values, from, to) => latestOf(values, from, to, least)),
  ts_of_max_over_time: timestampOf((values, from, to) => latestOf(values, from, to, greatest)),
  ts_of_last_over_time: timestampOf((_, __, to) => to - 1)
}))

/** How many samples a function may look through without a pause: some milliseconds' worth for the slowest of them. */
const SAMPLES_AT_ONCE = 50_000

/**
 * Evaluates a function of a range vector for each series and instant. `parameters` are its scalar arguments in their order, `spans` the
 * places of all arguments.
 */
export async function callOnRange (
  run: QueryRun, name: string, range: RangeVector, parameters: readonly Float64Array[], spans: readonly Span[], grid: Grid
): Promise<Column[]> {
  const { delayedNameRemoval } = run.settings
  if (range.series.length === 0) return []
  const apply = rangeFunctions.get(name)!
  const keepsName = name === 'last_over_time'
  const isRate = name === 'rate' || name === 'increase'
  const windows = new Windows(grid, range)
  const columns: Column[] = []
  for (const series of range.series) {
    if (run.isDue) await run.pause()
    const most = windows.slide(series.read())
    if (most === 0) continue
    run.queried += windows.samples
    const held = run.samples
    run.hold(most + grid.count)
    const column = emptyColumn(series.labels, grid.count)
    const stepsAtOnce = Math.ceil(SAMPLES_AT_ONCE / most)
    for (let first = 0; first < grid.count; first += stepsAtOnce) {
      if (first > 0 && run.isDue) await run.pause()
      apply(windows, column, first, Math.min(grid.count, first + stepsAtOnce), parameters)
    }
    if (!hasSamples(column)) {
      run.releaseTo(held)
      continue
    }
    run.releaseTo(held + grid.count)
    columns.push(column)
    if (isRate) looksLikeCounter(run, metricName(series.labels), spans[0])
    if (name === 'quantile_over_time') areQuantiles(run, parameters[0]!, column, spans[0])
  }
  if (keepsName) return delayedNameRemoval ? columns : await mergeSameLabels(run, columns, true)
  // Whatever is absent has no name: the caller makes one series of these.
  return name === 'absent_over_time' ? columns : await dropNames(run, columns, true)
}

function looksLikeCounter (run: QueryRun, metric: string, span: Span | undefined): void {
  if (metric !== '' && !/_(total|sum|count|bucket)$/.test(metric)) run.annotations.possibleNonCounter(metric, span)
}

function areQuantiles (run: QueryRun, quantiles: Float64Array, { present }: Column, span: Span | undefined): void {
  for (const [i, quantile] of quantiles.entries()) {
    if (present[i] === 1 && !(quantile >= 0 && quantile <= 1)) run.annotations.invalidQuantile(quantile, span)
  }
}
