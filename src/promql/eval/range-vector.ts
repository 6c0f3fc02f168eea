import type { Labels } from '../../contracts/labels.js'
import type { Samples, SelectedSeries } from '../../contracts/queryable.js'
import type { MatrixSelector, SubqueryExpr } from '../ast.js'
import type { Column, Grid } from './column.js'
import type { QueryRun } from './query-run.js'
import { references, select, type References } from './selectors.js'

/** A series of a range vector, read one at a time. */
export interface RangeSeries {
  readonly labels: Labels
  readonly dropName: boolean
  /** Whether a subquery made it; its samples were counted when they were looked at. */
  readonly isMade: boolean
  /** Its samples without staleness marks. */
  read (): Samples
}

/** Series with the windows that each instant looks at: open on the left, `rangeMs` long, ending at the references. */
export interface RangeVector {
  readonly series: readonly RangeSeries[]
  readonly refs: References
  readonly rangeMs: number
}

/** Evaluates an instant vector over a grid; a range vector asks for it where there is a subquery. */
export type EvaluateColumns = (expr: SubqueryExpr['expr'], grid: Grid) => Promise<Column[]>

/** A series of a source. */
class StoredSeries implements RangeSeries {
  readonly dropName = false
  readonly isMade = false
  readonly #selected: SelectedSeries

  constructor (selected: SelectedSeries) {
    this.#selected = selected
  }

  get labels (): Labels {
    return this.#selected.labels
  }

  read (): Samples {
    return withoutStale(this.#selected.read())
  }
}

/** The series behind `selector[5m]`. */
export async function matrixSelector (run: QueryRun, expr: MatrixSelector, grid: Grid): Promise<RangeVector> {
  const { selector, rangeMs } = expr
  const refs = references(run, grid, selector.offsetMs, selector.at)
  const selected = await select(run, {
    matchers: selector.matchers, startMs: refs.firstMs - rangeMs + 1, endMs: refs.lastMs, stepMs: grid.count > 1 ? grid.stepMs : 0, rangeMs
  })
  const series: RangeSeries[] = []
  for (const one of selected) {
    if (run.isDue) await run.pause()
    series.push(new StoredSeries(one))
  }
  return { series, refs, rangeMs }
}

/**
 * The series behind `expr[1h:5m]`: the inner expression at every multiple of the step in any window. It is evaluated once for
 * all windows.
 */
export async function subquery (run: QueryRun, expr: SubqueryExpr, grid: Grid, evaluate: EvaluateColumns): Promise<RangeVector> {
  const { rangeMs } = expr
  const refs = references(run, grid, expr.offsetMs, expr.at)
  const stepMs = expr.stepMs === 0 ? run.settings.defaultStepMs : expr.stepMs
  const openMs = refs.firstMs - rangeMs
  let startMs = stepMs * Math.trunc(openMs / stepMs)
  if (startMs <= openMs) startMs += stepMs
  const count = Math.max(0, Math.floor((refs.lastMs - startMs) / stepMs) + 1)
  const inner = { startMs, stepMs, count }
  const columns = count === 0 ? [] : await evaluate(expr.expr, inner)
  const series: RangeSeries[] = []
  for (const column of columns) {
    if (run.isDue) await run.pause()
    series.push({ labels: column.labels, dropName: column.dropName, isMade: true, read: () => samplesOf(column, inner) })
  }
  return { series, refs, rangeMs }
}

function withoutStale (samples: Samples): Samples {
  const { stale, length } = samples
  if (stale === undefined) return samples
  const { timestamps, values } = samples
  let kept = 0
  for (let i = 0; i < length; i++) {
    if (stale[i] === 1) continue
    timestamps[kept] = timestamps[i]!
    values[kept] = values[i]!
    kept++
  }
  return { length: kept, timestamps, values, stale: undefined }
}

function samplesOf (column: Column, grid: Grid): Samples {
  const { present } = column
  const timestamps = new Float64Array(grid.count)
  const values = new Float64Array(grid.count)
  let length = 0
  for (let i = 0; i < grid.count; i++) {
    if (present[i] === 0) continue
    timestamps[length] = grid.startMs + i * grid.stepMs
    values[length] = column.values[i]!
    length++
  }
  return { length, timestamps, values, stale: undefined }
}
