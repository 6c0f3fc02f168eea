import type { VirtualClock } from '../../clock/virtual-clock.js'
import type { AlertSink, PostedAlert } from '../../contracts/alert.js'
import { labelsToObject } from '../../contracts/labels.js'
import { AlertRouter } from '../routing/alert-router.js'
import type { ReceiverConfig } from '../routing/config/routing-config.js'
import type { LoadedRouting } from '../routing/load-routing.js'
import type { Integration, Notification } from '../routing/notification.js'
import type { LedgerEntry } from '../routing/notification-ledger.js'
import type { SilenceRecord } from '../routing/silence.js'

/** A notification that would have been sent. All times in milliseconds since the Unix epoch. */
export interface RehearsedNotification {
  readonly atMs: number
  readonly receiver: string
  /** `slack[0]`. */
  readonly integration: string
  readonly status: 'firing' | 'resolved'
  /** Why it is sent now, in Alertmanager's words. */
  readonly reason: string
  readonly groupKey: string
  readonly groupLabels: Readonly<Record<string, string>>
  /** In the order in which they are told. */
  readonly alerts: readonly RehearsedAlert[]
}

export interface RehearsedAlert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAtMs: number
  /** `undefined` while it fires. */
  readonly endsAtMs: number | undefined
}

export interface RoutingRehearsalOptions {
  readonly routing: LoadedRouting
  readonly clock: VirtualClock
  /** Called for each notification that would be sent. */
  readonly notified: (notification: RehearsedNotification) => void
  /** Called for each line of the ledger but those of notifications: what was grouped, inhibited, silenced, muted, and why. */
  readonly noted?: (entry: LedgerEntry) => void
  readonly silences?: readonly SilenceRecord[]
}

/** The router of a routing file on a virtual clock, with receivers that tell nobody and take everything. */
export class RoutingRehearsal implements AlertSink {
  readonly #router: AlertRouter
  readonly #clock: VirtualClock
  readonly #noted: (entry: LedgerEntry) => void
  #seen = 0

  /** Throws an `Error` for a template of the routing file that is none. */
  constructor ({ routing, clock, notified, noted = () => {}, silences = [] }: RoutingRehearsalOptions) {
    this.#clock = clock
    this.#noted = noted
    this.#router = new AlertRouter({
      routing,
      clock,
      integrations: (name, { receivers }) => pretended(receivers.find(receiver => receiver.name === name)!, notified),
      random: () => 0.5
    })
    for (const silence of silences) this.#router.silences.restore(silence)
  }

  async start (): Promise<void> {
    await this.#router.start()
  }

  post (alerts: readonly PostedAlert[]): void {
    this.#router.post(alerts)
  }

  /** Brings the clock to an instant; whatever a group does on the way is done at its own time. */
  async advanceTo (atMs: number): Promise<void> {
    for (let dueMs = this.#clock.nextDueMs(); dueMs !== undefined && dueMs <= atMs && this.#hasGroups; dueMs = this.#clock.nextDueMs()) {
      this.#clock.advanceTo(dueMs)
      await this.settled()
    }
    this.#clock.advanceTo(atMs)
  }

  /** Resolves when all that was posted is sorted, and everybody who is to be told now was told. */
  async settled (): Promise<void> {
    await this.#router.settled()
    const { ledger } = this.#router
    if (ledger.total === this.#seen) return
    const fresh = ledger.entries({ limit: ledger.total - this.#seen }).reverse()
    this.#seen = ledger.total
    for (const entry of fresh) if (entry.outcome !== 'sent') this.#noted(entry)
  }

  async close (): Promise<void> {
    await this.#router.close()
  }

  get #hasGroups (): boolean {
    return this.#router.groups().next().done === false
  }
}

/** The integrations of a receiver, none of which sends anything; those that are left to a real Alertmanager among them. */
function pretended ({ name, integrations }: ReceiverConfig, notified: RoutingRehearsalOptions['notified']): Integration[] {
  const known = integrations.length === 0 && (name === 'log' || name === 'bus') ? [{ kind: name, sendResolved: true }] : integrations
  const counts = new Map<string, number>()
  return known.map(({ kind, sendResolved }) => {
    const index = counts.get(kind) ?? 0
    counts.set(kind, index + 1)
    return { kind, index, sendResolved, send: async notification => { notified(asTold(notification, `${kind}[${index}]`)) } }
  })
}

function asTold ({ atMs, receiver, status, reason, groupKey, groupLabels, alerts }: Notification, integration: string): RehearsedNotification {
  return {
    atMs,
    receiver,
    integration,
    status,
    reason,
    groupKey,
    groupLabels: labelsToObject(groupLabels),
    alerts: alerts.map(({ alert, isResolved }) => ({
      status: isResolved ? 'resolved' : 'firing',
      labels: labelsToObject(alert.labels),
      annotations: labelsToObject(alert.annotations),
      startsAtMs: alert.startsAtMs,
      endsAtMs: isResolved ? alert.endsAtMs : undefined
    }))
  }
}
