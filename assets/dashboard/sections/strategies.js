import { el, nameOf, setAttribute, setText } from '../dom.js'
import { percent, ratio, signedMoney, signOf, whole } from '../format.js'
import { sparkline } from '../sparkline.js'
import { strategyDialog } from '../strategy-dialog.js'

/** What a strategy is compared by: key in the state, heading, how it is written, and from what width on it has room. */
const columns = [
  { key: 'name', title: 'Strategy' },
  { key: 'pnl', title: 'PnL', format: signedMoney, signed: true },
  { key: 'dailyPnl', title: 'Today', format: signedMoney, signed: true, room: 'medium' },
  { key: 'trend', title: 'Trend' },
  { key: 'sharpe', title: 'Sharpe', format: ratio, room: 'medium' },
  { key: 'winRate', title: 'Win rate', format: percent },
  { key: 'profitFactor', title: 'Profit factor', format: ratio, room: 'wide' },
  { key: 'maxDrawdown', title: 'Max drawdown', format: percent, room: 'medium' },
  { key: 'sent', title: 'Sent', format: whole, room: 'medium' },
  { key: 'filled', title: 'Filled', format: whole, room: 'wide' },
  { key: 'rejected', title: 'Rejected', format: whole, room: 'wide' }
]

/** A row for each strategy, sorted by any column; a name opens the strategy. */
export function strategiesSection (root, { data, cursor }) {
  const rows = new Map()
  const dialog = strategyDialog({ data, cursor })
  const body = el('tbody')
  const note = el('p', { class: 'empty', hidden: true }, 'No strategy has traded yet')
  const limit = el('p', { class: 'empty', hidden: true, 'data-figure': 'strategies.hidden' })
  const sort = { key: 'pnl', descending: true }
  const headings = columns.map(({ key, title, room = '' }) => key === 'trend'
    ? el('th', { scope: 'col', class: 'trend' }, title)
    : el('th', { scope: 'col', class: room }, el('button', { type: 'button', class: 'sort', onclick: () => { sortBy(key) } }, title)))
  const table = el('table', { class: 'grid strategies' }, el('caption', { class: 'hidden' }, 'Strategies'), el('thead', {}, el('tr', {}, ...headings)), body)
  root.append(el('div', { class: 'panel' }, limit, table, note), dialog.element)
  let strategies = {}

  function sortBy (key) {
    sort.descending = sort.key === key ? !sort.descending : key !== 'name'
    sort.key = key
    order()
  }

  function order () {
    headings.forEach((heading, i) => {
      setAttribute(heading, 'aria-sort', columns[i].key !== sort.key ? undefined : sort.descending ? 'descending' : 'ascending')
    })
    const sorted = [...rows.keys()].sort((a, b) => compare(strategies[a], strategies[b], sort))
    sorted.forEach((number, i) => {
      const { element } = rows.get(number)
      if (body.children[i] !== element) body.insertBefore(element, body.children[i] ?? null)
    })
  }

  return {
    charts: dialog.charts,
    update (state) {
      strategies = state.strategies
      for (const number of rows.keys()) {
        if (strategies[number] !== undefined) continue
        rows.get(number).element.remove()
        rows.delete(number)
      }
      for (const number of Object.keys(strategies)) {
        if (!rows.has(number)) rows.set(number, strategyRow(() => { dialog.open(number) }))
        rows.get(number).update(strategies[number])
      }
      note.hidden = rows.size > 0
      // Above the table, for its end may be far away, and the best or the worst of all may be among them.
      limit.hidden = state.strategyCount <= rows.size
      setText(limit, `The first ${whole(rows.size)} of ${whole(state.strategyCount)} strategies to trade: ${whole(state.strategyCount - rows.size)} are not shown`)
      order()
      dialog.update(strategies)
    },
    draw (fromMs, toMs) {
      for (const [number, row] of rows) row.trend.draw(data.of(`pnl.${number}`), fromMs, toMs)
    }
  }
}

function strategyRow (open) {
  const trend = sparkline()
  const name = nameOf('')
  const cells = columns.map(({ key, room = '' }) => {
    if (key === 'name') return el('th', { scope: 'row' }, el('button', { type: 'button', class: 'link', onclick: open, 'aria-haspopup': 'dialog' }, name))
    return el('td', { class: key === 'trend' ? 'trend' : `number ${room}` }, ...(key === 'trend' ? [trend.element] : []))
  })
  return {
    trend,
    element: el('tr', {}, ...cells),
    update (strategy) {
      setText(name, strategy.name)
      columns.forEach(({ key, format, signed }, i) => {
        if (format === undefined) return
        setText(cells[i], format(strategy[key]))
        setAttribute(cells[i], 'data-figure', `strategy.${key}`)
        if (signed) setAttribute(cells[i], 'data-sign', signOf(strategy[key]))
      })
    }
  }
}

/** What is not known comes last, whichever way. */
function compare (a, b, { key, descending }) {
  const [x, y] = [a[key], b[key]]
  if (x === undefined || y === undefined) return (x === undefined) - (y === undefined)
  const order = key === 'name' ? x.localeCompare(y) : x - y
  return descending ? -order : order
}
