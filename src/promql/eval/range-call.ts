import type { Call } from '../ast.js'
import { dropNames, emptyColumn, hasSamples, mergeSameLabels, type Column, type Grid } from './column.js'
import { metricName } from './label-sets.js'
import { average, greatest, least, medianDeviation, quantileOverTime, sum, variance } from './over-time.js'
import type { QueryRun } from './query-run.js'
import type { RangeVector } from './range-vector.js'
import { countChanges, countResets, extrapolated, lastTwo } from './rates.js'
import { derivative, doubleExponentialSmoothing, predictLinear } from './trend.js'
import { ofValues, Windows, type RangeFunction } from './windows.js'

/** The functions of range vectors. All but `first_over_time` and `last_over_time` take the metric's name off. */
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
  first_over_time: ofValues((values, from) => values[from]!),
  last_over_time: ofValues((values, _, to) => values[to - 1]!),
  present_over_time: ofValues(() => 1),
  absent_over_time: ofValues(() => 1)
}))

/** How many samples a function may look through without a pause: some milliseconds' worth for the slowest of them. */
const SAMPLES_AT_ONCE = 50_000

/** Evaluates a function of a range vector for each series and instant. `parameters` are its scalar arguments in their order. */
export async function callOnRange (
  run: QueryRun, call: Call, range: RangeVector, parameters: readonly Float64Array[], grid: Grid
): Promise<Column[]> {
  const { delayedNameRemoval } = run.settings
  const apply = rangeFunctions.get(call.func)!
  const keepsName = call.func === 'last_over_time' || call.func === 'first_over_time'
  const isRate = call.func === 'rate' || call.func === 'increase'
  const windows = new Windows(grid, range)
  const columns: Column[] = []
  for (const series of range.series) {
    if (run.isDue) await run.pause()
    const most = windows.slide(series.read())
    if (most === 0) continue
    const held = run.samples
    run.hold(most + grid.count)
    const column = emptyColumn(series.labels, grid.count, keepsName && series.dropName)
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
    if (isRate) looksLikeCounter(run, metricName(series.labels), range)
  }
  if (keepsName) return delayedNameRemoval ? columns : mergeSameLabels(columns, true)
  // Whatever is absent has no name: the caller makes one series of these.
  return call.func === 'absent_over_time' ? columns : dropNames(columns, delayedNameRemoval, true)
}

function looksLikeCounter (run: QueryRun, name: string, range: RangeVector): void {
  if (name !== '' && !/_(total|sum|count|bucket)$/.test(name)) run.annotations.possibleNonCounter(name, range.span)
}
