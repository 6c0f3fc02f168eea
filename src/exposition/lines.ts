import { CounterFamily } from '../metrics/counter.js'
import type { AnyFamily } from '../metrics/family.js'
import { GaugeFamily } from '../metrics/gauge.js'
import { HistogramFamily } from '../metrics/histogram.js'
import type { Exemplar } from '../metrics/exemplar.js'
import type { SummaryFamily } from '../metrics/summary.js'
import { formatBound, formatValue } from './number-format.js'

/** `text`: Prometheus text 0.0.4. `openmetrics`: OpenMetrics 1.0. */
export type Format = 'text' | 'openmetrics'

/**
 * What the lines of a family's series are: everything that does not change with the values is asked for once, the
 * values at every scrape.
 */
export interface LineLayout {
  /** Lines a series has, `_created` not counted. */
  readonly count: number
  /** What stands before the value of a line, the space included: `orders_total{side="buy"} `. */
  prefix (line: number, labels: string): string
  /** Writes the values of the series in `slot` to `values[from …]`, all of one instant. */
  read (slot: number, values: Float64Array, from: number): void
  /** The line that an exemplar belongs to, by the instrument's own numbering. */
  readonly exemplars: boolean
}

export function layoutOf (family: AnyFamily, format: Format): LineLayout {
  if (family instanceof HistogramFamily) return histogramLayout(family, format)
  if (family instanceof CounterFamily || family instanceof GaugeFamily) return scalarLayout(family)
  return summaryLayout(family as SummaryFamily, format)
}

function scalarLayout (family: CounterFamily | GaugeFamily): LineLayout {
  const { rowsPerBlock, blocks } = family
  return {
    count: 1,
    exemplars: family.type === 'counter',
    prefix: (_line, labels) => `${family.name}${braced(labels)} `,
    read (slot, values, from) {
      const row = slot % rowsPerBlock
      values[from] = blocks[(slot - row) / rowsPerBlock]!.cells[row]!
    }
  }
}

function histogramLayout (family: HistogramFamily, format: Format): LineLayout {
  const { bounds, name } = family
  const buckets = bounds.length + 1
  const les = Array.from({ length: buckets }, (_, i) => `le="${i < bounds.length ? formatBound(bounds[i]!, format === 'openmetrics') : '+Inf'}"`)
  const { rowsPerBlock, blocks } = family
  return {
    count: buckets + 2,
    exemplars: true,
    prefix (line, labels) {
      if (line < buckets) return `${name}_bucket{${labels === '' ? '' : `${labels},`}${les[line]}} `
      return `${name}_${line === buckets ? 'sum' : 'count'}${braced(labels)} `
    },
    // The row is read in one go: the count is the +Inf bucket's, and the sum belongs to it.
    read (slot, values, from) {
      const row = slot % rowsPerBlock
      const { cells } = blocks[(slot - row) / rowsPerBlock]!
      const start = row * (buckets + 1)
      let cumulative = 0
      for (let i = 0; i < buckets; i++) {
        cumulative += cells[start + 1 + i]!
        values[from + i] = cumulative
      }
      values[from + buckets] = cells[start]!
      values[from + buckets + 1] = cumulative
    }
  }
}

function summaryLayout (family: SummaryFamily, format: Format): LineLayout {
  const { percentiles, name } = family
  const quantiles = percentiles.map(quantile => `quantile="${formatBound(quantile, format === 'openmetrics')}"`)
  return {
    count: percentiles.length + 2,
    exemplars: false,
    prefix (line, labels) {
      if (line < quantiles.length) return `${name}{${labels === '' ? '' : `${labels},`}${quantiles[line]}} `
      return `${name}_${line === quantiles.length ? 'sum' : 'count'}${braced(labels)} `
    },
    read (slot, values, from) {
      const series = family.series[slot]!
      values.set(series.quantiles.read(), from)
      values[from + percentiles.length] = series.sum
      values[from + percentiles.length + 1] = series.count
    }
  }
}

/** `# HELP`, `# TYPE` and, in OpenMetrics, `# UNIT`. */
export function header (metric: { name: string, help: string, type: string, unit?: string | undefined }, format: Format): string {
  const family = format === 'openmetrics' ? familyName(metric.name, metric.type) : metric.name
  const lines = [`# HELP ${family} ${escapeHelp(metric.help, format)}\n`, `# TYPE ${family} ${metric.type}\n`]
  if (format === 'openmetrics' && metric.unit !== undefined) lines.push(`# UNIT ${family} ${metric.unit}\n`)
  return lines.join('')
}

/** OpenMetrics names a counter's family without the `_total` of its samples. */
export function familyName (name: string, type: string): string {
  return type === 'counter' ? name.replace(/_total$/, '') : name
}

/** The names under which a metric can be asked for: its own, its family's, and those of its samples. */
export function sampleNamesOf (type: string, name: string): ReadonlySet<string> {
  const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : type === 'summary' ? ['_sum', '_count'] : []
  return new Set([name, familyName(name, type), ...suffixes.map(suffix => name + suffix)])
}

/** `a="1",b="x"`, escaped; empty for no labels. */
export function labelPairs (names: readonly string[], values: readonly string[]): string {
  return names.map((name, i) => `${name}="${escapeLabel(values[i]!)}"`).join(',')
}

export function braced (labels: string): string {
  return labels === '' ? '' : `{${labels}}`
}

/** ` # {trace_id="1"} 0.2 1700000000.5` */
export function exemplarSuffix ({ labels, value, atMs }: Exemplar): string {
  return ` # {${labelPairs(Object.keys(labels), Object.values(labels))}} ${formatValue(value)} ${atMs / 1000}`
}

/** The `_created` line of a series, in OpenMetrics. */
export function createdLine (family: AnyFamily, slot: number, labels: string): string {
  const createdMs = family.createdMsOf(slot)
  if (family.type === 'gauge' || createdMs === undefined) return ''
  return `${familyName(family.name, family.type)}_created${braced(labels)} ${createdMs / 1000}\n`
}

const labelEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' }

export function escapeLabel (value: string): string {
  return /[\\\n"]/.test(value) ? value.replace(/[\\\n"]/g, found => labelEscapes[found]!) : value
}

/** Quotes in a help text are escaped in OpenMetrics only. */
function escapeHelp (help: string, format: Format): string {
  return help.replace(format === 'openmetrics' ? /[\\\n"]/g : /[\\\n]/g, found => labelEscapes[found]!)
}
