import { AlertingRule } from './alerting-rule.js'
import { RecordingRule } from './recording-rule.js'
import type { RuleSpec } from './rule-set.js'

/** A rule at work. */
export type Rule = AlertingRule | RecordingRule

export function ruleOf (spec: RuleSpec): Rule {
  return spec.kind === 'alerting' ? new AlertingRule(spec) : new RecordingRule(spec)
}
