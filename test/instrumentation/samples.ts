import type { MetricRegistry } from '../../src/metrics/registry.js'

interface Metric {
  get (): { values: ReadonlyArray<{ metricName?: string, value: number, labels: Record<string, string | number> }> }
}

/** The samples of a metric as a scrape would name them: `{ 'jobs_total{kind="a"}': 1 }`; without buckets. */
export function samples (registry: MetricRegistry, name: string): Record<string, number> {
  const metric = registry.promRegistry.getSingleMetric(name) as unknown as Metric | undefined
  const found: Record<string, number> = {}
  for (const { metricName, value, labels } of metric?.get().values ?? []) {
    if (metricName?.endsWith('_bucket')) continue
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
    found[`${metricName ?? name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`}`] = value
  }
  return found
}
