import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { MemoryBus } from '../../src/bus/memory-bus.js'
import { MergedFamilies } from '../../src/aggregation/merged-families.js'
import { METRICS_TOPIC, RESYNC_TOPIC, type MetricsMessage } from '../../src/aggregation/wire.js'
import { windowKey, type CounterWindow, type GaugeWindow, type WindowRecord } from '../../src/contracts/window.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { DisturbedBus, lines, RecordedWindows, scene, START_MS } from './support.js'

const minute = 60_000
const fills = { name: 'fills_total', help: 'Fills.', labelNames: ['venue'] } as const

async function folder (t: Test): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'njord-aggregation-'))
  t.teardown(async () => { await rm(path, { recursive: true, force: true }) })
  return path
}

const snapshot = (name: string, type: string, value: number, atMs = START_MS, labels = {}) =>
  ({ name, value, timestamp_ns: BigInt(atMs) * 1_000_000n, labels, metric_type: type })

await t.test('adds up counters and histograms of several origins, and goes on when one restarts', async t => {
  const { publisher, aggregator, clock } = scene()
  const { registry } = await aggregator()
  for (const [i, name] of ['risk', 'broker'].entries()) {
    const { registry, publisher: own } = publisher(name)
    registry.counter(fills).inc({ venue: 'x' }, 0.25 + i)
    registry.histogram({ name: 'size', help: 'Sizes.', buckets: [1, 2] }).observe(1.5)
    await own.start()
    registry.counter(fills).inc({ venue: 'x' }, 0.5)
    await own.flush()
  }
  t.same(await lines(registry, 'fills_total', 'size'), [
    'fills_total{venue="x"} 2.5', 'size_bucket{le="1"} 0', 'size_bucket{le="2"} 2', 'size_bucket{le="+Inf"} 2', 'size_sum 3', 'size_count 2'
  ])
  clock.advance(1)
  const again = publisher('risk')
  again.registry.counter(fills).inc({ venue: 'x' }, 2)
  await again.publisher.start()
  t.same(await lines(registry, 'fills_total'), ['fills_total{venue="x"} 4.5'])
})

await t.test('shows the exact total of one origin, however many fractions it is made of', async t => {
  const { publisher, aggregator } = scene()
  const { registry } = await aggregator()
  const { registry: own, publisher: one } = publisher('one')
  await one.start()
  for (let n = 0; n < 50; n++) {
    own.counter(fills).inc({ venue: 'x' }, 0.1)
    await one.flush()
  }
  t.same(await lines(registry, 'fills_total'), await lines(own, 'fills_total'))
})

await t.test('makes one of the values of a gauge as it declares', async t => {
  const { publisher, aggregator, clock } = scene()
  const { registry } = await aggregator({ silentMs: 5000 })
  const rules = ['last', 'sum', 'average', 'min', 'max'] as const
  const processes = [6, 2].map((value, i) => {
    const made = publisher(`p${i}`)
    for (const aggregate of rules) made.registry.gauge({ name: `g_${aggregate}`, help: 'A gauge.', aggregate }).set(value)
    return made
  })
  for (const { publisher } of processes) await publisher.start()
  t.same(await lines(registry, 'g_'), ['g_last 2', 'g_sum 8', 'g_average 4', 'g_min 2', 'g_max 6'])
  processes[0]!.registry.gauge({ name: 'g_last', help: 'A gauge.', aggregate: 'last' }).set(NaN)
  await processes[0]!.publisher.flush()
  t.same(await lines(registry, 'g_last'), ['g_last NaN'])

  clock.advance(4000)
  await processes[1]!.publisher.flush()
  clock.advance(2000)
  t.same(await lines(registry, 'g_'), ['g_last 2', 'g_sum 2', 'g_average 2', 'g_min 2', 'g_max 2'], 'the other is silent')
  clock.advance(10_000)
  t.same(await lines(registry, 'g_'), [], 'gauges vanish with the last origin')
  t.same(await lines(registry, 'njord_aggregator_origins'), ['njord_aggregator_origins{state="alive"} 0', 'njord_aggregator_origins{state="silent"} 2'])
  await processes[0]!.publisher.flush()
  t.same(await lines(registry, 'g_sum', 'g_last'), ['g_last NaN', 'g_sum 6'], 'and come back with it')
})

