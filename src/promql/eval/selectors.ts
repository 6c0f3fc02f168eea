import type { Samples, SelectedSeries, Selection } from '../../contracts/queryable.js'
import type { AtModifier, VectorSelector } from '../ast.js'
import { emptyColumn, type Column, type Grid } from './column.js'
import { fail } from './failure.js'
import type { QueryRun } from './query-run.js'

/** The instants that a selector looks at: those of the grid less the offset, or one and the same under `@`. */
export interface References {
  readonly firstMs: number
  /** 0 under `@`. */
  readonly stepMs: number
  readonly lastMs: number
}

/** Where a selector or subquery with this offset and `@` looks from the instants of a grid. */
export function references (run: QueryRun, grid: Grid, offsetMs: number, at: AtModifier | undefined): References {
  if (at === undefined) {
    const firstMs = grid.startMs - offsetMs
    return { firstMs, stepMs: grid.stepMs, lastMs: firstMs + (grid.count - 1) * grid.stepMs }
  }
  const { startMs, endMs } = run.settings
  const atMs = 'timestampMs' in at ? at.timestampMs : at.preprocessor === 'start' ? startMs : endMs
  return { firstMs: atMs - offsetMs, stepMs: 0, lastMs: atMs - offsetMs }
}

/** The series of a selection; what the source throws ends the query. */
export async function select (run: QueryRun, selection: Selection): Promise<readonly SelectedSeries[]> {
  let series: readonly SelectedSeries[]
  try {
    series = await run.settings.queryable.select(selection, run.signal)
  } catch (error) {
    run.check()
    fail(`expanding series: ${error instanceof Error ? error.message : String(error)}`)
  }
  run.check()
  return series
}

/**
 * An instant vector: at each instant the last sample of each series, unless it is a staleness mark or older than the lookback; `asTimestamps`
 * the samples' times in seconds instead of their values.
 */
export async function instantVector (run: QueryRun, selector: VectorSelector, grid: Grid, asTimestamps = false): Promise<Column[]> {
  const { lookbackMs } = run.settings
  const refs = references(run, grid, selector.offsetMs, selector.at)
  const selected = await select(run, {
    matchers: selector.matchers, startMs: refs.firstMs - lookbackMs + 1, endMs: refs.lastMs, stepMs: grid.count > 1 ? grid.stepMs : 0, rangeMs: 0
  })
  // Prometheus's timestamp() selects by the offset, but under `@` forgets it when it looks.
  const looked = asTimestamps && selector.at !== undefined ? references(run, grid, 0, selector.at) : refs
  const columns: Column[] = []
  for (const series of selected) {
    if (run.isDue) await run.pause()
    const held = run.samples
    run.hold(grid.count)
    const column = emptyColumn(series.labels, grid.count)
    const found = lookBack(series.read(), looked, lookbackMs, column, asTimestamps)
    run.queried += found
    if (found > 0) columns.push(column)
    else run.releaseTo(held)
  }
  return columns
}

/** Fills a column with the samples that the instants look back at; how many there are. */
function lookBack (samples: Samples, refs: References, lookbackMs: number, column: Column, asTimestamps: boolean): number {
  const { timestamps, values, stale, length } = samples
  const { values: out, present } = column
  let next = 0
  let found = 0
  for (let i = 0, refMs = refs.firstMs; i < out.length; i++, refMs += refs.stepMs) {
    while (next < length && timestamps[next]! <= refMs) next++
    const last = next - 1
    if (last < 0 || timestamps[last]! <= refMs - lookbackMs || (stale !== undefined && stale[last] === 1)) continue
    out[i] = asTimestamps ? timestamps[last]! / 1000 : values[last]!
    present[i] = 1
    found++
  }
  return found
}
