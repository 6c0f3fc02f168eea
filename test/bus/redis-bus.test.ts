import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { createClient } from 'redis'
import t, { type Test } from 'tap'
import { RedisBus } from '../../src/bus/redis-bus.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { Bus } from '../../src/contracts/bus.js'
import { freePort, startRedis } from '../support/redis-server.js'
import { busContract, busParts, received, sample, type BusParts } from './bus-contract.js'

const server = await startRedis(t)

async function open (t: Test, parts: BusParts, url = server.url): Promise<Bus> {
  const bus = await RedisBus.open({ ...parts, url })
  t.teardown(async () => { await bus.close() })
  return bus
}

/** A plain client: what a foreign service would use. */
async function foreignClient (t: Test, url = server.url) {
  const client = createClient({ url })
  client.on('error', () => {})
  await client.connect()
  t.teardown(() => { client.destroy() })
  return client
}

/** Sockets and timers that keep the process alive. */
const openHandles = () => process.getActiveResourcesInfo().filter(name => /tcp|timeout|getaddrinfo/i.test(name))

/** Asserts that all handles beyond those of `before` are closed within some turns of the event loop: no timer runs out in that. */
async function assertNoNewHandles (t: Test, before: string[]): Promise<void> {
  const count = (handles: string[], name: string) => handles.filter(other => other === name).length
  let added: string[] = []
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(setImmediate)
    const now = openHandles()
    added = now.filter(name => count(now, name) > count(before, name))
    if (added.length === 0) break
  }
  t.same(added, [])
}

await t.test('the contract of every bus', async t => {
  await busContract(t, open)
})

await t.test('two processes on one Redis hear each other, in order', async t => {
  const [here, there] = [await open(t, busParts()), await open(t, busParts())]
  const both = [received(here, 'fills', 1000), received(there, 'fills', 1000)]
  await Promise.all([here.ready(), there.ready()])
  const expected = Array.from({ length: 1000 }, (_, n) => ({ n }))
  for (const fill of expected) here.publish('fills', fill)
  t.same(await Promise.all(both), [expected, expected])
})

await t.test('takes what foreign services publish: plain JSON, and envelopes of another hand', async t => {
  const parts = busParts()
  const bus = await open(t, parts)
  const foreign = await foreignClient(t)
  const nowNs = parts.clock.nowNs()
  const stamps: bigint[] = []
  bus.subscribe('fills', (_payload, { publishedNs }) => { stamps.push(publishedNs) })
  const fills = received(bus, 'fills', 2)
  await bus.ready()
  await foreign.publish('fills', '{"price":1,"timestamp_ns":1700000000000000001}')
  await foreign.publish('fills', '{"payload": 2, "njord": 1, "publishedNs": 1700000000000000001}')
  t.strictSame(await fills, [{ price: 1, timestamp_ns: 1700000000000000001n }, 2])
  t.ok(stamps[0]! >= nowNs)
  t.equal(stamps[1], 1700000000000000001n)
})

await t.test('counts what is not JSON, logs it once, and goes on', async t => {
  const parts = busParts()
  const bus = await open(t, parts)
  const foreign = await foreignClient(t)
  const fills = received(bus, 'fills', 1)
  await bus.ready()
  const malformed = ['', '{', 'undefined', '{"njord":1,"publishedNs":1,"payload":12', '{"njord":1,"publishedNs":1,"payload":}', '['.repeat(100_000)]
  for (const text of malformed) await foreign.publish('fills', text)
  await foreign.publish('fills', '"whole"')
  t.same(await fills, ['whole'])
  t.equal(await sample(parts.instruments, 'njord_bus_dropped_total', { topic: 'fills', reason: 'malformed' }), malformed.length)
  t.match(parts.log.lines.slice(1), [{ level: 'error', fields: { topic: 'fills', reason: 'malformed', err: Error } }])
  t.equal(parts.log.lines.length, 2)
})

await t.test('counts a payload that JSON cannot hold', async t => {
  const parts = busParts()
  const bus = await open(t, parts)
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  bus.publish('fills', cycle)
  bus.publish('fills', { get price () { throw new Error('no price') } })
  t.equal(await sample(parts.instruments, 'njord_bus_dropped_total', { topic: 'fills', reason: 'unserializable' }), 2)
})

