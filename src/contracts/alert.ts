import type { Labels } from './labels.js'

/** An alert as the rules hand it to routing: what Prometheus posts to an Alertmanager. Never changed. */
export interface PostedAlert {
  /** Who it is, `alertname` among them: two alerts with the same labels are one. */
  readonly labels: Labels
  readonly annotations: Labels
  /** When it began to fire, in milliseconds since the Unix epoch. */
  readonly startsAtMs: number
  /** When it ended; in the future, until when it counts as firing if nothing more is said of it. */
  readonly endsAtMs: number
  /** Where its expression can be looked at. */
  readonly generatorUrl: string
}

/** Takes the alerts of the rules: routing in this process, or an Alertmanager elsewhere. Never throws, never blocks. */
export interface AlertSink {
  post (alerts: readonly PostedAlert[]): void
}
