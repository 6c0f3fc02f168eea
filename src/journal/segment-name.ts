import { resolutions, type Resolution } from '../contracts/window.js'

const dayMs = 86_400_000

/**
 * A segment: the windows of one resolution that start on one day (UTC). The directory has a folder for each resolution;
 * in it `2026-11-21.ndjson` is written to, `2026-11-21.ndjson.gz` is closed and never changes. Windows that come after the day
 * was closed (the machine's clock went back) go to a further part, `2026-11-21.1.ndjson`. What retention rolled up from a
 * finer resolution bears the name of its origin, `1h/2026-11-21.from-1m.ndjson.gz`.
 */
export interface Segment {
  readonly resolution: Resolution
  /** `YYYY-MM-DD`. */
  readonly day: string
  /** 0 for the first. */
  readonly part: number
  /** The resolution in which its windows were first written; that of the segment where nothing was rolled up. */
  readonly origin: Resolution
  /** Closed for good. */
  readonly isClosed: boolean
}

const pattern = new RegExp(`^(\\d{4}-\\d\\d-\\d\\d)(?:\\.([1-9]\\d{0,8}))?(?:\\.from-(${resolutions.join('|')}))?\\.ndjson(\\.gz)?$`)

/** The file's name within the folder of its resolution. */
export function segmentFile ({ resolution, day, part, origin, isClosed }: Segment): string {
  return `${segmentId({ resolution, day, part, origin })}.ndjson${isClosed ? '.gz' : ''}`
}

/** The same for all segments that come of one: `2026-11-21.1.from-1m`, whatever it was rolled up into. */
export function segmentId ({ resolution, day, part, origin }: Omit<Segment, 'isClosed'>): string {
  return `${day}${part === 0 ? '' : `.${part}`}${origin === resolution ? '' : `.from-${origin}`}`
}

/** What a file of a resolution's folder is; `undefined` for one that is no segment. */
export function parseSegmentFile (resolution: Resolution, file: string): Segment | undefined {
  const found = pattern.exec(file)
  if (found === null || Number.isNaN(dayStartMs(found[1]!))) return undefined
  return {
    resolution, day: found[1]!, part: Number(found[2] ?? 0), origin: (found[3] as Resolution | undefined) ?? resolution, isClosed: found[4] !== undefined
  }
}

/** The day (UTC) of an instant. */
export function dayOf (atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

export function dayStartMs (day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}

/** The first instant after a day. */
export function dayEndMs (day: string): number {
  return dayStartMs(day) + dayMs
}
