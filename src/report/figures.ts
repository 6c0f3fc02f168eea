import { lineChart } from './charts/line-chart.js'
import { waterfall, type WaterfallStep } from './charts/waterfall.js'
import { formatNumber, formatTime } from './format.js'
import type { Markup } from './markup.js'
import type { PerformanceReport } from './performance-report.js'

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 })
/** On an axis 100,000 is 100K. */
const money = (value: number) => compact.format(value).replace('-', '−')
const wholeMoney = (value: number) => formatNumber(value, 'count')
/** As many decimals as tell one tick from the next. */
const percent = (value: number) => `${new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 }).format(value * 100).replace('-', '−')} %`
const plain = (value: number) => new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 }).format(value).replace('-', '−')

/** Ticks of money that compact writing would make alike are written out. */
function moneyAxis (values: readonly number[]): (value: number) => string {
  const span = Math.max(...values) - Math.min(...values)
  const largest = Math.max(...values.map(Math.abs))
  if (span < largest / 50) return span < 20 ? value => formatNumber(value, 'money') : wholeMoney
  return money
}

export function equityFigure ({ curve: { times, equity, benchmark }, attribution: { startEquity, endEquity } }: PerformanceReport): Markup {
  const lines = [{ label: `Portfolio ${wholeMoney(endEquity)}`, values: equity, look: 'ours' }]
  if (benchmark !== null) lines.unshift({ label: `Benchmark ${wholeMoney(benchmark.at(-1)!)}`, values: benchmark, look: 'market' })
  return lineChart({
    id: 'equity',
    title: benchmark === null ? 'Equity' : 'Equity beside the benchmark',
    description: `From ${formatNumber(startEquity, 'money')} to ${formatNumber(endEquity, 'money')}${benchmark === null ? '' : `; in the benchmark it would have become ${formatNumber(benchmark.at(-1)!, 'money')}`}.`,
    timesMs: times.map(Date.parse),
    lines,
    format: moneyAxis([...equity, ...benchmark ?? []]),
    right: 150,
    height: 330
  })
}

export function drawdownFigure ({ curve: { times, drawdown }, drawdowns }: PerformanceReport): Markup {
  const [worst] = drawdowns
  return lineChart({
    id: 'drawdown',
    title: 'Drawdown',
    description: worst === undefined ? 'No period ended below an earlier one.' : `At worst ${formatNumber(worst.depth, 'percent')}, at ${formatTime(worst.trough)}.`,
    timesMs: times.map(Date.parse),
    lines: [{ label: 'Drawdown', values: drawdown, look: 'fall' }],
    format: percent,
    height: 170,
    right: 150,
    zero: true,
    isArea: true,
    ticks: 3
  })
}

/** Strategies that are told apart; the others are one step. */
const mostStrategies = 8

/** From what strategies made before costs, over what each cost took, to the change of the equity. */
export function waterfallFigure ({ attribution: { strategies, effects, cash, residual, total } }: PerformanceReport): Markup {
  const ranked = [...strategies].sort((a, b) => Math.abs(b.trading) - Math.abs(a.trading))
  const told = ranked.slice(0, mostStrategies)
  const others = ranked.slice(mostStrategies).reduce((sum, { trading }) => sum + trading, 0)
  const steps: WaterfallStep[] = [
    ...told.map(({ strategyId, trading }) => ({ label: strategyId, value: trading })),
    ...ranked.length > mostStrategies ? [{ label: `${ranked.length - mostStrategies} others`, value: others }] : [],
    { label: 'before costs', value: effects.trading, isTotal: true },
    { label: 'fees', value: effects.fees },
    { label: 'slippage', value: effects.costs },
    ...effects.funding === 0 ? [] : [{ label: 'funding', value: effects.funding }],
    ...cash === 0 ? [] : [{ label: 'interest', value: cash }],
    // Rounding is no step of its own.
    ...Math.abs(residual) < 0.005 ? [] : [{ label: 'residual', value: residual }],
    { label: 'change', value: total, isTotal: true }
  ]
  const isSmall = steps.every(({ value }) => Math.abs(value) < 1000)
  return waterfall({
    id: 'waterfall',
    title: 'From trading to the change of the equity',
    description: `Trading made ${formatNumber(effects.trading, 'change')} before costs; the equity changed by ${formatNumber(total, 'change')}.`,
    steps,
    format: value => isSmall ? formatNumber(value, 'change') : `${value > 0 ? '+' : ''}${formatNumber(value, 'count')}`,
    axisFormat: money
  })
}

export function rollingFigures ({ rolling: { times, sharpe, beta } }: PerformanceReport): [sharpe: Markup, beta: Markup | undefined] {
  const chart = (id: string, title: string, values: ReadonlyArray<number | null>) => {
    const known = values.filter(value => value !== null)
    return lineChart({
      id,
      title,
      description: known.length === 0
        ? 'Undefined throughout.'
        : `Between ${formatNumber(Math.min(...known), 'ratio')} and ${formatNumber(Math.max(...known), 'ratio')}; ${formatNumber(known.at(-1)!, 'ratio')} at the end.`,
      timesMs: times.map(Date.parse),
      lines: [{ label: title, values, look: 'ours' }],
      format: plain,
      width: 540,
      height: 240,
      right: 14,
      zero: true
    })
  }
  return [chart('rolling-sharpe', 'Sharpe ratio, annualised', sharpe), beta.every(value => value === null) ? undefined : chart('rolling-beta', 'Beta', beta)]
}
