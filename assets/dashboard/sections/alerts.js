import { el, setAttribute, setText, syncChildren } from '../dom.js'
import { clockTime, duration, whole } from '../format.js'

/** What fires and what may soon, what is silenced, and what was sent or why it was not. */
export function alertsSection (root) {
  const summary = el('p', { class: 'summary' })
  const hint = el('p', { class: 'empty hint' }, 'Rules of the alert engine appear here: what is pending or firing, what is silenced, and what was sent.')
  const list = el('ul', { class: 'alerts' })
  const notifications = el('ul', { class: 'notifications' })
  const sentBox = el('div', {}, el('h3', {}, 'Last notifications'), notifications)
  const panel = el('div', { class: 'panel stack' }, summary, hint, list, sentBox)
  root.append(panel)

  return {
    charts: [],
    update ({ alerts, atMs }) {
      const { loaded, rules, firing, pending, silenced } = alerts
      setText(summary, !loaded
        ? 'No alert rules loaded'
        : firing + pending === 0 ? `All quiet: ${whole(rules)} rules, nothing fires` : `${whole(firing)} firing, ${whole(pending)} pending, ${whole(silenced)} silenced · ${whole(rules)} rules`)
      setAttribute(summary, 'class', loaded && firing + pending > 0 ? 'summary' : 'summary empty')
      hint.hidden = loaded
      setAttribute(panel, 'data-empty', loaded ? undefined : '')
      list.hidden = !loaded || alerts.alerts.length === 0
      sentBox.hidden = !loaded || alerts.notifications.length === 0
      syncChildren(list, alerts.alerts ?? [], makeAlert, (element, alert) => { updateAlert(element, alert, atMs) })
      syncChildren(notifications, alerts.notifications ?? [], makeNotification, updateNotification)
    }
  }
}

function makeAlert () {
  return el('li', { class: 'alert' }, el('span', { class: 'chip' }), el('bdi', { class: 'title' }), el('span', { class: 'since' }), el('bdi', { class: 'labels' }), el('bdi', { class: 'text' }))
}

function updateAlert (element, { name, state, sinceMs, severity, labels, summary, silencedBy }, atMs) {
  const [chip, title, since, labelText, text] = element.children
  setText(chip, silencedBy === undefined ? state : `${state}, silenced`)
  setAttribute(element, 'data-state', silencedBy === undefined ? state : 'silenced')
  setText(title, severity === undefined ? name : `${name} · ${severity}`)
  setText(since, `for ${duration(atMs - sinceMs)}`)
  setAttribute(since, 'title', clockTime(sinceMs))
  setText(labelText, labels)
  setText(text, silencedBy ?? summary ?? '')
}

function makeNotification () {
  return el('li', {}, el('time'), el('span', { class: 'chip' }), el('bdi', { class: 'title' }), el('bdi', { class: 'text' }))
}

function updateNotification (element, { atMs, receiver, about, sent, reason }) {
  const [time, chip, title, text] = element.children
  setText(time, clockTime(atMs))
  setText(chip, sent ? 'sent' : 'not sent')
  setAttribute(element, 'data-state', sent ? 'sent' : 'held')
  setText(title, `${about} → ${receiver}`)
  setText(text, reason ?? '')
}
