import { segmentId, dayEndMs, type Segment } from './segment-name.js'
import type { RetentionPolicy, RetentionTier } from './retention-policy.js'

/** One thing to do to one segment. */
export interface RetentionAction {
  /**
   * `compress`: an open segment whose day is over becomes a closed one. `rollUp`: a closed segment is summed up in the next
   * resolution, and stays. `delete`: its time is over, or its resolution takes more bytes than it may.
   */
  readonly kind: 'compress' | 'rollUp' | 'delete'
  readonly segment: Segment
  /** What comes of it; `undefined` for `delete`. */
  readonly into: Segment | undefined
}

/** How long after a day's end its segments are closed: late windows come within minutes. */
export const settleMs = 3_600_000

const dayNs = 86_400_000_000_000

/**
 * What a policy asks for at an instant, in an order in which each action finds what it needs. Carried out in part, what is
 * left is planned again by the next call; carried out in full, the next call gives nothing. Segments of resolutions that the
 * policy does not name are left alone, and so is everything of days to come (a clock that was ahead).
 */
export function planRetention (segments: readonly Segment[], policy: RetentionPolicy, nowNs: bigint): RetentionAction[] {
  const actions: RetentionAction[] = []
  /** What is there once the actions so far are carried out. */
  const there = new Map(segments.map(segment => [keyOf(segment), segment]))
  const act = (kind: RetentionAction['kind'], segment: Segment, into: Segment | undefined): void => {
    actions.push({ kind, segment, into })
    if (kind !== 'rollUp') there.delete(keyOf(segment))
    if (into !== undefined) there.set(keyOf(into), into)
  }
  for (const tier of policy.tiers) {
    for (const segment of ofTier(there, tier)) {
      if (!segment.isClosed && isOver(segment, settleMs * 1e6, nowNs)) act('compress', segment, { ...segment, isClosed: true })
    }
  }
  policy.tiers.forEach((tier, i) => {
    const coarser = policy.tiers.slice(i + 1)
    const [next] = coarser
    if (next === undefined) return
    for (const segment of ofTier(there, tier)) {
      if (segment.isClosed && !isRolledUp(segment, coarser, there) && !isExpired(segment, next, nowNs)) {
        act('rollUp', segment, { ...segment, resolution: next.resolution })
      }
    }
  })
  for (const tier of policy.tiers) {
    for (const segment of ofTier(there, tier)) if (segment.isClosed && isExpired(segment, tier, nowNs)) act('delete', segment, undefined)
  }
  return actions
}

/** What has to go for tiers to keep to their bytes: the oldest closed segments. To be asked when all else is done: it takes sizes as they are. */
export function planCaps (sizes: ReadonlyMap<Segment, number>, { tiers }: RetentionPolicy): RetentionAction[] {
  return tiers.flatMap(({ resolution, maxBytes = Infinity }) => {
    const ofTier = [...sizes].filter(([segment]) => segment.resolution === resolution)
      .sort(([a], [b]) => Date.parse(a.day) - Date.parse(b.day) || a.part - b.part)
    let bytes = ofTier.reduce((sum, [, size]) => sum + size, 0)
    const actions: RetentionAction[] = []
    for (const [segment, size] of ofTier) {
      if (bytes <= maxBytes) break
      if (!segment.isClosed) continue
      actions.push({ kind: 'delete', segment, into: undefined })
      bytes -= size
    }
    return actions
  })
}

/** Whether a segment's day has been over for so long: from the very nanosecond on. */
function isOver ({ day }: Segment, forNs: number, nowNs: bigint): boolean {
  return nowNs >= BigInt(dayEndMs(day)) * 1_000_000n + BigInt(Math.round(forNs))
}

function isExpired (segment: Segment, { retentionDays }: RetentionTier, nowNs: bigint): boolean {
  return isOver(segment, retentionDays * dayNs, nowNs)
}

/** A rollup two steps on tells too: the one between may have gone for want of bytes. */
function isRolledUp (segment: Segment, coarser: readonly RetentionTier[], there: ReadonlyMap<string, Segment>): boolean {
  return coarser.some(({ resolution }) => there.has(keyOf({ ...segment, resolution })))
}

function ofTier (there: ReadonlyMap<string, Segment>, { resolution }: RetentionTier): Segment[] {
  return [...there.values()].filter(segment => segment.resolution === resolution)
}

const keyOf = (segment: Segment): string => `${segment.resolution}/${segmentId(segment)}`
