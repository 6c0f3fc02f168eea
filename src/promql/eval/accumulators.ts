import type { Column } from './column.js'

/** What an aggregation keeps for one group at every instant, column after column. The result is in `values` after `finish`. */
export interface Accumulator {
  add (column: Column): void
  finish (out: Column): void
}

/** An accumulator for a group over `count` instants. Every one marks in `out.present` the instants at which it has a result. */
export type MakeAccumulator = (out: Column, count: number) => Accumulator

/** Neumaier's sum. */
const sum: MakeAccumulator = (out, count) => {
  const lost = new Float64Array(count)
  return {
    add ({ values, present }) {
      const { values: sums, present: seen } = out
      for (let i = 0; i < count; i++) {
        if (present[i] === 0) continue
        const value = values[i]!
        if (seen[i] === 0) {
          seen[i] = 1
          sums[i] = value
          continue
        }
        const total = sums[i]!
        const next = total + value
        if (next === Infinity || next === -Infinity) lost[i] = 0
        else lost[i]! += Math.abs(total) >= Math.abs(value) ? (total - next) + value : (value - next) + total
        sums[i] = next
      }
    },
    finish () {
      for (let i = 0; i < count; i++) out.values[i]! += lost[i]!
    }
  }
}

/** The compensated sum divided by the number of samples; where that sum would overflow, from then on a running mean. */
const avg: MakeAccumulator = (out, count) => {
  const lost = new Float64Array(count)
  const samples = new Float64Array(count)
  const isRunning = new Uint8Array(count)
  return {
    add ({ values, present }) {
      const { values: totals, present: seen } = out
      for (let i = 0; i < count; i++) {
        if (present[i] === 0) continue
        const n = ++samples[i]!
        if (seen[i] === 0) {
          seen[i] = 1
          totals[i] = values[i]!
          continue
        }
        let value = values[i]!
        if (isRunning[i] === 0) {
          const next = totals[i]! + value
          if (next === Infinity || next === -Infinity) {
            isRunning[i] = 1
            totals[i]! /= n - 1
            lost[i]! /= n - 1
          }
        }
        if (isRunning[i] === 1) {
          totals[i]! *= (n - 1) / n
          lost[i]! *= (n - 1) / n
          value /= n
        }
        const total = totals[i]!
        const next = total + value
        if (next === Infinity || next === -Infinity) lost[i] = 0
        else lost[i]! += Math.abs(total) >= Math.abs(value) ? (total - next) + value : (value - next) + total
        totals[i] = next
      }
    },
    finish () {
      for (let i = 0; i < count; i++) {
        if (isRunning[i] === 1) out.values[i]! += lost[i]!
        else out.values[i] = out.values[i]! / samples[i]! + lost[i]! / samples[i]!
      }
    }
  }
}

/** Welford's population variance; a group that begins with an infinity or NaN stays NaN. */
function variance (result: (variance: number) => number): MakeAccumulator {
  return (out, count) => {
    const means = new Float64Array(count)
    const samples = new Float64Array(count)
    return {
      add ({ values, present }) {
        for (let i = 0; i < count; i++) {
          if (present[i] === 0) continue
          const value = values[i]!
          const n = ++samples[i]!
          if (n === 1) {
            out.present[i] = 1
            means[i] = value
            out.values[i] = Number.isFinite(value) ? 0 : NaN
            continue
          }
          const delta = value - means[i]!
          means[i]! += delta / n
          out.values[i]! += delta * (value - means[i]!)
        }
      },
      finish () {
        for (let i = 0; i < count; i++) out.values[i] = result(out.values[i]! / samples[i]!)
      }
    }
  }
}

/** One that starts with a value made of the first sample and takes in each later one. */
function folding (first: (value: number) => number, next: (before: number, value: number) => number): MakeAccumulator {
  return (out, count) => ({
    add ({ values, present }) {
      for (let i = 0; i < count; i++) {
        if (present[i] === 0) continue
        out.values[i] = out.present[i] === 0 ? first(values[i]!) : next(out.values[i]!, values[i]!)
        out.present[i] = 1
      }
    },
    finish () {}
  })
}

/** The aggregations that need no more than one pass over each column. */
export const accumulators: ReadonlyMap<string, MakeAccumulator> = new Map(Object.entries({
  sum,
  avg,
  stdvar: variance(value => value),
  stddev: variance(Math.sqrt),
  count: folding(() => 1, before => before + 1),
  group: folding(() => 1, () => 1),
  min: folding(value => value, (before, value) => before > value || Number.isNaN(before) ? value : before),
  max: folding(value => value, (before, value) => before < value || Number.isNaN(before) ? value : before)
}))
