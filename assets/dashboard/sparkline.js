import { el } from './dom.js'
import { palette } from './palette.js'

/** A line without axes, in the place of a word: where a figure has been. What it says stands beside it as a number. */
export function sparkline () {
  const canvas = el('canvas', { class: 'sparkline', 'aria-hidden': 'true' })
  return { element: canvas, draw: (column, fromMs, toMs) => { draw(canvas, column, fromMs, toMs) } }
}

function draw (canvas, { times, values }, fromMs, toMs) {
  const { clientWidth: width, clientHeight: height } = canvas
  if (width === 0) return
  const scale = devicePixelRatio
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale)
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale)
  const context = canvas.getContext('2d')
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  const shown = values.map((value, i) => [times[i], value]).filter(([atMs, value]) => atMs >= fromMs && !Number.isNaN(value))
  if (shown.length < 2) return
  const low = Math.min(...shown.map(([, value]) => value))
  const high = Math.max(...shown.map(([, value]) => value))
  const x = atMs => 2 + (atMs - fromMs) / (toMs - fromMs) * (width - 5)
  const y = value => high === low ? height / 2 : height - 3 - (value - low) / (high - low) * (height - 6)
  const colours = palette()
  context.strokeStyle = context.fillStyle = colours[shown.at(-1)[1] >= shown[0][1] ? 'up' : 'down']
  context.lineWidth = 1.5
  context.lineJoin = 'round'
  context.beginPath()
  for (const [atMs, value] of shown) context.lineTo(x(atMs), y(value))
  context.stroke()
  context.beginPath()
  context.arc(x(shown.at(-1)[0]), y(shown.at(-1)[1]), 2, 0, 7)
  context.fill()
}
