import { formatTime, type NumberKind } from './format.js'
import type { PerformanceReport } from './performance-report.js'

/** A number of the report by its path (`attribution.strategies.0.net`), or a text. */
export type Cell = { readonly path: string, readonly kind: NumberKind } | { readonly text: string }

export interface ReportTable {
  readonly caption: string
  /** The first column's heads the rows. */
  readonly columns: readonly string[]
  readonly rows: ReadonlyArray<{ readonly head: string, readonly cells: readonly Cell[], readonly isTotal?: boolean }>
  /** Said under the table. */
  readonly note?: string
}

const number = (path: string, kind: NumberKind): Cell => ({ path, kind })
const text = (found: string): Cell => ({ text: found })

/** The tables of the tear sheet: every cell names its place in the report, so that all views show the same numbers. */
export function contributionTable ({ attribution: { strategies, linked } }: PerformanceReport): ReportTable {
  const effects = ['trading', 'fees', 'costs', 'funding', 'net'] as const
  const blank = text('')
  return {
    caption: 'PnL by strategy and effect',
    columns: ['Strategy', 'Trading', 'Fees', 'Slippage', 'Funding', 'Net', 'Contribution'],
    rows: [
      ...strategies.map(({ strategyId }, at) => ({
        head: strategyId,
        cells: [...effects.map(effect => number(`attribution.strategies.${at}.${effect}`, 'change')), number(`attribution.strategies.${at}.contribution`, 'percentChange')]
      })),
      { head: 'Cash', cells: [blank, blank, blank, blank, number('attribution.cash', 'change'), linked === null ? blank : number('attribution.linked.cash', 'percentChange')] },
      { head: 'Residual', cells: [blank, blank, blank, blank, number('attribution.residual', 'change'), linked === null ? blank : number('attribution.linked.residual', 'percentChange')] },
      {
        head: 'Portfolio',
        isTotal: true,
        cells: [
          ...effects.slice(0, 4).map(effect => number(`attribution.effects.${effect}`, 'change')),
          number('attribution.total', 'change'), number('attribution.totalReturn', 'percentChange')
        ]
      }
    ],
    note: 'Trading is PnL before costs, at the market when an order arrived. Contributions are parts of the compounded return, linked over the periods.'
  }
}

export function brinsonTableOf ({ attribution: { brinson } }: PerformanceReport): ReportTable | undefined {
  if (brinson === null) return undefined
  const blank = text('')
  return {
    caption: 'Brinson–Fachler attribution against the benchmark',
    columns: ['Segment', 'Weight', 'Benchmark weight', 'Allocation', 'Selection', 'Total'],
    rows: [
      ...brinson.rows.map(({ strategyId }, at) => ({
        head: strategyId ?? 'Cash (not in the market)',
        cells: [
          ...(['portfolioWeight', 'benchmarkWeight'] as const).map(key => number(`attribution.brinson.rows.${at}.${key}`, 'percent')),
          ...(['allocation', 'selection', 'total'] as const).map(key => number(`attribution.brinson.rows.${at}.${key}`, 'percentChange'))
        ]
      })),
      { head: 'Residual', cells: [blank, blank, blank, blank, number('attribution.brinson.residual', 'percentChange')] },
      {
        head: 'Active return',
        isTotal: true,
        cells: [blank, blank, number('attribution.brinson.allocation', 'percentChange'), number('attribution.brinson.selection', 'percentChange'), number('attribution.brinson.activeReturn', 'percentChange')]
      }
    ],
    note: 'Weights are average net exposures over equity; the benchmark is all in its market. Allocation is what being out of the market earned beside it, selection what a strategy earned beside the market at its exposure, costs included. Interaction is in selection.'
  }
}

export function marketTable ({ attribution: { market, period } }: PerformanceReport): ReportTable | undefined {
  if (market.length === 0) return undefined
  return {
    caption: 'Alpha and beta, with 95 % confidence intervals',
    columns: ['', `Alpha per ${period}`, 'from', 'to', 'Beta', 'from', 'to', 'R²'],
    rows: market.map(({ strategyId, fit, reason }, at) => {
      const place = `attribution.market.${at}.fit`
      const of = (key: 'alpha' | 'beta', kind: NumberKind) => [number(`${place}.${key}.value`, kind), number(`${place}.${key}.low`, kind), number(`${place}.${key}.high`, kind)]
      return {
        head: strategyId ?? 'Portfolio',
        cells: fit === null ? [text(reason ?? ''), ...Array.from({ length: 6 }, () => text(''))] : [...of('alpha', 'percentChange'), ...of('beta', 'small'), number(`${place}.rSquared`, 'small')]
      }
    }),
    note: 'Skill or market: beta is how much of the benchmark\'s moves came through, alpha what was earned beside them. An interval that holds 0 says neither.'
  }
}

