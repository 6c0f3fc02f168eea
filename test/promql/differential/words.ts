/** What queries are made of. */

export interface Label {
  readonly name: string
  readonly values: readonly string[]
}

export interface Metric {
  readonly name: string
  readonly labels: readonly Label[]
  /** `false`: in the data set of a Prometheus 3 only. */
  readonly common?: boolean
}

const job = { name: 'job', values: ['api', 'web'] }
const instance = { name: 'instance', values: ['0', '1', '2'] }
const code = { name: 'code', values: ['200', '404', '500'] }
const kind = (...values: string[]): Label => ({ name: 'kind', values })
const le = { name: 'le', values: ['0.1', '1', '5', '+Inf'] }

export const counters: readonly Metric[] = [
  { name: 'requests_total', labels: [job, instance, code, { name: 'method', values: ['get', 'post'] }] },
  { name: 'requests_total', labels: [job, instance, code] },
  { name: 'errors_total', labels: [job, instance] },
  { name: 'flat_total', labels: [kind('zero', 'seven', 'big', 'fraction')] },
  { name: 'brief_total', labels: [kind('once', 'twice', 'late', 'early', 'sparse')] },
  { name: 'latency_seconds_sum', labels: [job, instance] },
  { name: 'latency_seconds_count', labels: [job, instance] },
  { name: 'order.fills', labels: [job, { name: 'trade side', values: ['buy', 'sell'] }], common: false },
  { name: 'flapping', labels: [job], common: false }
]

export const buckets: readonly Metric[] = [
  { name: 'latency_seconds_bucket', labels: [job, instance, le] },
  { name: 'latency_seconds_bucket', labels: [job, instance] },
  { name: 'slippage_bps_bucket', labels: [] },
  { name: 'broken_bucket', labels: [kind('no-inf', 'falling', 'one-bucket', 'words', 'nan', 'twice', 'empty', 'nearly')] }
]

export const metrics: readonly Metric[] = [
  ...counters, ...buckets,
  { name: 'memory_bytes', labels: [job, instance] },
  { name: 'temperature', labels: [job, instance, { name: 'room', values: ['a', 'b'] }] },
  { name: 'temperature', labels: [job] },
  { name: 'build_info', labels: [job, instance, { name: 'version', values: ['v1.0', 'v2.0'] }] },
  { name: 'limit', labels: [job] },
  { name: 'limit_by_code', labels: [job, code] },
  { name: 'small_steps', labels: [kind('ints', 'halves', 'ties', 'tied')] },
  { name: 'moment_seconds', labels: [kind('now', 'days', 'years', 'before')] },
  { name: 'hits', labels: [{ name: 'path', values: ['/', '/orders/17', '', 'äöü€', 'two\nlines'] }, { name: 'shard', values: ['0', '1'] }] },
  { name: 'twin_a', labels: [{ name: 'side', values: ['buy', 'sell'] }] },
  { name: 'twin_b', labels: [{ name: 'side', values: ['buy', 'sell'] }] },
  { name: 'sortable', labels: [{ name: 'node', values: ['node1', 'node10', 'node01'] }] },
  { name: 'odd', labels: [kind('a', 'b', 'nan', 'inf', 'some nan', 'infs')], common: false },
  { name: 'large', labels: [kind('cancel', 'cancels', 'max', 'tiny')], common: false },
  { name: 'probability', labels: [], common: false },
  { name: 'nosuch', labels: [job] }
]

export const arithmetic: readonly string[] = ['+', '-', '*', '/', '%', '^', 'atan2', '+', '-', '*', '/']
export const comparisons: readonly string[] = ['==', '!=', '<', '<=', '>', '>=']
export const sets: readonly string[] = ['and', 'or', 'unless']

export const mathFunctions: readonly string[] = [
  'abs', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atanh', 'ceil', 'cos', 'cosh', 'deg', 'exp', 'floor', 'ln', 'log10', 'log2', 'rad', 'sgn', 'sin', 'sinh',
  'sqrt', 'tan', 'tanh'
]

export const rateFunctions: readonly string[] = ['rate', 'increase', 'irate', 'resets', 'changes']

export const rangeFunctions: readonly string[] = [
  'delta', 'idelta', 'deriv', 'avg_over_time', 'count_over_time', 'last_over_time', 'max_over_time', 'min_over_time', 'present_over_time', 'stddev_over_time',
  'stdvar_over_time', 'sum_over_time'
]

