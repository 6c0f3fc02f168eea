import { createHash } from 'node:crypto'
import type { Matcher } from '../contracts/queryable.js'
import type { AlertStatus, RuleGroupStatus, RuleStatus, RuleStatusSource } from '../contracts/rule-status.js'
import { goQuote } from '../promql/go-text.js'
import type { Answer } from './answer.js'
import { badParameter } from './api-error.js'
import type { Form } from './form.js'
import { matcherSets } from './lookups.js'
import { integerOf } from './parameters.js'

/** Answers `rules` and `alerts`, field for field as Prometheus 3.5 does. @param source without it there are no rules */
export function ruleAnswers (source: RuleStatusSource | undefined): { rules: (form: Form) => Answer, alerts: () => Answer } {
  const groups = (): RuleGroupStatus[] => source?.ruleGroups() ?? []
  return {
    rules: form => {
      const wanted = wantedOf(form)
      const page = pageOf(form)
      const found = groups().filter(({ file, name }) => wanted.groups(name) && wanted.files(file)).map(group => groupOf(group, wanted)).filter(isNotEmpty)
      return { data: cut(found, page) }
    },
    alerts: () => ({
      data: { alerts: groups().flatMap(({ rules }) => rules).flatMap(rule => rule.kind === 'alerting' ? rule.alerts.map(whenWritten) : []) }
    })
  }
}

/** What a request asks for. */
interface Wanted {
  readonly kind: RuleStatus['kind'] | undefined
  readonly withAlerts: boolean
  readonly matchers: readonly (readonly Matcher[])[]
  names (name: string): boolean
  groups (name: string): boolean
  files (name: string): boolean
}

function wantedOf (form: Form): Wanted {
  const matchers = matcherSets(form)
  const type = form.get('type').toLowerCase()
  if (type !== '' && type !== 'alert' && type !== 'record') throw badParameter('type', `not supported value ${goQuote(type)}`)
  const excludes = form.get('exclude_alerts')
  if (excludes !== '' && !/^(?:1|0|t|f|true|false|T|F|TRUE|FALSE|True|False)$/.test(excludes)) {
    throw badParameter('exclude_alerts', `error converting exclude_alerts: strconv.ParseBool: parsing ${goQuote(excludes)}: invalid syntax`)
  }
  const among = (parameter: string): (name: string) => boolean => {
    const names = new Set(form.all(parameter))
    return name => names.size === 0 || names.has(name)
  }
  return {
    kind: type === '' ? undefined : type === 'alert' ? 'alerting' : 'recording',
    withAlerts: !/^(?:1|t)/i.test(excludes),
    matchers,
    names: among('rule_name[]'),
    groups: among('rule_group[]'),
    files: among('file[]')
  }
}

type Group = ReturnType<typeof groupOf>

function isNotEmpty ({ rules }: Group): boolean {
  return rules.length > 0
}

function groupOf (group: RuleGroupStatus, wanted: Wanted) {
  const { name, file, rules, intervalMs, limit, evaluationSeconds, lastEvaluationMs } = group
  const matches = ({ labels }: RuleStatus): boolean => wanted.matchers.length === 0 ||
    wanted.matchers.some(set => set.every(matcher => matcher.matches(labels[matcher.name] ?? '')))
  return {
    name,
    file,
    rules: rules
      .filter(rule => (wanted.kind ?? rule.kind) === rule.kind && wanted.names(rule.name) && matches(rule))
      .map(rule => ruleOf(rule, wanted.withAlerts)),
    interval: intervalMs / 1000,
    limit,
    evaluationTime: evaluationSeconds,
    lastEvaluation: timeOf(lastEvaluationMs)
  }
}

function ruleOf (rule: RuleStatus, withAlerts: boolean): object {
  const health = {
    health: rule.health,
    ...(rule.lastError === undefined ? {} : { lastError: rule.lastError }),
    evaluationTime: rule.evaluationSeconds,
    lastEvaluation: timeOf(rule.lastEvaluationMs),
    type: rule.kind
  }
  const { name, query, labels } = rule
  if (rule.kind === 'recording') return { name, query, ...(Object.keys(labels).length === 0 ? {} : { labels }), ...health }
  const { state, forMs, keepFiringForMs, annotations, alerts } = rule
  const shown = withAlerts ? alerts.map(whenWritten) : []
  return { state, name, query, duration: forMs / 1000, keepFiringFor: keepFiringForMs / 1000, labels, annotations, alerts: shown, ...health }
}

/** Made when it is written, in turns with the rest of the process: there may be thousands. */
function whenWritten (alert: AlertStatus): { toJSON: () => object } {
  return { toJSON: () => alertOf(alert) }
}

function alertOf ({ labels, annotations, state, activeAtMs, keepFiringSinceMs, value }: AlertStatus): object {
  return {
    labels,
    annotations,
    state,
    activeAt: timeOf(activeAtMs),
    ...(keepFiringSinceMs === undefined ? {} : { keepFiringSince: timeOf(keepFiringSinceMs) }),
    value: exponential(value)
  }
}

interface Page {
  /** 0 for all groups. */
  readonly limit: number
  /** Of the group to begin with; `''` for the first. */
  readonly token: string
}

function pageOf (form: Form): Page {
  const [limit, token] = [form.get('group_limit'), form.get('group_next_token')]
  if (limit === '') {
    if (token !== '') throw badParameter('group_next_token', 'group_limit needs to be present in order to paginate over the groups')
    return { limit: 0, token }
  }
  const groups = integerOf(limit)
  if (typeof groups === 'string') {
    throw badParameter('group_limit', `group_limit needs to be a valid number: strconv.ParseInt: parsing ${goQuote(limit)}: ${groups}`)
  }
  if (groups <= 0) throw badParameter('group_limit', 'group_limit needs to be greater than 0')
  return { limit: groups, token }
}

function cut (groups: readonly Group[], { limit, token }: Page): object {
  if (limit === 0) return { groups }
  const from = token === '' ? 0 : groups.findIndex(group => tokenOf(group) === token)
  if (from < 0) throw badParameter('group_next_token', `invalid group_next_token '${token}'. were rule groups changed?`)
  const next = groups[from + limit]
  return { groups: groups.slice(from, from + limit), ...(next === undefined ? {} : { groupNextToken: tokenOf(next) }) }
}

function tokenOf ({ file, name }: Pick<Group, 'file' | 'name'>): string {
  return createHash('sha1').update(`${file};${name}`).digest('hex')
}

/** RFC 3339; Go's zero time for what never was. */
function timeOf (ms: number | undefined): string {
  return ms === undefined ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z')
}

/** Go's `%e` with the shortest digits. */
function exponential (value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
}
