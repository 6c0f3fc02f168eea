import { SystemClock } from '../../src/clock/system-clock.js'
import { labelsOf } from '../../src/contracts/labels.js'
import type { Queryable } from '../../src/contracts/queryable.js'
import { PromqlEngine, type EngineOptions } from '../../src/promql/engine.js'
import { printLabels } from '../../src/promql/eval/label-sets.js'

/** An engine over a source, with the clock of the machine. */
export function engineOver (queryable: Queryable, options: Partial<EngineOptions> = {}): PromqlEngine {
  return new PromqlEngine({ queryable, clock: new SystemClock(), ...options })
}

/** An instant query's answer as lines, `{a="b"} 1`; a scalar or string as one line without labels. */
export async function linesOf (engine: PromqlEngine, query: string, atSeconds = 0): Promise<string[]> {
  const { data } = await engine.instant(query, atSeconds * 1000)
  switch (data.resultType) {
    case 'vector':
      return data.result.map(({ metric, value }) => `${printLabels(labelsOf(metric))} ${value[1]}`)
    case 'matrix':
      return data.result.map(({ metric, values }) => `${printLabels(labelsOf(metric))} ${values.map(([at, value]) => `${value}@${at}`).join(' ')}`)
    default:
      return [data.result[1]]
  }
}

/** A range query's answer as lines, `{a="b"} 1 2 _ 4`, where `_` is a gap. */
export async function rowsOf (engine: PromqlEngine, query: string, fromSeconds: number, toSeconds: number, stepSeconds: number): Promise<string[]> {
  const { data } = await engine.range(query, fromSeconds * 1000, toSeconds * 1000, stepSeconds * 1000)
  if (data.resultType !== 'matrix') throw new TypeError(data.resultType)
  return data.result.map(({ metric, values }) => {
    const byTime = new Map(values)
    const row: string[] = []
    for (let at = fromSeconds; at <= toSeconds; at += stepSeconds) row.push(byTime.get(at) ?? '_')
    return `${printLabels(labelsOf(metric))} ${row.join(' ')}`
  })
}
