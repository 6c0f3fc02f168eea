import type { Labels } from '../../contracts/labels.js'
import type { Log } from '../../contracts/log.js'
import type { Expr } from '../../promql/ast.js'
import type { Sample } from '../../promql/engine.js'
import type { ActiveAlert } from './active-alert.js'
import type { AlertingRuleSpec } from './rule-set.js'

/** Answers an instant query. */
export type RuleQuery = (expr: Expr | string, atMs: number) => Promise<readonly Sample[]>

/** What was known of alerts before a restart. */
export interface KnownAlerts {
  /** Gives back what was known of a new alert: it changes it in place. */
  restore (alert: ActiveAlert, forMs: number, atMs: number): void
  /** Takes the alerts of a rule that go on firing though their elements are gone. To be called once for each rule. */
  takeKept (rule: AlertingRuleSpec): ActiveAlert[]
}

/** What rules are evaluated in. */
export interface RuleCircumstances {
  readonly query: RuleQuery
  /** How far before the evaluation's instant the expression is evaluated, and its results are written, in milliseconds. */
  readonly queryOffsetMs: number
  /** The most alerts or series that a rule may make; 0 for any number. */
  readonly limit: number
  /** Of this process, for the templates of alerts. */
  readonly externalLabels: Labels
  readonly externalUrl: string
  readonly log: Log
  /** `undefined` where there is nothing (any more). */
  readonly memory?: KnownAlerts | undefined
  /** Asked after every little work: `undefined` to go on at once, or what resolves when the rest of the process has had its turn. */
  breathe (): Promise<void> | undefined
}
