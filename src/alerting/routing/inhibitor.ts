import { labelValue, labelsKey, type Labels } from '../../contracts/labels.js'
import { matchesAll, type LabelMatcher } from './config/label-matcher.js'
import type { InhibitRuleConfig } from './config/routing-config.js'
import { isResolvedAt, type RoutedAlert } from './routed-alert.js'

/** Which alerts are held back because others fire. Alertmanager's inhibit/inhibit.go. */
export class Inhibitor {
  readonly #rules: readonly InhibitRule[]

  constructor (rules: readonly InhibitRuleConfig[]) {
    this.#rules = rules.map(rule => new InhibitRule(rule))
  }

  /** Has to hear of every alert that comes in. */
  note (alert: RoutedAlert): void {
    for (const rule of this.#rules) rule.note(alert)
  }

  /** The fingerprint of an alert that holds these labels back; `undefined` when none does. */
  inhibitedBy (labels: Labels, nowMs: number): string | undefined {
    for (const rule of this.#rules) {
      const by = rule.inhibitedBy(labels, nowMs)
      if (by !== undefined) return by
    }
    return undefined
  }

  /** Forgets sources that have ended. */
  collect (nowMs: number): void {
    for (const rule of this.#rules) rule.collect(nowMs)
  }
}

class InhibitRule {
  readonly #source: readonly LabelMatcher[]
  readonly #target: readonly LabelMatcher[]
  readonly #equal: readonly string[]
  /** Sources by their values of the equal labels, then by fingerprint. */
  readonly #sources = new Map<string, Map<string, RoutedAlert>>()

  constructor ({ source, target, equal }: InhibitRuleConfig) {
    this.#source = source
    this.#target = target
    this.#equal = equal
  }

  note (alert: RoutedAlert): void {
    if (!matches(this.#source, alert.labels)) return
    const key = this.#keyOf(alert.labels)
    const sources = this.#sources.get(key)
    if (sources === undefined) this.#sources.set(key, new Map([[alert.fingerprint, alert]]))
    else sources.set(alert.fingerprint, alert)
  }

  inhibitedBy (labels: Labels, nowMs: number): string | undefined {
    const sources = this.#sources.get(this.#keyOf(labels))
    if (sources === undefined || !matches(this.#target, labels)) return undefined
    // An alert on both sides is not held back by another of its kind, nor by itself.
    const isBoth = matches(this.#source, labels)
    for (const source of sources.values()) {
      if (!isResolvedAt(source, nowMs) && !(isBoth && matches(this.#target, source.labels))) return source.fingerprint
    }
    return undefined
  }

  collect (nowMs: number): void {
    for (const [key, sources] of this.#sources) {
      for (const [fingerprint, alert] of sources) if (isResolvedAt(alert, nowMs)) sources.delete(fingerprint)
      if (sources.size === 0) this.#sources.delete(key)
    }
  }

  #keyOf (labels: Labels): string {
    return labelsKey(this.#equal.map(name => labelValue(labels, name)))
  }
}

function matches (matchers: readonly LabelMatcher[], labels: Labels): boolean {
  return matchesAll(matchers, name => labelValue(labels, name))
}
