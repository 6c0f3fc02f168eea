import { markup, type Markup } from '../markup.js'
import { linearScale, niceTicks, timeTicks } from './scale.js'

/** The picture's own units; it scales to the width it is given. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface Axis {
  readonly ticks: readonly number[]
  readonly scale: (value: number) => number
}

/** A vertical axis with round ticks that encloses the values; `zero` has it reach 0. */
export function verticalAxis (
  frame: Frame, values: Iterable<number>, { zero = false, count = 5 }: { readonly zero?: boolean, readonly count?: number } = {}
): Axis {
  let low = zero ? 0 : Infinity
  let high = zero ? 0 : -Infinity
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const ticks = niceTicks(low === Infinity ? 0 : low, high === -Infinity ? 1 : high, count)
  return { ticks, scale: linearScale([ticks[0]!, ticks.at(-1)!], [frame.height - frame.bottom, frame.top]) }
}

/** Lines across, and their labels at the left. */
export function horizontalGrid (frame: Frame, { ticks, scale }: Axis, format: (value: number) => string): Markup {
  return markup`<g class="grid">${ticks.map(tick =>
    markup`<line class="${tick === 0 ? 'zero' : ''}" x1="${frame.left}" x2="${frame.width - frame.right}" y1="${px(scale(tick))}" y2="${px(scale(tick))}"/>`)}</g>
<g class="labels" text-anchor="end">${ticks.map(tick => markup`<text x="${frame.left - 8}" y="${px(scale(tick) + 4)}">${format(tick)}</text>`)}</g>`
}

/** Times at the bottom. Labels that would touch the ones before or the edge are left out. */
export function timeAxis (frame: Frame, fromMs: number, toMs: number): Markup {
  const scale = linearScale([fromMs, toMs], [frame.left, frame.width - frame.right])
  const y = frame.height - frame.bottom
  let freeFrom = -Infinity
  const labels = timeTicks(fromMs, toMs, (frame.width - frame.left - frame.right) / 105).map(({ atMs, label }) => {
    const x = scale(atMs)
    const half = label.length * 3.4
    const isFree = x - half > freeFrom && x + half <= frame.width
    if (isFree) freeFrom = x + half + 6
    return markup`<line class="tick" x1="${px(x)}" x2="${px(x)}" y1="${y}" y2="${y + 5}"/>${isFree ? markup`<text x="${px(x)}" y="${y + 20}">${label}</text>` : undefined}`
  })
  return markup`<g class="labels" text-anchor="middle">${labels}</g>`
}

/** The whole picture with its name and description, which a screen reader says in its place. */
export function figure (id: string, frame: Frame, title: string, description: string, content: readonly Markup[]): Markup {
  return markup`<svg class="chart" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>
${content}
</svg>`
}

/** A tenth of a unit is finer than a screen. */
export function px (value: number): string {
  return String(Math.round(value * 10) / 10)
}
