import type { Ledger } from '../../src/portfolio/ledger.js'
import type { Tally } from './tally.js'

export interface SummaryInput {
  readonly feedName: string
  readonly ticks: number
  /** Market time, in milliseconds since the Unix epoch. */
  readonly fromMs: number
  readonly toMs: number
  /** Real time. */
  readonly elapsedSeconds: number
  readonly ledger: Ledger
  readonly tally: Tally
}

/** The session as a few lines of text: each strategy, the portfolio, and what the risk engine said. */
export function summarize ({ feedName, ticks, fromMs, toMs, elapsedSeconds, ledger, tally }: SummaryInput): string {
  const portfolio = ledger.portfolio()
  const strategies = ledger.strategies().toSorted((a, b) => a.strategyId < b.strategyId ? -1 : 1)
  const rows = strategies.map(strategy => {
    const orders = tally.orders.get(strategy.strategyId)
    return [
      strategy.strategyId,
      whole(orders?.placed), whole(orders?.filled), whole(orders?.rejected), whole(orders?.cancelled), whole(orders?.fills),
      whole(strategy.closedTrades), percent(strategy.winRate),
      money(strategy.realizedPnl + strategy.unrealizedPnl), money(strategy.fees), percent(strategy.maxDrawdown)
    ]
  })
  const header = ['strategy', 'orders', 'filled', 'rejected', 'cancelled', 'fills', 'trades', 'won', 'PnL', 'fees', 'drawdown']
  const total = [
    'portfolio',
    whole(tally.total('placed')), whole(tally.total('filled')), whole(tally.total('rejected')), whole(tally.total('cancelled')), whole(tally.total('fills')),
    whole(strategies.reduce((sum, { closedTrades }) => sum + closedTrades, 0)), '',
    money(portfolio.equity - portfolio.startingCash), money(portfolio.fees), percent(portfolio.maxDrawdown)
  ]
  const denials = [...tally.deniedByReason].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([reason, count]) => `${reason} ${whole(count)}`)
  return [
    `${whole(ticks)} ticks of ${feedName}: ${span(fromMs, toMs)} of market time in ${elapsedSeconds.toFixed(1)} s`,
    '',
    ...table([header, ...rows, total]),
    '',
    `equity   ${money(portfolio.equity)} of ${money(portfolio.startingCash)}, cash ${money(portfolio.cash)}, exposure ${money(portfolio.grossExposure)}`,
    `intents  ${whole(tally.allowed)} allowed, ${whole(tally.denied)} denied${denials.length === 0 ? '' : ` (${denials.join(', ')})`}`
  ].join('\n')
}

/** Lines with columns of equal width: the first to the left, the others, which are numbers, to the right. */
function table (rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows.map(row => row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)).join('  '))
}

const wholeFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const moneyFormat = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

export function whole (value = 0): string {
  return wholeFormat.format(value)
}

export function money (value: number): string {
  return moneyFormat.format(value)
}

/** A ratio as per cent; a dash for one that is not known yet. */
function percent (ratio: number | null): string {
  return ratio === null ? '–' : `${(ratio * 100).toFixed(1)} %`
}

/** Two minutes and more in whole seconds; in whole minutes from a day on. */
function span (fromMs: number, toMs: number): string {
  if (toMs - fromMs < 120_000) return `${((toMs - fromMs) / 1000).toFixed(1)} s`
  const seconds = Math.round((toMs - fromMs) / 1000)
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
  const parts = [[days, 'd'], [hours, 'h'], [minutes, 'min'], [days > 0 ? 0 : seconds % 60, 's']] as const
  return parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(' ')
}
