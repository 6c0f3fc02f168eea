import fc from 'fast-check'

/** A metric of a random set, and what is done to metrics, as data: both sides of a comparison do the same. */
export interface MetricSpec {
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary'
  readonly labelNames: readonly string[]
  readonly buckets: readonly number[]
}

export type Operation = {
  readonly metric: number
  /** Values of the labels, as many as the metric has names. */
  readonly labels: readonly string[]
} & ({ readonly kind: 'record' | 'gaugeInc' | 'gaugeDec', readonly value: number } | { readonly kind: 'remove' | 'reset' | 'bind' })

/** No sums over magnitudes that differ by more than a double can hold: prom-client adds in another order nowhere. */
const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1, 0.1, 1e-7, -1.2345678901234567e-6, 1e21, 5e-324, 1.7976931348623157e308, 2 ** 31, -(2 ** 31), 2 ** 53, 999, 1000, 9.5)
)
const gaugeNumber = fc.oneof(number, fc.constantFrom(NaN, Infinity, -Infinity))

/** Without what prom-client itself confuses or cannot render: commas, colons, newlines in keys, lone surrogates. */
const tameLabel = fc.constantFrom('', 'a', 'b', 'buy', '1', '__proto__', 'x y', 'ü😀', 'quote"', 'back\\slash', 'toString')
const wildLabel = fc.oneof(tameLabel, fc.string({ unit: 'binary', maxLength: 8 }))

const bound = fc.oneof(fc.constantFrom(0, 0.1, 0.5, 1, 2.5, 10, 1e6, 1e-5), fc.double({ noNaN: true, noDefaultInfinity: true }))
const bounds = fc.uniqueArray(bound, { minLength: 1, maxLength: 8 })
  .map(list => [...new Set(list.map(bound => bound + 0))].sort((a, b) => a - b))

const spec: fc.Arbitrary<MetricSpec> = fc.record({
  type: fc.constantFrom('counter', 'gauge', 'histogram', 'summary'),
  labelNames: fc.constantFrom([], ['a'], ['a', 'b'], ['side', 'constructor', 'x_y']),
  buckets: bounds
})

export const metricSet = fc.array(spec, { minLength: 1, maxLength: 5 })

export function operations (kinds: ReadonlyArray<Operation['kind']>, wild: boolean, maxLength: number): fc.Arbitrary<Operation[]> {
  const label = wild ? wildLabel : tameLabel
  return fc.array(fc.record({
    metric: fc.nat(4), labels: fc.tuple(label, label, label), kind: fc.constantFrom(...kinds), value: gaugeNumber
  }), { maxLength }) as fc.Arbitrary<Operation[]>
}

export const nameOf = (spec: MetricSpec, i: number): string => spec.type === 'counter' ? `m${i}_total` : `m${i}`

export function labelsFor (spec: MetricSpec, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(spec.labelNames.map((name, i) => [name, values[i]!]))
}
