import t from 'tap'
import { MemoryBus } from '../../src/bus/memory-bus.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { busContract, busParts, RecordedLog, sample } from './bus-contract.js'

await t.test('the contract of every bus', async t => {
  await busContract(t, async (t, parts) => {
    const bus = new MemoryBus(parts)
    t.teardown(async () => { await bus.close() })
    return bus
  })
})

await t.test('delivers before publish returns', async t => {
  const bus = new MemoryBus(busParts())
  const seen: unknown[] = []
  bus.subscribe('ticks', payload => { seen.push(payload) })
  const payload = { price: 1 }
  bus.publish('ticks', payload)
  t.equal(seen[0], payload, 'the very object')
})

await t.test('a chain of publishes neither deepens the stack nor changes the order', async t => {
  const bus = new MemoryBus(busParts())
  const seen: number[] = []
  bus.subscribe<number>('steps', n => { if (n < 200_000) bus.publish('steps', n + 1) })
  bus.subscribe<number>('steps', n => { seen.push(n) })
  bus.publish('steps', 0)
  t.equal(seen.length, 200_001)
  t.ok(seen.every((n, at) => n === at))
})

await t.test('bounds what handlers publish ahead, and says so once', async t => {
  const parts = busParts()
  const bus = new MemoryBus(parts)
  let seen = 0
  bus.subscribe('start', () => { for (let n = 0; n < 100_010; n++) bus.publish('burst', n) })
  bus.subscribe('burst', () => { seen++ })
  bus.publish('start', null)
  t.equal(seen, 100_000)
  t.equal(await sample(parts.instruments, 'njord_bus_dropped_total', { topic: 'burst', reason: 'in_flight_limit' }), 10)
  t.match(parts.log.lines, [{ level: 'error', fields: { topic: 'burst', limit: 100_000 } }])
})

await t.test('what waits when a handler closes the bus is not delivered', async t => {
  const bus = new MemoryBus(busParts())
  const seen: number[] = []
  bus.subscribe<number>('ticks', async n => {
    seen.push(n)
    bus.publish('ticks', n + 1)
    await bus.close()
  })
  bus.publish('ticks', 1)
  t.same(seen, [1])
})

await t.test('works without metrics and without a log', async t => {
  const bus = new MemoryBus({ clock: new VirtualClock() })
  const seen: unknown[] = []
  bus.subscribe('ticks', () => { throw new Error('thrown') })
  bus.subscribe('ticks', payload => { seen.push(payload) })
  bus.publish('ticks', 1)
  await bus.close()
  bus.publish('ticks', 2)
  t.same(seen, [1])
})

await t.test('measures lag on its clock, from publishing to the start of each handler', async t => {
  const clock = new VirtualClock(1_700_000_000_000)
  const instruments = new MetricRegistry({ clock })
  const bus = new MemoryBus({ clock, instruments })
  bus.subscribe('ticks', () => { clock.advance(5) })
  bus.subscribe('ticks', () => {})
  bus.publish('ticks', 1)
  // 0 s for the first handler and 0.005 s for the second.
  t.equal(await sample(instruments, 'njord_bus_lag_seconds_sum', { topic: 'ticks' }), 0.005)
})

await t.test('logs a failing handler again only after a minute without a failure', async t => {
  const clock = new VirtualClock()
  const log = new RecordedLog()
  const bus = new MemoryBus({ clock, log })
  bus.subscribe('ticks', () => { throw new Error('thrown') })
  for (let second = 0; second < 300; second++) {
    bus.publish('ticks', second)
    clock.advance(1000)
  }
  t.equal(log.lines.length, 1)
  clock.advance(60_000)
  bus.publish('ticks', 300)
  t.equal(log.lines.length, 2)
})

await t.test('goes on when there are more topics than it keeps, and longer ones', async t => {
  const { instruments, clock, log } = busParts()
  const bus = new MemoryBus({ instruments, clock, log })
  for (let n = 0; n < 2500; n++) bus.publish(`topic ${n}`, n)
  bus.publish('topic 1', 1)
  bus.publish('x'.repeat(10_000_000), 1)
  t.equal(await sample(instruments, 'njord_bus_messages_total', { topic: 'topic 1', direction: 'sent' }), 2)
  t.equal(await sample(instruments, 'njord_bus_messages_total', { topic: '__overflow__', direction: '__overflow__' }), 1501)
})
