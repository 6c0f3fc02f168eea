import { labelsKey, labelValue } from '../../contracts/labels.js'
import type { Expr } from '../ast.js'
import { bucketFraction, bucketQuantile, type Buckets } from './buckets.js'
import { emptyColumn, hasSamples, mergeSameLabels, type Column } from './column.js'
import { parseFloatLikeGo } from './go-format.js'
import { metricName, withLabel, withoutName } from './label-sets.js'
import type { QueryRun } from './query-run.js'

/** One histogram's buckets over all instants, by bound in ascending order. */
interface Histogram {
  readonly metric: string
  readonly out: Column
  readonly buckets: { readonly bound: number, readonly column: Column }[]
}

/** `histogram_quantile` of classic histograms: one series for each set of buckets. */
export async function histogramQuantile (run: QueryRun, quantiles: Float64Array, columns: readonly Column[], args: readonly Expr[]): Promise<Column[]> {
  for (const q of quantiles) if (Number.isNaN(q) || q < 0 || q > 1) run.annotations.invalidQuantile(q, args[0]!.span)
  return await ofHistograms(run, columns, args[1]!, quantiles.length, (buckets, i, metric) => {
    const { value, forced } = bucketQuantile(quantiles[i]!, buckets)
    if (forced) run.annotations.forcedMonotonicity(metric, args[1]!.span)
    return value
  })
}

/** `histogram_fraction` of classic histograms. */
export async function histogramFraction (
  run: QueryRun, lowers: Float64Array, uppers: Float64Array, columns: readonly Column[], args: readonly Expr[]
): Promise<Column[]> {
  return await ofHistograms(run, columns, args[2]!, lowers.length, (buckets, i) => bucketFraction(lowers[i]!, uppers[i]!, buckets))
}

async function ofHistograms (
  run: QueryRun, columns: readonly Column[], argument: Expr, count: number, result: (buckets: Buckets, step: number, metric: string) => number
): Promise<Column[]> {
  const { delayedNameRemoval } = run.settings
  const out: Column[] = []
  for (const { metric, out: column, buckets: all } of histograms(run, columns, argument, count)) {
    all.sort((a, b) => a.bound - b.bound)
    const buckets: Buckets = { length: 0, bounds: new Float64Array(all.length), counts: new Float64Array(all.length) }
    for (let i = 0; i < count; i++) {
      if (run.isDue) await run.pause()
      buckets.length = 0
      for (const { bound, column: { present, values } } of all) {
        if (present[i] === 0) continue
        buckets.bounds[buckets.length] = bound
        buckets.counts[buckets.length++] = values[i]!
      }
      if (buckets.length === 0) continue
      column.values[i] = result(buckets, i, delayedNameRemoval ? metric : '')
      column.present[i] = 1
    }
    if (hasSamples(column)) out.push(column)
  }
  return mergeSameLabels(out)
}

/** Buckets put together by their labels without `le`; series without a bound there are warned of. */
function histograms (run: QueryRun, columns: readonly Column[], argument: Expr, count: number): Iterable<Histogram> {
  const { delayedNameRemoval } = run.settings
  const byKey = new Map<string, Histogram>()
  for (const column of columns) {
    const le = labelValue(column.labels, 'le')
    const bound = parseFloatLikeGo(le)
    const metric = metricName(column.labels)
    if (bound === undefined) {
      run.annotations.badBucketLabel(delayedNameRemoval ? metric : '', le, argument.span)
      continue
    }
    const labels = withLabel(column.labels, 'le', '')
    const key = labelsKey(labels)
    let histogram = byKey.get(key)
    if (histogram === undefined) {
      histogram = { metric, out: emptyColumn(withoutName(labels), count, true), buckets: [] }
      byKey.set(key, histogram)
    }
    histogram.buckets.push({ bound, column })
  }
  return byKey.values()
}
