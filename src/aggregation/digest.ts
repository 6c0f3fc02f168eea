import type { AnyFamily } from '../metrics/family.js'
import { HistogramFamily } from '../metrics/histogram.js'
import type { MetricRegistry } from '../metrics/registry.js'

/** How many metrics a line of a log may hold. */
const maxMetrics = 100

/**
 * The metrics of a process in one log line, for when nobody else can be told: counters and counts of observations over
 * all label sets, gauges without labels.
 */
export function digest (registry: MetricRegistry): Record<string, number> {
  registry.collect()
  const lines: Array<[string, number]> = []
  for (const family of registry.families()) {
    if (lines.length === maxMetrics) break
    const line = lineOf(family)
    if (line !== undefined && line[1] !== 0) lines.push(line)
  }
  return Object.fromEntries(lines)
}

function lineOf (family: AnyFamily): [string, number] | undefined {
  if (family.type === 'summary' || (family.type === 'gauge' && family.labelNames.length > 0)) return undefined
  const width = family instanceof HistogramFamily ? family.bounds.length + 2 : 1
  let total = 0
  for (const { cells } of family.blocks) {
    // A histogram's row begins with the sum of its observations; the rest are counts.
    for (let cell = 0; cell < cells.length; cell++) if (width === 1 || cell % width !== 0) total += cells[cell]!
  }
  return [width === 1 ? family.name : `${family.name}_count`, total]
}
