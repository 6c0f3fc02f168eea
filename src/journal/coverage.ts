import { resolutionMs, resolutions, type Resolution } from '../contracts/window.js'
import { dayEndMs, dayStartMs, type Segment } from './segment-name.js'

/**
 * The segments that answer for a range, each window once: for every day (UTC) those of the coarsest resolution that has all
 * of the day's windows. A resolution has them when everything that the day's finest segments hold was rolled up into it. What
 * retention has left in coarse windows only is answered by those.
 * @param coarsest the coarsest that will do; without it, the coarsest whose windows begin and end with the range
 */
export function segmentsFor (segments: readonly Segment[], fromMs: number, toMs: number, coarsest = coarsestAligned(fromMs, toMs)): Segment[] {
  const days = new Map<string, Segment[]>()
  for (const segment of segments) {
    if (dayEndMs(segment.day) <= fromMs || dayStartMs(segment.day) >= toMs) continue
    const ofDay = days.get(segment.day)
    if (ofDay === undefined) days.set(segment.day, [segment])
    else ofDay.push(segment)
  }
  return [...days.keys()].sort().flatMap(day => segmentsForDay(days.get(day)!, coarsest))
}

function segmentsForDay (segments: readonly Segment[], coarsest: Resolution): Segment[] {
  const of = (resolution: Resolution): Segment[] => segments.filter(segment => segment.resolution === resolution)
  const finest = resolutions.find(resolution => of(resolution).length > 0)!
  const wanted = of(finest).map(source)
  for (const resolution of resolutions.slice(0, resolutions.indexOf(coarsest) + 1).reverse()) {
    const found = of(resolution)
    const sources = new Set(found.map(source))
    if (wanted.every(each => sources.has(each))) return found
  }
  return of(finest)
}

/** Where a segment's windows come from. */
const source = ({ part, origin }: Segment): string => `${part} ${origin}`

/** The coarsest resolution whose windows begin and end with a range; the finest where none does. */
export function coarsestAligned (fromMs: number, toMs: number): Resolution {
  return resolutions.findLast(resolution => fromMs % resolutionMs[resolution] === 0 && toMs % resolutionMs[resolution] === 0) ?? resolutions[0]
}
