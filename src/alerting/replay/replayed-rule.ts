import { labelsToObject } from '../../contracts/labels.js'
import type { ActiveAlert } from '../rules/active-alert.js'
import { AlertingRule } from '../rules/alerting-rule.js'
import { labelsOfMap, mapOf } from '../rules/pairs.js'
import type { Rule } from '../rules/rule.js'

/** An alert that would have fired. All times in milliseconds since the Unix epoch. */
export interface ReplayedAlert {
  readonly file: string
  readonly group: string
  readonly rule: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Of the expression, when it began to fire. */
  readonly value: number
  /** Since when it was pending. */
  readonly activeAtMs: number
  readonly firedAtMs: number
  /** `undefined` where it still fires at the end. */
  resolvedAtMs: number | undefined
}

/** How a rule fared. */
export interface ReplayedRuleSummary {
  readonly file: string
  readonly group: string
  readonly rule: string
  readonly kind: 'alerting' | 'recording'
  readonly evaluations: number
  /** How many of them failed. */
  readonly failures: number
  /** Of the first that failed. */
  readonly firstError: string | undefined
  /** How many alerts of it fired, and for how long all in all, in milliseconds. */
  readonly firings: number
  readonly firingMs: number
  /** How many were pending and went before they fired. */
  readonly pendingOnly: number
}

/** Writes down what becomes of a rule's alerts. */
export class ReplayedRule {
  readonly rule: Rule
  readonly #file: string
  readonly #group: string
  readonly #fired: (alert: ReplayedAlert) => void
  /** Alerts that are pending, with `undefined`, or firing. */
  readonly #open = new Map<ActiveAlert, ReplayedAlert | undefined>()
  evaluations = 0
  #failures = 0
  #firstError: string | undefined
  #firings = 0
  #firingMs = 0
  #pendingOnly = 0

  constructor (rule: Rule, { file, name }: { file: string, name: string }, fired: (alert: ReplayedAlert) => void) {
    this.rule = rule
    this.#file = file
    this.#group = name
    this.#fired = fired
  }

  failed (problem: string): void {
    this.#failures++
    this.#firstError ??= problem
  }

  /** To be called after each evaluation. */
  look (atMs: number): void {
    const { rule } = this
    if (!(rule instanceof AlertingRule) || !rule.takeChanged()) return
    const there = new Set(rule.active)
    for (const [alert, firing] of this.#open) {
      if (there.has(alert)) continue
      this.#open.delete(alert)
      if (firing === undefined) this.#pendingOnly++
      else this.#ended(firing, alert.resolvedAtMs ?? atMs)
    }
    for (const alert of there) {
      if (alert.firedAtMs === undefined) this.#open.set(alert, undefined)
      else if (this.#open.get(alert) === undefined) this.#open.set(alert, this.#began(alert, alert.firedAtMs))
    }
  }

  /** @param toMs the end of the replay, up to which what still fires is counted */
  summary (toMs: number): ReplayedRuleSummary {
    const { spec: { kind, name: rule } } = this.rule
    const firingMs = [...this.#open.values()].reduce((sum, alert) => sum + (alert === undefined ? 0 : toMs - alert.firedAtMs), this.#firingMs)
    return {
      file: this.#file,
      group: this.#group,
      rule,
      kind,
      evaluations: this.evaluations,
      failures: this.#failures,
      firstError: this.#firstError,
      firings: this.#firings,
      firingMs,
      pendingOnly: this.#pendingOnly
    }
  }

  #began ({ labels, annotations, value, activeAtMs }: ActiveAlert, firedAtMs: number): ReplayedAlert {
    const firing = {
      file: this.#file,
      group: this.#group,
      rule: this.rule.spec.name,
      labels: labelsToObject(labels),
      annotations: labelsToObject(labelsOfMap(mapOf(annotations))),
      value,
      activeAtMs,
      firedAtMs,
      resolvedAtMs: undefined
    }
    this.#firings++
    this.#fired(firing)
    return firing
  }

  #ended (firing: ReplayedAlert, atMs: number): void {
    firing.resolvedAtMs = atMs
    this.#firingMs += atMs - firing.firedAtMs
  }
}
