import type { AlertSink } from '../../contracts/alert.js'
import type { Clock } from '../../contracts/clock.js'
import type { InstrumentFactory } from '../../contracts/instruments.js'
import type { Labels } from '../../contracts/labels.js'
import type { Log } from '../../contracts/log.js'
import type { RuleGroupStatus, RuleStatusSource } from '../../contracts/rule-status.js'
import type { PromqlEngine } from '../../promql/engine.js'
import type { SeriesStore } from '../../series/series-store.js'
import { AlertContinuity } from './alert-continuity.js'
import type { RememberedAlert } from './alert-memory.js'
import { IsolatedSink } from './isolated-sink.js'
import { RuleMetrics } from './rule-metrics.js'
import { areSameGroups, groupKey, type RuleGroupSpec } from './rule-set.js'
import { groupStatus } from './rule-status.js'
import { RunningGroup } from './running-group.js'
import { StateFile } from './state-file.js'

export interface RuleEngineOptions {
  /** Answers the rules' expressions; its source has what they write to `store`. */
  readonly engine: Pick<PromqlEngine, 'vector'>
  /** Takes recorded series, `ALERTS` and `ALERTS_FOR_STATE`. */
  readonly store: SeriesStore
  readonly instruments: InstrumentFactory
  readonly clock: Clock
  readonly log: Log
  /** Is told of firing and resolved alerts. */
  readonly sink?: AlertSink
  /** How often groups that say nothing of it are evaluated, in milliseconds. @defaultValue 60000 */
  readonly intervalMs?: number
  /** How far back groups that say nothing of it look, in milliseconds. @defaultValue 0 */
  readonly queryOffsetMs?: number
  /** How long a firing alert is not told of again, in milliseconds. @defaultValue 60000 */
  readonly resendDelayMs?: number
  /** Put on every alert that is told of, and known to templates. */
  readonly externalLabels?: Labels
  /** Where this host's pages are, as alerts tell it. @defaultValue `''` */
  readonly externalUrl?: string
  /** The file in which the alerts' state outlives the process. Without it they begin anew. */
  readonly stateFile?: string
  /** How long nobody may have looked for the alerts' state to be taken up again, in milliseconds. @defaultValue 3600000 (1 h) */
  readonly outageToleranceMs?: number
  /** The least that a pending alert waits after a restart, in milliseconds, where its `for` is not shorter. @defaultValue 0 */
  readonly forGraceMs?: number
}

/**
 * Evaluates groups of rules, each at its times, and hands their alerts on: Prometheus's rule manager inside the process. After `start`
 * nothing of it throws: what fails is in the rules' health, in metrics, and once in the log.
 */
export class RuleEngine implements RuleStatusSource {
  readonly #options: RuleEngineOptions
  readonly #metrics: RuleMetrics
  readonly #sink: AlertSink
  readonly #continuity: AlertContinuity | undefined
  #groups = new Map<string, RunningGroup>()
  #hasRemoved = false
  #isClosed = false

