import { VirtualClock } from '../../../clock/virtual-clock.js'
import type { AlertSink } from '../../../contracts/alert.js'
import { labelsKey } from '../../../contracts/labels.js'
import { silentLog } from '../../../contracts/log.js'
import { formatDuration } from '../../../promql/duration.js'
import { PromqlEngine } from '../../../promql/engine.js'
import { goQuote } from '../../../promql/go-text.js'
import { SampleStore } from '../../../promql/sample-store.js'
import { duePosts } from '../alert-posts.js'
import { labelsOfMap, mapOf } from '../pairs.js'
import { RuleGroup } from '../rule-group.js'
import type { RuleGroupSpec } from '../rule-set.js'
import { InputSeries } from './input-series.js'
import type { TestFile, TestGroup } from './test-file.js'
import { alertsText, goDuration, sameSamples, samplesText, sortedAlerts, sortedSamples } from './verdict-text.js'

/** As many samples as promtool lets a query of a test hold. */
const MAX_SAMPLES = 10_000

/** Looks at what would have been notified in a test: whoever knows of routing. It goes by the test's clock. */
export interface NotificationTester {
  readonly sink: AlertSink
  /** Brings the clock to an instant, with all that is notified on the way. */
  advanceTo (atMs: number): Promise<void>
  /** What was not as it should have been. */
  failures (): Promise<readonly string[]>
}

export interface RunOptions {
  readonly file: TestFile
  /** Those of the file's rule files, read anew for each run. */
  readonly groups: readonly RuleGroupSpec[]
  /** Opens the notifications of one test, where it asks for any. */
  readonly notifications?: (group: TestGroup, clock: VirtualClock) => NotificationTester
}

/** Runs one group of unit tests as `promtool test rules` does. Resolves with what failed, in its words. */
export async function runTestGroup (group: TestGroup, options: RunOptions): Promise<string[]> {
  const missing = group.alertTests.find(({ alertname }) => alertname === '')
  if (missing !== undefined) {
    const where = group.name === '' ? '' : ` (in TestGroup ${group.name})`
    return [`an item under alert_rule_test misses required attribute alertname at eval_time ${formatDuration(missing.atMs)}${where}`]
  }
  let input
  try {
    input = new InputSeries(group)
  } catch (error) {
    return [(error as Error).message]
  }
  return await new TestRun(group, input, options).run()
}

class TestRun {
  readonly #test: TestGroup
  readonly #file: TestFile
  readonly #input: InputSeries
  readonly #clock = new VirtualClock(0)
  readonly #store = new SampleStore()
  readonly #engine: PromqlEngine
  readonly #groups: readonly RuleGroup[]
  readonly #notifications: NotificationTester | undefined
  readonly #failures: string[] = []