await t.test('bounds what is in flight, by number and by size', async t => {
  const parts = busParts()
  const bus = await open(t, parts)
  for (let n = 0; n < 10_010; n++) bus.publish('many', n)
  t.equal(await sample(parts.instruments, 'njord_bus_dropped_total', { topic: 'many', reason: 'in_flight_limit' }), 10)
  await bus.close()
  t.equal(await sample(parts.instruments, 'njord_bus_messages_total', { topic: 'many', direction: 'sent' }), 10_000)

  const other = busParts()
  const wide = await open(t, other)
  const text = 'x'.repeat(1024 * 1024)
  for (let n = 0; n < 70; n++) wide.publish('wide', text)
  // Each text is a little longer than 1 Mi characters: 64 of them pass the limit.
  t.equal(await sample(other.instruments, 'njord_bus_dropped_total', { topic: 'wide', reason: 'in_flight_limit' }), 6)
  t.equal(other.log.lines.filter(line => line.level === 'error').length, 1)
})

await t.test('Redis killed and restarted mid-stream: nothing thrown, drops counted, subscriptions come back', async t => {
  const own = await startRedis(t)
  const parts = busParts()
  const bus = await open(t, parts, own.url)
  const seen: number[] = []
  bus.subscribe<number>('ticks', n => { seen.push(n) })
  bus.subscribe('ended', () => {}).unsubscribe()
  await bus.ready()
  let published = 0
  const publish = () => { bus.publish('ticks', published++) }

  for (let n = 0; n < 500; n++) publish()
  await own.kill()
  for (let n = 0; n < 500; n++) publish()
  // Subscriptions of the time without Redis come up with it.
  const late = received(bus, 'late', 1)
  await own.start()
  await bus.ready()
  const resumedAt = published
  for (let n = 0; n < 500; n++) publish()
  bus.publish('late', 'after')
  t.same(await late, ['after'])

  t.same(seen, [...seen].sort((a, b) => a - b), 'in order')
  t.same(seen.filter(n => n >= resumedAt), Array.from({ length: 500 }, (_, n) => resumedAt + n), 'everything after ready() arrives')
  t.same(parts.log.levels(), ['info', 'warn', 'info'], 'up, down, up: one line each')
  t.equal(await sample(parts.instruments, 'njord_bus_reconnects_total'), 1)
  t.equal(await sample(parts.instruments, 'njord_bus_connected'), 1)
  await bus.close()
  const counted = await Promise.all([
    sample(parts.instruments, 'njord_bus_messages_total', { topic: 'ticks', direction: 'sent' }),
    sample(parts.instruments, 'njord_bus_dropped_total', { topic: 'ticks', reason: 'disconnected' }),
    sample(parts.instruments, 'njord_bus_dropped_total', { topic: 'ticks', reason: 'unconfirmed' })
  ])
  t.equal(counted.reduce<number>((sum, count) => sum + (count ?? 0), 0), published, 'every message is accounted for')
})

await t.test('comes back time and again, with one line each time', async t => {
  const own = await startRedis(t)
  const parts = busParts()
  const bus = await open(t, parts, own.url)
  for (let round = 0; round < 3; round++) {
    await own.kill()
    await own.start()
    const ticks = received(bus, 'ticks', 1)
    await bus.ready()
    bus.publish('ticks', round)
    t.same(await ticks, [round])
  }
  t.same(parts.log.levels(), ['info', 'warn', 'info', 'warn', 'info', 'warn', 'info'])
})

await t.test('opens without Redis: one line, drops, and a connection as soon as it is there', async t => {
  const own = await startRedis(t)
  await own.kill()
  const parts = busParts()
  const bus = await open(t, parts, own.url)
  t.match(parts.log.lines, [{ level: 'warn', fields: { err: { code: 'ECONNREFUSED' } } }])
  bus.publish('fills', 1)
  t.equal(await sample(parts.instruments, 'njord_bus_dropped_total', { topic: 'fills', reason: 'disconnected' }), 1)
  t.equal(await sample(parts.instruments, 'njord_bus_connected'), 0)
  const fills = received(bus, 'fills', 1)
  await own.start()
  await bus.ready()
  bus.publish('fills', 2)
  t.same(await fills, [2])
  t.same(parts.log.levels(), ['warn', 'info'])
  t.equal(await sample(parts.instruments, 'njord_bus_reconnects_total'), 0, 'the first connection is none that came back')
})

