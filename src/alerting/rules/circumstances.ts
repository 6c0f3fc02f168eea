import type { Labels } from '../../contracts/labels.js'
import type { Log } from '../../contracts/log.js'
import type { Expr } from '../../promql/ast.js'
import type { Sample } from '../../promql/engine.js'
import type { ActiveAlert } from './active-alert.js'

/** Answers an instant query. */
export type RuleQuery = (expr: Expr | string, atMs: number) => Promise<readonly Sample[]>

/** Gives back what was known of an alert before a restart: it changes a new alert in place. */
export type Restore = (alert: ActiveAlert, forMs: number, atMs: number) => void

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
  /** What is known of alerts from before a restart. */
  readonly restore?: Restore | undefined
  /** Resolves at once, or when the rest of the process has had its turn. */
  breathe (): Promise<void> | void
}