/** Experimental ones of Prometheus 3. */
export const newRangeFunctions: readonly string[] = ['mad_over_time', 'ts_of_max_over_time', 'ts_of_min_over_time', 'ts_of_last_over_time']

export const calendarFunctions: readonly string[] = ['day_of_month', 'day_of_week', 'day_of_year', 'days_in_month', 'hour', 'minute', 'month', 'year']

export const histogramFunctions: readonly string[] = ['histogram_avg', 'histogram_count', 'histogram_sum', 'histogram_stddev', 'histogram_stdvar']

export const plainAggregations: readonly string[] = ['sum', 'avg', 'count', 'min', 'max', 'group', 'quantile']

export const aggregations: readonly string[] = [
  ...plainAggregations, 'stddev', 'stdvar', 'topk', 'bottomk', 'count_values', 'limitk', 'limit_ratio'
]

export const quantiles: readonly string[] = ['0.5', '0.9', '0.99', '0', '1', '0.25', '-0.1', '1.1', 'NaN']

export const numbers: readonly string[] = [
  '0', '1', '2', '3', '0.5', '10', '100', '-1', '-2.5', '1e3', '1E-3', '.5', '5.', '0x1F', '0XfF', '017', '0b11', '0o17', '1_000', '1e100', '-1e308', '2.3e-308', 'Inf', '-Inf', '+Inf',
  'inf', 'NaN', 'nan', '5m', '1h30m', '500ms', '1e-7', '1e21', '123456789012345680000', '1709251200', '9007199254740993'
]

export const calmNumbers: readonly string[] = ['0', '1', '2', '3', '0.5', '10', '100', '-1', '-2.5', '1e3', '.5', '0x1F']

export const strings: readonly string[] = ['"text"', "'single \\' quotes'", '`raw \\n`', '"esc \\n \\t \\u00e9 \\x41 \\101 \\U0001F600"', '""', '"äöü"']

/**
 * What Prometheus 3 does otherwise than 2.42: `atan2` drops the name, quantiles outside 0 … 1 (which give infinities), `@` inside of
 * `predict_linear` and `timestamp`, and the last digits of averages, which the angle of a large number makes visible.
 */
export const changed = /atan2|quantile\w*(?: (?:by|without) \([^)]*\) )?\(\W*(?:-0\.1|1\.1|NaN|[^\d ])|(?:predict_linear|timestamp).*@|(?:sin|cos|tan)\(/

/** Milliseconds, the text, and whether Prometheus 2 knows it. */
export const durations: ReadonlyArray<readonly [ms: number, text: string, common: boolean]> = [
  [300_000, '5m', true], [300_000, '5m', true], [300_000, '5m', true], [600_000, '10m', true], [60_000, '1m', true], [120_000, '2m', true], [30_000, '30s', true],
  [15_000, '15s', true], [90_000, '1m30s', true], [3_600_000, '1h', true], [1_800_000, '30m', true], [1500, '1s500ms', false], [300_000, '300', false],
  [60_500, '60.5', false], [1, '1ms', false], [256_000, '0x100', false]
]

/* eslint-disable no-template-curly-in-string -- Go's templates, not those of JavaScript */
/**
 * What two mathematics libraries may give another last digit of: as a label's value it makes another label. Go's logarithm
 * on amd64 is wrong for subnormal numbers besides: the data and the numbers above have none.
 */
export const inexact = /\b(?:exp|ln|log2|log10|a?(?:sin|cos|tan)h?|atan2|std(?:dev|var)(?:_over_time)?)\b|\^/g

/** What makes much of a last digit: the angle of a large number, the deviation of numbers that are nearly equal. */
export const amplifying = /\b(?:sin|cos|tan|std(?:dev|var)(?:_over_time)?)\b/

/** Replacements and patterns of `label_replace`. */
export const replacements: ReadonlyArray<readonly [replacement: string, pattern: string]> = [
  ['$1', '(.*)'], ['$1-$2', '/(\\w+)/(\\d+).*'], ['${1}x', '/(.*)'], ['$name', '(?P<name>[a-z]+).*'], ['fixed', '.*'], ['', '.*'], ['$1', '(a)?.*'],
  ['$0!', '.+'], ['$$1', '(.*)'], ['$3', '(.)(.)'], ['${name}_$1', '(?P<name>.+)-(\\d+):.*'], ['x', ''], ['$1', '(.*'], ['é$1', '(?s)(.*)n.*'], ['$1x', '(.*)']
]
