import type { Span } from '../ast.js'
import { goQuote } from '../go-text.js'
import { calendarFunctions } from './calendar.js'
import { dropNames, emptyColumn, hasSamples, type Column, type Grid, type Value } from './column.js'
import { fail } from './failure.js'
import { histogramFraction, histogramQuantile } from './histogram.js'
import { clamp, mathFunctions, round } from './math.js'
import type { QueryRun } from './query-run.js'
import { byLabels, byValue } from './sorting.js'

/** A function of instant vectors and scalars, which come evaluated; `spans` are their places in the query. */
export async function callInstant (run: QueryRun, name: string, args: readonly Value[], spans: readonly Span[], grid: Grid): Promise<Value> {
  // What is made of nothing, such as time(), takes room as well.
  if (args.length === 0 || args[0]!.kind === 'scalar' || name === 'scalar') run.hold(grid.count)
  return await scalarFunction(run, name, args, grid) ?? { kind: 'vector', columns: await vectorFunction(run, name, args, spans, grid) }
}

async function scalarFunction (run: QueryRun, name: string, args: readonly Value[], grid: Grid): Promise<Value | undefined> {
  switch (name) {
    case 'pi':
      return { kind: 'scalar', values: new Float64Array(grid.count).fill(Math.PI) }
    case 'time':
      return { kind: 'scalar', values: seconds(grid) }
    case 'scalar':
      return { kind: 'scalar', values: await onlySample(run, columnsOf(args[0]), grid.count) }
    case 'vector':
      return { kind: 'vector', columns: [constant(scalarsOf(args[0]))] }
    default:
      return undefined
  }
}

async function vectorFunction (run: QueryRun, name: string, args: readonly Value[], spans: readonly Span[], grid: Grid): Promise<Column[]> {
  const [first, second, third] = args
  const mathFunction = mathFunctions.get(name)
  if (mathFunction !== undefined) return await mapSamples(run, columnsOf(first), mathFunction)
  const calendarFunction = calendarFunctions.get(name)
  if (calendarFunction !== undefined) {
    return await mapSamples(run, first === undefined ? [constant(seconds(grid))] : columnsOf(first), calendarFunction)
  }
  switch (name) {
    case 'timestamp': {
      const times = seconds(grid)
      return await mapSamples(run, columnsOf(first), (_, i) => times[i]!)
    }
    case 'round': {
      const nearest = second === undefined ? undefined : scalarsOf(second)
      return await mapSamples(run, columnsOf(first), (value, i) => round(value, nearest === undefined ? 1 : nearest[i]!))
    }
    case 'clamp':
      return await clamped(run, columnsOf(first), scalarsOf(second), scalarsOf(third))
    case 'clamp_min':
      return await clamped(run, columnsOf(first), scalarsOf(second), new Float64Array(grid.count).fill(Infinity))
    case 'clamp_max':
      return await clamped(run, columnsOf(first), new Float64Array(grid.count).fill(-Infinity), scalarsOf(second))
    case 'sort':
    case 'sort_desc':
      return await byValue(run, columnsOf(first), name === 'sort_desc')
    case 'sort_by_label':
    case 'sort_by_label_desc':
      return await byLabels(run, columnsOf(first), args.slice(1).map(textOf), name === 'sort_by_label_desc')
    case 'histogram_quantile':
      return await histogramQuantile(run, scalarsOf(first), columnsOf(second), spans)
    case 'histogram_fraction':
      return await histogramFraction(run, scalarsOf(first), scalarsOf(second), columnsOf(third), spans)
    case 'histogram_avg':
    case 'histogram_count':
    case 'histogram_sum':
    case 'histogram_stddev':
    case 'histogram_stdvar':
      return [] // Of native histograms, of which there are none.
    default:
      return fail(`unknown function with name ${goQuote(name)}`)
  }
}

/** Changes each sample, and with it its meaning: the metric's name goes. */
async function mapSamples (run: QueryRun, columns: Column[], change: (value: number, step: number) => number): Promise<Column[]> {
  for (const { values, present } of columns) {
    if (run.isDue) await run.pause()
    for (let i = 0; i < values.length; i++) if (present[i] === 1) values[i] = change(values[i]!, i)
  }
  return await dropNames(run, columns)
}

/** `clamp`: nothing is left at instants at which the maximum is below the minimum. */
async function clamped (run: QueryRun, columns: Column[], minima: Float64Array, maxima: Float64Array): Promise<Column[]> {
  for (const { present } of columns) {
    if (run.isDue) await run.pause()
    for (let i = 0; i < present.length; i++) if (maxima[i]! < minima[i]!) present[i] = 0
  }
  return await mapSamples(run, columns.filter(hasSamples), (value, i) => clamp(value, minima[i]!, maxima[i]!))
}

/** The value of the only sample; NaN where there is none, or more than one. */
async function onlySample (run: QueryRun, columns: readonly Column[], count: number): Promise<Float64Array> {
  const values = new Float64Array(count).fill(NaN)
  const found = new Uint32Array(count)
  for (const column of columns) {
    if (run.isDue) await run.pause()
    for (let i = 0; i < count; i++) if (column.present[i] === 1) values[i] = ++found[i]! === 1 ? column.values[i]! : NaN
  }
  return values
}

/** A series without labels. */
function constant (values: Float64Array): Column {
  const column = emptyColumn([], values.length)
  column.values.set(values)
  column.present.fill(1)
  return column
}

/** The instants in seconds since the Unix epoch. */
function seconds ({ startMs, stepMs, count }: Grid): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => (startMs + i * stepMs) / 1000)
}

function columnsOf (value: Value | undefined): Column[] {
  if (value?.kind !== 'vector') throw new TypeError(`${value?.kind ?? 'nothing'} where a vector is expected`)
  return value.columns
}

function scalarsOf (value: Value | undefined): Float64Array {
  if (value?.kind !== 'scalar') throw new TypeError(`${value?.kind ?? 'nothing'} where a scalar is expected`)
  return value.values
}

function textOf (value: Value): string {
  if (value.kind !== 'string') throw new TypeError(`${value.kind} where a string is expected`)
  return value.text
}
