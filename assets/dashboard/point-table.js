import { el, setText, syncChildren } from './dom.js'
import { clockTime } from './format.js'

const rows = 24
let tables = 0

/** A chart's points as a table, newest first, behind a button. */
export function pointTable (title, lines, format) {
  const id = `points-${++tables}`
  const body = el('tbody')
  const element = el('div', { class: 'points', id, hidden: true, tabindex: '0', role: 'region', 'aria-label': `${title}: table` },
    el('table', {},
      el('caption', { class: 'hidden' }, title),
      el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Time'), ...lines.map(({ label }) => el('th', { scope: 'col' }, label ?? title)))),
      body))
  const button = el('button', {
    class: 'icon',
    type: 'button',
    'aria-expanded': 'false',
    'aria-controls': id,
    'aria-label': `${title}: show as table`,
    title: 'Show as table',
    onclick () {
      element.hidden = !element.hidden
      button.setAttribute('aria-expanded', String(!element.hidden))
      update(...last)
    }
  }, el('span', { class: 'table-icon', 'aria-hidden': 'true' }))
  let last = []

  function update (data, fromMs, toMs) {
    last = [data, fromMs, toMs]
    if (element.hidden || data === undefined) return
    const times = data.of(lines[0].key).times.filter(atMs => atMs >= fromMs)
    const every = Math.max(1, Math.ceil(times.length / rows))
    const shown = times.toReversed().filter((_, i) => i % every === 0)
    syncChildren(body, shown, () => el('tr', {}, el('th', { scope: 'row' }), ...lines.map(() => el('td'))), (row, atMs) => {
      setText(row.children[0], clockTime(atMs))
      lines.forEach(({ key }, i) => { setText(row.children[i + 1], format(data.at(key, atMs))) })
    })
  }

  return { element, button, update }
}
