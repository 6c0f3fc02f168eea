import { sortInTurns } from '../clock/turns.js'
import { labelsToObject } from '../contracts/labels.js'
import { hasSamples, type Column, type Grid } from './eval/column.js'
import { compareLabels, withoutName } from './eval/label-sets.js'
import type { QueryRun } from './eval/query-run.js'
import type { RangeVector } from './eval/range-vector.js'
import { Windows } from './eval/windows.js'
import { formatPlain, formatSample } from './go-number.js'

/** Seconds since the Unix epoch, and the value as Prometheus prints it: `[1435781451.781, '0.25']`. */
export type Point = [number, string]

/** The labels of a series, `__name__` among them. */
export type Metric = Record<string, string>

/** The `data` of an answer of Prometheus's HTTP API to a query. */
export type QueryData =
  { resultType: 'vector', result: { metric: Metric, value: Point }[] } |
  { resultType: 'matrix', result: { metric: Metric, values: Point[] }[] } |
  { resultType: 'scalar', result: Point } |
  { resultType: 'string', result: [number, string] }

/** The answer to an instant query for a scalar: the one number that Prometheus prints without an exponent whatever its size. */
export function scalarData (value: number, atMs: number): QueryData {
  return { resultType: 'scalar', result: [atMs / 1000, formatPlain(value)] }
}

/** The answer to an instant query for a vector, in the order of the columns. */
export async function vectorData (run: QueryRun, columns: readonly Column[], atMs: number): Promise<QueryData> {
  const result = []
  for (const { labels, values, present } of columns) {
    if (run.isDue) await run.pause()
    if (present[0] === 1) result.push({ metric: labelsToObject(labels), value: [atMs / 1000, formatSample(values[0]!)] as Point })
  }
  return { resultType: 'vector', result }
}

/** The answer to a range query, sorted by labels. */
export async function matrixData (run: QueryRun, columns: readonly Column[], grid: Grid): Promise<QueryData> {
  const sorted = await sortInTurns(run, columns.filter(hasSamples), (a, b) => compareLabels(a.labels, b.labels))
  const result = []
  for (const { labels, values, present } of sorted) {
    if (run.isDue) await run.pause()
    const points: Point[] = []
    for (let i = 0; i < grid.count; i++) {
      if (present[i] === 1) points.push([(grid.startMs + i * grid.stepMs) / 1000, formatSample(values[i]!)])
    }
    result.push({ metric: labelsToObject(labels), values: points })
  }
  return { resultType: 'matrix', result }
}

/** The answer to an instant query for a range vector: the samples themselves, sorted by labels. */
export async function rangeData (run: QueryRun, range: RangeVector, grid: Grid): Promise<QueryData> {
  const windows = new Windows(grid, range)
  const result = []
  for (const series of await sortInTurns(run, range.series, (a, b) => compareLabels(a.labels, b.labels))) {
    if (run.isDue) await run.pause()
    const length = windows.slide(series.read())
    if (length === 0) continue
    run.hold(length)
    if (!series.isMade) run.queried += length
    const points: Point[] = []
    for (let i = windows.from[0]!; i < windows.to[0]!; i++) points.push([windows.timestamps[i]! / 1000, formatSample(windows.values[i]!)])
    const labels = series.dropName && run.settings.delayedNameRemoval ? withoutName(series.labels) : series.labels
    result.push({ metric: labelsToObject(labels), values: points })
  }
  return { resultType: 'matrix', result }
}