await t.test('lets a gauge vanish that its process removed, also when the message that says so was lost', async t => {
  const { publisher, aggregator } = scene()
  const { registry } = await aggregator()
  const { registry: own, publisher: one } = publisher('one', { fullEvery: 3 })
  const open = own.gauge({ name: 'open_orders', help: 'Open.', labelNames: ['symbol'] })
  for (const symbol of ['a', 'b', 'c']) open.set({ symbol }, 1)
  await one.start()
  open.remove({ symbol: 'a' })
  await one.flush()
  t.same(await lines(registry, 'open_orders'), ['open_orders{symbol="b"} 1', 'open_orders{symbol="c"} 1'])
  own.unregister('open_orders')
  await one.flush()
  t.same(await lines(registry, 'open_orders'), [])

  const lossy = new DisturbedBus(new MemoryBus({ clock: scene().clock }), METRICS_TOPIC)
  const other = scene(() => lossy)
  const { registry: merged } = await other.aggregator()
  const two = other.publisher('two', { fullEvery: 3 })
  const gauge = two.registry.gauge({ name: 'g', help: 'A gauge.', labelNames: ['x'] })
  gauge.set({ x: '1' }, 1)
  await two.publisher.start()
  gauge.remove({ x: '1' })
  lossy.disturb = () => {}
  await two.publisher.flush()
  lossy.disturb = (payload, deliver) => { deliver(payload) }
  await two.publisher.flush()
  await two.publisher.flush()
  t.same(await lines(merged, 'g{'), [])
})

await t.test('comes to the same truth after a full set, whatever was dropped, repeated or reordered', async t => {
  for (const seed of [1, 2, 3]) {
    const lossy = new DisturbedBus(new MemoryBus({ clock: scene().clock }), METRICS_TOPIC)
    const { publisher, aggregator, clock, log } = scene(() => lossy)
    let state = seed
    const chance = (): number => (state = (state * 48271) % 2147483647) / 2147483647
    const { registry } = await aggregator()
    const { registry: second } = await aggregator()
    const kept: unknown[] = []
    lossy.disturb = (payload, deliver) => {
      if (chance() < 0.1) return
      if (chance() < 0.3) kept.push(payload)
      else deliver(payload)
      if (chance() < 0.2) deliver(payload)
      if (chance() < 0.3) for (const each of kept.splice(0).reverse()) deliver(each)
    }
    const processes = ['a', 'b', 'c'].map(name => publisher(name, { maxBytes: 1024 }))
    const truth = new MetricRegistry({ clock })
    const declare = (registry: MetricRegistry) => ({
      counter: registry.counter(fills), histogram: registry.histogram({ name: 'size', help: 'Sizes.', labelNames: ['venue'], buckets: [1, 2, 4] })
    })
    const all = declare(truth)
    for (const { publisher } of processes) await publisher.start()
    for (let round = 0; round < 40; round++) {
      for (const { registry, publisher } of processes) {
        const own = declare(registry)
        for (let n = 0; n < 10; n++) {
          const venue = `v${Math.floor(chance() * 30)}`
          const value = Math.floor(chance() * 24) / 4 - 1
          for (const { counter, histogram } of [own, all]) {
            counter.inc({ venue }, value + 1)
            histogram.observe({ venue }, value)
          }
        }
        await publisher.flush()
        clock.advance(100)
      }
    }
    lossy.disturb = (payload, deliver) => { deliver(payload) }
    for (const each of kept) lossy.publish(METRICS_TOPIC, each)
    lossy.publish(RESYNC_TOPIC, {})
    for (const { publisher } of processes) await publisher.flush()
    const expected = (await lines(truth, 'fills_total', 'size')).sort()
    t.same((await lines(registry, 'fills_total', 'size')).sort(), expected)
    t.same((await lines(second, 'fills_total', 'size')).sort(), expected, 'a second aggregator knows the same')
    t.match(await lines(registry, 'njord_aggregator_resyncs_total'), [/ [1-9]/])
    t.notOk(log.lines.some(({ level }) => level === 'error'))
  }
})

