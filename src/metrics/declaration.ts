import { fileURLToPath } from 'node:url'
import { NJORD_ERR_INVALID_METRIC } from '../errors.js'
import type { GaugeDeclaration, HistogramDeclaration, LabelRule, MetricDeclaration, MetricType, SummaryDeclaration } from '../contracts/instruments.js'
import { cleanLabelValue, MAX_LABEL_VALUE_LENGTH } from './label-value.js'

export type AnyDeclaration = MetricDeclaration & GaugeDeclaration & HistogramDeclaration & SummaryDeclaration

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** Throws `NJORD_ERR_INVALID_METRIC` for a declaration that no exposition could carry. */
export function checkDeclaration (type: MetricType, declaration: AnyDeclaration): void {
  if (typeof declaration !== 'object' || declaration === null) {
    throw new NJORD_ERR_INVALID_METRIC('?', `a declaration is an object with name and help: found ${String(declaration)}`)
  }
  const { name, help, unit } = declaration
  const refuse = (problem: string): never => { throw new NJORD_ERR_INVALID_METRIC(String(name), problem) }
  if (typeof name !== 'string' || !metricName.test(name)) refuse(`name does not match ${metricName}`)
  if (typeof help !== 'string' || help.length === 0) refuse('help is missing: one sentence that says what it measures')
  if (type === 'counter' && !/._total$/.test(name)) refuse('a counter\'s name ends in _total')
  if (unit !== undefined && !name.replace(/_total$/, '').endsWith(`_${unit}`)) refuse(`the name does not end in its unit "${unit}"`)

  const names = declaration.labelNames ?? []
  if (!Array.isArray(names)) refuse('labelNames: expected an array of names')
  for (const label of names) {
    if (typeof label !== 'string' || !labelName.test(label)) refuse(`label name "${String(label)}" does not match ${labelName}`)
    if (label.startsWith('__')) refuse(`label name "${label}" is reserved: names that start with __ belong to Prometheus`)
    if (label === reservedLabel[type]) refuse(`label name "${label}" is reserved for a ${type}`)
  }
  if (new Set(names).size !== names.length) refuse(`label names repeat: ${names.join(', ')}`)
  for (const [label, rule] of Object.entries(declaration.labelRules ?? {})) {
    if (!names.includes(label)) refuse(`labelRules.${label} is for a label that is not declared`)
    checkRule(label, rule, refuse)
  }
  const { maxSeries, atLimit, aggregate } = declaration
  if (maxSeries !== undefined && !(Number.isInteger(maxSeries) && maxSeries > 0)) refuse(`maxSeries: found ${maxSeries}, expected a whole number above 0`)
  if (atLimit !== undefined && atLimit !== 'overflow' && atLimit !== 'reject') refuse(`atLimit: found "${String(atLimit)}", expected "overflow" or "reject"`)
  if (aggregate !== undefined && !aggregates.includes(aggregate)) refuse(`aggregate: found "${String(aggregate)}", expected one of ${aggregates.join(', ')}`)
  if (type === 'histogram') checkBuckets(declaration.buckets, refuse)
  if (type === 'summary') checkSummary(declaration, refuse)
}

const aggregates: ReadonlyArray<NonNullable<GaugeDeclaration['aggregate']>> = ['last', 'sum', 'average', 'min', 'max']
const reservedLabel: { readonly [type in MetricType]?: string } = { histogram: 'le', summary: 'quantile' }

type Refuse = (problem: string) => never

function checkRule (label: string, rule: LabelRule | undefined, refuse: Refuse): void {
  const { values, normalize } = rule ?? {}
  if (values !== undefined && !Array.isArray(values)) refuse(`labelRules.${label}.values: expected an array of texts`)
  values?.forEach((value, i) => {
    if (typeof value !== 'string' || value !== cleanLabelValue(value)) {
      refuse(`labelRules.${label}.values[${i}]: expected well-formed text of at most ${MAX_LABEL_VALUE_LENGTH} characters`)
    }
    if (values.indexOf(value) !== i) refuse(`labelRules.${label}.values[${i}]: "${value}" repeats`)
  })
  if (normalize !== undefined && typeof normalize !== 'function') refuse(`labelRules.${label}.normalize: expected a function`)
}

