import t from 'tap'
import { seededRandom } from '../../../examples/paper-trader/random.js'

await t.test('gives the same numbers for the same seed and salt, others for others', async t => {
  const draw = (seed: number, salt?: string) => {
    const random = seededRandom(seed, salt)
    return Array.from({ length: 5 }, () => random.next())
  }
  t.strictSame(draw(1, 'broker'), draw(1, 'broker'))
  t.strictNotSame(draw(1, 'broker'), draw(1, 'market'))
  t.strictNotSame(draw(1), draw(2))
})

await t.test('spreads evenly, and normally with mean 0 and deviation 1', async t => {
  const random = seededRandom(42)
  const even = Array.from({ length: 20_000 }, () => random.between(2, 4))
  t.ok(even.every(value => value >= 2 && value < 4))
  t.ok(Math.abs(mean(even) - 3) < 0.02, `mean ${mean(even)}`)
  const normal = Array.from({ length: 20_000 }, () => random.normal())
  t.ok(normal.every(Number.isFinite))
  t.ok(Math.abs(mean(normal)) < 0.03, `mean ${mean(normal)}`)
  t.ok(Math.abs(mean(normal.map(value => value * value)) - 1) < 0.05)
  const hits = Array.from({ length: 20_000 }, () => random.chance(0.3)).filter(Boolean).length
  t.ok(Math.abs(hits / 20_000 - 0.3) < 0.02, `hits ${hits}`)
})

function mean (values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
