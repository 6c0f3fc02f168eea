import { Chart } from '../chart.js'
import { el, nameOf, setAttribute, setText, syncChildren } from '../dom.js'
import { bps, clockTime, perMinute, price, quantity, ratio, seconds, whole } from '../format.js'
import { tiles } from '../tile.js'

const headings = ['Time', 'What', 'Strategy', 'Side', 'Symbol', 'Quantity', 'Price', 'Latency']

/** The last orders and fills as they happen, how long they take and what they slip. */
export function ordersSection (root, { data, cursor }) {
  const figures = tiles('orders', { placed: 'Placed', filled: 'Filled', fills: 'Fills', rejected: 'Rejected', cancelled: 'Cancelled', open: 'Open' }, 'small')
  const recent = el('tbody')
  const empty = el('p', { class: 'empty' }, 'No order yet')
  const table = el('table', { class: 'grid recent' }, el('caption', { class: 'hidden' }, 'The last ten orders and fills'),
    el('thead', {}, el('tr', {}, ...headings.map((title, i) => el('th', { scope: 'col', class: columnClasses[i] }, title)))), recent)
  const quantiles = quantileTable()
  const chart = options => new Chart({ data, cursor, ...options })
  const charts = [
    chart({
      title: 'Fill latency',
      note: '5 min',
      lines: [
        { key: 'fillP50', label: 'p50', colour: 'a' }, { key: 'fillP95', label: 'p95', colour: 'b', dash: 'dashed' },
        { key: 'fillP99', label: 'p99', colour: 'c', dash: 'dotted' }
      ],
      format: seconds,
      withZero: true
    }),
    chart({ title: 'Slippage', note: '5 min mean, positive is a cost', lines: [{ key: 'slippage', colour: 'a' }], format: bps, axisFormat: ratio, withZero: true }),
    chart({
      title: 'Flow',
      note: '5 min rate',
      lines: [{ key: 'orders', label: 'Orders', colour: 'a' }, { key: 'fills', label: 'Fills', colour: 'b', dash: 'dashed' }],
      format: perMinute,
      axisFormat: quantity,
      withZero: true
    })
  ]
  root.append(
    el('div', { class: 'panel stack' }, figures.element, el('div', {}, table, empty), quantiles.element),
    el('div', { class: 'charts' }, ...charts.map(({ element }) => element)))

  let newest

  return {
    charts,
    update ({ orders }) {
      for (const key of ['placed', 'filled', 'fills', 'rejected', 'cancelled', 'open']) figures[key].set(whole(orders[key]))
      table.hidden = orders.recent.length === 0
      empty.hidden = orders.recent.length > 0
      const known = newest
      newest = orders.recent[0]?.number ?? 0
      syncChildren(recent, orders.recent, makeRow, (row, event) => { updateRow(row, event, event.number > known) })
      quantiles.set(orders)
    }
  }
}

const columnClasses = ['', '', 'medium', '', '', 'number', 'number', 'number wide']

function makeRow () {
  return el('tr', {}, ...headings.map((_, i) => el('td', { class: columnClasses[i] }, ...(i === 2 || i === 4 ? [nameOf('')] : i === 1 ? [el('span', { class: 'chip' })] : []))))
}

function updateRow (row, event, isNew) {
  const [time, what, strategy, side, symbol, size, at, latency] = row.children
  setText(time, clockTime(event.atMs))
  const chip = what.firstChild
  setText(chip, event.kind)
  setAttribute(chip, 'data-kind', event.kind)
  setAttribute(what, 'title', event.reason)
  setText(strategy.firstChild, event.strategy)
  setText(side, event.side === 'buy' ? '↑ buy' : '↓ sell')
  setAttribute(side, 'data-sign', event.side === 'buy' ? 'up' : 'down')
  setText(symbol.firstChild, event.symbol)
  setText(size, event.quantity === undefined ? '' : quantity(event.quantity))
  setText(at, event.price === undefined ? '' : price(event.price))
  setText(latency, event.latencySeconds === undefined ? '' : seconds(event.latencySeconds))
  // A row that is new is shown to be: not by what it says, which stays readable.
  const number = String(event.number)
  if (row.dataset.number !== number) {
    row.dataset.number = number
    row.getAnimations?.().forEach(animation => { animation.cancel() })
    if (isNew && !matchMedia('(prefers-reduced-motion: reduce)').matches) {
      row.animate([{ backgroundColor: 'var(--flash)' }, { backgroundColor: 'transparent' }], { duration: 900, easing: 'ease-out' })
    }
  }
}

/** Latency and slippage since the start, as `/metrics` has them. */
function quantileTable () {
  const rows = [['ackLatency', 'Acknowledgement', seconds], ['fillLatency', 'Fill', seconds], ['slippage', 'Slippage', bps]]
  const keys = ['p50', 'p95', 'p99']
  const cells = new Map()
  const body = el('tbody', {}, ...rows.map(([name, title]) => el('tr', {}, el('th', { scope: 'row' }, title), ...keys.map(key => {
    const cell = el('td', { class: 'number', 'data-figure': `orders.${name}.${key}` })
    cells.set(`${name}.${key}`, cell)
    return cell
  }))))
  return {
    element: el('table', { class: 'grid' }, el('caption', {}, 'Latency and slippage since the start'),
      el('thead', {}, el('tr', {}, el('td', {}), ...keys.map(key => el('th', { scope: 'col', class: 'number' }, key)))), body),
    set (orders) {
      for (const [name, , format] of rows) for (const key of keys) setText(cells.get(`${name}.${key}`), format(orders[name]?.[key]))
    }
  }
}