function checkBuckets (buckets: readonly number[] | undefined, refuse: Refuse): void {
  if (buckets === undefined) return
  if (!Array.isArray(buckets) || buckets.length === 0) refuse('buckets: expected an array of one upper bound or more')
  buckets.forEach((bound, i) => {
    if (!Number.isFinite(bound)) refuse(`buckets[${i}]: found ${bound}, expected a finite number (+Inf is added)`)
    if (i > 0 && bound <= buckets[i - 1]!) refuse(`buckets[${i}]: found ${bound} after ${buckets[i - 1]}, expected ascending bounds`)
  })
}

function checkSummary ({ percentiles, maxAgeSeconds, ageBuckets }: SummaryDeclaration, refuse: Refuse): void {
  if (percentiles !== undefined && !Array.isArray(percentiles)) refuse('percentiles: expected an array of quantiles')
  percentiles?.forEach((quantile, i) => {
    if (typeof quantile !== 'number' || !(quantile >= 0 && quantile <= 1)) refuse(`percentiles[${i}]: found ${quantile}, expected 0 to 1`)
    if (percentiles.indexOf(quantile) !== i) refuse(`percentiles[${i}]: ${quantile} repeats`)
  })
  if ((maxAgeSeconds === undefined) !== (ageBuckets === undefined)) refuse('maxAgeSeconds and ageBuckets go together')
  if (maxAgeSeconds !== undefined && !(maxAgeSeconds > 0)) refuse(`maxAgeSeconds: found ${maxAgeSeconds}, expected more than 0`)
  if (ageBuckets !== undefined && !(Number.isInteger(ageBuckets) && ageBuckets > 0)) refuse(`ageBuckets: found ${ageBuckets}, expected a whole number above 0`)
}

/** The parts in which two declarations of one name must agree, as a person would say them. */
export function describeDeclaration (type: MetricType, declaration: AnyDeclaration): string {
  const parts = [`type ${type}`, `labels [${(declaration.labelNames ?? []).join(', ')}]`, `help "${declaration.help}"`]
  if (declaration.unit !== undefined) parts.push(`unit ${declaration.unit}`)
  if (declaration.aggregate !== undefined) parts.push(`aggregate ${declaration.aggregate}`)
  if (declaration.buckets !== undefined) parts.push(`buckets [${declaration.buckets.join(', ')}]`)
  if (declaration.percentiles !== undefined) parts.push(`percentiles [${declaration.percentiles.join(', ')}]`)
  return parts.join(', ')
}

/** The names of the families and samples that a metric renders in either format, so that no two metrics render the same one. */
export function sampleNames (type: MetricType, name: string): string[] {
  if (type === 'gauge') return [name]
  // OpenMetrics names a counter's family without `_total`.
  const family = type === 'counter' ? name.replace(/_total$/, '') : name
  const suffixes = { counter: ['_total'], histogram: ['_bucket', '_sum', '_count'], summary: ['_sum', '_count'] }[type] ?? []
  return [family, ...suffixes.map(suffix => family + suffix), `${family}_created`]
}

/** This folder, as it stands in a stack. */
const folder = fileURLToPath(new URL('.', import.meta.url))

/** Where a metric was declared: the first line of the stack outside this folder, as `file:line`. */
export function callSite (): string {
  // A host may have replaced `prepareStackTrace`, or switched stacks off.
  for (const line of String(new Error().stack).split('\n').slice(1)) {
    const place = /(?:\(|at (?:async )?)((?:file:\/\/|[/\\]|[A-Z]:)[^()]*:\d+):\d+\)?$/.exec(line)?.[1]?.replace('file://', '')
    if (place !== undefined && !place.startsWith(folder)) return place
  }
  return 'an unknown place'
}
