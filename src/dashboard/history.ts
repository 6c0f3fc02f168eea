import type { Clock } from '../contracts/clock.js'
import type { Log } from '../contracts/log.js'
import type { QueryAnswer } from '../promql/engine.js'
import { chartLines, exprOf, strategiesWithHistory, type ChartLine } from './charts.js'
import type { RowNumbers } from './row-numbers.js'

/** What a reader may look back on, in milliseconds, and how far apart the points then are. */
export const ranges = {
  '5m': { lengthMs: 300_000, stepMs: 5000 },
  '15m': { lengthMs: 900_000, stepMs: 5000 },
  '1h': { lengthMs: 3_600_000, stepMs: 15_000 },
  '3h': { lengthMs: 10_800_000, stepMs: 30_000 },
  '6h': { lengthMs: 21_600_000, stepMs: 60_000 }
} as const

export type Range = keyof typeof ranges

export const isRange = (text: unknown): text is Range => typeof text === 'string' && Object.hasOwn(ranges, text)

/** The past of every line of the charts: value `i` of a column is of the time `startMs + i * stepMs`; `null` where there is none. */
export interface History {
  readonly startMs: number
  readonly stepMs: number
  readonly columns: Readonly<Record<string, ReadonlyArray<number | null>>>
}

type Answer = Pick<QueryAnswer, 'data'>

/** Answers PromQL: `Queries`, with its limits. */
export interface Asks {
  instant (expr: string, timeMs: number): Promise<Answer>
  range (expr: string, startMs: number, endMs: number, stepMs: number): Promise<Answer>
}

/** The lines of the charts, out of the recent past. A line that cannot be had is left out and said once in the log. */
export class HistoryReader {
  readonly #queries: Asks
  readonly #clock: Clock
  readonly #rows: RowNumbers
  readonly #log: Log
  readonly #sinceMs: () => number
  #isFailing = false

  /** @param sinceMs when the history was young: of its first sample, in milliseconds since the Unix epoch; `Infinity` while there is none */
  constructor ({ queries, clock, rows, log, sinceMs }: { queries: Asks, clock: Clock, rows: RowNumbers, log: Log, sinceMs: () => number }) {
    this.#sinceMs = sinceMs
    this.#queries = queries
    this.#clock = clock
    this.#rows = rows
    this.#log = log
  }

  /** The past up to now. Never rejects. */
  async read (range: Range): Promise<History> {
    const { lengthMs, stepMs } = ranges[range]
    const endMs = Math.floor(this.#clock.nowMs() / stepMs) * stepMs
    const startMs = endMs - lengthMs
    const columns: Record<string, Array<number | null>> = {}
    await Promise.all(chartLines.map(async line => {
      const answer = await this.#ask(async () => await this.#queries.range(exprOf(line, this.#sinceMs(), startMs), startMs, endMs, stepMs))
      if (answer?.data.resultType !== 'matrix') return
      for (const { metric, values } of answer.data.result) {
        const key = this.#keyOf(line, metric.strategy_id)
        if (key === undefined) continue
        const column = columns[key] = new Array<number | null>(lengthMs / stepMs + 1).fill(null)
        for (const [atSeconds, text] of values) column[Math.round((atSeconds * 1000 - startMs) / stepMs)] = short(Number(text))
      }
    }))
    return { startMs, stepMs, columns }
  }

  /** The newest values of the lines that are computed over a window; `null` where there is none just now. Never rejects. */
  async newest (): Promise<Record<string, number | null>> {
    const atMs = Math.floor(this.#clock.nowMs())
    const points: Record<string, number | null> = {}
    await Promise.all(chartLines.filter(({ live, perStrategy }) => live === undefined && perStrategy === undefined).map(async line => {
      const answer = await this.#ask(async () => await this.#queries.instant(exprOf(line, this.#sinceMs(), atMs), atMs))
      if (answer?.data.resultType !== 'vector') return
      points[line.key] = short(Number(answer.data.result[0]?.value[1] ?? NaN))
    }))
    return points
  }

  #keyOf ({ key, perStrategy }: ChartLine, strategyId: string | undefined): string | undefined {
    if (perStrategy === undefined) return key
    const number = strategyId === undefined ? undefined : this.#rows.of(strategyId)
    return number === undefined || number >= strategiesWithHistory ? undefined : `${key}.${number}`
  }

  async #ask (query: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await query()
    } catch (error) {
      if (!this.#isFailing) this.#log.warn({ err: error }, 'the dashboard cannot read its history; it shows what it can')
      this.#isFailing = true
      return undefined
    }
  }
}

/** Seven digits are more than a chart can show. */
function short (value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null
}
