import { Chart } from './chart.js'
import { el, nameOf, setAttribute, setText, syncChildren } from './dom.js'
import { money, percent, price, quantity, ratio, signedMoney, signOf, whole, wholeMoney } from './format.js'
import { tiles } from './tile.js'

const figures = {
  pnl: ['PnL', signedMoney, true],
  dailyPnl: ['Today', signedMoney, true],
  realizedPnl: ['Realised, net', signedMoney, true],
  unrealizedPnl: ['Unrealised', signedMoney, true],
  fees: ['Fees', money],
  equity: ['Equity', wholeMoney],
  sharpe: ['Sharpe', ratio],
  sortino: ['Sortino', ratio],
  calmar: ['Calmar', ratio],
  volatility: ['Volatility', percent],
  winRate: ['Win rate', percent],
  profitFactor: ['Profit factor', ratio],
  expectancy: ['Expectancy', signedMoney, true],
  drawdown: ['Drawdown', percent],
  maxDrawdown: ['Max drawdown', percent],
  trades: ['Closed trades', whole],
  sent: ['Orders sent', whole],
  filled: ['Orders filled', whole],
  rejected: ['Orders rejected', whole]
}

/** One strategy opened: its figures, its curves, its open positions. Escape closes it, and the focus goes back to its row. */
export function strategyDialog ({ data, cursor }) {
  const name = nameOf('', { id: 'strategy-name' })
  const grid = tiles('opened', Object.fromEntries(Object.entries(figures).map(([key, [label]]) => [key, label])), 'small')
  const pnl = { key: '', colour: 'a' }
  const drawdown = { key: '', colour: 'down' }
  const charts = [
    new Chart({ title: 'PnL of the strategy', lines: [pnl], data, cursor, format: signedMoney, axisFormat: wholeMoney, fill: 'sign' }),
    new Chart({ title: 'Drawdown of the strategy', lines: [drawdown], data, cursor, format: percent, fill: 'area', withZero: true })
  ]
  const positions = el('tbody')
  const headings = ['Symbol', 'Quantity', 'Entry', 'Mark', 'Value', 'Unrealised']
  const table = el('table', { class: 'grid' }, el('caption', { class: 'hidden' }, 'Open positions'),
    el('thead', {}, el('tr', {}, ...headings.map(title => el('th', { scope: 'col' }, title)))), positions)
  const empty = el('p', { class: 'empty' }, 'No open position')
  const element = el('dialog', { 'aria-labelledby': 'strategy-name' },
    el('header', {}, el('h2', {}, name), el('form', { method: 'dialog' }, el('button', { class: 'plain' }, 'Close'))),
    grid.element,
    el('div', { class: 'charts' }, ...charts.map(({ element }) => element)),
    el('h3', {}, 'Open positions'),
    el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Open positions' }, table, empty))
  element.addEventListener('click', event => { if (event.target === element) element.close() })
  let opened
  let known = {}

  function show () {
    const strategy = known[opened]
    if (strategy === undefined) return
    setText(name, strategy.name)
    for (const [key, [, format, signed]] of Object.entries(figures)) {
      grid[key].set(format(strategy[key]), { sign: signed ? signOf(strategy[key]) : undefined })
    }
    const open = strategy.positions ?? []
    table.hidden = open.length === 0
    empty.hidden = open.length > 0
    syncChildren(positions, open, () => positionRow(), updatePosition)
  }

  return {
    element,
    charts,
    open (number) {
      opened = number
      pnl.key = `pnl.${number}`
      drawdown.key = `strategyDrawdown.${number}`
      show()
      element.showModal()
      element.dispatchEvent(new Event('opened', { bubbles: true }))
    },
    update (strategies) {
      known = strategies
      if (element.open) show()
    }
  }
}

function positionRow () {
  return el('tr', {}, el('th', { scope: 'row' }, nameOf('')), ...Array.from({ length: 5 }, () => el('td', { class: 'number' })))
}

function updatePosition (row, position) {
  const [symbol, size, entry, mark, value, unrealized] = row.children
  setText(symbol.firstChild, position.symbol)
  setText(size, `${position.quantity > 0 ? 'long' : 'short'} ${quantity(Math.abs(position.quantity))}`)
  setText(entry, price(position.entryPrice))
  setText(mark, price(position.markPrice))
  setText(value, money(position.marketValue))
  setText(unrealized, signedMoney(position.unrealizedPnl))
  setAttribute(unrealized, 'data-sign', signOf(position.unrealizedPnl))
}
