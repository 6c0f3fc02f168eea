import type { Labels } from '../../contracts/labels.js'
import { labelsKey } from '../../contracts/labels.js'
import type { Sample } from '../../promql/engine.js'
import { advance, pendingAlert, type ActiveAlert, type AlertState } from './active-alert.js'
import { AlertTexts } from './alert-texts.js'
import { labelsOfMap, mapOf } from './pairs.js'
import type { KnownAlerts, RuleCircumstances } from './circumstances.js'
import { RuleHealth } from './rule-health.js'
import type { AlertingRuleSpec, Pairs } from './rule-set.js'

/** One of an expression's vector, with the texts of its alert. */
interface Element {
  readonly labels: Labels
  readonly annotations: Pairs
  readonly value: number
}

/** An alerting rule at work: the alerts of its expression and what state they are in, as in Prometheus's rules/alerting.go. */
export class AlertingRule {
  readonly spec: AlertingRuleSpec
  readonly health = new RuleHealth()
  readonly #texts: AlertTexts
  /** By the key of their labels. */
  #alerts = new Map<string, ActiveAlert>()
  #hasChanged = false
  #hasRecalled = false

  constructor (spec: AlertingRuleSpec) {
    this.spec = spec
    this.#texts = new AlertTexts(spec)
  }

  /** Every alert that is known of, those that were resolved not long ago among them. */
  get alerts (): Iterable<ActiveAlert> {
    return this.#alerts.values()
  }

  /** The alerts that are pending or firing. */
  get active (): ActiveAlert[] {
    return [...this.#alerts.values()].filter(({ state }) => state !== 'inactive')
  }

  /** That of the alert that is furthest on. */
  get state (): AlertState {
    let state: AlertState = 'inactive'
    for (const alert of this.#alerts.values()) {
      if (alert.state === 'firing') return 'firing'
      if (alert.state === 'pending') state = 'pending'
    }
    return state
  }

  /** Goes on with the alerts of a rule that it takes the place of. */
  takeOver (other: AlertingRule): void {
    this.#alerts = new Map(other.#alerts)
  }

  /**
   * Evaluates the expression and brings every alert to its state at `atMs`. Resolves with what is to be written: `ALERTS` and
   * `ALERTS_FOR_STATE` of those that are pending or firing. Rejects as the query does, with labels that two alerts share, and past the limit.
   */
  async evaluate (atMs: number, circumstances: RuleCircumstances): Promise<Sample[]> {
    const { queryOffsetMs, limit, query, memory, breathe } = circumstances
    const vector = await query(this.spec.expr, atMs - queryOffsetMs)
    if (!this.#hasRecalled && memory !== undefined) this.#recall(memory)
    if (vector.length === 0 && this.#alerts.size === 0) return []
    const found = await this.#find(vector, atMs, circumstances)
    for (const [key, element] of found) {
      this.#meet(key, element, atMs, memory)
      const pause = breathe()
      if (pause !== undefined) await pause
    }
    const samples: Sample[] = []
    let active = 0
    for (const [key, alert] of this.#alerts) {
      const pause = breathe()
      if (pause !== undefined) await pause
      const before = alert.state
      const outcome = advance(alert, found.has(key), atMs, this.spec)
      if (outcome === 'forgotten') this.#alerts.delete(key)
      this.#hasChanged ||= outcome === 'forgotten' || alert.state !== before
      if (outcome !== 'active') continue
      active++
      samples.push({ labels: this.#seriesLabels('ALERTS', alert), value: 1 })
      samples.push({ labels: this.#seriesLabels('ALERTS_FOR_STATE', alert), value: Math.floor(alert.activeAtMs / 1000) })
    }
    if (limit > 0 && active > limit) {
      this.#alerts.clear()
      this.#hasChanged = true
      throw new Error(`exceeded limit of ${limit} with ${active} alerts`)
    }
    return samples
  }

  /** Whether alerts came, went or changed their state since this was last asked. */
  takeChanged (): boolean {
    const changed = this.#hasChanged
    this.#hasChanged = false
    return changed
  }

  async #find (vector: readonly Sample[], atMs: number, circumstances: RuleCircumstances): Promise<Map<string, Element>> {
    const found = new Map<string, Element>()
    for (const sample of vector) {
      const texts = await this.#texts.of(sample, atMs, circumstances)
      const key = labelsKey(texts.labels)
      if (found.has(key)) throw new Error('vector contains metrics with the same labelset after applying alert labels')
      found.set(key, { ...texts, value: sample.value })
      const pause = circumstances.breathe()
      if (pause !== undefined) await pause
    }
    this.#texts.settle()
    return found
  }

  /** Goes on with alerts of an earlier process that need no elements for it. */
  #recall (memory: KnownAlerts): void {
    for (const alert of memory.takeKept(this.spec)) {
      this.#alerts.set(labelsKey(alert.labels), alert)
      this.#hasChanged = true
    }
    this.#hasRecalled = true
  }

  #meet (key: string, { labels, annotations, value }: Element, atMs: number, memory: KnownAlerts | undefined): void {
    const known = this.#alerts.get(key)
    if (known !== undefined && known.state !== 'inactive') {
      known.value = value
      known.annotations = annotations
      return
    }
    const alert = pendingAlert(labels, annotations, value, atMs)
    if (known === undefined) memory?.restore(alert, this.spec.forMs, atMs)
    this.#alerts.set(key, alert)
    this.#hasChanged = true
  }

  #seriesLabels (name: 'ALERTS' | 'ALERTS_FOR_STATE', { labels, state, seriesLabels }: ActiveAlert): Labels {
    const key = name === 'ALERTS' ? state : name
    let made = seriesLabels.get(key)
    if (made === undefined) {
      // The rule's own labels first: those whose template came to nothing stay as they are written.
      const all = new Map([...mapOf(this.spec.labels), ...mapOf(labels), ['__name__', name], ['alertname', this.spec.name]])
      if (name === 'ALERTS') all.set('alertstate', state)
      made = labelsOfMap(all)
      seriesLabels.set(key, made)
    }
    return made
  }
}
