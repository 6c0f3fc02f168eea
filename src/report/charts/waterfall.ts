import { markup, type Markup } from '../markup.js'
import { figure, horizontalGrid, px, verticalAxis, type Frame } from './chart.js'

export interface WaterfallStep {
  readonly label: string
  /** What it adds; of a total, the sum so far. */
  readonly value: number
  readonly isTotal?: boolean
}

/** Steps that add up: each bar begins where the last one ended, and totals stand on 0. */
export function waterfall (
  { id, title, description, steps, format, axisFormat }: {
    readonly id: string
    readonly title: string
    readonly description: string
    readonly steps: readonly WaterfallStep[]
    readonly format: (value: number) => string
    readonly axisFormat: (value: number) => string
  }
): Markup {
  const width = 1000
  const isSlanted = steps.length > 9
  const frame: Frame = { width, height: isSlanted ? 380 : 320, left: 74, right: 12, top: 26, bottom: isSlanted ? 100 : 44 }
  let sum = 0
  const bars = steps.map(({ label, value, isTotal = false }) => {
    const from = isTotal ? 0 : sum
    sum = isTotal ? value : sum + value
    return { label, value, isTotal, from, to: sum }
  })
  const axis = verticalAxis(frame, bars.flatMap(({ from, to }) => [from, to]), { zero: true })
  const pitch = (width - frame.left - frame.right) / bars.length
  const barWidth = Math.min(84, pitch * 0.62)
  const floor = frame.height - frame.bottom
  const most = Math.floor(pitch / 7.2)
  const content = bars.map(({ label, value, isTotal, from, to }, at) => {
    const x = frame.left + pitch * at + (pitch - barWidth) / 2
    const [high, low] = [axis.scale(Math.max(from, to)), axis.scale(Math.min(from, to))]
    const center = x + barWidth / 2
    // Above what rises, below what falls, unless there is no room below.
    const isBelow = value < 0 && low + 18 < floor
    const next = bars[at + 1]
    const tilted = isSlanted ? markup` text-anchor="end" transform="rotate(-38 ${px(center)} ${floor + 18})"` : undefined
    return markup`<rect class="bar ${isTotal ? 'total' : value < 0 ? 'loss' : 'gain'}" x="${px(x)}" y="${px(high)}" width="${px(barWidth)}" height="${px(Math.max(1, low - high))}"/>
${next === undefined ? undefined : markup`<line class="joint" x1="${px(x + barWidth)}" x2="${px(x + pitch)}" y1="${px(axis.scale(to))}" y2="${px(axis.scale(to))}"/>`}
<text class="value" x="${px(center)}" y="${px(isBelow ? low + 15 : high - 6)}">${format(value)}</text>
<text x="${px(center)}" y="${floor + 20}"${tilted}>${shorten(label, isSlanted ? 17 : most)}</text>`
  })
  return figure(id, frame, title, description, [horizontalGrid(frame, axis, axisFormat), markup`<g class="labels" text-anchor="middle">${content}</g>`])
}

/** Leaves out the middle: names of strategies often differ at their ends only. */
function shorten (text: string, most: number): string {
  const characters = [...text]
  if (characters.length <= most) return text
  const tail = Math.max(1, Math.floor((most - 1) / 2))
  return `${characters.slice(0, Math.max(1, most - 1 - tail)).join('')}…${characters.slice(-tail).join('')}`
}
