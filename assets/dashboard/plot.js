import { clockMinute, clockTime } from './format.js'
import { faded, palette } from './palette.js'
import { niceScale, timeTicks } from './scale.js'

const axisHeight = 20
const topPad = 8
/** So that charts above one another have their times in one place. */
const leastAxis = 40
const dashes = { solid: [], dashed: [5, 3], dotted: [1.5, 3] }

/**
 * Draws lines over time on a canvas, sharp on any screen. `lines` are `{times, values, colour, dash}`; `fill` is `none`, `area` (under the
 * first line) or `sign` (between it and zero, by its sign). Returns where things are: `{left, right, fromMs, toMs}` in CSS pixels.
 */
export function drawPlot (canvas, { lines, fromMs, toMs, format, fill, withZero, isBinary }) {
  const { clientWidth: width, clientHeight: height } = canvas
  const scale = devicePixelRatio
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale)
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale)
  const context = canvas.getContext('2d')
  const colours = palette()
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  context.font = colours.font

  const extent = extentOf(lines, fromMs, withZero)
  const place = { left: 1, right: width - 1, fromMs, toMs, top: topPad, bottom: height - axisHeight }
  if (extent === undefined) return { ...place, isEmpty: true }
  const pad = (extent.high - extent.low) * 0.06
  const count = Math.max(2, Math.round((height - 28) / 44))
  const y = niceScale(extent.low === 0 ? 0 : extent.low - pad, extent.high === 0 ? 0 : extent.high + pad, count, isBinary)
  const labels = y.ticks.map(format)
  place.right = Math.floor(width - Math.max(leastAxis, ...labels.map(label => context.measureText(label).width)) - 10)
  const toX = atMs => place.left + (atMs - fromMs) / (toMs - fromMs) * (place.right - place.left)
  const toY = value => place.bottom - (value - y.low) / (y.high - y.low) * (place.bottom - place.top)

  drawGrid(context, colours, { ticks: y.ticks, labels, toY, place })
  drawTimes(context, colours, { place, toX, height })
  context.save()
  context.beginPath()
  context.rect(place.left, 0, place.right - place.left, place.bottom + 1)
  context.clip()
  const [first] = lines
  if (fill === 'area') fillArea(context, first, colours[first.colour], toX, toY, place)
  if (fill === 'sign') fillSigns(context, first, colours, toX, toY, place)
  for (const line of lines.toReversed()) drawLine(context, line, fill === 'sign' ? colours.axis : colours[line.colour], toX, toY)
  context.restore()
  return place
}

function extentOf (lines, fromMs, withZero) {
  let low = withZero ? 0 : Infinity
  let high = withZero ? 0 : -Infinity
  let isEmpty = true
  for (const { times, values } of lines) {
    for (let i = 0; i < times.length; i++) {
      const value = values[i]
      if (times[i] < fromMs || Number.isNaN(value)) continue
      isEmpty = false
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return isEmpty ? undefined : { low, high }
}

function drawGrid (context, colours, { ticks, labels, toY, place }) {
  context.lineWidth = 1
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  ticks.forEach((tick, i) => {
    const at = Math.round(toY(tick)) + 0.5
    if (at < place.top - 4 || at > place.bottom + 1) return
    context.strokeStyle = tick === 0 ? colours.zero : colours.grid
    context.beginPath()
    context.moveTo(place.left, at)
    context.lineTo(place.right, at)
    context.stroke()
    context.fillStyle = colours.axis
    context.fillText(labels[i], place.right + 7, Math.max(at, 7))
  })
}

function drawTimes (context, colours, { place, toX, height }) {
  const { step, ticks } = timeTicks(place.fromMs, place.toMs, Math.max(2, Math.floor((place.right - place.left) / 84)))
  context.fillStyle = colours.axis
  context.textBaseline = 'alphabetic'
  for (const tick of ticks) {
    const x = toX(tick)
    const label = (step < 60_000 ? clockTime : clockMinute)(tick)
    const half = context.measureText(label).width / 2
    if (x - half < place.left || x + half > place.right) continue
    context.textAlign = 'center'
    context.fillText(label, x, height - 5)
  }
}

/** Goes along a line: each run of points without a gap, with the first and last one's place. */
function eachRun ({ times, values }, toX, toY, run) {
  let points = []
  for (let i = 0; i < times.length; i++) {
    if (Number.isNaN(values[i])) {
      if (points.length > 0) run(points)
      points = []
    } else points.push([toX(times[i]), toY(values[i])])
  }
  if (points.length > 0) run(points)
}

function trace (context, points) {
  context.moveTo(points[0][0], points[0][1])
  for (let i = 1; i < points.length; i++) context.lineTo(points[i][0], points[i][1])
}

function drawLine (context, line, colour, toX, toY) {
  context.strokeStyle = context.fillStyle = colour
  context.lineWidth = 1.6
  context.lineJoin = 'round'
  context.setLineDash(dashes[line.dash ?? 'solid'])
  eachRun(line, toX, toY, points => {
    context.beginPath()
    if (points.length === 1) {
      context.arc(points[0][0], points[0][1], 2, 0, 7)
      context.fill()
      return
    }
    trace(context, points)
    context.stroke()
  })
  context.setLineDash([])
}

function fillArea (context, line, colour, toX, toY, place) {
  const gradient = context.createLinearGradient(0, place.top, 0, place.bottom)
  gradient.addColorStop(0, faded(colour, 0.22))
  gradient.addColorStop(1, faded(colour, 0))
  context.fillStyle = gradient
  eachRun(line, toX, toY, points => { close(context, points, place.bottom) })
}

function fillSigns (context, line, colours, toX, toY, place) {
  const zero = toY(0)
  for (const [colour, top, bottom] of [[colours.up, 0, zero], [colours.down, zero, place.bottom]]) {
    context.save()
    context.beginPath()
    context.rect(place.left, top, place.right - place.left, Math.max(0, bottom - top))
    context.clip()
    context.fillStyle = faded(colour, 0.35)
    eachRun(line, toX, toY, points => { close(context, points, zero) })
    context.restore()
  }
}

function close (context, points, y) {
  context.beginPath()
  trace(context, points)
  context.lineTo(points.at(-1)[0], y)
  context.lineTo(points[0][0], y)
  context.fill()
}
