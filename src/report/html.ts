import { createHash } from 'node:crypto'
import { dash, formatDay, formatNumber, formatTime, type NumberKind } from './format.js'
import { escapeMarkup, markup, type Markup, type MarkupValue } from './markup.js'
import { drawdownFigure, equityFigure, rollingFigures, waterfallFigure } from './figures.js'
import type { PerformanceReport } from './performance-report.js'
import { reportStyle } from './style.js'
import {
  brinsonTableOf, contributionTable, drawdownTable, factorTableOf, marketTable, periodTable, riskTable, statisticsTables, tradeList, tradeTable, valueAt,
  type Cell, type ReportTable
} from './tables.js'

/** The only content that the page may have: its own style. No script, no request. */
export const reportPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(reportStyle).digest('base64')}'; base-uri 'none'; form-action 'none'`

/**
 * The tear sheet as one HTML document that needs nothing else: opens offline, prints, is light or dark as the reader's system is,
 * and runs no script. Every number is a `<data>` with its exact value and its path in the report.
 */
export function reportHtml (report: PerformanceReport): string {
  const { attribution, drawdowns, trades } = report
  const { portfolioId, from, to, notes } = attribution
  const title = `Performance of ${portfolioId}`
  const body = markup`<header>
<h1>${title}</h1>
<p class="meta">${formatTime(from)} to ${formatTime(to)} (UTC) · ${aboutOf(report)}</p>
</header>
<p class="lead">${leadOf(report)}</p>
${notes.map(note => markup`<p class="caveat">${note}</p>`)}
<dl class="cards">${cardsOf(report)}</dl>
${section('Equity and drawdown', scroll('Equity', equityFigure(report)), scroll('Drawdown', drawdownFigure(report)))}
${section('What made the money, and what costs took', scroll('Contribution waterfall', waterfallFigure(report)), tableOf(report, contributionTable(report)))}
${section(calendarTitle(report), calendarOf(report))}
${rollingOf(report)}
${section('Skill or market', ...[brinsonTableOf(report), marketTable(report), factorTableOf(report)].map(table => table === undefined ? undefined : tableOf(report, table)),
  attribution.brinson === null ? markup`<p class="note">There is no benchmark to measure against.</p>` : undefined)}
${section('Risk and return', ...[...statisticsTables(report), riskTable(report)].map(table => tableOf(report, table)))}
${drawdowns.length === 0 ? undefined : section('Worst drawdowns', tableOf(report, drawdownTable(report), true))}
${section('Trades', ...trades.figures[0]!.trades === 0
  ? [markup`<p class="note">No trade was closed.</p>`]
  : [tableOf(report, tradeTable(report)), ...(['best', 'worst'] as const).map(which => trades[which].length === 0 ? undefined : tableOf(report, tradeList(report, which)))])}
<section class="long"><h2>Period by period</h2>${tableOf(report, periodTable(report))}</section>
<footer class="note">
<p>Effects are linked over the periods by ${methodName[attribution.method]}. Ratios are annualised by ${formatNumber(attribution.periodsPerYear, 'count')} periods of a ${attribution.period} a year, at a risk-free rate of 0.
A dash is a figure that is not defined, never a 0. The benchmark bought its markets in equal parts at the start and held them. Made at ${formatTime(report.madeAt)} (UTC) by njord-telemetry.</p>
</footer>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(reportPolicy)}">
<title>${escapeMarkup(`${title}, ${from.slice(0, 10)} to ${to.slice(0, 10)}`)}</title><style>${reportStyle}</style></head>
<body><main>
${body.toString()}
</main></body></html>
`
}

const methodName = { carino: 'Cariño\'s method', menchero: 'Menchero\'s method', grap: 'the method of GRAP', frongello: 'Frongello\'s method' } as const

/** A number of the report: the text for people, the exact value for programs. */
function number (report: PerformanceReport, path: string, kind: NumberKind): Markup {
  const found = valueAt(report, path)
  if (found.value === null) return markup`<span class="none" data-path="${path}" title="${found.reason}">${dash}<span class="sr"> ${found.reason}</span></span>`
  const tone = kind !== 'change' && kind !== 'percentChange' ? '' : found.value > 0 ? 'up' : found.value < 0 ? 'down' : ''
  const text = formatNumber(found.value, kind)
  // What rounds to 0 is neither.
  return markup`<data value="${found.value}" data-path="${path}"${/[1-9]/.test(text) && tone !== '' ? markup` class="${tone}"` : undefined}>${text}</data>`
}

