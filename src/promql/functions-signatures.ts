import type { ValueType } from './ast.js'

export interface FunctionSignature {
  readonly name: string
  readonly argTypes: readonly ValueType[]
  /** 0: exactly these arguments. n > 0: the last one is optional, and up to n stand in its place. -1: any number, none as well. */
  readonly variadic: number
  readonly returnType: ValueType
  /** Refused unless experimental functions are enabled. */
  readonly experimental: boolean
}

const VECTOR_TO_VECTOR = [
  'abs', 'absent', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atanh', 'ceil', 'cos', 'cosh', 'deg', 'exp', 'floor', 'histogram_avg',
  'histogram_count', 'histogram_stddev', 'histogram_stdvar', 'histogram_sum', 'ln', 'log10', 'log2', 'rad', 'sgn', 'sin', 'sinh', 'sort',
  'sort_desc', 'sqrt', 'tan', 'tanh', 'timestamp'
]

const MATRIX_TO_VECTOR = [
  'absent_over_time', 'avg_over_time', 'changes', 'count_over_time', 'delta', 'deriv', 'idelta', 'increase', 'irate', 'last_over_time',
  'max_over_time', 'min_over_time', 'present_over_time', 'rate', 'resets', 'stddev_over_time', 'stdvar_over_time', 'sum_over_time'
]

/** Functions of time; without an argument, of the time of the evaluation. */
const TIME_TO_VECTOR = ['day_of_month', 'day_of_week', 'day_of_year', 'days_in_month', 'hour', 'minute', 'month', 'year']

const EXPERIMENTAL_MATRIX_TO_VECTOR = ['mad_over_time', 'ts_of_last_over_time', 'ts_of_max_over_time', 'ts_of_min_over_time']

function signature (name: string, argTypes: readonly ValueType[], returnType: ValueType = 'vector', variadic = 0, experimental = false): FunctionSignature {
  return { name, argTypes, variadic, returnType, experimental }
}

/** Every function of Prometheus 3.5 by its name, with the types it takes and gives. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSignature> = new Map([
  ...VECTOR_TO_VECTOR.map(name => signature(name, ['vector'])),
  ...MATRIX_TO_VECTOR.map(name => signature(name, ['matrix'])),
  ...TIME_TO_VECTOR.map(name => signature(name, ['vector'], 'vector', 1)),
  ...EXPERIMENTAL_MATRIX_TO_VECTOR.map(name => signature(name, ['matrix'], 'vector', 0, true)),
  signature('clamp', ['vector', 'scalar', 'scalar']),
  signature('clamp_max', ['vector', 'scalar']),
  signature('clamp_min', ['vector', 'scalar']),
  signature('histogram_fraction', ['scalar', 'scalar', 'vector']),
  signature('histogram_quantile', ['scalar', 'vector']),
  signature('label_join', ['vector', 'string', 'string', 'string'], 'vector', -1),
  signature('label_replace', ['vector', 'string', 'string', 'string', 'string']),
  signature('pi', [], 'scalar'),
  signature('predict_linear', ['matrix', 'scalar']),
  signature('quantile_over_time', ['scalar', 'matrix']),
  signature('round', ['vector', 'scalar'], 'vector', 1),
  signature('scalar', ['vector'], 'scalar'),
  signature('time', [], 'scalar'),
  signature('vector', ['scalar']),
  signature('double_exponential_smoothing', ['matrix', 'scalar', 'scalar'], 'vector', 0, true),
  signature('info', ['vector', 'vector'], 'vector', 1, true),
  signature('sort_by_label', ['vector', 'string'], 'vector', -1, true),
  signature('sort_by_label_desc', ['vector', 'string'], 'vector', -1, true)
].map(entry => [entry.name, entry]))
