import { labelsToObject, labelValue, type Labels } from '../contracts/labels.js'
import type { MetricRegistry } from '../metrics/registry.js'
import { parseSelector } from '../promql/parser.js'
import type { Answer } from './answer.js'
import { ApiError, badParameter } from './api-error.js'
import type { Form } from './form.js'
import { integerOf } from './parameters.js'

/** Answers `metadata`: what is known of the metrics of the registry, by name. A `limit` below 0 is none. */
export function metadata (registry: MetricRegistry, form: Form): Answer {
  const limit = numeric(form, 'limit')
  numeric(form, 'limit_per_metric') // each metric has one description
  const only = form.get('metric')
  const found = [...metadataOf(registry)].filter(([name]) => only === '' || name === only)
  return { data: Object.fromEntries(found.slice(0, limit < 0 ? undefined : limit).map(([name, description]) => [name, [description]])) }
}

/** Answers `targets/metadata` for one target of these labels: what is known of all metrics, or of `metric`. A `limit` below 0 is none. */
export function targetMetadata (registry: MetricRegistry, labels: Labels, form: Form): Answer {
  const limit = numeric(form, 'limit')
  const only = form.get('metric')
  const target = labelsToObject(labels)
  if (!isMatched(labels, form.get('match_target')) || limit === 0) return { data: [] }
  const found = [...metadataOf(registry)].filter(([name]) => only === '' || name === only)
  return { data: found.map(([metric, description]) => only === '' ? { target, metric, ...description } : { target, ...description }) }
}

function isMatched (labels: Labels, selector: string): boolean {
  if (selector === '') return true
  try {
    return parseSelector(selector).every(matcher => matcher.matches(labelValue(labels, matcher.name)))
  } catch (error) {
    throw badParameter('match_target', (error as Error).message)
  }
}

function numeric (form: Form, name: string): number {
  const text = form.get(name)
  if (text === '') return -1
  const value = integerOf(text)
  if (typeof value === 'string') throw new ApiError('bad_data', `${name} must be a number`)
  return value
}

/** What is known of a metric beside its samples. */
export interface MetricMetadata {
  readonly type: string
  readonly help: string
  readonly unit: string
}

/** Metadata of every metric of the registry, ours and the host's, by the name that a scrape of the text format gives it. */
function metadataOf (registry: MetricRegistry): Map<string, MetricMetadata> {
  const found: Array<[name: string, metadata: MetricMetadata]> = registry.families().map(({ name, type, help, unit = '' }) => [name, { type, help, unit }])
  for (const metric of registry.foreign()) found.push([registry.foreignName(metric), { type: metric.type, help: metric.help, unit: '' }])
  return new Map(found.sort(([a], [b]) => a < b ? -1 : 1))
}
