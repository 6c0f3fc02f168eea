/** An alert that is pending or firing. Times are in milliseconds since the Unix epoch. */
export interface DashboardAlert {
  readonly name: string
  readonly state: 'pending' | 'firing'
  readonly sinceMs: number
  readonly severity?: string
  /** Its labels without name and severity, as in `strategy_id="trend"`. */
  readonly labels: string
  readonly summary?: string
  /** Why nobody is told of it: `silenced by …`, `inhibited by …`, `muted: weekend`. */
  readonly silencedBy?: string
}

/** A notification that was sent, or why it was not. */
export interface DashboardNotification {
  readonly atMs: number
  readonly receiver: string
  /** What it is about, as in `HighDrawdown (2 firing)`. */
  readonly about: string
  readonly sent: boolean
  /** Why it was not sent, or what the receiver answered. */
  readonly reason?: string
}

export interface AlertsReading {
  /** How many alerting rules there are. */
  readonly rules: number
  readonly alerts: readonly DashboardAlert[]
  /** Newest first. */
  readonly notifications: readonly DashboardNotification[]
}

/** What the dashboard asks the alert engine once a second while somebody looks. It must be quick and never throw. */
export interface DashboardAlerts {
  read (): AlertsReading
}
