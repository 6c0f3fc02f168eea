import type { Test } from 'tap'
import { SystemClock } from '../../src/clock/system-clock.js'
import type { Bus, MessageContext } from '../../src/contracts/bus.js'
import type { Clock } from '../../src/contracts/clock.js'
import type { Log } from '../../src/contracts/log.js'
import { MetricRegistry } from '../../src/metrics/registry.js'

/** What a bus is opened with. */
export interface BusParts {
  instruments: MetricRegistry
  clock: Clock
  log: RecordedLog
}

/** A log whose lines can be read. */
export class RecordedLog implements Log {
  readonly lines: Array<{ level: 'info' | 'warn' | 'error', fields: Record<string, unknown>, message: string }> = []

  info (fields: object, message: string): void {
    this.lines.push({ level: 'info', fields: { ...fields }, message })
  }

  warn (fields: object, message: string): void {
    this.lines.push({ level: 'warn', fields: { ...fields }, message })
  }

  error (fields: object, message: string): void {
    this.lines.push({ level: 'error', fields: { ...fields }, message })
  }

  levels (): string[] {
    return this.lines.map(line => line.level)
  }
}

/** The value of one sample, such as `njord_bus_lag_seconds_count` with `{ topic: 'fills' }`, or `undefined`. */
export async function sample (registry: MetricRegistry, name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  const metric = registry.promRegistry.getSingleMetric(name.replace(/_(?:count|sum)$/, '')) as unknown as {
    get: () => Promise<{ values: Array<{ metricName?: string, labels: object, value: number }> }>
  }
  const wanted = JSON.stringify(labels)
  const { values } = await metric.get()
  return values.find(value => (value.metricName ?? name) === name && JSON.stringify(value.labels) === wanted)?.value
}

/** Fresh parts for one bus. */
export function busParts (): BusParts {
  const clock = new SystemClock()
  const log = new RecordedLog()
  return { instruments: new MetricRegistry({ clock }), clock, log }
}

/** Resolves with the payloads of `topic` once `count` of them have arrived. */
export async function received<P> (bus: Bus, topic: string, count: number): Promise<P[]> {
  return await new Promise(resolve => {
    const payloads: P[] = []
    const subscription = bus.subscribe<P>(topic, payload => {
      payloads.push(payload)
      if (payloads.length < count) return
      subscription.unsubscribe()
      resolve(payloads)
    })
  })
}

const range = (count: number) => Array.from({ length: count }, (_, n) => n)

