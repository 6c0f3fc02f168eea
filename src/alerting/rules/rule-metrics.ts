import type { Clock } from '../../contracts/clock.js'
import type { Counter, Gauge, Histogram, InstrumentFactory } from '../../contracts/instruments.js'
import type { RuleGroup } from './rule-group.js'
import { groupKey } from './rule-set.js'

const buckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** How the rules are doing, under the names that Prometheus has for it with our prefix. A group is its file, `;`, and its name. */
export class RuleMetrics {
  readonly evaluations: Counter<'rule_group'>
  readonly failures: Counter<'rule_group'>
  readonly missed: Counter<'rule_group'>
  readonly iterations: Counter<'rule_group'>
  readonly evaluationDuration: Histogram
  readonly groupDuration: Histogram
  readonly reloadFailures: Counter
  readonly stateFailures: Counter
  readonly postFailures: Counter
  readonly #gauges: Readonly<Record<'interval' | 'rules' | 'lastDuration' | 'lastEvaluation' | 'lastSamples', Gauge<'rule_group'>>>
  readonly #reload: Readonly<Record<'successful' | 'at', Gauge>>

  constructor (instruments: InstrumentFactory) {
    const labelNames = ['rule_group'] as const
    this.evaluations = instruments.counter({ name: 'njord_rule_evaluations_total', help: 'Evaluations of rules.', labelNames })
    this.failures = instruments.counter({ name: 'njord_rule_evaluation_failures_total', help: 'Evaluations of rules that failed.', labelNames })
    this.missed = instruments.counter({
      name: 'njord_rule_group_iterations_missed_total', help: 'Evaluations of groups left out because an earlier one took too long.', labelNames
    })
    this.iterations = instruments.counter({
      name: 'njord_rule_group_iterations_total', help: 'Evaluations of groups that fell due, whether they took place or were missed.', labelNames
    })
    this.evaluationDuration = instruments.histogram({
      name: 'njord_rule_evaluation_duration_seconds', help: 'Time that a rule\'s evaluation took.', unit: 'seconds', buckets
    })
    this.groupDuration = instruments.histogram({
      name: 'njord_rule_group_duration_seconds', help: 'Time that a group\'s evaluation took.', unit: 'seconds', buckets
    })
    this.reloadFailures = instruments.counter({ name: 'njord_rules_reload_failures_total', help: 'New rules that were refused; the old ones stayed.' })
    this.stateFailures = instruments.counter({
      name: 'njord_alerts_state_write_failures_total', help: 'Attempts to write the state of the alerts to disk that failed.'
    })
    this.postFailures = instruments.counter({ name: 'njord_alerts_post_failures_total', help: 'Posts of alerts that the sink failed to take.' })
    this.#gauges = {
      interval: instruments.gauge({ name: 'njord_rule_group_interval_seconds', help: 'How often a group is evaluated.', unit: 'seconds', labelNames }),
      rules: instruments.gauge({ name: 'njord_rule_group_rules', help: 'Rules of a group.', labelNames }),
      lastDuration: instruments.gauge({
        name: 'njord_rule_group_last_duration_seconds', help: 'Time that a group\'s last evaluation took.', unit: 'seconds', labelNames
      }),
      lastEvaluation: instruments.gauge({
        name: 'njord_rule_group_last_evaluation_timestamp_seconds', help: 'When a group was last evaluated.', unit: 'seconds', labelNames
      }),
      lastSamples: instruments.gauge({
        name: 'njord_rule_group_last_evaluation_samples', help: 'Samples that a group\'s last evaluation made.', labelNames
      })
    }
    this.#reload = {
      successful: instruments.gauge({ name: 'njord_rules_config_last_reload_successful', help: '1 when the rules were last read without a problem, else 0.' }),
      at: instruments.gauge({
        name: 'njord_rules_config_last_reload_success_timestamp_seconds', help: 'When the rules were last read without a problem.', unit: 'seconds'
      })
    }
  }

  /** The rules were read (anew), or could not be. */
  loaded (isDone: boolean, clock: Clock): void {
    this.#reload.successful.set(isDone ? 1 : 0)
    if (isDone) this.#reload.at.set(clock.nowMs() / 1000)
    else this.reloadFailures.inc()
  }

  /** A group is there from now on. */
  added ({ spec }: RuleGroup, intervalMs: number): void {
    const labels = { rule_group: groupKey(spec) }
    this.#gauges.interval.set(labels, intervalMs / 1000)
    this.#gauges.rules.set(labels, spec.rules.length)
    for (const counter of [this.evaluations, this.failures, this.missed, this.iterations]) counter.inc(labels, 0)
  }

  /** A group was evaluated. */
  evaluated ({ spec, evaluationSeconds, lastEvaluationMs, lastSamples }: RuleGroup): void {
    const labels = { rule_group: groupKey(spec) }
    this.iterations.inc(labels)
    this.groupDuration.observe(evaluationSeconds)
    this.#gauges.lastDuration.set(labels, evaluationSeconds)
    if (lastEvaluationMs !== undefined) this.#gauges.lastEvaluation.set(labels, lastEvaluationMs / 1000)
    this.#gauges.lastSamples.set(labels, lastSamples)
  }

  /** A group is gone, and what is said of it. */
  removed ({ spec }: RuleGroup): void {
    const labels = { rule_group: groupKey(spec) }
    for (const instrument of [...Object.values(this.#gauges), this.evaluations, this.failures, this.missed, this.iterations]) instrument.remove(labels)
  }
}
