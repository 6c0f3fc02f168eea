import { labelsKey } from '../../contracts/labels.js'
import type { Sample } from '../../promql/engine.js'
import { labelsOfMap, mapOf } from './pairs.js'
import type { RuleCircumstances } from './circumstances.js'
import { RuleHealth } from './rule-health.js'
import type { RecordingRuleSpec } from './rule-set.js'

/** A recording rule at work, as in Prometheus's rules/recording.go. */
export class RecordingRule {
  readonly spec: RecordingRuleSpec
  readonly health = new RuleHealth()
  readonly #own: ReadonlyArray<readonly [string, string]>

  constructor (spec: RecordingRuleSpec) {
    this.spec = spec
    this.#own = [['__name__', spec.name], ...mapOf(spec.labels)]
  }

  /** Resolves with the series that are to be written. Rejects as the query does, with labels that two series share, and past the limit. */
  async evaluate (atMs: number, { queryOffsetMs, limit, query, breathe }: RuleCircumstances): Promise<Sample[]> {
    const vector = await query(this.spec.expr, atMs - queryOffsetMs)
    const seen = new Set<string>()
    const samples: Sample[] = []
    for (const { labels, value } of vector) {
      const named = labelsOfMap(new Map([...mapOf(labels), ...this.#own]))
      seen.add(labelsKey(named))
      samples.push({ labels: named, value })
      const pause = breathe()
      if (pause !== undefined) await pause
    }
    if (seen.size < samples.length) throw new Error('vector contains metrics with the same labelset after applying rule labels')
    if (limit > 0 && samples.length > limit) throw new Error(`exceeded limit of ${limit} with ${samples.length} series`)
    return samples
  }
}
