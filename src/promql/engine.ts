import type { Clock } from '../contracts/clock.js'
import type { Labels } from '../contracts/labels.js'
import type { Queryable } from '../contracts/queryable.js'
import { NJORD_ERR_QUERY_BAD_DATA, NJORD_ERR_QUERY_EXECUTION } from '../errors.js'
import type { Expr } from './ast.js'
import { mergeSameLabels, type Column, type Grid } from './eval/column.js'
import { Evaluator } from './eval/evaluator.js'
import { withoutName } from './eval/label-sets.js'
import { QueryRun } from './eval/query-run.js'
import { unwrapped } from './eval/unwrapped.js'
import { parse } from './parser.js'
import { matrixData, rangeData, scalarData, vectorData, type QueryData } from './query-result.js'

/** The most points a series of a range query may have. */
const MAX_POINTS = 11_000

/** What an engine is made of. */
export interface EngineOptions {
  readonly queryable: Queryable
  readonly clock: Clock
  /** How far back an instant vector looks for a series' last sample, in milliseconds. @defaultValue 300,000 (5 m) */
  readonly lookbackMs?: number
  /** Step of subqueries that name none, in milliseconds. @defaultValue 60,000 (1 m) */
  readonly defaultStepMs?: number
  /** How long a query may take, in milliseconds. @defaultValue 120,000 (2 m) */
  readonly timeoutMs?: number
  /** How many samples a query may hold at once. @defaultValue 50,000,000 */
  readonly maxSamples?: number
  /** Take metrics' names off at the end of a query only, so that they can be set or grouped by before. @defaultValue `false` */
  readonly delayedNameRemoval?: boolean
  /**
   * Allow `limitk`, `mad_over_time`, `sort_by_label` and the like in queries that come as text; without, they are refused as by a Prometheus
   * without `--enable-feature=promql-experimental-functions`. @defaultValue `true`
   */
  readonly experimentalFunctions?: boolean
}

/** What one query may have differently. */
export interface QueryOptions {
  /** Ends the query with `NJORD_ERR_QUERY_CANCELED` when it is raised. */
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  readonly lookbackMs?: number
}

/** A query's answer: the `data`, `warnings` and `infos` of Prometheus's HTTP API. */
export interface QueryAnswer {
  readonly data: QueryData
  /** At most ten, and a line that counts the others. */
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
}

/** An answer and what it took. */
export interface MeasuredAnswer extends QueryAnswer {
  /** How many samples were looked at, each at every instant that looks at it, and how many were held at once at most. */
  readonly samples: { readonly queried: number, readonly peak: number }
}

/** One element of an instant vector; a scalar is one without labels. */
export interface Sample {
  readonly labels: Labels
  readonly value: number
}

/** One series of an instant vector at many instants: values side by side, and 1 in `present` where there is one. */
export type SampleColumn = Pick<Column, 'labels' | 'values' | 'present'>

/**
 * Evaluates PromQL over a {@link Queryable} with the semantics of Prometheus 3.5, for float samples and classic histograms. It yields to the
 * event loop every few milliseconds. Its errors are the parser's, and `NJORD_ERR_QUERY_…` in Prometheus's words.
 */
export class PromqlEngine {
  readonly #options: EngineOptions

  constructor (options: EngineOptions) {
    this.#options = options
  }

  /** The value of an expression at one instant, in milliseconds since the Unix epoch. */
  async instant (query: Expr | string, atMs: number, options: QueryOptions = {}): Promise<MeasuredAnswer> {
    const expr = this.#parsed(query)
    const grid = { startMs: atMs, stepMs: 1, count: 1 }
    return await this.#run(options, atMs, atMs, async run => answer(run, query, await this.#instantData(run, expr, grid)))
  }

