import { Connection } from './connection.js'
import { controls, rangeMs, storedRange } from './controls.js'
import { Cursor } from './cursor.js'
import { el, setAttribute, setText } from './dom.js'
import { clockTime, dateTime } from './format.js'
import { Lines } from './lines.js'
import { alertsSection } from './sections/alerts.js'
import { ordersSection } from './sections/orders.js'
import { portfolioSection } from './sections/portfolio.js'
import { riskSection } from './sections/risk.js'
import { strategiesSection } from './sections/strategies.js'
import { systemSection } from './sections/system.js'
import { State } from './state.js'

const byId = id => document.getElementById(id)
const state = new State()
const data = new Lines()
const cursor = new Cursor()
const makers = {
  portfolio: portfolioSection,
  strategies: strategiesSection,
  orders: ordersSection,
  risk: riskSection,
  alerts: alertsSection,
  system: systemSection
}
const sections = Object.entries(makers).map(([id, make]) => make(byId(id), { data, cursor }))
const lineKeys = ['equity', 'memory', 'loopLag', 'grossExposure']
let range = storedRange()
let isPaused = false
let isDue = false
/** Another range was chosen: that is shown even while the page is paused. */
let isAsked = false
let shownRange
let toMs = 0

const control = controls(byId('controls'), {
  range,
  onRange (chosen) {
    range = chosen
    isAsked = true
    connection.setRange(range)
  },
  onPause (paused) {
    isPaused = paused
    if (paused) data.hold()
    else {
      data.letGo()
      render()
    }
    showConnection(connection.state)
  },
  onTheme () { draw() }
})

const connection = new Connection({ range, onMessage: receive, onState: showConnection })
fetch('session').then(async response => await response.json()).then(({ login }) => { if (login) control.showLogout() }, () => {})

new ResizeObserver(() => { requestDraw() }).observe(document.body)
document.addEventListener('opened', () => { requestDraw() })

function receive (message) {
  if (message.patch !== undefined) state.patch(message.patch)
  else state.replace(message.state)
  if (message.range !== undefined) data.load(message.history, rangeMs(message.range))
  data.append(message.atMs, message.points)
  shownRange = message.range ?? shownRange
  const isNew = isAsked && message.range === range
  if (isNew) isAsked = false
  if (isPaused && !isNew) return
  if (isPaused) data.hold()
  if (isDue) return
  isDue = true
  requestAnimationFrame(() => {
    isDue = false
    render()
    document.body.dataset.ready = shownRange
    showConnection(connection.state)
  })
}

function render () {
  const { root } = state
  if (root.atMs === undefined) return
  toMs = root.atMs
  setText(byId('portfolio-name'), root.portfolio.name ?? '')
  setText(byId('data-time'), clockTime(toMs))
  setAttribute(byId('data-time'), 'datetime', new Date(toMs).toISOString())
  setAttribute(byId('data-time'), 'title', `Time of the figures: ${dateTime(toMs)}`)
  for (const section of sections) section.update(root)
  showUrgent(root)
  draw()
}

/** What nobody shall have to scroll for. */
const killSwitch = el('a', { href: '#risk', hidden: true }, '■ Kill switch active')
const firing = el('a', { href: '#alerts', hidden: true })
byId('urgent').append(killSwitch, firing)

function showUrgent ({ risk, alerts }) {
  killSwitch.hidden = !risk.killSwitch
  const loud = (alerts.alerts ?? []).filter(({ state, silencedBy }) => state === 'firing' && silencedBy === undefined).length
  firing.hidden = loud === 0
  setText(firing, `▲ ${loud === 1 ? '1 alert' : `${loud} alerts`} firing`)
}

let isDrawDue = false
function requestDraw () {
  if (isDrawDue) return
  isDrawDue = true
  requestAnimationFrame(() => {
    isDrawDue = false
    draw()
  })
}

function draw () {
  if (toMs === 0) return
  // A process that is younger than the range is shown from its first second on.
  const fromMs = Math.max(toMs - data.rangeMs, Math.min(data.startMs(lineKeys), toMs - 60_000))
  for (const section of sections) {
    section.draw?.(fromMs, toMs)
    for (const chart of section.charts) chart.draw(fromMs, toMs)
  }
}

/** What the connection is like, in words; figures that are old are greyed. */
function showConnection (connectionState) {
  const shown = connectionState === 'live' && isPaused ? 'paused' : connectionState
  const since = () => clockTime(Date.now() - connection.silentMs)
  const texts = {
    connecting: 'Connecting…',
    live: 'Live',
    paused: `Paused at ${clockTime(toMs)}`,
    stale: `Stale since ${since()}`,
    reconnecting: toMs === 0 ? 'Connecting…' : `Reconnecting, stale since ${since()}`,
    away: 'Not watched',
    'signed-out': 'Signed out'
  }
  setAttribute(byId('connection'), 'data-state', shown)
  setText(byId('connection-text'), texts[shown])
  const isOld = shown === 'stale' || shown === 'reconnecting' || shown === 'signed-out' || shown === 'away'
  setAttribute(document.body, 'data-old', isOld && toMs !== 0 ? '' : undefined)
  const notice = byId('notice')
  notice.hidden = shown !== 'signed-out'
  if (shown === 'signed-out' && notice.childNodes.length === 0) {
    const link = document.createElement('a')
    link.href = './'
    link.textContent = 'Log in again'
    notice.append('The session has ended and these figures are old. ', link)
  }
}
