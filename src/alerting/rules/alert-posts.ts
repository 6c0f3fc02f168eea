import type { Labels } from '../../contracts/labels.js'
import type { PostedAlert } from '../../contracts/alert.js'
import { needsSending } from './active-alert.js'
import type { AlertingRule } from './alerting-rule.js'
import { labelsOfMap, mapOf } from './pairs.js'

export interface PostOptions {
  /** How long an alert that goes on is not told of again, in milliseconds. */
  readonly resendDelayMs: number
  /** Of the rule's group. */
  readonly intervalMs: number
  /** Put on every alert that has no such label. */
  readonly externalLabels: Labels
  readonly externalUrl: string
}

/**
 * The alerts of a rule that are to be told of at `atMs`, as Prometheus posts them (rules/alerting.go, sendAlerts): a firing one ends, if
 * nothing more is said of it, after four of its resends. Each counts as told of when it is asked for.
 */
export function * duePosts (rule: AlertingRule, atMs: number, options: PostOptions): Generator<PostedAlert> {
  const { resendDelayMs, intervalMs, externalLabels, externalUrl } = options
  const url = generatorUrl(rule.spec.query, externalUrl)
  for (const alert of rule.alerts) {
    if (!needsSending(alert, atMs, resendDelayMs)) continue
    alert.lastSentAtMs = atMs
    yield {
      labels: withExternal(alert.labels, externalLabels),
      annotations: alert.annotations,
      startsAtMs: alert.firedAtMs ?? alert.activeAtMs,
      endsAtMs: alert.resolvedAtMs ?? atMs + 4 * Math.max(resendDelayMs, intervalMs),
      generatorUrl: url
    }
  }
}

/** Labels with those that every alert of this process has, unless it has them itself. */
export function withExternal (labels: Labels, externalLabels: Labels): Labels {
  return externalLabels.length === 0 ? labels : labelsOfMap(new Map([...mapOf(externalLabels), ...mapOf(labels)]))
}

/** Where the expression can be looked at: Prometheus's table of it. */
export function generatorUrl (query: string, externalUrl: string): string {
  // As Go escapes: a few characters more than JavaScript does.
  const escaped = encodeURIComponent(query).replaceAll('%20', '+').replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${externalUrl}/graph?g0.expr=${escaped}&g0.tab=1`
}