await t.test('a full set that comes twice, or after a later message, lets no gauge vanish', async t => {
  const { publisher, aggregator, bus, clock, windows } = scene()
  const { registry, aggregator: aggregating } = await aggregator()
  const { registry: own, publisher: one } = publisher('one', { maxBytes: 256, fullEvery: 1 })
  const gauge = own.gauge({ name: 'g', help: 'A gauge.', labelNames: ['x'] })
  for (let x = 0; x < 30; x++) gauge.set({ x: `${x}` }, x)
  const messages: unknown[] = []
  const noting = bus.subscribe(METRICS_TOPIC, message => { messages.push(message) })
  await one.start()
  noting.unsubscribe()
  t.ok(messages.length > 3)
  const expected = await lines(own, 'g{')
  t.same((await lines(registry, 'g{')).sort(), [...expected].sort())
  for (const message of [...messages, messages[0], ...messages]) bus.publish(METRICS_TOPIC, message)
  t.same((await lines(registry, 'g{')).sort(), [...expected].sort())
  clock.advance(1000)
  gauge.set({ x: '0' }, 100)
  gauge.remove({ x: '1' })
  await one.flush()
  for (const message of messages) bus.publish(METRICS_TOPIC, message)
  t.equal((await lines(registry, 'g{')).length, 29)
  t.ok((await lines(registry, 'g{')).includes('g{x="0"} 100'))
  await aggregating.close()
  t.match(windows.of('g').find(({ labels }) => labels['x'] === '0'), { count: 2, min: 0, max: 100 })
})

await t.test('a gauge that was removed and made anew stays, though the message that said so was lost', async t => {
  const lossy = new DisturbedBus(new MemoryBus({ clock: scene().clock }), METRICS_TOPIC)
  const { publisher, aggregator } = scene(() => lossy)
  const { registry } = await aggregator()
  const { registry: own, publisher: one } = publisher('one')
  const gauge = own.gauge({ name: 'g', help: 'A gauge.', labelNames: ['x'] })
  gauge.set({ x: 'a' }, 1)
  await one.start()
  lossy.disturb = () => {}
  gauge.remove({ x: 'a' })
  await one.flush()
  lossy.disturb = (payload, deliver) => { deliver(payload) }
  gauge.set({ x: 'a' }, 2)
  await one.flush()
  lossy.publish(RESYNC_TOPIC, {})
  await one.flush()
  t.same(await lines(registry, 'g{'), ['g{x="a"} 2'])
})

await t.test('goes on after a reset in the middle of a process\'s life', async t => {
  const { publisher, aggregator } = scene()
  const { registry } = await aggregator()
  const { registry: own, publisher: one } = publisher('one')
  const counter = own.counter(fills)
  const histogram = own.histogram({ name: 'size', help: 'Sizes.', buckets: [1] })
  counter.inc({ venue: 'x' }, 5)
  histogram.observe(3)
  await one.start()
  counter.reset()
  histogram.reset()
  counter.inc({ venue: 'x' }, 2)
  histogram.observe(0.5)
  await one.flush()
  counter.inc({ venue: 'x' }, 1)
  histogram.observe(2)
  await one.flush()
  t.same(await lines(registry, 'fills_total', 'size_count', 'size_sum'), ['fills_total{venue="x"} 8', 'size_sum 5.5', 'size_count 3'])
  // A series that was removed and made anew is another one.
  counter.remove({ venue: 'x' })
  counter.inc({ venue: 'x' }, 1)
  await one.flush()
  t.same(await lines(registry, 'fills_total'), ['fills_total{venue="x"} 9'])
})