function section (title: string, ...content: readonly MarkupValue[]): Markup {
  return markup`<section><h2>${title}</h2>${content}</section>`
}

/** What is too wide for a small screen is scrolled by itself, by keyboard as well. */
function scroll (label: string, content: Markup): Markup {
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${content}</div>`
}

/** `isNamed`: what stands above the table names it already. */
function tableOf (report: PerformanceReport, { caption, columns, rows, note }: ReportTable, isNamed = false): Markup {
  const cell = (found: Cell) => markup`<td>${'path' in found ? number(report, found.path, found.kind) : found.text}</td>`
  return markup`${scroll(caption, markup`<table><caption${isNamed ? markup` class="sr"` : undefined}>${caption}</caption>
<thead><tr>${columns.map(column => markup`<th scope="col">${column === '' ? markup`<span class="sr">What</span>` : column}</th>`)}</tr></thead>
<tbody>${rows.map(({ head, cells, isTotal }) => markup`<tr${isTotal === true ? markup` class="sum"` : undefined}><th scope="row">${head}</th>${cells.map(cell)}</tr>`)}</tbody></table>`)}
${note === undefined ? undefined : markup`<p class="note">${note}</p>`}`
}

function aboutOf ({ attribution: { benchmark, strategies } }: PerformanceReport): string {
  const count = `${strategies.length} ${strategies.length === 1 ? 'strategy' : 'strategies'}`
  return benchmark.totalReturn === null ? `${count} · no benchmark` : `${count} · benchmark: ${benchmark.symbols.join(', ')}, bought and held`
}

/** What happened, in words. */
function leadOf (report: PerformanceReport): Markup {
  const { attribution: { benchmark, strategies, effects } } = report
  const n = (path: string, kind: NumberKind) => number(report, path, kind)
  const ranked = strategies.map((strategy, at) => ({ ...strategy, at })).sort((a, b) => b.net - a.net)
  const [best, worst] = [ranked[0], ranked.at(-1)]
  return markup`The equity went from ${n('attribution.startEquity', 'money')} to ${n('attribution.endEquity', 'money')}, a change of ${n('attribution.totalReturn', 'percentChange')}.${benchmark.totalReturn === null ? undefined : markup` Holding the market would have brought ${n('attribution.benchmark.totalReturn', 'percentChange')}.`}
Trading came to ${n('attribution.effects.trading', 'change')} before costs, fees to ${n('attribution.effects.fees', 'change')} and slippage to ${n('attribution.effects.costs', 'change')}${effects.funding === 0 ? undefined : markup`, funding to ${n('attribution.effects.funding', 'change')}`}.
${best === undefined || worst === undefined || best === worst
  ? undefined
  : markup`Of the strategies ${best.strategyId} did best with ${n(`attribution.strategies.${best.at}.net`, 'change')}, ${worst.strategyId} worst with ${n(`attribution.strategies.${worst.at}.net`, 'change')}.`}`
}

function cardsOf (report: PerformanceReport): Markup[] {
  const n = (path: string, kind: NumberKind) => number(report, path, kind)
  const hasBenchmark = report.attribution.brinson !== null
  const card = (label: string, value: Markup, more: MarkupValue) => markup`<div class="card"><dt>${label}</dt><dd>${value}</dd><dd>${more}</dd></div>`
  const portfolio = 'statistics.portfolio'
  return [
    card('Return', n('attribution.totalReturn', 'percentChange'), markup`${n('attribution.total', 'change')} of ${n('attribution.startEquity', 'money')}`),
    card('Against the benchmark', hasBenchmark ? n('attribution.brinson.activeReturn', 'percentChange') : markup`${dash}`,
      hasBenchmark ? markup`benchmark ${n('attribution.benchmark.totalReturn', 'percentChange')}` : 'no benchmark'),
    card('Sharpe ratio', n(`${portfolio}.sharpe`, 'ratio'), markup`Sortino ${n(`${portfolio}.sortino`, 'ratio')}, volatility ${n(`${portfolio}.volatility`, 'percent')}`),
    card('Largest drawdown, as recorded', report.drawdowns.length === 0 ? markup`none` : n('drawdowns.0.depth', 'percentChange'),
      report.drawdowns.length === 0 ? 'no period ended below an earlier one' : markup`lasted ${n('drawdowns.0.days', 'days')}`),
    card('Beta', n(`${portfolio}.beta`, 'ratio'), markup`R² ${n(`${portfolio}.rSquared`, 'ratio')}, alpha ${n(`${portfolio}.alpha`, 'percentChange')} a year`),
    card('Fees', n('attribution.effects.fees', 'change'), markup`slippage ${n('attribution.effects.costs', 'change')}`),
    card('Trades won', n('trades.figures.0.winRate', 'percent'), markup`of ${n('trades.figures.0.trades', 'count')}, profit factor ${n('trades.figures.0.profitFactor', 'ratio')}`),
    card('Unexplained', n('attribution.residual', 'change'), 'what no strategy accounts for')
  ]
}

function calendarTitle ({ calendar: { kind } }: PerformanceReport): string {
  return { months: 'Monthly returns', days: 'Daily returns', hours: 'Hourly returns' }[kind]
}

/** A heat map that is a table: each cell has its number, and colour only repeats it. */
function calendarOf (report: PerformanceReport): Markup {
  const { calendar: { kind, columns, rows } } = report
  const largest = Math.max(...rows.flatMap(({ cells }) => cells.map(cell => Math.abs(cell?.return ?? 0))))
  const heat = (value: number) => value === 0 || largest === 0 ? '' : `${value < 0 ? 'n' : 'p'}${Math.max(1, Math.ceil(Math.abs(value) / largest * 4))}`
  const lines = rows.map(({ label, cells }, row) => markup`<tr><th scope="row">${kind === 'months' ? label : `${kind === 'days' ? 'from ' : ''}${formatDay(label)}`}</th>${cells.map((cell, column) => {
    if (cell === null) return markup`<td class="void"></td>`
    const found = valueAt(report, `calendar.rows.${row}.cells.${column}.return`)
    const path = `calendar.rows.${row}.cells.${column}.return`
    const text = found.value === null ? dash : kind === 'hours' ? formatNumber(found.value, 'percentChange').replace(' %', '') : formatNumber(found.value, 'percentChange')
    return markup`<td class="${heat(cell.return ?? 0)}" title="${cell.label}"><data value="${found.value ?? ''}" data-path="${path}">${text}</data>${kind === 'days' ? markup`<small>${formatDay(cell.label)}</small>` : undefined}</td>`
  })}</tr>`)
  return markup`${scroll(calendarTitle(report), markup`<table class="heat ${kind}"><caption class="sr">${calendarTitle(report)}</caption>
<thead><tr><th scope="col"><span class="sr">Row</span></th>${columns.map(column => markup`<th scope="col">${column}</th>`)}</tr></thead><tbody>${lines}</tbody></table>`)}
<p class="note">${kind === 'hours' ? 'In per cent. ' : ''}The stronger the colour, the larger the gain (+) or the loss (−).</p>`
}

function rollingOf (report: PerformanceReport): Markup | undefined {
  const { rolling } = report
  if (rolling.times.length < 2) return undefined
  const [sharpe, beta] = rollingFigures(report)
  return section(`Rolling ${beta === undefined ? 'Sharpe ratio' : 'Sharpe ratio and beta'}`, markup`<p class="note">Over the last ${rollingWindow(report)}, of returns by the ${rolling.period}.</p>
<div class="pair">${markup`<div><h3>Sharpe ratio</h3>${scroll('Rolling Sharpe ratio', sharpe)}</div>`}${beta === undefined ? undefined : markup`<div><h3>Beta</h3>${scroll('Rolling beta', beta)}</div>`}</div>`)
}

function rollingWindow ({ rolling: { window, period } }: PerformanceReport): string {
  const minutes = window * { minute: 1, hour: 60, day: 1440 }[period]
  const [count, unit] = minutes >= 1440 ? [minutes / 1440, 'day'] : minutes >= 60 ? [minutes / 60, 'hour'] : [minutes, 'minute']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
