import type { PostedAlert } from '../../contracts/alert.js'
import type { Clock } from '../../contracts/clock.js'
import { labelsOf } from '../../contracts/labels.js'
import type { Integration } from './notification.js'

/** Labels of the alerts of receivers that cannot be told. */
export const receiverFailing = { alertname: 'NjordReceiverFailing', severity: 'critical' } as const

interface Failing {
  readonly receiver: string
  readonly integration: string
  readonly sinceMs: number
  why: string
  /** Until when what failed is tried again. */
  triedUntilMs: number
}

/**
 * Raises an alert of its own for each integration whose notifications fail, and resolves it with the first that is taken, or when none is tried
 * any more: what failed has ended, or is silenced.
 */
export class ReceiverHealth {
  readonly #clock: Clock
  readonly #post: (alerts: readonly PostedAlert[]) => void
  readonly #failing = new Map<string, Failing>()

  constructor (clock: Clock, post: (alerts: readonly PostedAlert[]) => void) {
    this.#clock = clock
    this.#post = post
  }

  /** How many integrations fail now. */
  get failing (): number {
    return this.#failing.size
  }

  /** @param againMs in which time a notification that failed is tried again, and fails once more, at the latest */
  note (receiver: string, told: Integration, failure: Error | undefined, againMs: number): void {
    const integration = nameOf(told)
    const key = `${receiver}\n${integration}`
    const known = this.#failing.get(key)
    const nowMs = this.#clock.nowMs()
    if (failure === undefined) {
      if (known === undefined) return
      this.#failing.delete(key)
      this.#post([alertOf(known, nowMs)])
    } else if (known === undefined) {
      const failing = { receiver, integration, sinceMs: nowMs, why: failure.message, triedUntilMs: nowMs + againMs }
      this.#failing.set(key, failing)
      this.#post([alertOf(failing, nowMs + HOLD_MS)])
    } else {
      known.why = failure.message
      known.triedUntilMs = Math.max(known.triedUntilMs, nowMs + againMs)
    }
  }

  /** Resolves the alerts of integrations that are gone: nobody would ever tell whether they work. */
  keep (integrations: ReadonlyMap<string, readonly Integration[]>): void {
    const nowMs = this.#clock.nowMs()
    for (const [key, failing] of this.#failing) {
      if (integrations.get(failing.receiver)?.some(integration => nameOf(integration) === failing.integration) === true) continue
      this.#failing.delete(key)
      this.#post([alertOf(failing, nowMs)])
    }
  }

  /** Keeps the alerts from ending by themselves, and ends those of which nothing is tried any more; to be called every minute or so. */
  refresh (): void {
    const nowMs = this.#clock.nowMs()
    for (const [key, failing] of this.#failing) {
      const isTried = nowMs <= failing.triedUntilMs
      if (!isTried) this.#failing.delete(key)
      this.#post([alertOf(failing, isTried ? nowMs + HOLD_MS : nowMs)])
    }
  }
}

/** How long an alert counts without being refreshed, in milliseconds. */
const HOLD_MS = 300_000

function nameOf ({ kind, index }: Integration): string {
  return `${kind}[${index}]`
}

function alertOf ({ receiver, integration, sinceMs, why }: Failing, endsAtMs: number): PostedAlert {
  return {
    labels: labelsOf({ ...receiverFailing, integration, receiver }),
    annotations: labelsOf({ summary: `Notifications to ${receiver} (${integration}) fail`, description: why }),
    startsAtMs: sinceMs,
    endsAtMs,
    generatorUrl: ''
  }
}
