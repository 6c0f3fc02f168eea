import { Chart } from '../chart.js'
import { el, setAttribute, setText } from '../dom.js'
import { compact, money, percent, signedMoney, signedPercent, signOf, whole, wholeMoney } from '../format.js'
import { tiles } from '../tile.js'

/** Equity with its curve, the day's PnL, exposure and drawdown. */
export function portfolioSection (root, { data, cursor }) {
  const equity = el('output', { class: 'figure', 'data-figure': 'portfolio.equity' })
  const change = el('span', { class: 'change' })
  const figures = tiles('portfolio', {
    dailyPnl: 'Today’s PnL',
    unrealizedPnl: 'Unrealised',
    realizedPnl: 'Realised, net',
    grossExposure: 'Gross exposure',
    netExposure: 'Net exposure',
    drawdown: 'Drawdown',
    positions: 'Open positions',
    cash: 'Cash'
  })
  const chart = options => new Chart({ data, cursor, ...options })
  const charts = [
    chart({ title: 'Equity', lines: [{ key: 'equity', colour: 'a' }], format: money, axisFormat: compactMoney, fill: 'area', size: 'hero' }),
    chart({ title: 'PnL of the day', note: 'since 00:00 UTC', lines: [{ key: 'dailyPnl', colour: 'a' }], format: signedMoney, axisFormat: compact, fill: 'sign', withZero: true }),
    chart({
      title: 'Exposure',
      lines: [{ key: 'grossExposure', label: 'Gross', colour: 'a' }, { key: 'netExposure', label: 'Net', colour: 'b', dash: 'dashed' }],
      format: wholeMoney,
      axisFormat: compact,
      withZero: true
    }),
    chart({ title: 'Drawdown', lines: [{ key: 'drawdown', colour: 'down' }], format: percent, fill: 'area', withZero: true })
  ]
  root.append(
    el('div', { class: 'headline' }, el('div', {}, el('p', { class: 'label' }, 'Equity'), equity, change), figures.element),
    el('div', { class: 'charts portfolio-charts' }, ...charts.map(({ element }) => element)))

  return {
    charts,
    update ({ portfolio }) {
      setText(equity, money(portfolio.equity))
      const since = portfolio.equity - portfolio.startingCash
      setText(change, Number.isNaN(since) ? '' : `${since < 0 ? '▼' : since > 0 ? '▲' : ''} ${signedMoney(since)} (${signedPercent(since / portfolio.startingCash)}) since the start`)
      setAttribute(change, 'data-sign', signOf(since))
      for (const key of ['dailyPnl', 'unrealizedPnl', 'realizedPnl']) figures[key].set(signedMoney(portfolio[key]), { sign: signOf(portfolio[key]) })
      figures.realizedPnl.set(signedMoney(portfolio.realizedPnl), { sign: signOf(portfolio.realizedPnl), note: portfolio.fees === undefined ? '' : `fees ${money(portfolio.fees)}` })
      const share = value => portfolio.equity > 0 && value !== undefined ? `${percent(value / portfolio.equity)} of equity` : ''
      figures.grossExposure.set(wholeMoney(portfolio.grossExposure), { note: share(portfolio.grossExposure) })
      figures.netExposure.set(wholeMoney(portfolio.netExposure), { note: share(portfolio.netExposure) })
      figures.drawdown.set(percent(portfolio.drawdown), { note: portfolio.maxDrawdown === undefined ? '' : `max ${percent(portfolio.maxDrawdown)}` })
      figures.positions.set(whole(portfolio.positions))
      figures.cash.set(wholeMoney(portfolio.cash))
    }
  }
}

/** An axis of five digits tells 100,120 from 100,140: compact would not. */
function compactMoney (value) {
  return Math.abs(value) < 1e7 ? wholeMoney(value) : compact(value)
}
