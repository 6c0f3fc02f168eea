/** An alert that is pending or firing. */
export interface AlertStatus {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
  /** Milliseconds since the Unix epoch. */
  readonly activeAtMs: number
  /** Since when its expression no longer holds while it goes on firing; `undefined` while it holds. */
  readonly keepFiringSinceMs: number | undefined
  /** Of the expression, when it was last evaluated. */
  readonly value: number
}

interface RuleStatusOf<K extends string> {
  readonly kind: K
  readonly name: string
  /** The expression as Prometheus prints it. */
  readonly query: string
  readonly labels: Readonly<Record<string, string>>
  readonly health: 'unknown' | 'ok' | 'err'
  readonly lastError: string | undefined
  readonly evaluationSeconds: number
  /** Milliseconds since the Unix epoch; `undefined` before the first evaluation. */
  readonly lastEvaluationMs: number | undefined
}

export interface AlertingRuleStatus extends RuleStatusOf<'alerting'> {
  readonly forMs: number
  readonly keepFiringForMs: number
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'inactive' | 'pending' | 'firing'
  readonly alerts: readonly AlertStatus[]
}

export interface RecordingRuleStatus extends RuleStatusOf<'recording'> {}

export type RuleStatus = AlertingRuleStatus | RecordingRuleStatus

/** How a group of rules and what is in it are doing. */
export interface RuleGroupStatus {
  readonly name: string
  readonly file: string
  readonly intervalMs: number
  readonly limit: number
  readonly rules: readonly RuleStatus[]
  readonly evaluationSeconds: number
  /** Milliseconds since the Unix epoch; `undefined` before the first evaluation. */
  readonly lastEvaluationMs: number | undefined
}

/** Tells how rules are doing. */
export interface RuleStatusSource {
  /** All groups, by file and name. */
  ruleGroups (): RuleGroupStatus[]
}
