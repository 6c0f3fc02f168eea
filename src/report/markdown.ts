import { dash, formatNumber, formatTime, type NumberKind } from './format.js'
import type { PerformanceReport } from './performance-report.js'
import {
  brinsonTableOf, contributionTable, drawdownTable, factorTableOf, marketTable, periodTable, riskTable, statisticsTables, tradeList, tradeTable, valueAt,
  type Cell, type ReportTable
} from './tables.js'

/** The tear sheet as Markdown: the same numbers as the HTML in tables, without charts. */
export function reportMarkdown (report: PerformanceReport): string {
  const { attribution: { portfolioId, from, to, benchmark, notes }, drawdowns, trades } = report
  const n = (path: string, kind: NumberKind) => numberOf(report, path, kind)
  const tables = [
    contributionTable(report), brinsonTableOf(report), marketTable(report), factorTableOf(report), ...statisticsTables(report), riskTable(report),
    ...drawdowns.length === 0 ? [] : [drawdownTable(report)],
    ...trades.figures[0]!.trades === 0 ? [] : [tradeTable(report), ...(['best', 'worst'] as const).filter(which => trades[which].length > 0).map(which => tradeList(report, which))],
    periodTable(report)
  ]
  return [
    `# Performance of ${plain(portfolioId)}`,
    `${formatTime(from)} to ${formatTime(to)} (UTC)${benchmark.totalReturn === null ? '' : `, beside ${benchmark.symbols.map(plain).join(', ')} bought and held`}.`,
    `Equity ${n('attribution.startEquity', 'money')} → ${n('attribution.endEquity', 'money')}: ${n('attribution.total', 'change')} (${n('attribution.totalReturn', 'percentChange')}` +
      `${benchmark.totalReturn === null ? '' : `; benchmark ${n('attribution.benchmark.totalReturn', 'percentChange')}`}). ` +
      `Sharpe ratio ${n('statistics.portfolio.sharpe', 'ratio')}.`,
    ...notes.map(plain),
    ...tables.filter(table => table !== undefined).map(table => tableOf(report, table))
  ].join('\n\n') + '\n'
}

function tableOf (report: PerformanceReport, { caption, columns, rows, note }: ReportTable): string {
  const cell = (found: Cell) => 'path' in found ? numberOf(report, found.path, found.kind) : plain(found.text)
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    `## ${caption}`,
    '',
    line(columns.map(plain)),
    line(columns.map((_, at) => at === 0 ? '---' : '---:')),
    ...rows.map(({ head, cells, isTotal }) => line([isTotal === true ? `**${plain(head)}**` : plain(head), ...cells.map(cell)])),
    ...note === undefined ? [] : ['', note]
  ].join('\n')
}

function numberOf (report: PerformanceReport, path: string, kind: NumberKind): string {
  const found = valueAt(report, path)
  return found.value === null ? dash : formatNumber(found.value, kind)
}

/** Names from outside stay text: what Markdown or HTML would make something of is escaped. */
function plain (text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f]/g, '\ufffd').replace(/[\\`*_{}[\]<>()#+!|~&]/g, '\\$&')
}