export function factorTableOf ({ attribution: { factors } }: PerformanceReport): ReportTable | undefined {
  if (factors === null) return undefined
  const estimate = (place: string, kind: NumberKind) => [
    number(`${place}.value`, kind), number(`${place}.standardError`, kind), number(`${place}.tStatistic`, 'ratio'), number(`${place}.pValue`, 'probability')
  ]
  const blank = text('')
  return {
    caption: 'Factors: returns explained by what the market did',
    columns: ['Factor', 'Exposure', 'Standard error', 't', 'p', 'Contribution'],
    rows: [
      ...factors.rows.map(({ factor, what }, at) => ({
        head: `${factor}: ${what}`, cells: [...estimate(`attribution.factors.rows.${at}.exposure`, 'small'), number(`attribution.factors.rows.${at}.contribution`, 'percentChange')]
      })),
      { head: 'alpha: what no factor explains, per period', cells: [...estimate('attribution.factors.alpha', 'small'), number('attribution.factors.alphaContribution', 'percentChange')] },
      { head: 'Sum of the returns', isTotal: true, cells: [blank, blank, blank, blank, number('attribution.factors.total', 'percentChange')] }
    ],
    note: 'Least squares by QR; contributions are exposure × the sum of the factor\'s returns, not compounded.'
  }
}

export function riskTable ({ attribution: { risk } }: PerformanceReport): ReportTable {
  const columns = [['componentRisk', 'percent'], ['riskShare', 'percent'], ['correlation', 'ratio'], ['sharpe', 'ratio'], ['sortino', 'ratio']] as const
  return {
    caption: 'Risk by strategy',
    columns: ['Strategy', 'Component risk', 'Share of risk', 'Correlation', 'Part of Sharpe', 'Part of Sortino'],
    rows: [
      ...risk.strategies.map(({ strategyId }, at) => ({ head: strategyId, cells: columns.map(([key, kind]) => number(`attribution.risk.strategies.${at}.${key}`, kind)) })),
      {
        head: 'Portfolio',
        isTotal: true,
        cells: [number('attribution.risk.volatility', 'percent'), text(''), text(''), number('attribution.risk.sharpe', 'ratio'), number('attribution.risk.sortino', 'ratio')]
      }
    ],
    note: 'Component risks sum to the volatility of the portfolio, and parts to its ratios; annualised.'
  }
}

/** Two tables: all in one would be wider than a window. */
export function statisticsTables ({ statistics: { benchmark, strategies }, attribution: { period } }: PerformanceReport): ReportTable[] {
  const table = (caption: string, columns: ReadonlyArray<readonly [label: string, key: string, kind: NumberKind]>, note: string): ReportTable => {
    const row = (head: string, place: string) => ({ head, cells: columns.map(([, key, kind]) => number(`${place}.${key}`, kind)) })
    return {
      caption,
      columns: ['', ...columns.map(([label]) => label)],
      rows: [
        row('Portfolio', 'statistics.portfolio'),
        ...benchmark === null ? [] : [row('Benchmark', 'statistics.benchmark')],
        ...strategies.map(({ strategyId }, at) => row(strategyId, `statistics.strategies.${at}.summary`))
      ],
      note
    }
  }
  return [
    table('Returns and ratios', [
      ['Return', 'totalReturn', 'percentChange'], ['CAGR', 'cagr', 'percentChange'], ['Volatility', 'volatility', 'percent'], ['Sharpe', 'sharpe', 'ratio'],
      ['Sortino', 'sortino', 'ratio'], ['Calmar', 'calmar', 'ratio']
    ], 'All but the return annualised; a strategy\'s returns are on the capital it was given and what it made of it.'),
    table('Losses, beta and significance', [
      ['Drawdown', 'maxDrawdown', 'percentChange'], ['VaR 95 %', 'valueAtRisk', 'percentChange'], ['ES 95 %', 'expectedShortfall', 'percentChange'],
      ['Beta', 'beta', 'small'], ['P(SR > 0)', 'probabilisticSharpe', 'probability']
    ], `The drawdown is the largest by ends of a ${period}: one within it does not show here. VaR and expected shortfall (ES) are of one ${period}. P(SR > 0) is the probabilistic Sharpe ratio.`)
  ]
}

