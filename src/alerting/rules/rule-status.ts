import type { AlertStatus, RuleGroupStatus, RuleStatus } from '../../contracts/rule-status.js'
import { labelsToObject } from '../../contracts/labels.js'
import { AlertingRule } from './alerting-rule.js'
import type { RuleGroup } from './rule-group.js'
import type { Rule } from './rule.js'

/** How a group is doing. @param intervalMs at which it is evaluated */
export function groupStatus (group: RuleGroup, intervalMs: number): RuleGroupStatus {
  const { spec: { name, file, limit }, rules, evaluationSeconds, lastEvaluationMs } = group
  return { name, file, intervalMs, limit, rules: rules.map(ruleStatus), evaluationSeconds, lastEvaluationMs }
}

function ruleStatus (rule: Rule): RuleStatus {
  const { spec: { name, query, labels }, health: { status, lastError, evaluationSeconds, lastEvaluationMs } } = rule
  const common = { name, query, labels: labelsToObject(labels), health: status, lastError, evaluationSeconds, lastEvaluationMs }
  if (!(rule instanceof AlertingRule)) return { kind: 'recording', ...common }
  const { forMs, keepFiringForMs, annotations } = rule.spec
  return {
    kind: 'alerting', ...common, forMs, keepFiringForMs, annotations: labelsToObject(annotations), state: rule.state, alerts: alertsOf(rule)
  }
}

function alertsOf (rule: AlertingRule): AlertStatus[] {
  return rule.active.map(({ labels, annotations, state, activeAtMs, keepFiringSinceMs, value }) => ({
    labels: labelsToObject(labels),
    annotations: labelsToObject(annotations),
    state: state === 'firing' ? state : 'pending',
    activeAtMs,
    keepFiringSinceMs,
    value
  }))
}
