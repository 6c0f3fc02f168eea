import { Turns } from '../../clock/turns.js'
import type { Clock } from '../../contracts/clock.js'
import type { SeriesRef } from '../../series/series-index.js'
import type { SeriesStore } from '../../series/series-store.js'
import { AlertingRule } from './alerting-rule.js'
import type { RuleCircumstances } from './circumstances.js'
import { ruleOf, type Rule } from './rule.js'
import type { RuleGroupSpec } from './rule-set.js'
import { SeriesWriter } from './series-writer.js'

/** What a group tells of each of its evaluations, for those who count. */
export interface GroupObserver {
  /** A rule was evaluated, in so many seconds; `problem` says why it failed. */
  evaluated (rule: Rule, seconds: number, problem: string | undefined): void
  /** The alerts of a rule are what they are at this instant: now they can be told of. */
  alerted? (rule: AlertingRule, atMs: number): Promise<void> | void
}

export interface RuleGroupOptions {
  readonly spec: RuleGroupSpec
  readonly store: SeriesStore
  readonly clock: Clock
  readonly observer?: GroupObserver
}

/**
 * The rules of a group at work: evaluated one after the other at an instant, each result written before the next rule looks, as
 * in Prometheus's rules/group.go.
 */
export class RuleGroup {
  readonly spec: RuleGroupSpec
  readonly rules: readonly Rule[]
  /** How long the last evaluation took, in seconds. */
  evaluationSeconds = 0
  /** When it began; `undefined` before the first one. */
  lastEvaluationMs: number | undefined
  /** How many samples it made. */
  lastSamples = 0
  readonly #store: SeriesStore
  readonly #clock: Clock
  readonly #observer: GroupObserver | undefined
  readonly #writers: readonly SeriesWriter[]
  /** Series of rules that are gone, to be ended at the next evaluation. */
  #abandoned: SeriesRef[] = []
  #isStopped = false

  constructor ({ spec, store, clock, observer }: RuleGroupOptions) {
    this.spec = spec
    this.#store = store
    this.#clock = clock
    this.#observer = observer
    this.rules = spec.rules.map(ruleOf)
    this.#writers = spec.rules.map(() => new SeriesWriter(store))
  }

  get alertingRules (): AlertingRule[] {
    return this.rules.filter(rule => rule instanceof AlertingRule)
  }

  /** Ends evaluations: one that runs ends before its next rule. */
  stop (): void {
    this.#isStopped = true
  }

  /** Evaluates all rules at `atMs`, a whole number of milliseconds since the Unix epoch. Never rejects: what fails is in the rules' health. */
  async evaluate (atMs: number, circumstances: Omit<RuleCircumstances, 'limit'>): Promise<void> {
    const startMs = this.#clock.nowMs()
    const started = this.#clock.monotonicSeconds()
    let samples = 0
    for (const [i, rule] of this.rules.entries()) {
      if (this.#isStopped) return
      samples += await this.#evaluateRule(rule, this.#writers[i]!, atMs, { ...circumstances, limit: this.spec.limit })
      const pause = circumstances.breathe()
      if (pause !== undefined) await pause
    }
    await this.#endAbandoned(atMs - circumstances.queryOffsetMs, circumstances.breathe)
    this.lastSamples = samples
    this.lastEvaluationMs = startMs
    this.evaluationSeconds = this.#clock.monotonicSeconds() - started
  }

  /**
   * Goes on with what a group of the same name and file knows: rules are the same by name and labels; of several such, the first
   * goes with the first (rules/group.go, CopyState).
   */
  takeOver (other: RuleGroup): void {
    this.evaluationSeconds = other.evaluationSeconds
    this.lastEvaluationMs = other.lastEvaluationMs
    this.#abandoned = other.#abandoned
    const left = new Map<string, number[]>()
    for (const [i, rule] of other.rules.entries()) {
      const key = identity(rule)
      left.set(key, [...left.get(key) ?? [], i])
    }
    for (const [i, rule] of this.rules.entries()) {
      const from = left.get(identity(rule))?.shift()
      if (from === undefined) continue
      this.#writers[i]!.takeOver(other.#writers[from]!)
      const known = other.rules[from]
      if (rule instanceof AlertingRule && known instanceof AlertingRule) rule.takeOver(known)
    }
    for (const i of [...left.values()].flat()) this.#abandon(other.#writers[i]!)
  }

  /** Ends every series that the group has written: it is gone for good. */
  async endSeries (atMs: number): Promise<void> {
    const turns = new Turns()
    for (const writer of this.#writers) this.#abandon(writer)
    await this.#endAbandoned(atMs, () => turns.isDue ? turns.pause() : undefined)
  }

  async #evaluateRule (rule: Rule, writer: SeriesWriter, atMs: number, circumstances: RuleCircumstances): Promise<number> {
    const startMs = this.#clock.nowMs()
    const started = this.#clock.monotonicSeconds()
    let made = 0
    let problem: string | undefined
    try {
      const samples = await rule.evaluate(atMs, circumstances)
      made = samples.length
      rule.health.succeed()
      if (rule instanceof AlertingRule) await this.#observer?.alerted?.(rule, atMs)
      problem = await writer.write(samples, atMs - circumstances.queryOffsetMs, circumstances.breathe)
    } catch (error) {
      problem = (error as Error).message
    }
    if (problem !== undefined) rule.health.fail(problem)
    const seconds = this.#clock.monotonicSeconds() - started
    rule.health.took(startMs, seconds)
    this.#observer?.evaluated(rule, seconds, problem)
    return made
  }

  #abandon (writer: SeriesWriter): void {
    for (const ref of writer.refs()) this.#abandoned.push(ref)
  }

  async #endAbandoned (atMs: number, breathe: RuleCircumstances['breathe']): Promise<void> {
    for (const ref of this.#abandoned) {
      this.#store.staleRef(ref, atMs)
      const pause = breathe()
      if (pause !== undefined) await pause
    }
    this.#abandoned = []
  }
}

function identity ({ spec: { name, labels } }: Rule): string {
  return JSON.stringify([name, labels])
}
