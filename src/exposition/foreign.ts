import type { PromSnapshot, PromValue } from '../metrics/prom-bridge.js'
import { braced, escapeLabel, familyName, header, type Format } from './lines.js'
import { formatBound, formatValue } from './number-format.js'

/**
 * The lines of a metric that is not ours, from what its `get()` gave. prom-client renames a counter for good once it
 * was asked for OpenMetrics itself (`_total` is lost); in OpenMetrics its samples get it back here.
 */
export function renderForeign (metric: PromSnapshot, constantLabels: Readonly<Record<string, unknown>> | undefined, format: Format): string {
  const openMetrics = format === 'openmetrics'
  const samples = metric.values.map(value => {
    const name = sampleName(metric, value.metricName ?? metric.name, openMetrics)
    const labels = Object.entries({ ...constantLabels, ...value.labels }).map(([label, text]) => pair(label, text, openMetrics)).join(',')
    return `${name}${braced(labels)} ${formatValue(value.value)}${openMetrics ? exemplar(value) : ''}\n`
  })
  return header(metric, format) + samples.join('')
}

function sampleName (metric: PromSnapshot, name: string, openMetrics: boolean): string {
  return openMetrics && metric.type === 'counter' && name === metric.name ? `${familyName(name, 'counter')}_total` : name
}

function pair (label: string, value: unknown, openMetrics: boolean): string {
  const isBound = (label === 'le' || label === 'quantile') && typeof value === 'number'
  return `${label}="${isBound ? formatBound(value, openMetrics) : escapeLabel(String(value).toWellFormed())}"`
}

function exemplar ({ exemplar }: PromValue): string {
  if (exemplar === undefined || exemplar === null) return ''
  const labels = Object.entries(exemplar.labelSet ?? {}).map(([label, text]) => pair(label, text, true)).join(',')
  return ` # {${labels}} ${formatValue(exemplar.value)}${exemplar.timestamp === undefined ? '' : ` ${exemplar.timestamp}`}`
}