  constructor (test: TestGroup, input: InputSeries, { file, groups, notifications }: RunOptions) {
    this.#test = test
    this.#file = file
    this.#input = input
    this.#engine = new PromqlEngine({
      queryable: this.#store,
      clock: this.#clock,
      maxSamples: MAX_SAMPLES,
      defaultStepMs: file.evaluationIntervalMs,
      experimentalFunctions: false
    })
    const order = new Map(file.groupEvalOrder.map((name, i) => [name, i]))
    this.#groups = groups.map(spec => new RuleGroup({ spec, store: this.#store, clock: this.#clock }))
      .sort((a, b) => (order.get(a.spec.name) ?? 0) - (order.get(b.spec.name) ?? 0))
    this.#notifications = test.notificationTests.length === 0 ? undefined : notifications?.(test, this.#clock)
    if (test.notificationTests.length > 0 && this.#notifications === undefined) this.#failures.push('notification_test needs a routing_file')
  }

  async run (): Promise<string[]> {
    const { evaluationIntervalMs: intervalMs } = this.#file
    const { alertTests, exprTests } = this.#test
    const notifications = this.#notifications
    const lastMs = Math.max(0, ...[...alertTests, ...exprTests, ...this.#test.notificationTests].map(({ atMs }) => atMs))
    for (let atMs = 0; atMs <= lastMs; atMs += intervalMs) {
      await notifications?.advanceTo(atMs)
      this.#clock.advanceTo(atMs)
      this.#input.loadUntil(atMs, this.#store)
      if (!await this.#evaluate(atMs)) return this.#failures
      this.#checkAlerts(atMs, atMs + intervalMs)
    }
    for (const test of exprTests) await this.#checkExpr(test)
    await notifications?.advanceTo(lastMs)
    this.#failures.push(...await notifications?.failures() ?? [])
    return this.#failures
  }

  /** Whether every rule could be evaluated. */
  async #evaluate (atMs: number): Promise<boolean> {
    let isWell = true
    for (const group of this.#groups) {
      await group.evaluate(atMs, {
        query: async (expr, time) => await this.#engine.vector(expr, time),
        queryOffsetMs: group.spec.queryOffsetMs ?? 0,
        externalLabels: labelsOfMap(mapOf(this.#test.externalLabels)),
        externalUrl: this.#test.externalUrl,
        log: silentLog,
        breathe: () => undefined
      })
      for (const { spec, health } of group.rules) {
        if (health.lastError === undefined) continue
        isWell = false
        this.#failures.push(`    rule: ${spec.name}, time: ${goDuration(atMs)}, err: ${health.lastError}`)
      }
      this.#post(group, atMs)
    }
    return isWell
  }

  #post (group: RuleGroup, atMs: number): void {
    if (this.#notifications === undefined) return
    const { externalLabels, externalUrl } = this.#test
    const intervalMs = group.spec.intervalMs ?? this.#file.evaluationIntervalMs
    for (const rule of group.alertingRules) {
      const posts = [...duePosts(rule, atMs, { resendDelayMs: 60_000, intervalMs, externalLabels: labelsOfMap(mapOf(externalLabels)), externalUrl })]
      if (posts.length > 0) this.#notifications.sink.post(posts)
    }
  }

  /** The tests whose time is from this evaluation on and before the next. */
  #checkAlerts (fromMs: number, beforeMs: number): void {
    for (const { atMs, alertname, expected } of this.#test.alertTests.toSorted((a, b) => a.atMs - b.atMs)) {
      if (atMs < fromMs || atMs >= beforeMs) continue
      const rules = this.#groups.flatMap(group => group.alertingRules).filter(({ spec }) => spec.name === alertname)
      const got = sortedAlerts(rules.flatMap(rule => rule.active.filter(({ state }) => state === 'firing')))
      const wanted = sortedAlerts(expected.map(({ labels, annotations }) =>
        ({ labels: [...new Map([...mapOf(labels), ['alertname', alertname]])].sort(([a], [b]) => a < b ? -1 : 1).flat(), annotations })))
      const same = wanted.length === got.length && wanted.every((alert, i) =>
        labelsKey(alert.labels) === labelsKey(got[i]!.labels) && labelsKey(alert.annotations) === labelsKey(got[i]!.annotations))
      if (same) continue
      const name = this.#test.name === '' ? '' : `    name: ${this.#test.name},\n`
      this.#failures.push(`${name}    alertname: ${alertname}, time: ${formatDuration(atMs)}, \n        exp:${alertsText(wanted)}, \n        got:${alertsText(got)}`)
    }
  }

  async #checkExpr ({ atMs, expr, expected }: TestGroup['exprTests'][number]): Promise<void> {
    const what = `    expr: ${goQuote(expr)}, time: ${formatDuration(atMs)},`
    try {
      const got = sortedSamples(await this.#engine.vector(expr, atMs))
      const wanted = sortedSamples(this.#input.parsed(expected))
      if (!sameSamples(wanted, got, this.#file.fuzzyCompare)) {
        this.#failures.push(`${what}\n        exp: ${samplesText(wanted)}\n        got: ${samplesText(got)}`)
      }
    } catch (error) {
      this.#failures.push(`${what} err: ${(error as Error).message}`)
    }
  }
}