await t.test('closes at once and leaves no handle open', async t => {
  const before = openHandles()
  await t.test('when it was connected', async t => {
    const bus = await open(t, busParts())
    bus.subscribe('fills', () => {})
    await bus.ready()
    await bus.close()
    await assertNoNewHandles(t, before)
  })
  await t.test('when Redis was never there', async t => {
    const bus = await open(t, busParts(), `redis://127.0.0.1:${await freePort()}`)
    const ready = bus.ready()
    await bus.close()
    await ready
    await assertNoNewHandles(t, before)
  })
  await t.test('when it closes while it connects', async t => {
    const sockets: Socket[] = []
    const silent = createServer(socket => { sockets.push(socket.on('error', () => {})) }).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const clock = new VirtualClock()
    const opening = RedisBus.open({ clock, url: `redis://127.0.0.1:${(silent.address() as AddressInfo).port}` })
    await once(silent, 'connection')
    // The server took the connection and says nothing: the attempt ends, and so does the wait for the next.
    clock.advance(5000)
    const bus = await opening
    clock.advance(2000)
    await bus.close()
    await Promise.all(sockets.map(async socket => { if (!socket.closed) await once(socket.resume(), 'close') }))
    silent.close()
    await once(silent, 'close')
    await assertNoNewHandles(t, before)
  })
})

await t.test('close does not wait for a Redis that hangs', async t => {
  const own = await startRedis(t)
  const parts = busParts()
  const bus = await open(t, parts, own.url)
  own.hang()
  bus.publish('fills', 1)
  await bus.close()
  t.equal(await sample(parts.instruments, 'njord_bus_dropped_total', { topic: 'fills', reason: 'unconfirmed' }), 1)
})

await t.test('a client of the host is left as it is', async t => {
  const client = createClient({ url: server.url, name: 'host' })
  client.on('error', () => {})
  t.teardown(() => { client.destroy() })
  const parts = busParts()
  const bus = await RedisBus.open({ ...parts, client })
  const fills = received(bus, 'fills', 1)
  await bus.ready()
  bus.publish('fills', 1)
  t.same(await fills, [1])
  t.equal(client.isOpen, false, 'not opened')
  await client.connect()
  t.match(await client.clientList(), [{ name: 'host' }, { name: 'host' }, { name: 'host' }])
  await bus.close()
  t.equal(await client.ping(), 'PONG', 'not closed')
  t.same(client.listenerCount('error'), 1)
})

await t.test('a topic that the server refuses harms no other', async t => {
  const own = await startRedis(t)
  const admin = await foreignClient(t, own.url)
  await admin.aclSetUser('bus', ['on', '>secret', '+@all', '-ping', 'resetchannels', '&fills'])
  const parts = busParts()
  const bus = await open(t, parts, own.url.replace('//', '//bus:secret@'))
  bus.subscribe('forbidden', () => { t.fail('delivered') })
  const fills = received(bus, 'fills', 1)
  await bus.ready()
  bus.publish('forbidden', 1)
  bus.publish('fills', 2)
  t.same(await fills, [2])
  await bus.close()
  t.equal(await sample(parts.instruments, 'njord_bus_dropped_total', { topic: 'forbidden', reason: 'refused' }), 1)
  t.match(parts.log.lines, [
    { level: 'info' },
    { level: 'error', fields: { topic: 'forbidden', err: /NOPERM/ } },
    { level: 'error', fields: { topic: 'forbidden', reason: 'refused', err: /NOPERM/ } }
  ])
})

await t.test('a wrong password is a connection that does not come up', async t => {
  const own = await startRedis(t)
  const admin = await foreignClient(t, own.url)
  await admin.configSet('requirepass', 'right')
  const parts = busParts()
  await open(t, parts, own.url.replace('//', '//:wrong@'))
  t.match(parts.log.lines, [{ level: 'warn', fields: { err: /WRONGPASS/ } }])
  t.notMatch(JSON.stringify(parts.log.lines), /:wrong/)
})

await t.test('wrong options name the option, what was found and what was expected', async t => {
  const { clock } = busParts()
  const cases: Array<[object, RegExp]> = [
    [{}, /Option redis: expected either url or client/],
    [{ url: server.url, client: createClient() }, /Option redis: expected either url or client/],
    [{ url: 7 }, /Option redis.url: found what is not a URL, expected redis:/],
    [{ url: 'user:secret@host' }, /Option redis.url: found the protocol user:/],
    [{ url: 'http://user:secret@localhost:6379' }, /Option redis.url: found the protocol http:, expected redis:/],
    [{ url: 'redis://user:secret@localhost/one' }, /Option redis.url: found a database that is not a number/],
    [{ url: 'redis://user:secret%zz@localhost' }, /Option redis.url: found a user or password with a broken percent escape/],
    [{ client: { publish () {} } }, /Option redis.client: expected what createClient/],
    [{ client: null }, /Option redis.client: expected what createClient/]
  ]
  for (const [target, message] of cases) {
    await t.rejects(RedisBus.open({ clock, ...target }), { code: 'NJORD_ERR_INVALID_OPTION', message }, String(message))
    await RedisBus.open({ clock, ...target }).catch((error: Error) => {
      t.notMatch(`${error.message} ${error.stack} ${String(error.cause)}`, /secret/)
    })
  }
})
