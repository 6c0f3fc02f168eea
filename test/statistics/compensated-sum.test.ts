import t from 'tap'
import { CompensatedSum } from '../../src/statistics/compensated-sum.js'

const sum = (terms: readonly number[]) => {
  const total = new CompensatedSum()
  for (const term of terms) total.add(term)
  return total
}

t.test('keeps what plain addition loses', async t => {
  t.equal([1, 1e100, 1, -1e100].reduce((a, b) => a + b, 0), 0)
  t.equal(sum([1, 1e100, 1, -1e100]).value, 2)
})

t.test('adds a tenth a million times to within one rounding', async t => {
  const total = new CompensatedSum()
  let plain = 0
  for (let i = 0; i < 1e6; i++) {
    total.add(0.1)
    plain += 0.1
  }
  t.equal(total.value, 100_000)
  t.not(plain, 100_000)
})

t.test('replaces one term by another', async t => {
  const total = sum([0.5, 0.25, 0.125])
  total.replace(0.25, 0.75)
  t.equal(total.value, 1.375)
  total.replace(0.75, 0.75)
  t.equal(total.value, 1.375)
})

t.test('starts again from exactly 0', async t => {
  const total = sum([0.1, 0.2])
  total.reset()
  t.equal(total.value, 0)
})
