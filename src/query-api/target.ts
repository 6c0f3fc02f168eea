import { labelsOf, type Labels } from '../contracts/labels.js'
import type { Samples } from '../contracts/queryable.js'
import type { SeriesStore } from '../series/series-store.js'
import { formatDuration } from '../promql/duration.js'
import type { Answer } from './answer.js'
import type { Form } from './form.js'

/** The one target that there is: the process itself, which its sampler looks at as a scrape would. */
export interface OwnTarget {
  readonly job: string
  readonly instance: string
  readonly intervalMs: number
}

/** How far back the last sample may lie for the target to be up, in intervals. */
const FRESH_INTERVALS = 3

/** Answers `targets`, `scrape_pools`, `status/config` and `status/flags`, in the shapes of Prometheus 3.5. */
export class TargetStatus {
  readonly #target: OwnTarget
  readonly #store: SeriesStore
  readonly #nowMs: () => number

  constructor (target: OwnTarget, store: SeriesStore, nowMs: () => number) {
    this.#target = target
    this.#store = store
    this.#nowMs = nowMs
  }

  /** The labels of the target. */
  get labels (): Labels {
    const { job, instance } = this.#target
    return labelsOf({ job, instance })
  }

  /** The target, unless `state` or `scrapePool` ask for others. */
  targets (form: Form): Answer {
    const state = form.get('state').toLowerCase()
    const pool = form.get('scrapePool')
    const isAsked = (state === '' || state === 'any' || state === 'active') && (pool === '' || pool === this.#target.job)
    return { data: { activeTargets: isAsked ? [this.#active()] : [], droppedTargets: [], droppedTargetCounts: {} } }
  }

  scrapePools (): Answer {
    return { data: { scrapePools: [this.#target.job] } }
  }

  /** What a configuration would say that gives the same samples, and the labels that alerts get. */
  config (externalLabels: Readonly<Record<string, string>> = {}): Answer {
    const { job, instance, intervalMs } = this.#target
    const interval = formatDuration(intervalMs)
    const external = Object.entries(externalLabels).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}\n`)
    const yaml = `global:\n  scrape_interval: ${interval}\n${external.length === 0 ? '' : `  external_labels:\n${external.join('')}`}scrape_configs:\n- job_name: ${JSON.stringify(job)}\n  scrape_interval: ${interval}\n` +
      `  static_configs:\n  - targets:\n    - ${JSON.stringify(instance)}\n`
    return { data: { yaml } }
  }

  /** The flags that have a meaning here. */
  flags (limits: Readonly<Record<string, string>>): Answer {
    return { data: { ...limits, 'storage.tsdb.retention.time': formatDuration(this.#store.maxAgeMs), 'storage.tsdb.retention.size': `${this.#store.maxBytes}B` } }
  }

  #active (): object {
    const { job, instance, intervalMs } = this.#target
    const interval = formatDuration(intervalMs)
    const labels = { instance, job }
    const up = this.#last('up')
    const isFresh = up !== undefined && up.atMs > this.#nowMs() - FRESH_INTERVALS * intervalMs
    return {
      discoveredLabels: {
        __address__: instance, __metrics_path__: '/metrics', __scheme__: 'http', __scrape_interval__: interval, __scrape_timeout__: interval, job
      },
      labels,
      scrapePool: job,
      scrapeUrl: `http://${instance}/metrics`,
      globalUrl: `http://${instance}/metrics`,
      lastError: up === undefined || up.value === 1 ? '' : 'the registry could not be sampled',
      lastScrape: new Date(up?.atMs ?? 0).toISOString(),
      lastScrapeDuration: this.#last('scrape_duration_seconds')?.value ?? 0,
      health: !isFresh ? 'unknown' : up.value === 1 ? 'up' : 'down',
      scrapeInterval: interval,
      scrapeTimeout: interval
    }
  }

  /** The last sample of a series of the target's own. */
  #last (name: string): { atMs: number, value: number } | undefined {
    const { job, instance } = this.#target
    const nowMs = this.#nowMs()
    const samples: Samples | undefined = this.#store.read(labelsOf({ __name__: name, job, instance }), nowMs - 300_000, nowMs)
    if (samples === undefined || samples.length === 0 || samples.stale?.[samples.length - 1] === 1) return undefined
    return { atMs: samples.timestamps[samples.length - 1]!, value: samples.values[samples.length - 1]! }
  }
}
