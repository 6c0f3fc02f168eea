import t from 'tap'
import { linearScale, niceTicks, timeTicks } from '../../../src/report/charts/scale.js'

t.test('ticks are round, enclose what is shown, and have no rounding in them', async t => {
  for (const [low, high, ticks] of [
    [0, 10, [0, 2.5, 5, 7.5, 10]],
    [0.03, 0.31, [0, 0.1, 0.2, 0.3, 0.4]],
    [-0.206, 0, [-0.3, -0.2, -0.1, 0]],
    [71_300, 103_200, [70_000, 80_000, 90_000, 100_000, 110_000]],
    [1e-9, 3e-9, [1e-9, 1.5e-9, 2e-9, 2.5e-9, 3e-9]],
    [0, 0, [-1, -0.5, 0, 0.5, 1]],
    [100, 100, [99, 99.5, 100, 100.5, 101]]
  ] as const) t.strictSame(niceTicks(low, high, 4), ticks, `${low} to ${high}`)
})

t.test('a scale maps the ends onto the ends, and nothing onto the middle', async t => {
  const scale = linearScale([10, 20], [100, 0])
  t.strictSame([scale(10), scale(15), scale(20)], [100, 50, 0])
  t.equal(linearScale([5, 5], [0, 80])(5), 40)
})

t.test('times are round as well: minutes, hours, days, weeks from Monday, months, years', async t => {
  const fromMs = Date.UTC(2022, 0, 1, 22, 30)
  const labels = (minutes: number) => timeTicks(fromMs, fromMs + minutes * 60_000, 5).map(({ label }) => label)
  t.strictSame(labels(10), ['22:30', '22:32', '22:34', '22:36', '22:38', '22:40'])
  t.strictSame(labels(5 * 60), ['23:00', '2 Jan', '01:00', '02:00', '03:00'])
  t.strictSame(labels(4 * 1440), ['2 Jan', '3 Jan', '4 Jan', '5 Jan'])
  t.strictSame(labels(40 * 1440), ['3 Jan', '10 Jan', '17 Jan', '24 Jan', '31 Jan', '7 Feb'])
  t.strictSame(labels(300 * 1440), ['Mar', 'May', 'Jul', 'Sep'])
  t.strictSame(labels(9 * 365 * 1440), ['2024', '2026', '2028', '2030'])
})
