import t from 'tap'
import { leastSquares } from '../../src/attribution/least-squares.js'
import { datasets } from './nist.js'

/** Digits that agree: -log10 of the relative error (of the absolute one where 0 is wanted). */
const digits = (found: number, wanted: number) =>
  found === wanted ? 15 : Math.min(15, -Math.log10(Math.abs(wanted === 0 ? found : (found - wanted) / wanted)))

/** What QR in doubles gives: Filip's powers up to x¹⁰ are rounded before anything is solved. */
const least: Record<string, readonly [coefficients: number, standardErrors: number]> = {
  Longley: [14, 13], Filip: [7, 7], Wampler1: [15, 13], Wampler2: [13, 13], Wampler3: [15, 13], Wampler4: [15, 13], Wampler5: [15, 13]
}

for (const { name, y, rows, coefficients, standardErrors, rSquared } of datasets) {
  t.test(`agrees with NIST's certified values of ${name}`, async t => {
    const { value } = leastSquares(y, rows)
    const [ofValues, ofErrors] = least[name]!
    const found = value!.coefficients.map((coefficient, at) => digits(coefficient.value, coefficients[at]!))
    const errors = value!.coefficients.map(({ standardError }, at) => digits(standardError.value!, standardErrors[at]!))
    t.ok(Math.min(...found) >= ofValues, `coefficients: ${Math.min(...found).toFixed(1)} digits`)
    t.ok(Math.min(...errors) >= ofErrors, `standard errors: ${Math.min(...errors).toFixed(1)} digits`)
    t.ok(digits(value!.rSquared.value!, rSquared!) >= 10)
  })
}

t.test('fits a line: coefficients, errors, t and p by hand', async t => {
  // x 1..4, y 2 4 5 4: slope 3.5 / 5 = 0.7, intercept 3.75 - 0.7 × 2.5 = 2; residuals -0.7 0.6 0.9 -0.8, squares 2.3;
  // variance 1.15, error of the slope √(1.15 / 5) = 0.4796, t = 1.4596; with 2 degrees p = 1 - t / √(t² + 2) = 0.2818
  const { value } = leastSquares([2, 4, 5, 4], [[1], [2], [3], [4]])
  const [intercept, slope] = value!.coefficients
  t.same([intercept!.value, slope!.value].map(found => found.toFixed(12)), ['2.000000000000', '0.700000000000'])
  t.equal(slope!.standardError.value!.toFixed(4), '0.4796')
  t.equal(slope!.tStatistic.value!.toFixed(4), '1.4596')
  t.equal(slope!.pValue.value!.toFixed(4), (1 - 1.45961 / Math.sqrt(1.45961 ** 2 + 2)).toFixed(4))
  t.equal(value!.rSquared.value!.toFixed(6), (1 - 2.3 / 4.75).toFixed(6))
  t.equal(value!.adjustedRSquared.value!.toFixed(6), (1 - 2.3 / 4.75 * 3 / 2).toFixed(6))
  t.equal(value!.degreesOfFreedom, 2)
})

t.test('a fit through every point has no errors to speak of', async t => {
  const { value } = leastSquares([1, 3], [[0], [1]])
  t.same(value!.coefficients.map(coefficient => coefficient.value), [1, 2])
  t.same(value!.coefficients[0]!.standardError, { value: null, reason: 'too few observations' })
  t.same(value!.residualDeviation, { value: null, reason: 'too few observations' })
  t.equal(value!.rSquared.value, 1)
  t.same(leastSquares([2, 2, 2], [[0], [1], [3]]).value!.rSquared, { value: null, reason: 'no deviation' })
})

t.test('refuses what has no answer', async t => {
  const reason = (...given: Parameters<typeof leastSquares>) => leastSquares(...given).reason
  t.equal(reason([], []), 'no observations')
  t.equal(reason([1], [[1]]), 'too few observations')
  t.equal(reason([1, 2, 3], [[1, 2], [2, 4], [3, 6]]), 'collinear')
  t.equal(reason([1, 2, 3], [[7], [7], [7]]), 'collinear')
  t.equal(reason([1, 2, 3], [[0], [0], [0]], { intercept: false }), 'collinear')
  t.equal(reason([1, 2, 3], [[1], [NaN], [3]]), 'not finite')
  t.equal(reason([1, Infinity, 3], [[1], [2], [3]]), 'not finite')
  t.throws(() => leastSquares([1, 2], [[1]]), { code: 'NJORD_ERR_UNEQUAL_SERIES' })
  t.throws(() => leastSquares([1, 2, 3], [[1], [1, 2], [3]]), { code: 'NJORD_ERR_UNEQUAL_SERIES' })
})