/** What every bus does, whatever carries its messages. `open` opens a bus that closes with its test. */
export async function busContract (t: Test, open: (t: Test, parts: BusParts) => Promise<Bus>): Promise<void> {
  await t.test('delivers the messages of a topic in the order of their publishing, to every subscriber', async t => {
    const bus = await open(t, busParts())
    const all = [received(bus, 'ticks', 1000), received(bus, 'ticks', 1000), received(bus, 'other', 500)]
    await bus.ready()
    for (const n of range(1000)) {
      bus.publish('ticks', n)
      if (n % 2 === 0) bus.publish('other', n)
    }
    t.same(await Promise.all(all), [range(1000), range(1000), range(500).map(n => 2 * n)])
  })

  await t.test('keeps one order for all subscribers when handlers publish', async t => {
    const bus = await open(t, busParts())
    const first = received<number>(bus, 'steps', 20)
    bus.subscribe<number>('steps', n => { if (n < 10) bus.publish('steps', n + 10) })
    const last = received<number>(bus, 'steps', 20)
    await bus.ready()
    for (const n of range(10)) bus.publish('steps', n)
    const seen = await first
    t.same(await last, seen)
    t.same(seen.filter(n => n < 10), range(10), 'the publisher outside a handler')
    t.same(seen.filter(n => n >= 10), range(10).map(n => n + 10), 'the publisher in a handler')
  })

  await t.test('delivers to the exact topic only', async t => {
    const bus = await open(t, busParts())
    const seen: unknown[] = []
    for (const topic of ['fills.*', 'fill?', '__proto__', 'Fills']) bus.subscribe(topic, (payload, context) => { seen.push([context.topic, payload]) })
    const fills = received(bus, 'fills', 1)
    await bus.ready()
    bus.publish('__proto__', 1)
    bus.publish('fills', 2)
    t.same(await fills, [2])
    t.same(seen, [['__proto__', 1]])
  })

  await t.test('tells a handler the topic and the time of publishing', async t => {
    const parts = busParts()
    const bus = await open(t, parts)
    const context = new Promise<MessageContext>(resolve => { bus.subscribe('fills', (_payload, context) => { resolve(context) }) })
    await bus.ready()
    const beforeNs = parts.clock.nowNs()
    bus.publish('fills', {})
    const afterNs = parts.clock.nowNs()
    const { topic, publishedNs } = await context
    t.equal(topic, 'fills')
    t.ok(publishedNs >= beforeNs && publishedNs <= afterNs, `${beforeNs} ≤ ${publishedNs} ≤ ${afterNs}`)
  })

  await t.test('a handler that throws or rejects harms neither the publisher nor other handlers', async t => {
    const parts = busParts()
    const bus = await open(t, parts)
    bus.subscribe('fills', () => { throw new Error('thrown') })
    bus.subscribe('fills', async () => { throw new Error('rejected') })
    // eslint-disable-next-line prefer-promise-reject-errors -- hosts do such things
    bus.subscribe('fills', async () => await Promise.reject(undefined))
    const fills = received(bus, 'fills', 100)
    await bus.ready()
    t.doesNotThrow(() => { for (const n of range(100)) bus.publish('fills', n) })
    t.same(await fills, range(100))
    await bus.close()
    t.equal(await sample(parts.instruments, 'njord_bus_handler_errors_total', { topic: 'fills' }), 300)
    const lines = parts.log.lines.filter(line => line.level === 'error')
    t.equal(lines.length, 3, 'one line a handler, not one a message')
    t.match(lines.map(line => line.fields), [{ topic: 'fills', err: { message: 'thrown' } }, { err: { message: 'rejected' } }, { err: undefined }])
  })

  await t.test('delivers nothing after unsubscribe, also from inside a handler', async t => {
    const parts = busParts()
    const bus = await open(t, parts)
    const seen: string[] = []
    const first = bus.subscribe<number>('ticks', n => {
      seen.push(`first ${n}`)
      if (n === 2) {
        first.unsubscribe()
        second.unsubscribe()
      }
    })
    const second = bus.subscribe<number>('ticks', n => { seen.push(`second ${n}`) })
    const third = received(bus, 'ticks', 3)
    await bus.ready()
    t.equal(await sample(parts.instruments, 'njord_active_subscriptions'), 3)
    for (const n of [1, 2, 3]) bus.publish('ticks', n)
    await third
    t.same(seen, ['first 1', 'second 1', 'first 2'])
    first.unsubscribe()
    t.equal(await sample(parts.instruments, 'njord_active_subscriptions'), 0)
  })

  await t.test('subscribes afresh after the last subscription of a topic ended', async t => {
    const bus = await open(t, busParts())
    for (const round of range(3)) {
      const ended = bus.subscribe('ticks', () => { t.fail('an ended subscription was called') })
      ended.unsubscribe()
      const ticks = received(bus, 'ticks', 2)
      await bus.ready()
      bus.publish('ticks', round)
      bus.publish('ticks', round)
      t.same(await ticks, [round, round])
    }
  })

  await t.test('keeps bigint, nested values and any text', async t => {
    const bus = await open(t, busParts())
    const payloads = [
      { timestamp_ns: 1700000000000000001n, startedNs: 5n, big: 2n ** 63n, small: 1e-7, list: [null, true, { deep: [[]] }] },
      'newline \n quote " backslash \\ \u2028 ünï ☃ 🚀 \u0000',
      { njord: 1, payload: 'not an envelope' },
      0, -1.5, '', null, false, [], {}
    ]
    const all = received(bus, 'payloads', payloads.length)
    await bus.ready()
    for (const payload of payloads) bus.publish('payloads', payload)
    t.strictSame(await all, payloads)
  })

  await t.test('carries payloads of 1 MB', async t => {
    const bus = await open(t, busParts())
    const text = 'ü'.repeat(512 * 1024)
    const list = { timestamp_ns: 1700000000000000001n, values: range(150_000) }
    const all = received<unknown>(bus, 'large', 20)
    await bus.ready()
    for (let n = 0; n < 10; n++) {
      bus.publish('large', text)
      bus.publish('large', list)
    }
    const arrived = await all
    t.ok(arrived.every((payload, n) => n % 2 === 1 || payload === text))
    t.strictSame(arrived[19], list)
  })

  await t.test('counts messages, lag and connections', async t => {
    const parts = busParts()
    const { instruments } = parts
    const bus = await open(t, parts)
    const fills = [received(bus, 'fills', 3), received(bus, 'fills', 3)]
    await bus.ready()
    t.equal(await sample(instruments, 'njord_bus_connected'), 1)
    t.equal(await sample(instruments, 'njord_active_subscriptions'), 2)
    for (const n of range(3)) bus.publish('fills', n)
    bus.publish('unheard', 1)
    await Promise.all(fills)
    await bus.close()
    t.equal(await sample(instruments, 'njord_bus_messages_total', { topic: 'fills', direction: 'sent' }), 3)
    t.equal(await sample(instruments, 'njord_bus_messages_total', { topic: 'fills', direction: 'received' }), 3)
    t.equal(await sample(instruments, 'njord_bus_messages_total', { topic: 'unheard', direction: 'sent' }), 1)
    t.equal(await sample(instruments, 'njord_bus_messages_total', { topic: 'unheard', direction: 'received' }), undefined)
    t.equal(await sample(instruments, 'njord_bus_lag_seconds_count', { topic: 'fills' }), 6, 'once a handler')
    t.ok((await sample(instruments, 'njord_bus_lag_seconds_sum', { topic: 'fills' }))! < 6)
    t.equal(await sample(instruments, 'njord_bus_reconnects_total'), 0)
    t.equal(await sample(instruments, 'njord_bus_connected'), 0)
    t.equal(await sample(instruments, 'njord_active_subscriptions'), 0)
  })

  await t.test('a closed bus delivers nothing, counts drops and never throws', async t => {
    const parts = busParts()
    const bus = await open(t, parts)
    const subscription = bus.subscribe('fills', () => { t.fail('delivered after close') })
    await bus.ready()
    await Promise.all([bus.close(), bus.close()])
    await bus.close()
    bus.publish('fills', 1)
    bus.subscribe('fills', () => { t.fail('delivered after close') }).unsubscribe()
    subscription.unsubscribe()
    await bus.ready()
    t.equal(await sample(parts.instruments, 'njord_bus_dropped_total', { topic: 'fills', reason: 'closed' }), 1)
    t.equal(await sample(parts.instruments, 'njord_active_subscriptions'), 0)
  })

  await t.test('close hands over what was published before it', async t => {
    const parts = busParts()
    const bus = await open(t, parts)
    await bus.ready()
    for (const n of range(100)) bus.publish('last', n)
    await bus.close()
    t.equal(await sample(parts.instruments, 'njord_bus_messages_total', { topic: 'last', direction: 'sent' }), 100)
  })
}
