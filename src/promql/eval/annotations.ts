import type { Span } from '../ast.js'
import { formatShort } from '../go-number.js'
import { goQuote } from '../go-text.js'

/** The most warnings, and the most infos, that an answer carries: what Prometheus's API sends. */
const MOST = 10

/** What a query has to say beside its result, each text once, with the place in the query's text where it came up. */
export class Annotations {
  readonly #warnings = new Map<string, Span | undefined>()
  readonly #infos = new Map<string, Span | undefined>()

  /** A ratio, quantile or probability outside 0 … 1. */
  invalidQuantile (quantile: number, span: Span | undefined): void {
    this.#warnings.set(`PromQL warning: quantile value should be between 0 and 1, got ${formatShort(quantile)}`, span)
  }

  /** A ratio of `limit_ratio` outside -1 … 1. */
  invalidRatio (ratio: number, cappedTo: number, span: Span | undefined): void {
    this.#warnings.set(`PromQL warning: ratio value should be between -1 and 1, got ${formatShort(ratio)}, capping to ${formatShort(cappedTo)}`, span)
  }

  /** A bucket without a bound. */
  badBucketLabel (metric: string, le: string, span: Span | undefined): void {
    this.#warnings.set(`PromQL warning: bucket label "le" is missing or has a malformed value of ${goQuote(le)} for metric name ${goQuote(metric)}`, span)
  }

  /** A rate of what does not look like a counter. */
  possibleNonCounter (metric: string, span: Span | undefined): void {
    this.#infos.set(`PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${goQuote(metric)}`, span)
  }

  /** Buckets that counted less than a smaller one. */
  forcedMonotonicity (metric: string, span: Span | undefined): void {
    this.#infos.set(
      'PromQL info: input to histogram_quantile needed to be fixed for monotonicity ' +
      '(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) ' +
      `for metric name ${goQuote(metric)}`, span)
  }

  /** The warnings as texts with their places in `query`, where that is known; at most ten, and a line for the others. */
  warnings (query: string | undefined): string[] {
    return texts(this.#warnings, query, 'warning')
  }

  /** The infos, likewise. */
  infos (query: string | undefined): string[] {
    return texts(this.#infos, query, 'info')
  }
}

function texts (found: ReadonlyMap<string, Span | undefined>, query: string | undefined, kind: string): string[] {
  const all = [...found].slice(0, MOST).map(([text, span]) => query === undefined ? text : `${text} (${position(query, span?.start ?? 0)})`)
  if (found.size > MOST) all.push(`${found.size - MOST} more ${kind} annotations omitted`)
  return all
}

/** Line and column, both from 1; the column counts UTF-8 bytes, as Prometheus does. */
export function position (query: string, offset: number): string {
  const before = query.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return `${before.split('\n').length}:${Buffer.byteLength(before.slice(lineStart)) + 1}`
}