await t.test('refuses summaries, metrics that clash, and whatever is malformed, and counts them', async t => {
  const { publisher, aggregator, bus, log } = scene()
  const { registry } = await aggregator()
  const { registry: own, publisher: one } = publisher('one')
  own.summary({ name: 'latency', help: 'A summary.' }).observe(1)
  own.histogram({ name: 'size', help: 'Sizes.', buckets: [1] }).observe(1)
  await one.start()
  const two = publisher('two')
  two.registry.histogram({ name: 'size', help: 'Sizes.', buckets: [2] }).observe(1)
  await two.publisher.start()
  const message: MetricsMessage = {
    njord_metrics: 1, origin: { instance: 'x', started_ns: 1n, seq: 1 }, timestamp_ns: BigInt(START_MS) * 1_000_000n, full: 1, end: true
  }
  const family = { id: 0, type: 'counter', name: 'x_total', help: 'x', labels: [] }
  const hostile: unknown[] = [
    { ...message, totals: '0=1=2' }, { ...message, totals: '9=1' }, { ...message, series: [[-1, 0]] }, { ...message, families: [null] }, { njord_metrics: 2 },
    { ...message, origin: null }, { ...message, removed: ['x'] }, { ...message, families: [{ ...family, name: 'no total' }] },
    { ...message, families: [{ ...family, type: 'histogram', name: 'njord_metric_series', bounds: [1] }] },
    { ...message, families: [{ ...family, type: 'sketch' }] }, null, 17, 'text', [], {}, { ...snapshot('x', 'counter', 1), labels: { a: 1 } },
    snapshot('y_total', 'counter', -1), snapshot('size', 'counter', 1), snapshot('size', 'gauge', 1), snapshot('size', 'histogram', 1, START_MS, { a: 'b' }), snapshot('s', 'summary', 1)
  ]
  for (const payload of hostile) bus.publish(METRICS_TOPIC, payload)
  const refused = Object.fromEntries((await lines(registry, 'njord_aggregator_refused_total')).map(line => /reason="(\w+)"\} (\d+)/.exec(line)!.slice(1)))
  t.match(refused, { summary: '2', malformed: '7', invalid_metric: '1', labels: '1', negative: '1', invalid_snapshot: '6' })
  t.ok(Number(refused['clash']) >= 3)
  t.ok(Number(refused['unknown_series']) >= 1)
  t.same(await lines(registry, 'size_count', 'latency'), ['size_count 1'])
  t.ok(log.lines.filter(({ level }) => level === 'warn').length < 12, 'one line a kind')
})

await t.test('ever new metrics and label sets of gauges are refused at a limit, and nobody is asked for them anew', async t => {
  const { publisher, aggregator, clock, bus, log } = scene()
  const { registry } = await aggregator({ maxSeries: 3 })
  const { registry: own, publisher: one } = publisher('one')
  await one.start()
  const gauge = own.gauge({ name: 'depth', help: 'Depth.', labelNames: ['order'] })
  for (let order = 0; order < 5; order++) {
    gauge.set({ order: `${order}` }, order)
    await one.flush()
    gauge.remove({ order: `${order}` })
    clock.advance(6000)
  }
  gauge.set({ order: 'more' }, 1)
  for (let round = 0; round < 3; round++) {
    gauge.set({ order: 'more' }, round)
    await one.flush()
    clock.advance(6000)
  }
  bus.publish(METRICS_TOPIC, snapshot('depth', 'gauge', 1, START_MS, { order: 'other' }))
  t.match(await lines(registry, 'njord_aggregator_refused_total{reason="limit"}', 'njord_aggregator_refused_total{reason="unknown_series"}', 'njord_aggregator_resyncs_total'),
    [/ 4$/, / 0$/, / 1$/])
  t.equal(log.lines.filter(({ message }) => message.includes('limit')).length, 1)

  // Once no window is open that has a sample of those that vanished, they make room: with the next full set, which says labels again.
  for (const aheadMs of [26 * 60 * minute, 2000, 2000]) {
    clock.advance(aheadMs)
    for (let turn = 0; turn < 50; turn++) await new Promise(resolve => { setImmediate(resolve) })
  }
  bus.publish(RESYNC_TOPIC, {})
  await one.flush()
  t.same(await lines(registry, 'depth{'), ['depth{order="more"} 2'])

  // A process whose series come and go without end goes on with those that it had.
  bus.publish(METRICS_TOPIC, {
    njord_metrics: 1,
    origin: { instance: 'old', started_ns: 1n, seq: 1 },
    timestamp_ns: 0n,
    full: 1,
    end: true,
    families: [{ id: 0, type: 'counter', name: 'old_total', help: 'x', labels: ['n'] }],
    series: [[7, 0, 'a'], [1 << 22, 0, 'b']],
    totals: '7=1;4194297=2'
  })
  t.match(await lines(registry, 'old_total', 'njord_aggregator_refused_total{reason="limit"}', 'njord_aggregator_refused_total{reason="unknown_series"}'),
    [/ [5-9]$/, / 0$/, 'old_total{n="a"} 1'])
  const few = new MergedFamilies(new MetricRegistry(), 10, 2)
  const declared = ['a_total', 'b_total', 'c_total', 'a_total'].map((name, id) => few.resolve({ id, type: 'counter', name, help: 'x', labels: [] }))
  t.strictSame(declared.map(each => typeof each === 'string' ? each : each.family.family.name), ['a_total', 'b_total', 'limit', 'a_total'])
})

