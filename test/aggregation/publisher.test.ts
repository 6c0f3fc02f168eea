import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { MemoryBus } from '../../src/bus/memory-bus.js'
import { METRICS_TOPIC, RESYNC_TOPIC, type MetricsMessage } from '../../src/aggregation/wire.js'
import { AbsentBus, lines, scene } from './support.js'

const fills = { name: 'fills_total', help: 'Fills.', labelNames: ['venue'] } as const

async function folder (t: Test): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'njord-spool-'))
  t.teardown(async () => { await rm(path, { recursive: true, force: true }) })
  return path
}

/** A scene whose messages of metrics are noted. */
function noted (bus?: Parameters<typeof scene>[0]) {
  const made = scene(bus)
  const messages: MetricsMessage[] = []
  made.bus.subscribe<MetricsMessage>(METRICS_TOPIC, message => { messages.push(message) })
  return { ...made, messages, take: () => messages.splice(0) }
}

async function settled (): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => { setImmediate(resolve) })
}

await t.test('says everything first, then what changed, and everything again when asked or every so often', async t => {
  const { publisher, bus, take, clock } = noted()
  const { registry, publisher: one } = publisher('one', { fullEvery: 4 })
  const counter = registry.counter(fills)
  counter.inc({ venue: 'x' })
  await one.start()
  const [first] = take()
  t.match(first, { njord_metrics: 1, origin: { instance: 'one', seq: 1 }, full: 1, end: true })
  t.match(first?.series?.filter(([, , ...values]) => values[0] === 'x').length, 1)

  counter.inc({ venue: 'x' })
  counter.inc({ venue: 'y' }, 2.5)
  await one.flush()
  const [second] = take()
  t.equal(second?.full, undefined)
  t.same(second?.series?.map(([, , ...values]) => values), [['y']], 'only what is new is declared')
  t.match(second?.totals, /=2(;|$)/)
  await one.flush()
  t.ok(take()[0]?.totals?.split(';').length === 1, 'its own count of messages changed, and nothing else')
  await one.flush()
  await one.flush()
  t.same(take().map(({ full }) => full !== undefined), [false, true])
  for (const [request, expected] of [[{ instance: 'two' }, false], [{ instance: 'one' }, true], [{}, true], [null, true]] as const) {
    bus.publish(RESYNC_TOPIC, request)
    await one.flush()
    t.equal(take()[0]?.full !== undefined, expected)
  }
  clock.advance(1)
  await one.close()
  t.equal(take().length, 1, 'a last flush')
  await one.close()
  await one.flush()
  t.same(take(), [])
})

await t.test('cuts a set into messages of bounded size that stand alone', async t => {
  const { publisher, take } = noted()
  const { registry, publisher: one } = publisher('one', { maxBytes: 2048 })
  for (let n = 0; n < 500; n++) registry.counter(fills).inc({ venue: `venue ${n}` }, n)
  registry.histogram({ name: 'size', help: 'Sizes.', buckets: [1, 2] }).observe(1)
  await one.start()
  const messages = take()
  t.ok(messages.length > 5)
  t.ok(messages.every(({ full, families = [], series = [] }) => full === 1 && series.every(([, family]) => families.some(({ id }) => id === family))))
  t.same(messages.map(({ end }) => end), messages.map((_, i) => i === messages.length - 1 ? true : undefined))
  const stringify = (value: unknown) => JSON.stringify(value, (_, item: unknown) => typeof item === 'bigint' ? String(item) : item)
  t.ok(messages.every(message => stringify(message).length < 2048 + 600))
})

await t.test('goes on while the bus is away, says so once a minute, and says everything when it is back', async t => {
  const absent = new AbsentBus(new MemoryBus({ clock: scene().clock }), METRICS_TOPIC)
  const { publisher, take, log, clock } = noted(() => absent)
  const { registry, publisher: one } = publisher('one')
  absent.leave()
  registry.counter(fills).inc({ venue: 'x' }, 7)
  registry.gauge({ name: 'g', help: 'g', labelNames: ['a'] }).set({ a: 'b' }, 1)
  registry.histogram({ name: 'size', help: 'Sizes.', buckets: [1, 2] }).observe(100)
  await one.start()
  for (let n = 0; n < 5; n++) await one.flush()
  t.same(take(), [])
  t.match(log.lines, [{ level: 'warn', fields: { metrics: { fills_total: 7, size_count: 1 } } }])
  clock.advance(61_000)
  await one.flush()
  t.equal(log.lines.length, 2)
  absent.comeBack()
  await settled()
  t.match(take(), [{ full: 1 }])
  t.same(await lines(registry, 'njord_publisher_missed'), ['njord_publisher_missed_flushes_total 7'])
})

