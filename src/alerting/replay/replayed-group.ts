import type { Clock } from '../../contracts/clock.js'
import type { PostedAlert } from '../../contracts/alert.js'
import type { Labels } from '../../contracts/labels.js'
import { silentLog } from '../../contracts/log.js'
import type { Expr } from '../../promql/ast.js'
import type { PromqlEngine } from '../../promql/engine.js'
import type { SeriesStore } from '../../series/series-store.js'
import { duePosts } from '../rules/alert-posts.js'
import { AlertingRule } from '../rules/alerting-rule.js'
import { nextEvaluationMs } from '../rules/group-schedule.js'
import { RuleGroup } from '../rules/rule-group.js'
import { groupKey, type RuleGroupSpec } from '../rules/rule-set.js'
import type { Rule } from '../rules/rule.js'
import { LookAhead } from './look-ahead.js'
import { ReplayedRule, type ReplayedAlert } from './replayed-rule.js'

export interface ReplayedGroupOptions {
  readonly spec: RuleGroupSpec
  readonly clock: Clock
  /** Takes what the rules write. */
  readonly store: SeriesStore
  /** Answers from history alone. */
  readonly history: PromqlEngine
  /** Answers from history and from what the rules wrote. */
  readonly engine: PromqlEngine
  /** Whether an expression comes to the same whatever the rules write. */
  readonly isIndependent: (expr: Expr) => boolean
  readonly intervalMs: number
  readonly queryOffsetMs: number
  readonly resendDelayMs: number
  readonly externalLabels: Labels
  readonly externalUrl: string
  readonly fired: (alert: ReplayedAlert) => void
}

/** A group of rules that goes through history: evaluated at the instants at which the engine would, but for those at which nothing would come of it. */
export class ReplayedGroup {
  readonly rules: readonly ReplayedRule[]
  /** When it is to be evaluated next. */
  nextMs: number
  readonly #options: ReplayedGroupOptions
  readonly #group: RuleGroup
  #ahead = new Map<Expr, LookAhead>()
  #posts: PostedAlert[] = []
  #skipped = 0

  constructor (options: ReplayedGroupOptions, fromMs: number) {
    this.#options = options
    const { spec, clock, store, intervalMs, resendDelayMs, externalLabels, externalUrl } = options
    const posts = { resendDelayMs, intervalMs, externalLabels, externalUrl }
    const byRule = new Map<Rule, ReplayedRule>()
    this.#group = new RuleGroup({
      spec,
      clock,
      store,
      observer: {
        evaluated: (rule, _, problem) => {
          const replayed = byRule.get(rule)!
          replayed.evaluations++
          if (problem !== undefined) replayed.failed(problem)
          replayed.look(clock.nowMs())
        },
        alerted: (rule, atMs) => { this.#posts.push(...duePosts(rule, atMs, posts)) }
      }
    })
    for (const rule of this.#group.rules) byRule.set(rule, new ReplayedRule(rule, spec, options.fired))
    this.rules = [...byRule.values()]
    this.nextMs = nextEvaluationMs(groupKey(spec), intervalMs, fromMs - 1)
  }

  /** Looks ahead at the instants before `toMs`. */
  async prepare (toMs: number): Promise<void> {
    const { spec, history, isIndependent, intervalMs, queryOffsetMs } = this.#options
    const count = Math.ceil((toMs - this.nextMs) / intervalMs)
    this.#ahead = new Map()
    if (count <= 0) return
    for (const { expr } of spec.rules) {
      if (!isIndependent(expr)) continue
      const ahead = await LookAhead.over(history, expr, this.nextMs - queryOffsetMs, intervalMs, count)
      if (ahead !== undefined) this.#ahead.set(expr, ahead)
    }
  }

  /** Goes past the instants before `toMs` at which no rule has anything, nor anything to say of what it had. */
  skip (toMs: number): void {
    for (; this.nextMs < toMs && this.#isQuiet(); this.nextMs += this.#options.intervalMs) this.#skipped++
  }

  /** Evaluates at `nextMs`; resolves with the alerts that are to be told of. */
  async evaluate (): Promise<readonly PostedAlert[]> {
    const { engine, externalLabels, externalUrl, intervalMs, queryOffsetMs } = this.#options
    await this.#group.evaluate(this.nextMs, {
      query: async (expr, atMs) => (typeof expr === 'string' ? undefined : this.#ahead.get(expr)?.at(atMs)) ?? await engine.vector(expr, atMs),
      queryOffsetMs,
      externalLabels,
      externalUrl,
      log: silentLog,
      breathe: () => undefined
    })
    this.nextMs += intervalMs
    const posts = this.#posts
    this.#posts = []
    return posts
  }

  summaries (toMs: number): Array<ReturnType<ReplayedRule['summary']>> {
    for (const rule of this.rules) rule.evaluations += this.#skipped
    this.#skipped = 0
    return this.rules.map(rule => rule.summary(toMs))
  }

  #isQuiet (): boolean {
    const atMs = this.nextMs - this.#options.queryOffsetMs
    return this.rules.every(({ rule }) => rule instanceof AlertingRule && isEmpty(rule.alerts) && this.#ahead.get(rule.spec.expr)?.hasAny(atMs) === false)
  }
}

function isEmpty (items: Iterable<unknown>): boolean {
  return items[Symbol.iterator]().next().done === true
}