  constructor (options: RuleEngineOptions) {
    this.#options = options
    this.#metrics = new RuleMetrics(options.instruments)
    const { stateFile: path, clock, log, externalLabels = [], externalUrl = '', outageToleranceMs = 3_600_000, forGraceMs: graceMs = 0 } = options
    const sink = this.#sink = new IsolatedSink({ sink: options.sink, failures: this.#metrics.postFailures, log })
    if (path === undefined) return
    const file = new StateFile({ path, log, wrote: isDone => { if (!isDone) this.#metrics.stateFailures.inc() } })
    this.#continuity = new AlertContinuity({ file, clock, sink, externalLabels, externalUrl, outageToleranceMs, graceMs })
  }

  /** Takes up what an earlier process knew of its alerts, and begins with these groups. To be called once. */
  async start (specs: readonly RuleGroupSpec[]): Promise<void> {
    await this.#continuity?.open(Math.max(0, ...specs.map(spec => this.#intervalOf(spec))))
    this.use(specs)
  }

  /**
   * Goes on with these groups instead. Those that are as they were go on undisturbed; those that changed keep the alerts of their
   * rules; the series of those that are gone end. Of two groups of one file and name the first counts, and the other is logged.
   */
  use (specs: readonly RuleGroupSpec[]): void {
    if (this.#isClosed) return
    this.#metrics.loaded(true, this.#options.clock)
    const before = this.#groups
    this.#groups = new Map()
    for (const [key, spec] of specs.map(spec => [groupKey(spec), spec] as const).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)) {
      if (this.#groups.has(key)) {
        this.#options.log.error({ file: spec.file, group: spec.name }, 'there are two groups of that name; the second one is left out')
        continue
      }
      const known = before.get(key)
      before.delete(key)
      this.#groups.set(key, known !== undefined && areSameGroups(known.group.spec, spec) ? known : this.#begin(spec, known))
    }
    for (const running of before.values()) this.#end(running)
  }

  /** New rules could not be read: those that are there stay. */
  refused (error: Error): void {
    this.#metrics.loaded(false, this.#options.clock)
    this.#options.log.error({ err: error }, 'the new rules were refused; those that were there stay')
  }

  /** What every alert gets beside its own labels. */
  get externalLabels (): Labels {
    return this.#options.externalLabels ?? []
  }

  ruleGroups (): RuleGroupStatus[] {
    return [...this.#groups.values()].map(({ group, intervalMs }) => groupStatus(group, intervalMs))
  }

  /** Resolves when no evaluation is due or under way: on a virtual clock, when all that its time has brought is done. */
  async settled (): Promise<void> {
    await Promise.all([...this.#groups.values()].map(async running => { await running.settled() }))
  }

  /** Ends all evaluations and leaves the alerts for the next process. */
  async close (): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await Promise.all([...this.#groups.values()].map(async running => { await running.close() }))
    await this.#continuity?.close(() => this.#remembered())
  }

  #intervalOf ({ intervalMs }: RuleGroupSpec): number {
    return intervalMs ?? this.#options.intervalMs ?? 60_000
  }

  #begin (spec: RuleGroupSpec, predecessor: RunningGroup | undefined): RunningGroup {
    const { engine, store, clock, log, externalLabels = [], externalUrl = '', queryOffsetMs = 0, resendDelayMs = 60_000 } = this.#options
    const running = new RunningGroup({
      spec,
      store,
      clock,
      log,
      metrics: this.#metrics,
      posts: { resendDelayMs, intervalMs: this.#intervalOf(spec), externalLabels, externalUrl },
      circumstances: () => ({
        query: async (expr, time) => await engine.vector(expr, time),
        queryOffsetMs: spec.queryOffsetMs ?? queryOffsetMs,
        externalLabels,
        externalUrl,
        memory: this.#continuity?.memory
      }),
      done: (atMs, posts, hasChanged) => {
        this.#sink.post(posts)
        this.#continuity?.evaluated(atMs, hasChanged || this.#hasRemoved, () => this.#remembered())
        this.#hasRemoved = false
      }
    })
    running.start(predecessor)
    return running
  }

  #end (running: RunningGroup): void {
    const { clock } = this.#options
    const endedMs = Math.trunc(clock.nowMs())
    this.#hasRemoved = true
    running.remove().finally(() => {
      // Not before its last evaluation has counted, and not where it has come back meanwhile.
      if (!this.#groups.has(groupKey(running.group.spec))) this.#metrics.removed(running.group)
      // A rule that only got another name or group writes the same series: it gets the time to do so before they are ended.
      clock.after(2 * running.intervalMs, () => { running.group.endSeries(endedMs) })
    })
  }

  * #remembered (): Generator<RememberedAlert> {
    for (const { alertingRules } of [...this.#groups.values()]) {
      for (const { alerts, spec: { query } } of alertingRules) {
        for (const { labels, annotations, state, activeAtMs, firedAtMs, resolvedAtMs, keepFiringSinceMs } of alerts) {
          yield { labels, annotations, state, activeAtMs, firedAtMs, resolvedAtMs, keepFiringSinceMs, query }
        }
      }
    }
  }
}