await t.test('takes bare snapshots of other services', async t => {
  const { aggregator, bus, clock, windows } = scene()
  const { registry, aggregator: aggregating } = await aggregator({ silentMs: 5000 })
  registry.histogram({ name: 'size', help: 'Of this process too.', buckets: [1, 2] })
  bus.publish(METRICS_TOPIC, snapshot('py_fills', 'counter', 2, START_MS, { venue: 'x' }))
  bus.publish(METRICS_TOPIC, snapshot('py_fills', 'counter', 0.5, START_MS, { venue: 'x' }))
  bus.publish(METRICS_TOPIC, snapshot('py_fills_total', 'counter', 1, START_MS, {}))
  for (const value of [0.5, 1.5, 7]) bus.publish(METRICS_TOPIC, snapshot('size', 'histogram', value))
  for (const value of [10, 20, 30]) bus.publish(METRICS_TOPIC, snapshot('py_depth', 'gauge', value, START_MS + value))
  t.same(await lines(registry, 'py_', 'size'), [
    'size_bucket{le="1"} 1', 'size_bucket{le="2"} 2', 'size_bucket{le="+Inf"} 3', 'size_sum 9', 'size_count 3',
    'py_fills_total{venue="x"} 2.5', 'py_fills_total{venue=""} 1', 'py_depth 30'
  ])
  clock.advance(10_000)
  t.same(await lines(registry, 'py_depth'), [])
  await aggregating.close()
  t.match(windows.of('py_depth'), [{ avg: 20, min: 10, max: 30, last: 30, count: 3, sum: 60 }])
  t.match(windows.of('size'), [{ bounds: [1, 2], buckets: [1, 1, 1], sum: 9 }])
  t.match(windows.of('py_fills_total'), [{ labels: { venue: 'x' }, increment: 2.5 }, { labels: {}, increment: 1 }])
})

await t.test('places late samples in their own window inside the grace period; later ones are dropped and counted', async t => {
  const { aggregator, bus, clock, windows } = scene()
  const { registry, aggregator: aggregating } = await aggregator()
  clock.advance(6 * minute)
  // At 00:06 the window of 00:00 is just over its five minutes of grace; that of 00:01 is open.
  for (const [atMs, value] of [[0, 1], [minute - 1, 2], [minute, 4], [5 * minute, 8], [9 * minute, 16]] as const) {
    bus.publish(METRICS_TOPIC, snapshot('late_total', 'counter', value, START_MS + atMs))
  }
  clock.advance(40 * minute)
  await aggregating.drain()
  t.same((windows.of('late_total') as CounterWindow[]).map(({ startMs, increment }) => [(startMs - START_MS) / minute, increment]), [[1, 4], [5, 8], [6, 16]],
    'what is of the future is of the present')
  t.same(await lines(registry, 'late_total', 'njord_aggregator_late'), [
    'njord_aggregator_late_samples_total{fate="placed"} 0', 'njord_aggregator_late_samples_total{fate="moved"} 0',
    'njord_aggregator_late_samples_total{fate="dropped"} 2', 'late_total 31'
  ])
})

await t.test('hands over windows of every resolution when their time is over, and all of them add up', async t => {
  const { publisher, aggregator, clock, windows } = scene()
  const { aggregator: aggregating } = await aggregator({ graceMs: minute })
  const { registry: own, publisher: one } = publisher('one')
  const counter = own.counter({ name: 'a_total', help: 'a' })
  await one.start()
  for (let n = 0; n < 25 * 12; n++) {
    counter.inc()
    await one.flush()
    clock.advance(5 * minute)
    for (let turn = 0; turn < 6; turn++) await new Promise(resolve => { setImmediate(resolve) })
  }
  clock.advance(1000)
  for (let turn = 0; turn < 6; turn++) await new Promise(resolve => { setImmediate(resolve) })
  // 25 hours are over; the last hour, and its last five minutes, are within the minute of grace.
  const counts = () => (['1m', '5m', '1h', '1d'] as const).map(resolution => windows.of('a_total', resolution).length)
  t.same(counts(), [300, 299, 24, 1])
  t.match(windows.of('a_total', '1d'), [{ increment: 288, startMs: START_MS, endMs: START_MS + 86_400_000 }])
  t.match(windows.of('a_total', '1h')[23], { increment: 12, total: 288 })
  await aggregating.close()
  t.same(counts(), [300, 300, 25, 2], 'who is closed without a state hands over what is open')
  for (const resolution of ['1m', '5m', '1h', '1d']) {
    t.equal(windows.of('a_total', resolution).reduce((sum, record) => sum + (record as CounterWindow).increment, 0), 300)
  }
})