await t.test('says on behalf of an earlier life what nobody heard of it', async t => {
  const path = await folder(t)
  const { publisher, aggregator, clock, take, bus } = noted()
  const { registry } = await aggregator()
  const absent = new AbsentBus(bus, METRICS_TOPIC)
  const first = publisher('one', { spool: path, bus: absent })
  const counter = first.registry.counter(fills)
  const size = first.registry.histogram({ name: 'size', help: 'Sizes.', buckets: [1, 2] })
  first.registry.gauge({ name: 'g', help: 'g' }).set(1)
  counter.inc({ venue: 'x' })
  await first.publisher.start()
  absent.leave()
  counter.inc({ venue: 'x' }, 10)
  size.observe(1.5)
  await first.publisher.flush()
  counter.inc({ venue: 'y' }, 100)
  size.observe(0.5)
  await first.publisher.flush()
  counter.inc({ venue: 'y' }, 1000)
  // Here it is killed: the last of it is in no flush.
  clock.advance(1)
  take()
  const second = publisher('one', { spool: path })
  await second.publisher.start()
  const said = take()
  t.ok(said.some(({ past }) => past === true))
  t.same(await lines(registry, 'fills_total', 'size_sum', 'size_count'), ['fills_total{venue="x"} 11', 'fills_total{venue="y"} 100', 'size_sum 2', 'size_count 2'])
  bus.publish(RESYNC_TOPIC, {})
  await second.publisher.flush()
  t.same(await lines(registry, 'fills_total'), ['fills_total{venue="x"} 11', 'fills_total{venue="y"} 100'], 'said twice, counted once')
  t.equal((await readdir(path)).length, 2)

  clock.advance(3_600_001)
  bus.publish(RESYNC_TOPIC, {})
  await second.publisher.flush()
  t.equal((await readdir(path)).length, 1, 'after an hour everybody has heard')
  await second.publisher.close()
})

await t.test('reads the whole lines of a spool that was torn, and leaves other instances alone', async t => {
  const path = await folder(t)
  const { publisher, take, clock } = noted()
  const first = publisher('a/b', { spool: path })
  first.registry.counter(fills).inc({ venue: 'x' })
  await first.publisher.start()
  await first.publisher.flush()
  await publisher('a', { spool: path }).publisher.start()
  const file = (await readdir(path)).find(name => name.startsWith('a%2Fb@'))!
  await writeFile(join(path, file), `${await readFile(join(path, file), 'utf8')}17\n{"njord_metr`)
  clock.advance(1)
  take()
  await publisher('a/b', { spool: path }).publisher.start()
  t.equal(take().filter(({ past }) => past === true).length, 2)
  await first.publisher.close()
})

await t.test('goes on without its spool, and notes everything when it can write again', async t => {
  const path = join(await folder(t), 'spool')
  const { publisher, log, take } = noted()
  await writeFile(path, 'a file where the folder should be')
  const { registry, publisher: one } = publisher('one', { spool: path, fullEvery: 3 })
  await one.start()
  t.match(take(), [{ full: 1 }])
  t.ok(log.lines.some(({ message }) => message.includes('spool')))
  await rm(path)
  await mkdir(path)
  registry.counter(fills).inc({ venue: 'x' })
  await one.flush()
  await one.flush()
  t.strictSame(take().map(({ full }) => full), [undefined, undefined], 'it says no more for want of a spool')
  await one.flush()
  const [file] = await readdir(path)
  t.match(await readFile(join(path, file!), 'utf8'), /"full":/)
  t.ok(log.lines.some(({ level, message }) => level === 'info' && message.includes('can be written again')))
  t.match(await lines(registry, 'njord_publisher_spool_errors_total'), [/ [1-9]/])
  await one.close()
})

await t.test('keeps the files of the last lives only', async t => {
  const path = await folder(t)
  for (let life = 1; life <= 70; life++) await writeFile(join(path, `one@${life}.ndjson`), '')
  await writeFile(join(path, 'one@70.ndjson.new'), 'half a mess')
  const { publisher } = noted()
  await publisher('one', { spool: path }).publisher.start()
  const names = await readdir(path)
  t.equal(names.length, 65)
  t.notOk(names.includes('one@6.ndjson'))
})
