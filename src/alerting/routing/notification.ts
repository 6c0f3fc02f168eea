import type { Labels } from '../../contracts/labels.js'
import type { NotificationReason } from './notification-log.js'
import type { RoutedAlert } from './routed-alert.js'

/** An alert as it stood when its group was looked at. */
export interface NotifiedAlert {
  readonly alert: RoutedAlert
  readonly isResolved: boolean
}

/** What one integration is to tell: a group of alerts, in the order in which they are told. */
export interface Notification {
  readonly receiver: string
  readonly groupKey: string
  readonly groupLabels: Labels
  readonly alerts: readonly NotifiedAlert[]
  readonly status: 'firing' | 'resolved'
  readonly reason: NotificationReason
  /** When the group was looked at, in milliseconds since the Unix epoch. */
  readonly atMs: number
}

/** Tells somebody: a webhook, Slack, the log. */
export interface Integration {
  /** `webhook`, `slack`, `log`, …: the `integration` of metrics. */
  readonly kind: string
  /** Which of its kind in the receiver, from 0. */
  readonly index: number
  readonly sendResolved: boolean
  /** Resolves when it was taken. Rejects with a {@link SendFailure}, or with anything else that is not worth another try. */
  send (notification: Notification, signal: AbortSignal): Promise<void>
}

/** Why an attempt failed, and whether another one may help. Its message holds no secrets. */
export class SendFailure extends Error {
  readonly isRetryable: boolean
  /** What the other side asked for (`Retry-After`), in milliseconds. */
  readonly retryAfterMs: number | undefined
  /** As Alertmanager's metric has it. */
  readonly reason: 'clientError' | 'serverError' | 'other'

  constructor (
    message: string, { isRetryable, retryAfterMs, reason = 'other' }: { isRetryable: boolean, retryAfterMs?: number | undefined, reason?: SendFailure['reason'] }
  ) {
    super(message)
    this.isRetryable = isRetryable
    this.retryAfterMs = retryAfterMs
    this.reason = reason
  }
}
