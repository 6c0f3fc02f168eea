import { labelValue, type Labels } from '../../contracts/labels.js'

/** What became of alerts on the way to somebody. */
export type LedgerOutcome = 'grouped' | 'sent' | 'failed' | 'inhibited' | 'silenced' | 'muted' | 'damped' | 'dropped'

/** A line of the ledger. */
export interface LedgerEntry {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number
  readonly outcome: LedgerOutcome
  readonly receiver: string
  /** `webhook[0]`; `''` where it is about the group, not about one integration. */
  readonly integration: string
  readonly groupKey: string
  /** How many alerts it is about. */
  readonly alerts: number
  /** Names of up to ten of them (`alertname`). */
  readonly names: readonly string[]
  /** `drill_id` of up to ten drills among them. */
  readonly drills?: readonly string[]
  readonly status: 'firing' | 'resolved' | ''
  /** Why: the reason of the notification, the silence, the inhibiting alert, the time interval, the error. Holds no secrets. */
  readonly why: string
  /** How many times it was tried. */
  readonly attempts: number
}

const MOST_NAMED = 10
/** Names are looked for among so many alerts: a storm has few. */
const LOOKED_AT = 1000

/** The alerts that a line is about, as they come. */
export class LedgerSubject {
  readonly #names = new Set<string>()
  readonly #drills: string[] = []
  #alerts = 0

  add ({ labels }: { readonly labels: Labels }): void {
    if (this.#alerts++ < LOOKED_AT && this.#names.size < MOST_NAMED) this.#names.add(labelValue(labels, 'alertname'))
    if (this.#drills.length < MOST_NAMED && labels.includes('drill_id')) this.#drills.push(labelValue(labels, 'drill_id'))
  }

  get fields (): Pick<LedgerEntry, 'alerts' | 'names' | 'drills'> {
    return { alerts: this.#alerts, names: [...this.#names], ...this.#drills.length === 0 ? {} : { drills: this.#drills } }
  }
}

/** The last notifications and why some were not sent: a ring of `capacity` lines. */
export class NotificationLedger {
  readonly #capacity: number
  readonly #entries: LedgerEntry[] = []
  #next = 0
  #total = 0

  constructor (capacity = 2000) {
    this.#capacity = capacity
  }

  /** How many there ever were. */
  get total (): number {
    return this.#total
  }

  add (entry: LedgerEntry): void {
    this.#entries[this.#next] = entry
    this.#next = (this.#next + 1) % this.#capacity
    this.#total++
  }

  /** Newest first, at most `limit`. */
  entries ({ limit = Infinity, outcome, receiver }: { limit?: number, outcome?: string | undefined, receiver?: string | undefined } = {}): LedgerEntry[] {
    const found: LedgerEntry[] = []
    for (let i = 1; i <= this.#entries.length && found.length < limit; i++) {
      const entry = this.#entries[(this.#next - i + this.#entries.length) % this.#entries.length]!
      if ((outcome === undefined || entry.outcome === outcome) && (receiver === undefined || entry.receiver === receiver)) found.push(entry)
    }
    return found
  }
}
