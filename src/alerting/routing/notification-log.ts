/** What was last told to one integration of a receiver about a group. */
export interface NotificationEntry {
  /** `GROUP KEY:RECEIVER/INTEGRATION/INDEX`. */
  readonly key: string
  readonly atMs: number
  /** Fingerprints of the alerts that were firing. */
  readonly firing: readonly string[]
  readonly resolved: readonly string[]
  /** From when on nobody asks any more. */
  readonly expiresAtMs: number
}

/** Why somebody is told, in Alertmanager's words. */
export type NotificationReason =
  | 'first notification' | 'new alerts added' | 'all alerts resolved' | 'some alerts resolved' | 'repeat interval elapsed'

/** How long an entry is of use, in milliseconds. */
export const LOG_RETENTION_MS = 120 * 3_600_000

/** Remembers who was told what, so that nobody is told twice. Alertmanager's nflog. */
export class NotificationLog {
  readonly #entries = new Map<string, NotificationEntry>()
  readonly #keep: (key: string, entry: NotificationEntry | undefined) => void

  /** @param keep called with every change, to be kept; `undefined` for an entry that is forgotten */
  constructor (keep: (key: string, entry: NotificationEntry | undefined) => void = () => {}) {
    this.#keep = keep
  }

  get (key: string): NotificationEntry | undefined {
    return this.#entries.get(key)
  }

  values (): IterableIterator<NotificationEntry> {
    return this.#entries.values()
  }

  set (entry: Omit<NotificationEntry, 'expiresAtMs'>, repeatIntervalMs: number): void {
    const full = { ...entry, expiresAtMs: entry.atMs + Math.min(LOG_RETENTION_MS, Math.max(2 * repeatIntervalMs, 3_600_000)) }
    this.#entries.set(entry.key, full)
    this.#keep(entry.key, full)
  }

  restore (entry: NotificationEntry): void {
    this.#entries.set(entry.key, entry)
  }

  collect (nowMs: number): void {
    for (const [key, { expiresAtMs }] of this.#entries) {
      if (expiresAtMs > nowMs) continue
      this.#entries.delete(key)
      this.#keep(key, undefined)
    }
  }
}

/** Why to tell of a group now; `undefined` when there is nothing new to say. Alertmanager's DedupStage. */
export function reasonToNotify (
  entry: NotificationEntry | undefined, firing: readonly string[], resolved: readonly string[],
  { sendResolved, repeatIntervalMs, nowMs }: { sendResolved: boolean, repeatIntervalMs: number, nowMs: number }
): NotificationReason | undefined {
  if (entry === undefined) return firing.length > 0 ? 'first notification' : undefined
  if (!isSubset(firing, entry.firing)) return entry.firing.length === 0 ? 'first notification' : 'new alerts added'
  if (firing.length === 0) return entry.firing.length > 0 ? 'all alerts resolved' : undefined
  if (sendResolved && !isSubset(resolved, entry.resolved)) return 'some alerts resolved'
  return entry.atMs < nowMs - repeatIntervalMs ? 'repeat interval elapsed' : undefined
}

function isSubset (some: readonly string[], all: readonly string[]): boolean {
  if (some.length > all.length) return false
  const set = new Set(all)
  return some.every(item => set.has(item))
}
