import type { BookRecord } from '../portfolio/book-record.js'
import { iso } from './attribution.js'
import { buyAndHold, cutBooks } from './periods.js'

/** As many points as a chart can show. */
const mostPoints = 480

/** The equity as time went on, at evenly spaced times: arrays of one length. */
export interface ReportCurve {
  /** ISO times. */
  readonly times: readonly string[]
  readonly equity: readonly number[]
  /** What the equity at the start would have become in the benchmark; `null` without one. */
  readonly benchmark: readonly number[] | null
  /** The deepest distance from the peak since the last time: 0 or less. */
  readonly drawdown: readonly number[]
  /** PnL of each strategy since the start. */
  readonly strategies: ReadonlyArray<{ readonly strategyId: string, readonly pnl: readonly number[] }>
}

export function curveOf (record: BookRecord, symbols: readonly string[], fromMs: number, toMs: number): ReportCurve {
  // Not closer than the states of the books are: more would only repeat them.
  const inside = record.timesMs.reduce((count, time) => count + (time > fromMs && time < toMs ? 1 : 0), 0)
  const steps = Math.max(1, Math.min(mostPoints, inside + 1))
  const edges = Array.from({ length: steps + 1 }, (_, at) => at === steps ? toMs : fromMs + (toMs - fromMs) * at / steps)
  const { equity, strategies } = cutBooks(record, edges)
  const market = buyAndHold(record, symbols, edges)
  return {
    times: edges.map(iso),
    equity: Array.from(equity),
    benchmark: market === undefined ? null : Array.from(market, wealth => wealth * equity[0]!),
    drawdown: deepest(record, edges),
    strategies: strategies.map(({ strategyId, net }) => {
      let sum = 0
      return { strategyId, pnl: [0, ...Array.from(net, value => { sum += value; return sum })] }
    })
  }
}

/** The deepest drawdown between one edge and the next, at the resolution of the record. */
function deepest (record: BookRecord, edges: readonly number[]): number[] {
  const [equity] = record.portfolio
  const { timesMs } = record
  let row = 0
  while (row + 1 < timesMs.length && timesMs[row + 1]! <= edges[0]!) row++
  let peak = equity![row]!
  return edges.map(edge => {
    let depth = Math.min(0, equity![row]! / peak - 1)
    while (row + 1 < timesMs.length && timesMs[row + 1]! <= edge) {
      const now = equity![++row]!
      if (now > peak) peak = now
      depth = Math.min(depth, now / peak - 1)
    }
    return depth
  })
}