await t.test('goes on where it was killed, and writes no window twice', async t => {
  const path = join(await folder(t), 'deep', 'state.ndjson')
  const { publisher, aggregator, clock, windows, bus, log } = scene()
  const first = await aggregator({ state: path, graceMs: 0 })
  const { registry: own, publisher: one } = publisher('one')
  const counter = own.counter(fills)
  const histogram = own.histogram({ name: 'size', help: 'Sizes.', buckets: [1, 2] })
  own.gauge({ name: 'g', help: 'g' }).set(Infinity)
  await one.start()
  counter.inc({ venue: 'x' }, 3)
  histogram.observe(1.5)
  await one.flush()
  clock.advance(30_000)
  await first.aggregator.close()
  const noted = await readFile(path, 'utf8')

  // What comes while nobody is there, and what the killed one had merged and not noted.
  counter.inc({ venue: 'x' }, 4)
  histogram.observe(0.5)
  await one.flush()
  const second = await aggregator({ state: path, graceMs: 0 })
  t.same(await lines(second.registry, 'fills_total'), ['fills_total{venue="x"} 3'], 'as it was')
  await one.flush()
  t.same(await lines(second.registry, 'fills_total', 'size_count', 'size_sum', 'g '), ['size_sum 2', 'size_count 2', 'fills_total{venue="x"} 7', 'g +Inf'])
  await second.aggregator.drain()
  t.match(windows.of('fills_total'), [{ increment: 7, total: 7 }])
  t.match(windows.of('size', '1d'), [{ buckets: [1, 1, 0], sum: 2 }])
  await second.aggregator.close()

  // Killed between the writing of windows and the note that it was done: the state has them as sealed.
  await writeFile(path, noted.replaceAll('"sealed":false', '"sealed":true'))
  const there = new Set(windows.records.filter(({ resolution }) => resolution === '1m').map(windowKey))
  const again: WindowRecord[] = []
  const third = await aggregator({
    state: path, graceMs: 0, sink: { write: records => { again.push(...records) }, held: async () => there, flush: async () => {} }
  })
  t.same(again.filter(({ name }) => name === 'fills_total'), [])
  await third.aggregator.close()

  // A later version has another metric under the name: it begins anew, the others go on.
  await writeFile(path, noted)
  const registry = new MetricRegistry({ clock })
  registry.gauge({ name: 'size', help: 'Of another kind.' })
  const later = await aggregator({ state: path, registry, sink: new RecordedWindows() })
  t.same(await lines(registry, 'fills_total'), ['fills_total{venue="x"} 3'])
  bus.publish(RESYNC_TOPIC, {})
  await one.flush()
  t.same(await lines(registry, 'fills_total', 'size'), ['size 0', 'fills_total{venue="x"} 7'])
  t.match(log.lines.find(({ message }) => message.includes('something else by now')), { fields: { metrics: ['size'] } })
  await later.aggregator.close()

  await writeFile(path, noted.slice(0, -30))
  const fourth = await aggregator({ state: path, sink: new RecordedWindows() })
  t.ok(log.lines.some(({ level, message }) => level === 'error' && message.includes('begins anew')))
  bus.publish(RESYNC_TOPIC, {})
  await one.flush()
  t.same(await lines(fourth.registry, 'fills_total'), ['fills_total{venue="x"} 7'])
  await fourth.aggregator.close()
})

await t.test('what comes while the state is written down waits its turn, up to a limit', async t => {
  const state = join(await folder(t), 'state.ndjson')
  const { aggregator, bus, clock, windows } = scene()
  const { registry, aggregator: aggregating } = await aggregator({ state, graceMs: 0 })
  bus.publish(METRICS_TOPIC, snapshot('a_total', 'counter', 1))
  clock.advance(2 * minute)
  for (let n = 0; n < 2100; n++) bus.publish(METRICS_TOPIC, snapshot('a_total', 'counter', 1, clock.nowMs()))
  while ((await lines(registry, 'a_total 2001')).length === 0) await new Promise(resolve => { setImmediate(resolve) })
  t.same(await lines(registry, 'njord_aggregator_refused_total{reason="overload"}'), ['njord_aggregator_refused_total{reason="overload"} 100'])
  await aggregating.drain()
  t.equal(windows.of('a_total').reduce((sum, record) => sum + (record as CounterWindow).increment, 0), 2001)
  await aggregating.close()
})

