import t from 'tap'

interface Points { readonly times: number[], readonly values: number[] }
interface LinesOfPage {
  load (history: object | undefined, rangeMs: number): void
  append (atMs: number, points: Record<string, number | null>): void
  hold (): void
  letGo (): void
  of (key: string): Points
  at (key: string, atMs: number): number | undefined
}
const { Lines } = await import(new URL('../../assets/dashboard/lines.js', import.meta.url).href) as { Lines: new () => LinesOfPage }

await t.test('however long a page is open, a line has so many points and no more', async t => {
  for (const rangeMs of [300_000, 900_000, 3_600_000, 21_600_000]) {
    const lines = new Lines()
    lines.load(undefined, rangeMs)
    let most = 0
    for (let atMs = 0; atMs < 4 * rangeMs; atMs += 1000) {
      lines.append(atMs, { equity: atMs })
      most = Math.max(most, lines.of('equity').times.length)
    }
    t.ok(most <= 1000, `${most} points`)
    const { times, values } = lines.of('equity')
    t.equal(times.length, values.length)
    t.ok(times[0]! <= 3 * rangeMs, 'and all of the range is there')
    t.same(times, times.toSorted((a, b) => a - b))
  }
})

await t.test('what there is no value of just now is not shown with an old one', async t => {
  const lines = new Lines()
  lines.load({ startMs: 0, stepMs: 15_000, columns: { slippage: [null, 1, null, 2], none: [null, null] } }, 3_600_000)
  t.same(lines.of('slippage'), { times: [15_000, 30_000, 45_000], values: [1, NaN, 2] })
  t.equal(lines.of('none').times.length, 0)
  t.equal(lines.at('slippage', 20_000), 1)
  t.equal(lines.at('slippage', 10_000), undefined)
  lines.append(60_000, { slippage: null })
  t.same(lines.at('slippage', Infinity), NaN)
})

await t.test('held, it stands still, and let go it is up to date', async t => {
  const lines = new Lines()
  lines.append(0, { equity: 1 })
  lines.hold()
  lines.append(10_000, { equity: 2 })
  t.equal(lines.at('equity', Infinity), 1)
  lines.letGo()
  t.equal(lines.at('equity', Infinity), 2)
})

await t.test('a clock that was set back begins the line anew', async t => {
  const lines = new Lines()
  lines.append(10_000, { equity: 1 })
  lines.append(5000, { equity: 2 })
  t.same(lines.of('equity'), { times: [5000], values: [2] })
})
