/**
 * PromQL in your own process: `njord-telemetry/promql`. A store of samples, and an engine that answers queries over it, or over
 * anything else that implements `Queryable`, with the semantics of Prometheus 3.5.
 *
 * ```ts
 * const store = new SampleStore()
 * store.append({ __name__: 'fills_total', side: 'buy' }, 1_700_000_000_000, 1)
 * store.append({ __name__: 'fills_total', side: 'buy' }, 1_700_000_015_000, 4)
 * store.append({ __name__: 'fills_total', side: 'buy' }, 1_700_000_030_000, 'stale')
 * const engine = new PromqlEngine({ queryable: store, clock: new SystemClock() })
 * const { data, warnings, infos } = await engine.instant('fills_total', 1_700_000_020_000)
 * // data: { resultType: 'vector', result: [{ metric: { __name__: 'fills_total', side: 'buy' }, value: [1700000020, '4'] }] }
 * await engine.range('sum(fills_total)', 1_700_000_000_000, 1_700_000_060_000, 15_000)
 * ```
 */
export { SystemClock } from '../clock/system-clock.js'
export { VirtualClock } from '../clock/virtual-clock.js'
export type { Clock } from '../contracts/clock.js'
export { labelsOf, labelsToObject, labelValue, type Labels } from '../contracts/labels.js'
export type { Matcher, Queryable, Samples, SelectedSeries, Selection } from '../contracts/queryable.js'
export type { Expr } from './ast.js'
export { PromqlEngine, type EngineOptions, type MeasuredAnswer, type QueryAnswer, type QueryOptions } from './engine.js'
export { createMatcher } from './matcher.js'
export { ParseError, type ParseIssue } from './parse-error.js'
export { parse, parseSelector } from './parser.js'
export { prettyPrint } from './pretty-printer.js'
export { print } from './printer.js'
export type { Metric, Point, QueryData } from './query-result.js'
export { SampleStore } from './sample-store.js'
