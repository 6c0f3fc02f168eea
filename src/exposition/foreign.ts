import type { PromSnapshot, PromValue } from '../metrics/prom-bridge.js'
import type { ConstantLabels } from './constant-labels.js'
import { braced, escapeLabel, familyName, header, type Format } from './lines.js'
import { formatBound, formatValue } from './number-format.js'

const LINES_AT_ONCE = 64

/**
 * The lines of a metric that is not ours, from what its `get()` gave, some at a time. prom-client's counters need not
 * end in `_total`; in OpenMetrics their samples do.
 */
export function * renderForeign (metric: PromSnapshot, constantLabels: ConstantLabels, format: Format): Generator<string> {
  const openMetrics = format === 'openmetrics'
  yield header(metric, format)
  for (let from = 0; from < metric.values.length; from += LINES_AT_ONCE) {
    yield metric.values.slice(from, from + LINES_AT_ONCE).map(value => {
      const name = sampleName(metric, value.metricName ?? metric.name, openMetrics)
      const labels = Object.entries(constantLabels.under(value.labels)).map(([label, text]) => pair(label, text, openMetrics)).join(',')
      return `${name}${braced(labels)} ${formatValue(value.value)}${openMetrics ? exemplar(value) : ''}\n`
    }).join('')
  }
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
