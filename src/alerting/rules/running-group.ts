import { Turns } from '../../clock/turns.js'
import type { PostedAlert } from '../../contracts/alert.js'
import type { Clock } from '../../contracts/clock.js'
import type { Log } from '../../contracts/log.js'
import type { SeriesStore } from '../../series/series-store.js'
import type { AlertingRule } from './alerting-rule.js'
import { duePosts, type PostOptions } from './alert-posts.js'
import type { RuleCircumstances } from './circumstances.js'
import { GroupSchedule } from './group-schedule.js'
import { RuleGroup } from './rule-group.js'
import type { RuleMetrics } from './rule-metrics.js'
import { groupKey, type RuleGroupSpec } from './rule-set.js'
import type { Rule } from './rule.js'

export interface RunningGroupOptions {
  readonly spec: RuleGroupSpec
  readonly store: SeriesStore
  readonly clock: Clock
  readonly log: Log
  readonly metrics: RuleMetrics
  readonly posts: PostOptions
  /** What its rules are evaluated in, asked for at each evaluation. */
  readonly circumstances: () => Omit<RuleCircumstances, 'limit' | 'breathe' | 'log'>
  /** An evaluation is done: alerts to be told of, and whether any alert came, went or changed its state. */
  readonly done: (atMs: number, posts: readonly PostedAlert[], hasChanged: boolean) => void
}

/** A group that is evaluated at its times, counted and logged. */
export class RunningGroup {
  readonly group: RuleGroup
  readonly intervalMs: number
  readonly #options: RunningGroupOptions
  readonly #schedule: GroupSchedule
  readonly #failing = new Set<Rule>()
  /** Resolves when what an earlier group knew is here; the group, until then. */
  #isTakenOver: Promise<void> | undefined
  #predecessor: RunningGroup | undefined
  #posts: PostedAlert[] = []
  /** Of the evaluation that runs. */
  #breathe: RuleCircumstances['breathe'] = () => undefined
  #isBroken = false
  #isRemoved = false

  constructor (options: RunningGroupOptions) {
    this.#options = options
    const { spec, store, clock, metrics, posts } = options
    this.intervalMs = posts.intervalMs
    const key = groupKey(spec)
    const labels = { rule_group: key }
    this.group = new RuleGroup({
      spec,
      store,
      clock,
      observer: {
        evaluated: (rule, seconds, problem) => {
          metrics.evaluations.inc(labels)
          metrics.evaluationDuration.observe(seconds)
          if (problem !== undefined) metrics.failures.inc(labels)
          this.#complain(rule, problem)
        },
        alerted: async (rule, atMs) => {
          for (const post of duePosts(rule, atMs, posts)) {
            this.#posts.push(post)
            const pause = this.#breathe()
            if (pause !== undefined) await pause
          }
        }
      }
    })
    this.#schedule = new GroupSchedule({
      key,
      intervalMs: this.intervalMs,
      clock,
      evaluate: async atMs => { await this.#evaluate(atMs) },
      failed: error => { this.#broke(error) },
      missed: count => {
        metrics.missed.inc(labels, count)
        metrics.iterations.inc(labels, count)
      }
    })
    metrics.added(this.group, this.intervalMs)
  }

  /** Begins; in the place of another one, which ends, with all that it knows. */
  start (predecessor?: RunningGroup): void {
    this.#predecessor = predecessor
    this.#isTakenOver = predecessor?.close().then(() => {
      this.group.takeOver(predecessor.group)
      this.#predecessor = undefined
    })
    this.#schedule.start()
  }

  /** The rules that have its alerts: those of the group before it, until it has taken them over. */
  get alertingRules (): AlertingRule[] {
    return this.#predecessor?.alertingRules ?? this.group.alertingRules
  }

  async settled (): Promise<void> {
    await this.#schedule.settled()
  }

  /** Ends; resolves when an evaluation that still runs is over, and everything that it knows is here. */
  async close (): Promise<void> {
    this.group.stop()
    await this.#schedule.close()
    await this.#isTakenOver
  }

  /** Ends as {@link close} does, for good: nothing more is told of it. */
  async remove (): Promise<void> {
    this.#isRemoved = true
    await this.close()
  }

  async #evaluate (atMs: number): Promise<void> {
    const { circumstances, metrics, done, log } = this.#options
    await this.#isTakenOver
    const turns = new Turns()
    this.#breathe = () => turns.isDue ? turns.pause() : undefined
    await this.group.evaluate(atMs, { ...circumstances(), breathe: this.#breathe, log })
    if (this.#isRemoved) return
    metrics.evaluated(this.group)
    const posts = this.#posts
    this.#posts = []
    done(atMs, posts, this.group.alertingRules.filter(rule => rule.takeChanged()).length > 0)
    this.#isBroken = false
  }

  #broke (error: unknown): void {
    const { spec: { name, file }, log } = this.#options
    if (!this.#isBroken) log.error({ err: error, file, group: name }, 'the evaluation of a group broke off; the next one takes place')
    this.#isBroken = true
  }

  /** Logs a rule's failure once, until it is well again. */
  #complain (rule: Rule, problem: string | undefined): void {
    if (problem === undefined) this.#failing.delete(rule)
    else if (!this.#failing.has(rule)) {
      const { spec: { name, file }, log } = this.#options
      this.#failing.add(rule)
      log.warn({ file, group: name, rule: rule.spec.name, problem }, 'the evaluation of a rule failed')
    }
  }
}