await t.test('a gauge that may have fewer label sets than it had goes on with those', async t => {
  const state = join(await folder(t), 'state.ndjson')
  const { publisher, aggregator, windows } = scene()
  const first = await aggregator({ state })
  const { registry: own, publisher: one } = publisher('one')
  for (const x of ['a', 'b', 'c']) own.gauge({ name: 'g', help: 'A gauge.', labelNames: ['x'] }).set({ x }, 1)
  await one.start()
  await first.aggregator.close()
  const second = await aggregator({ state, maxSeries: 2 })
  await second.aggregator.drain()
  t.same(windows.of('g').map(({ labels }) => labels['x']), ['a', 'b'])
  await second.aggregator.close()
})

await t.test('does not take what was recorded before its time for a gain of its first minute', async t => {
  const { publisher, aggregator, clock, windows } = scene()
  const { registry: own, publisher: one } = publisher('old')
  own.counter(fills).inc({ venue: 'x' }, 1000)
  clock.advance(10 * minute)
  const { registry, aggregator: aggregating } = await aggregator()
  await one.start()
  own.counter(fills).inc({ venue: 'x' }, 2)
  await one.flush()
  t.same(await lines(registry, 'fills_total'), ['fills_total{venue="x"} 1002'])
  await aggregating.close()
  t.match(windows.of('fills_total'), [{ increment: 2, total: 1002 }])
})

await t.test('keeps within its memory: silent origins are forgotten, then windows are closed early, and it says so', async t => {
  const { publisher, aggregator, clock, windows, log } = scene()
  const { registry } = await aggregator({ maxBytes: 6000, silentMs: 5000 })
  const one = publisher('gone')
  one.registry.counter(fills).inc({ venue: 'x' }, 5)
  await one.publisher.start()
  const two = publisher('here')
  const counter = two.registry.counter(fills)
  await two.publisher.start()
  for (let n = 0; n < 300; n++) {
    counter.inc({ venue: `v${n % 100}` })
    await two.publisher.flush()
    clock.advance(2000)
  }
  t.match(await lines(registry, 'njord_aggregator_evicted_total'), [/origin"\} 1/, /window"\} [1-9]/])
  t.ok(log.lines.some(({ message }) => message.includes('limit of memory')))
  t.ok(windows.of('fills_total').length > 0)
  // It is heard of again: what was counted stays counted, once.
  one.registry.counter(fills).inc({ venue: 'x' }, 1)
  await one.publisher.flush()
  t.same((await lines(registry, 'fills_total')).filter(line => line.includes('"x"')), ['fills_total{venue="x"} 5'])
  const memory = (await lines(registry, 'njord_aggregator_memory_bytes')).map(line => Number(line.split(' ')[1]))
  t.ok(memory.every(bytes => bytes > 0))
})

await t.test('forgets origins that are silent for long', async t => {
  const { publisher, aggregator, clock } = scene()
  const { registry } = await aggregator({ forgetMs: 10 * minute })
  const { registry: own, publisher: one } = publisher('one')
  own.counter(fills).inc({ venue: 'x' })
  await one.start()
  clock.advance(11 * minute)
  t.same(await lines(registry, 'njord_aggregator_origins', 'fills'), [
    'njord_aggregator_origins{state="alive"} 0', 'njord_aggregator_origins{state="silent"} 0', 'fills_total{venue="x"} 1'
  ])
})

await t.test('samples a gauge that does not change with every flush, and merges gauges of several processes', async t => {
  const { publisher, aggregator, clock, windows } = scene()
  const { aggregator: aggregating } = await aggregator()
  const processes = [1, 2].map(value => {
    const made = publisher(`p${value}`)
    made.registry.gauge({ name: 'open', help: 'Open.', aggregate: 'sum' }).set(value)
    return made
  })
  for (const { publisher } of processes) await publisher.start()
  for (let n = 0; n < 5; n++) {
    clock.advance(1000)
    for (const { publisher } of processes) await publisher.flush()
  }
  await aggregating.close()
  const [window] = windows.of('open') as GaugeWindow[]
  t.match(window, { min: 1, max: 3, last: 3, count: 12 })
})
