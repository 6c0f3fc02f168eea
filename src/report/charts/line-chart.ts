import { markup, type Markup } from '../markup.js'
import { figure, horizontalGrid, px, timeAxis, verticalAxis, type Frame } from './chart.js'
import { linearScale } from './scale.js'

export interface Line {
  readonly label: string
  /** `null` breaks the line. */
  readonly values: ReadonlyArray<number | null>
  /** A class of the style sheet. */
  readonly look: string
}

export interface LineChartOptions {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly timesMs: readonly number[]
  readonly lines: readonly Line[]
  readonly format: (value: number) => string
  readonly width?: number
  readonly height?: number
  /** Room at the right for the names of the lines. */
  readonly right?: number
  /** The axis reaches 0. */
  readonly zero?: boolean
  /** Filled between the first line and 0. */
  readonly isArea?: boolean
  readonly ticks?: number
}

/** Lines over time, named where they end rather than in a legend. */
export function lineChart (options: LineChartOptions): Markup {
  const { id, title, description, timesMs, lines, format, width = 1000, height = 300, right = 120, zero, isArea = false, ticks } = options
  const frame: Frame = { width, height, left: 74, right, top: 14, bottom: 30 }
  const [fromMs, toMs] = [timesMs[0]!, timesMs.at(-1)!]
  const x = linearScale([fromMs, toMs], [frame.left, width - right])
  const axis = verticalAxis(frame, lines.flatMap(({ values }) => values.filter(value => value !== null)), { zero, count: ticks })
  const path = (values: Line['values']) => {
    let isOpen = false
    return values.map((value, at) => {
      if (value === null) {
        isOpen = false
        return ''
      }
      const command = isOpen ? 'L' : 'M'
      isOpen = true
      return `${command}${px(x(timesMs[at]!))} ${px(axis.scale(value))}`
    }).join('')
  }
  const area = isArea ? `${path(lines[0]!.values)}L${px(x(toMs))} ${px(axis.scale(0))}L${px(x(fromMs))} ${px(axis.scale(0))}Z` : undefined
  return figure(id, frame, title, description, [
    horizontalGrid(frame, axis, format),
    timeAxis(frame, fromMs, toMs),
    ...area === undefined ? [] : [markup`<path class="area ${lines[0]!.look}" d="${area}"/>`],
    ...lines.map(({ values, look }) => markup`<path class="line ${look}" d="${path(values)}"/>`),
    ...right > 20 ? endLabels(lines, axis.scale, x(toMs), frame) : []
  ])
}

/** The names at the ends, pushed apart where they would overlap. */
function endLabels (lines: readonly Line[], scale: (value: number) => number, x: number, frame: Frame): Markup[] {
  const least = 16
  const places = lines.flatMap(({ label, values, look }) => {
    const last = values.findLast(value => value !== null)
    return last === undefined || last === null ? [] : [{ label, look, at: scale(last), y: scale(last) }]
  }).sort((a, b) => a.y - b.y)
  places.forEach((place, at) => { if (at > 0) place.y = Math.max(place.y, places[at - 1]!.y + least) })
  let lowest = frame.height - frame.bottom
  for (const place of places.toReversed()) {
    place.y = Math.min(place.y, lowest)
    lowest = place.y - least
  }
  return places.map(({ label, look, at, y }) =>
    markup`<circle class="dot ${look}" cx="${px(x)}" cy="${px(at)}" r="3.5"/><text class="end ${look}" x="${px(x + 10)}" y="${px(y + 4)}">${label}</text>`)
}
