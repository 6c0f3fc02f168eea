import { el, setAttribute, setText } from './dom.js'
import { clockTime, dateTime } from './format.js'
import { indexAt } from './lines.js'
import { drawPlot } from './plot.js'
import { pointTable } from './point-table.js'

/**
 * A chart of one or more lines over time, with a legend that shows the newest values or those at the cursor, and a table of its
 * points behind a button. `lines` are `{key, label, colour, dash}`; `format` writes their values, `axisFormat` those of the axis.
 */
export class Chart {
  element
  #options
  #canvas = el('canvas', { 'aria-hidden': 'true' })
  #pin = el('div', { class: 'pin', hidden: true })
  #pinTime = el('span', { class: 'pin-time' })
  #empty = el('p', { class: 'empty', hidden: true }, 'No data in this time')
  #plot
  #values = []
  #table
  #place

  constructor (options) {
    this.#options = options
    const { title, lines, cursor } = options
    const legend = el('div', { class: lines.length > 1 ? 'legend below' : 'legend' }, ...lines.map(line => {
      const value = el('span', { class: 'value' })
      this.#values.push(value)
      return el('span', { class: 'entry' }, ...(lines.length > 1 ? [swatch(line), el('span', {}, line.label)] : []), value)
    }))
    this.#table = pointTable(title, lines, options.format)
    this.#pin.append(this.#pinTime)
    this.#plot = el('div', {
      class: 'plot',
      role: 'slider',
      tabindex: '0',
      'aria-label': `${title}: time`,
      'aria-valuemin': '0',
      'aria-valuemax': '100',
      'aria-valuenow': '100',
      onpointermove: event => { this.#point(event) },
      onpointerleave: () => { cursor.set(undefined) },
      onkeydown: event => { this.#key(event) },
      onblur: () => { cursor.set(undefined) }
    }, this.#canvas, this.#pin, this.#empty)
    this.element = el('figure', { class: `chart ${options.size ?? ''}` },
      el('figcaption', {}, el('h3', {}, title), el('span', { class: 'note' }, options.note ?? ''), ...(lines.length > 1 ? [this.#table.button, legend] : [legend, this.#table.button])),
      this.#plot, this.#table.element)
    cursor.on(() => { this.#follow() })
  }

  /** Draws the time from `fromMs` to `toMs`. */
  draw (fromMs, toMs) {
    const { data, lines, format, axisFormat = format, fill = 'none', withZero = false, isBinary = false } = this.#options
    // Out of sight, or in a dialog that is closed.
    if (this.#canvas.clientWidth === 0) return
    const drawn = lines.map(line => ({ ...line, ...data.of(line.key) }))
    this.#place = drawPlot(this.#canvas, { lines: drawn, fromMs, toMs, format: axisFormat, fill, withZero, isBinary })
    this.#empty.hidden = this.#place.isEmpty !== true
    this.#table.update(data, fromMs, toMs)
    this.#follow()
  }

  /** Shows the values at the cursor, or the newest ones. */
  #follow () {
    if (this.#place === undefined) return
    const { cursor, data, lines, format, title } = this.#options
    const { fromMs, toMs, left, right } = this.#place
    const atMs = cursor.atMs === undefined ? undefined : Math.min(Math.max(cursor.atMs, fromMs), toMs)
    lines.forEach(({ key }, i) => { setText(this.#values[i], format(data.at(key, atMs ?? Infinity))) })
    this.#pin.hidden = atMs === undefined
    const share = (atMs ?? toMs) === toMs ? 1 : (atMs - fromMs) / (toMs - fromMs)
    if (atMs !== undefined) {
      const x = left + share * (right - left)
      this.#pin.style.transform = `translateX(${x}px)`
      setAttribute(this.#pin, 'data-side', share > 0.7 ? 'left' : 'right')
      setText(this.#pinTime, clockTime(atMs))
    }
    const text = lines.map(({ key, label }) => `${label ?? title} ${format(data.at(key, atMs ?? Infinity))}`).join(', ')
    setAttribute(this.#plot, 'aria-valuenow', Math.round(share * 100))
    setAttribute(this.#plot, 'aria-valuetext', `${dateTime(atMs ?? toMs)}: ${text}`)
  }

  #point ({ clientX }) {
    if (this.#place === undefined) return
    const { left, right, fromMs, toMs } = this.#place
    const x = clientX - this.#plot.getBoundingClientRect().left
    const share = Math.min(1, Math.max(0, (x - left) / (right - left)))
    this.#options.cursor.set(Math.round(fromMs + share * (toMs - fromMs)))
  }

  #key (event) {
    const { cursor, data, lines } = this.#options
    if (this.#place === undefined) return
    const { times } = data.of(lines[0].key)
    const step = event.shiftKey ? 10 : 1
    const first = Math.max(0, indexAt(times, this.#place.fromMs))
    const at = cursor.atMs === undefined ? times.length - 1 : indexAt(times, cursor.atMs)
    const to = { ArrowLeft: at - step, ArrowRight: at + step, ArrowDown: at - step, ArrowUp: at + step, Home: first, End: times.length - 1 }[event.key]
    if (event.key === 'Escape' && cursor.atMs !== undefined) cursor.set(undefined)
    else if (to === undefined || times.length === 0) return
    else cursor.set(times[Math.min(times.length - 1, Math.max(first, to))])
    event.preventDefault()
    event.stopPropagation()
  }
}

/** A short piece of the line itself: told by its dashes as well as by its colour. */
function swatch ({ colour, dash = 'solid' }) {
  return el('span', { class: `swatch ${colour} ${dash}`, 'aria-hidden': 'true' })
}
