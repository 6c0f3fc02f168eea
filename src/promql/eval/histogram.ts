import { labelsKey, labelValue } from '../../contracts/labels.js'
import type { Span } from '../ast.js'
import { parseFloatLikeGo } from '../go-number.js'
import { bucketFraction, bucketQuantile, type Buckets } from './buckets.js'
import { emptyColumn, hasSamples, mergeSameLabels, type Column } from './column.js'
import { metricName, withLabel, withoutName } from './label-sets.js'
import type { QueryRun } from './query-run.js'

/** One histogram's buckets over all instants, by bound in ascending order. */
interface Histogram {
  readonly metric: string
  readonly out: Column
  readonly buckets: { readonly bound: number, readonly column: Column }[]
}

/** `histogram_quantile` of classic histograms: one series for each set of buckets. */
export async function histogramQuantile (run: QueryRun, quantiles: Float64Array, columns: readonly Column[], spans: readonly Span[]): Promise<Column[]> {
  for (const q of quantiles) if (Number.isNaN(q) || q < 0 || q > 1) run.annotations.invalidQuantile(q, spans[0])
  return await ofHistograms(run, columns, spans[1], quantiles.length, (buckets, i, metric) => {
    const { value, forced } = bucketQuantile(quantiles[i]!, buckets)
    if (forced) run.annotations.forcedMonotonicity(metric, spans[1])
    return value
  })
}

/** `histogram_fraction` of classic histograms. */
export async function histogramFraction (
  run: QueryRun, lowers: Float64Array, uppers: Float64Array, columns: readonly Column[], spans: readonly Span[]
): Promise<Column[]> {
  return await ofHistograms(run, columns, spans[2], lowers.length, (buckets, i) => bucketFraction(lowers[i]!, uppers[i]!, buckets))
}

async function ofHistograms (
  run: QueryRun, columns: readonly Column[], span: Span | undefined, count: number, result: (buckets: Buckets, step: number, metric: string) => number
): Promise<Column[]> {
  const { delayedNameRemoval } = run.settings
  const out: Column[] = []
  for (const { metric, out: column, buckets: all } of await histograms(run, columns, span, count)) {
    // Prometheus takes the name off with the first result: what it has to say later is of a metric without one.
    let isNamed = true
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
      column.values[i] = result(buckets, i, isNamed ? metric : '')
      isNamed = delayedNameRemoval
      column.present[i] = 1
    }
    if (hasSamples(column)) out.push(column)
  }
  return await mergeSameLabels(run, out)
}

/** Buckets put together by their labels without `le`; series without a bound there are warned of. */
async function histograms (
  run: QueryRun, columns: readonly Column[], span: Span | undefined, count: number
): Promise<Iterable<Histogram>> {
  const byKey = new Map<string, Histogram>()
  for (const column of columns) {
    if (run.isDue) await run.pause()
    const le = labelValue(column.labels, 'le')
    const bound = parseFloatLikeGo(le)
    if (typeof bound === 'string') {
      run.annotations.badBucketLabel(metricName(column.labels), le, span)
      continue
    }
    const labels = withLabel(column.labels, 'le', '')
    const key = labelsKey(labels)
    let histogram = byKey.get(key)
    if (histogram === undefined) {
      const outLabels = run.settings.delayedNameRemoval ? labels : withoutName(labels)
      histogram = { metric: metricName(labels), out: emptyColumn(outLabels, count, true), buckets: [] }
      byKey.set(key, histogram)
    }
    histogram.buckets.push({ bound, column })
  }
  return byKey.values()
}
