import t from 'tap'
import { sortInTurns, Turns } from '../../src/clock/turns.js'

/** Holds the event loop for some milliseconds. */
function hold (ms: number): void {
  for (const started = performance.now(); performance.now() - started < ms;);
}

await t.test('a turn is due after some milliseconds, and others have theirs in the pause', async t => {
  const turns = new Turns()
  hold(10)
  t.equal(turns.isDue, true)
  let had = false
  setImmediate(() => { had = true })
  await turns.pause()
  t.ok(had)
})

await t.test('a signal ends the job at its next pause', async t => {
  const controller = new AbortController()
  const turns = new Turns(controller.signal)
  await turns.pause()
  controller.abort(new Error('enough'))
  await t.rejects(turns.pause(), { message: 'enough' })
})

await t.test('sorts as the array itself does, those that compare alike as they came', async t => {
  for (const length of [0, 1, 511, 512, 513, 1024, 5000, 10_001]) {
    const items = Array.from({ length }, (_, i) => ({ key: Math.imul(i, 0x9e3779b1) >>> 26, i }))
    const before = [...items]
    t.strictSame(await sortInTurns(new Turns(), items, (a, b) => a.key - b.key), [...items].sort((a, b) => a.key - b.key), `${length} items`)
    t.strictSame(items, before, 'what it is given stays as it is')
  }
})

await t.test('gives others their turns while it sorts', async t => {
  let had = 0
  let isDone = false
  const turn = (): void => {
    had++
    if (!isDone) setImmediate(turn)
  }
  turn()
  const items = Array.from({ length: 3000 }, (_, i) => -i)
  let compared = 0
  const sorted = await sortInTurns(new Turns(), items, (a, b) => {
    if (++compared % 500 === 0) hold(1)
    return a - b
  })
  isDone = true
  t.equal(sorted[0], -2999)
  t.ok(had > 3, `${had} turns`)
})