export function drawdownTable ({ drawdowns }: PerformanceReport): ReportTable {
  return {
    caption: 'Worst drawdowns',
    columns: ['', 'Depth', 'Amount', 'Peak', 'Trough', 'Made good', 'Lasted'],
    rows: drawdowns.map(({ start, trough, recovery }, at) => ({
      head: String(at + 1),
      cells: [
        number(`drawdowns.${at}.depth`, 'percentChange'), number(`drawdowns.${at}.amount`, 'change'), text(formatTime(start)), text(formatTime(trough)),
        text(recovery === null ? 'not yet' : formatTime(recovery)), number(`drawdowns.${at}.days`, 'days')
      ]
    })),
    note: 'Of the equity as it is recorded, at most once a minute. The books follow every tick: what they call the largest drawdown may be deeper.'
  }
}

export function tradeTable ({ trades: { figures, dropped } }: PerformanceReport): ReportTable {
  const columns = [
    ['Trades', 'trades', 'count'], ['Won', 'winRate', 'percent'], ['Profit factor', 'profitFactor', 'ratio'], ['Payoff', 'payoff', 'ratio'], ['Average PnL', 'expectancy', 'change'],
    ['Average hold', 'averageHoldMinutes', 'minutes'], ['Wins in a row', 'longestWins', 'count'], ['Losses in a row', 'longestLosses', 'count'], ['PnL', 'pnl', 'change'], ['Fees', 'fees', 'money']
  ] as const
  return {
    caption: 'Trades closed',
    columns: ['Strategy', ...columns.map(([label]) => label)],
    rows: figures.map(({ strategyId }, at) => ({ head: strategyId ?? 'All', cells: columns.map(([, key, kind]) => number(`trades.figures.${at}.${key}`, kind)) })),
    note: `A trade is a round trip from flat to flat, or through a flip; PnL is net of fees.${dropped > 0 ? ` ${dropped} older trades are kept no more and not in these figures.` : ''}`
  }
}

export function tradeList ({ trades }: PerformanceReport, which: 'best' | 'worst'): ReportTable {
  return {
    caption: which === 'best' ? 'Best trades' : 'Worst trades',
    columns: ['Strategy', 'Market', 'Side', 'Size', 'Opened', 'Closed', 'PnL'],
    rows: trades[which].map(({ strategyId, symbol, side, opened, closed }, at) => ({
      head: strategyId,
      cells: [
        text(symbol), text(side), number(`trades.${which}.${at}.quantity`, 'quantity'), text(formatTime(opened)), text(formatTime(closed)),
        number(`trades.${which}.${at}.pnl`, 'change')
      ]
    }))
  }
}

/** The most periods that a page lists; JSON has them all. */
const mostPeriods = 70

export function periodTable ({ attribution: { periods, strategies, period } }: PerformanceReport): ReportTable {
  const first = Math.max(0, periods.length - mostPeriods)
  return {
    caption: `PnL by ${period}`,
    columns: [period === 'day' ? 'Day' : 'From', ...strategies.map(({ strategyId }) => strategyId), 'Cash', 'Residual', 'Total', 'Return', 'Benchmark'],
    rows: periods.slice(first).map(({ label }, offset) => {
      const at = first + offset
      return {
        head: label,
        cells: [
          ...strategies.map((_, strategy) => number(`attribution.periods.${at}.nets.${strategy}`, 'change')),
          number(`attribution.periods.${at}.cash`, 'change'), number(`attribution.periods.${at}.residual`, 'change'), number(`attribution.periods.${at}.total`, 'change'),
          number(`attribution.periods.${at}.return`, 'percentChange'), number(`attribution.periods.${at}.benchmarkReturn`, 'percentChange')
        ]
      }
    }),
    note: first > 0 ? `The last ${mostPeriods} of ${periods.length}; the JSON has them all.` : undefined
  }
}

/** What a path leads to: a number, or why there is none. */
export function valueAt (report: PerformanceReport, path: string): { readonly value: number } | { readonly value: null, readonly reason: string } {
  let found: unknown = report
  for (const key of path.split('.')) found = (found as Record<string, unknown> | null | undefined)?.[key]
  if (typeof found === 'object' && found !== null && 'value' in found) {
    const { value, reason } = found as { value: number | null, reason?: string }
    return value === null ? { value, reason: reason ?? 'not defined' } : { value }
  }
  return typeof found === 'number' && Number.isFinite(found) ? { value: found } : { value: null, reason: 'not defined' }
}