  /**
   * The same for code: the elements of an instant vector, or the one of a scalar. Throws `NJORD_ERR_QUERY_EXECUTION` for other types, in
   * the words of Prometheus's rules.
   */
  async vector (query: Expr | string, atMs: number, options: QueryOptions = {}): Promise<Sample[]> {
    const expr = this.#parsed(query)
    const type = unwrapped(expr).kind
    if (isRange(type) || type === 'string') throw new NJORD_ERR_QUERY_EXECUTION('rule result is not a vector or scalar')
    return await this.#run(options, atMs, atMs, async run => {
      const value = await new Evaluator(run).evaluate(expr, { startMs: atMs, stepMs: 1, count: 1 })
      if (value.kind === 'scalar') return [{ labels: [], value: value.values[0]! }]
      if (value.kind === 'string') throw new NJORD_ERR_QUERY_EXECUTION('rule result is not a vector or scalar')
      const samples: Sample[] = []
      for (const { labels, values, present } of await this.#named(run, value.columns)) if (present[0] === 1) samples.push({ labels, value: values[0]! })
      return samples
    })
  }

  /**
   * What {@link vector} answers at `startMs`, `startMs + stepMs` and so on, `count` times: for code that goes through history. Rejects as it does,
   * where it would at any of the instants. `@ start()` and `@ end()` are the first and the last of them.
   */
  async columns (expr: Expr, startMs: number, stepMs: number, count: number, options: QueryOptions = {}): Promise<SampleColumn[]> {
    return await this.#run(options, startMs, startMs + stepMs * (count - 1), async run => {
      const value = await new Evaluator(run).evaluate(expr, { startMs, stepMs, count })
      if (value.kind === 'scalar') return [scalarColumn(value.values)]
      if (value.kind === 'string') throw new NJORD_ERR_QUERY_EXECUTION('rule result is not a vector or scalar')
      return await this.#named(run, value.columns)
    })
  }

  /**
   * The values of a scalar or instant vector at `startMs`, `startMs + stepMs` and so on up to `endMs`, in milliseconds. Throws
   * `NJORD_ERR_QUERY_BAD_DATA` for a step that is not positive, an end before the start, more than 11,000 points, and for other types.
   */
  async range (query: Expr | string, startMs: number, endMs: number, stepMs: number, options: QueryOptions = {}): Promise<MeasuredAnswer> {
    if (endMs < startMs) throw new NJORD_ERR_QUERY_BAD_DATA('invalid parameter "end": end timestamp must not be before start time')
    if (!(stepMs > 0)) {
      throw new NJORD_ERR_QUERY_BAD_DATA('invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer')
    }
    const count = Math.floor((endMs - startMs) / stepMs) + 1
    if (count - 1 > MAX_POINTS) {
      throw new NJORD_ERR_QUERY_BAD_DATA(
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)')
    }
    const expr = this.#parsed(query)
    const { kind } = unwrapped(expr)
    const type = isRange(kind) ? 'range vector' : kind === 'string' ? 'string' : undefined
    if (type !== undefined) {
      throw new NJORD_ERR_QUERY_BAD_DATA(`invalid parameter "query": invalid expression type "${type}" for range query, must be Scalar or instant Vector`)
    }
    return await this.#run(options, startMs, endMs, async run => answer(run, query, await this.#matrix(run, expr, { startMs, stepMs, count })))
  }

  #parsed (query: Expr | string): Expr {
    return typeof query === 'string' ? parse(query, { experimentalFunctions: this.#options.experimentalFunctions ?? true }) : query
  }

  async #run<T> ({ signal, timeoutMs, lookbackMs }: QueryOptions, startMs: number, endMs: number, evaluate: (run: QueryRun) => Promise<T>): Promise<T> {
    const { queryable, clock, delayedNameRemoval = false, defaultStepMs = 60_000, maxSamples = 50_000_000, ...defaults } = this.#options
    const run = new QueryRun({
      queryable,
      clock,
      delayedNameRemoval,
      defaultStepMs,
      maxSamples,
      timeoutMs: timeoutMs ?? defaults.timeoutMs ?? 120_000,
      lookbackMs: lookbackMs ?? defaults.lookbackMs ?? 300_000,
      signal,
      startMs,
      endMs
    })
    try {
      return await evaluate(run)
    } finally {
      run.close()
    }
  }

  async #instantData (run: QueryRun, expr: Expr, grid: Grid): Promise<QueryData> {
    const evaluator = new Evaluator(run)
    if (isRange(unwrapped(expr).kind)) return await rangeData(run, await evaluator.range(expr, grid), grid)
    const value = await evaluator.evaluate(expr, grid)
    const at = grid.startMs / 1000
    if (value.kind === 'string') return { resultType: 'string', result: [at, value.text.toWellFormed()] }
    if (value.kind === 'vector') return await vectorData(run, await this.#named(run, value.columns), grid.startMs)
    return scalarData(value.values[0]!, grid.startMs)
  }

  async #matrix (run: QueryRun, expr: Expr, grid: Grid): Promise<QueryData> {
    const value = await new Evaluator(run).evaluate(expr, grid)
    if (value.kind === 'string') throw new TypeError('a string has no points')
    return await matrixData(run, value.kind === 'scalar' ? [scalarColumn(value.values)] : await this.#named(run, value.columns), grid)
  }

  /** The columns with the names that they are to have: delayed removal happens here. */
  async #named (run: QueryRun, columns: Column[]): Promise<Column[]> {
    if (this.#options.delayedNameRemoval !== true) return columns
    for (const column of columns) {
      if (run.isDue) await run.pause()
      if (column.dropName) column.labels = withoutName(column.labels)
    }
    return await mergeSameLabels(run, columns)
  }
}

function isRange (kind: Expr['kind']): boolean {
  return kind === 'matrixSelector' || kind === 'subquery'
}

function scalarColumn (values: Float64Array): Column {
  return { labels: [], values, present: new Uint8Array(values.length).fill(1), dropName: false }
}

function answer (run: QueryRun, query: Expr | string, data: QueryData): MeasuredAnswer {
  const text = typeof query === 'string' ? query : undefined
  return { data, warnings: run.annotations.warnings(text), infos: run.annotations.infos(text), samples: { queried: run.queried, peak: run.peakSamples } }
}
