import t from 'tap'
import { SystemClock } from '../../../src/clock/system-clock.js'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import type { Feed } from '../../../examples/paper-trader/feed/feed.js'
import { topics, type MarketStatus, type Tick } from '../../../examples/paper-trader/messages.js'
import { Replay } from '../../../examples/paper-trader/replay.js'
import { Floor, startMs } from './floor.js'

const ticksAt = (...seconds: number[]): Tick[] =>
  seconds.map(at => ({ symbol: 'BTC/USDT', atMs: startMs + at * 1000, price: 100 + at, quantity: 1 }))

function feedOf (ticks: Iterable<Tick>): Feed {
  return { name: 'a test', symbols: ['BTC/USDT'], startMs, ticks: () => ticks }
}

/** Lets everything run that waits for the event loop. */
const turn = async () => { await new Promise<void>(resolve => { setImmediate(resolve) }) }

await t.test('plays a feed as fast as possible, the clock and the books with it, between opening and closing the market', async t => {
  const floor = new Floor()
  const statuses = floor.published<MarketStatus>(topics.status)
  const seen: [atMs: number, equity: number][] = []
  floor.emit('orderFilled', {
    orderId: 'o', strategyId: 's', symbol: 'BTC/USDT', side: 'buy', venue: 'v', quantity: 1, price: 100, fee: 0, complete: true
  })
  floor.bus.subscribe<Tick>(topics.ticks, ({ atMs }) => {
    t.equal(floor.clock.nowMs(), atMs)
    seen.push([atMs - startMs, floor.ledger.equity()])
  })
  const timers: number[] = []
  floor.clock.after(1500, () => { timers.push(floor.clock.nowMs() - startMs) })
  const replay = new Replay({ ...floor, feed: feedOf(ticksAt(0, 1, 86_400)), wall: new SystemClock(), speed: Infinity, venue: 'v' })
  await replay.run()
  t.strictSame(seen, [[0, 100_000], [1000, 100_001], [86_400_000, 186_400]])
  t.strictSame(timers, [1500])
  t.strictSame(statuses, [{ open: true }, { open: false }])
  t.equal(replay.ticks, 3)
  t.equal(replay.atMs, startMs + 86_400_000)
})

await t.test('lets the event loop turn during a long replay', async t => {
  const floor = new Floor()
  const wall = new VirtualClock()
  const replay = new Replay({ ...floor, feed: feedOf(ticksAt(...Array.from({ length: 100 }, (_, i) => i))), wall, speed: Infinity, venue: 'v' })
  let turns = 0
  // Each tick takes a millisecond of real time: after some eight of them the loop must have its turn.
  floor.bus.subscribe(topics.ticks, () => { wall.advance(1) })
  const count = () => {
    turns++
    setImmediate(count).unref()
  }
  setImmediate(count)
  await replay.run()
  t.ok(turns >= 10, `${turns} turns`)
})

await t.test('as fast as possible, the market is never more than a minute ahead of what it brings about', async t => {
  const floor = new Floor()
  let settledMs = startMs
  const ahead: number[] = []
  floor.bus.subscribe<Tick>(topics.ticks, ({ atMs }) => { ahead.push(atMs - settledMs) })
  const settled = async () => { settledMs = floor.clock.nowMs() }
  const feed = feedOf(ticksAt(...Array.from({ length: 400 }, (_, i) => 7 * i)))
  await new Replay({ ...floor, feed, wall: new VirtualClock(), speed: Infinity, venue: 'v', settled }).run()
  t.equal(ahead.length, 400)
  t.ok(Math.max(...ahead) <= 67_000, `${Math.max(...ahead)} ms: a minute and the step between two ticks`)
})

await t.test('keeps the pace: a day passes in a minute at a speed of 1440', async t => {
  const floor = new Floor()
  const wall = new VirtualClock()
  const feed = feedOf(ticksAt(0, 43_200, 86_400))
  const replay = new Replay({ ...floor, feed, wall, speed: 1440, venue: 'v' })
  const run = replay.run()
  const at = async (wallSeconds: number) => {
    while (wall.monotonicSeconds() < wallSeconds) {
      wall.advance(10)
      await turn()
    }
    return replay.ticks
  }
  t.equal(await at(0.02), 1)
  t.equal(await at(29.9), 1)
  t.ok(Math.abs(floor.clock.nowMs() - startMs - 29.9 * 1440 * 1000) < 60_000, 'the clock goes on between two ticks')
  t.equal(await at(30.1), 2)
  t.equal(await at(59.9), 2)
  t.equal(await at(60.1), 3)
  await run
})

await t.test('plays live on a clock that goes by itself', async t => {
  const floor = new Floor()
  const wall = new VirtualClock()
  const replay = new Replay({ ...floor, clock: new SystemClock(), feed: feedOf(ticksAt(0, 1)), wall, speed: 1, venue: 'v' })
  const run = replay.run()
  t.equal(replay.ticks, 1)
  wall.advance(1000)
  await run
  t.equal(replay.ticks, 2)
})

await t.test('closes the market when it is stopped on the way', async t => {
  const floor = new Floor()
  const statuses = floor.published<MarketStatus>(topics.status)
  const endless = (function * () { for (let i = 0; ; i++) yield * ticksAt(i) })()
  const replay = new Replay({ ...floor, feed: feedOf(endless), wall: new SystemClock(), speed: Infinity, venue: 'v' })
  floor.bus.subscribe(topics.ticks, () => { if (replay.ticks === 1000) replay.stop() })
  await replay.run()
  t.ok(replay.ticks >= 1000)
  t.strictSame(statuses.at(-1), { open: false })
})
