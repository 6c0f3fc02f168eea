import { mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { resolutions, type Resolution } from '../contracts/window.js'
import { parseSegmentFile, segmentFile, segmentId, type Segment } from './segment-name.js'

/** What a journal's directory holds. */
export interface Listing {
  /** By resolution, then by name. A segment that is there both open and closed counts as closed. */
  readonly segments: readonly Segment[]
  /** Paths that a crash left behind: half-written files, and open segments that have been closed since. */
  readonly leftovers: readonly string[]
}

export const temporarySuffix = '.tmp'

export function segmentPath (dir: string, segment: Segment): string {
  return join(dir, segment.resolution, segmentFile(segment))
}

/** Lists the segments. A folder that is not there holds none; otherwise throws the system's error. */
export async function listJournal (dir: string): Promise<Listing> {
  const segments: Segment[] = []
  const leftovers: string[] = []
  for (const resolution of resolutions) {
    const files = await filesOf(join(dir, resolution))
    leftovers.push(...files.filter(file => file.endsWith(temporarySuffix)).map(file => join(dir, resolution, file)))
    const found = files.flatMap(file => parseSegmentFile(resolution, file) ?? [])
    const closed = new Set(found.filter(segment => segment.isClosed).map(segmentId))
    for (const segment of found) {
      if (segment.isClosed || !closed.has(segmentId(segment))) segments.push(segment)
      else leftovers.push(segmentPath(dir, segment))
    }
  }
  return { segments, leftovers }
}

async function filesOf (folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/**
 * The segment of a day that is written to: the open one with the highest part, or a new part past those that are closed.
 * @param sealed the highest part that is about to be closed
 */
export function currentSegment (segments: readonly Segment[], resolution: Resolution, day: string, sealed = -1): Segment {
  const parts = segments.filter(segment => segment.resolution === resolution && segment.origin === resolution && segment.day === day)
  const closed = Math.max(sealed, ...parts.filter(segment => segment.isClosed).map(segment => segment.part))
  const open = parts.filter(segment => !segment.isClosed && segment.part > closed).map(segment => segment.part)
  return { resolution, day, part: Math.max(closed + 1, ...open), origin: resolution, isClosed: false }
}

export async function makeFolder (dir: string, resolution: Resolution): Promise<void> {
  await mkdir(join(dir, resolution), { recursive: true })
}

/** Waits until the device has the names of a folder: after a rename, so that it stands after a power cut. */
export async function syncFolder (path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
