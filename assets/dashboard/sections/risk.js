import { Chart } from '../chart.js'
import { el, setAttribute, setText } from '../dom.js'
import { clockTime, percent, perMinute, quantity, whole } from '../format.js'
import { meters } from '../meter.js'
import { tiles } from '../tile.js'

/** The kill switch, what is used of each cap, and why intents were denied. */
export function riskSection (root, { data, cursor }) {
  const state = el('p', { class: 'state', 'data-figure': 'risk.killSwitch' })
  const since = el('span')
  const because = el('bdi')
  const why = el('p', { class: 'why' }, since, because)
  const banner = el('div', { class: 'kill-switch' }, el('h3', {}, 'Kill switch'), state, why)
  const figures = tiles('risk', { allowed: 'Intents allowed', denied: 'Intents denied', trips: 'Switch trips' }, 'small')
  const caps = meters('No cap has been reported')
  const breakers = meters('')
  const denials = meters('Nothing has been denied')
  const chart = new Chart({
    title: 'Intents',
    note: '5 min rate',
    lines: [{ key: 'allowed', label: 'Allowed', colour: 'a' }, { key: 'denied', label: 'Denied', colour: 'b', dash: 'dashed' }],
    data,
    cursor,
    format: perMinute,
    axisFormat: quantity,
    withZero: true
  })
  const breakerBox = el('div', { hidden: true }, el('h3', {}, 'Circuit breakers'), ...breakers.elements)
  root.append(
    el('div', { class: 'panel stack' }, banner, figures.element,
      el('div', {}, el('h3', {}, 'Caps in use'), ...caps.elements),
      breakerBox,
      el('div', {}, el('h3', {}, 'Denials by reason'), ...denials.elements)),
    el('div', { class: 'charts' }, chart.element))

  return {
    charts: [chart],
    update ({ risk }) {
      setAttribute(banner, 'data-active', risk.killSwitch)
      setText(state, risk.killSwitch ? '■ Active: trading is stopped' : '● Released: trading is on')
      const { sinceMs, reason } = risk.killSwitchChange ?? {}
      setText(since, sinceMs === undefined ? '' : `since ${clockTime(sinceMs)}${reason === undefined ? '' : ': '}`)
      setText(because, reason ?? '')
      figures.allowed.set(whole(risk.allowed), { note: risk.received > 0 ? `${percent(risk.allowed / risk.received)} of ${whole(risk.received)}` : '' })
      figures.denied.set(whole(risk.denied))
      figures.trips.set(whole(risk.trips))
      caps.set(risk.caps.map(({ name, ratio }) => ({
        label: name.replaceAll('_', ' '), share: ratio, words: percent(ratio) + (ratio >= 1 ? ' · over' : ratio >= 0.8 ? ' · near' : ''), level: ratio >= 1 ? 'bad' : ratio >= 0.8 ? 'warn' : 'good'
      })))
      breakerBox.hidden = risk.breakers.length === 0
      breakers.set(risk.breakers.map(({ name, open }) => ({ label: name, share: open ? 1 : 0, words: open ? '■ open: halted' : '● closed', level: open ? 'bad' : 'good' })))
      const most = Math.max(...risk.denials.map(({ count }) => count), 1)
      denials.set(risk.denials.map(({ reason, count }) => ({ label: reason.replaceAll('_', ' '), share: count / most, words: whole(count), level: 'plain' })))
    }
  }
}
