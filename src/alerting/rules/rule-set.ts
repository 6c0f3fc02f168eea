import type { Expr } from '../../promql/ast.js'

/**
 * Names and values in turn, by name in ascending order, as {@link import('../../contracts/labels.js').Labels}; but a value may be empty: a
 * label of a rule with an empty value takes the label of that name off the series.
 */
export type Pairs = readonly string[]

interface RuleSpecOf<K extends string> {
  readonly kind: K
  /** Of the alert, or the metric that is recorded. */
  readonly name: string
  readonly expr: Expr
  /** The expression as Prometheus prints it. */
  readonly query: string
  /** Those of the group and of the rule itself, the latter first in line. Templates in alerting rules. */
  readonly labels: Pairs
}

/** Tells of alerts: every element of the expression's vector is one. */
export interface AlertingRuleSpec extends RuleSpecOf<'alerting'> {
  /** How long an element has to be there before its alert fires, in milliseconds; 0 for at once. */
  readonly forMs: number
  /** How long an alert goes on firing when its element is gone, in milliseconds. */
  readonly keepFiringForMs: number
  /** Templates. */
  readonly annotations: Pairs
}

/** Writes its expression's vector as a series of its own. */
export interface RecordingRuleSpec extends RuleSpecOf<'recording'> {}

export type RuleSpec = AlertingRuleSpec | RecordingRuleSpec

/** Rules that are evaluated together, in their order, each seeing what those before it have written. */
export interface RuleGroupSpec {
  /** Unique in its file. */
  readonly name: string
  /** The file that it came from, as it was named. */
  readonly file: string
  /** `undefined` for the engine's own. */
  readonly intervalMs: number | undefined
  /** How far back from their instant the rules look, in milliseconds; `undefined` for the engine's own. */
  readonly queryOffsetMs: number | undefined
  /** The most alerts or series that a rule may make; 0 for any number. */
  readonly limit: number
  readonly rules: readonly RuleSpec[]
}

/** A key that no two groups share. */
export function groupKey ({ file, name }: Pick<RuleGroupSpec, 'file' | 'name'>): string {
  return `${file};${name}`
}

/** Whether two groups are the same, and the one that runs can go on (rules/group.go, Equals). */
export function areSameGroups (a: RuleGroupSpec, b: RuleGroupSpec): boolean {
  return fingerprint(a) === fingerprint(b)
}

function fingerprint ({ rules, ...group }: RuleGroupSpec): string {
  return JSON.stringify([group, rules.map(({ expr, ...rule }) => rule)])
}
