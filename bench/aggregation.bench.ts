/** What publishing and merging cost. The floor of merging is `JSON.parse` of the same messages, its peer that of the same totals in an array. */
import { tmpdir } from 'node:os'
import { createClient } from 'redis'
import { MergedFamilies } from '../src/aggregation/merged-families.js'
import { MergedOrigin } from '../src/aggregation/merged-origin.js'
import { PublishedRegistry } from '../src/aggregation/published-registry.js'
import type { Part } from '../src/aggregation/batch.js'
import { WindowColumns } from '../src/aggregation/window-columns.js'
import type { MetricsMessage } from '../src/aggregation/wire.js'
import { RedisBus } from '../src/bus/redis-bus.js'
import { encodeMessage, decodeMessage } from '../src/bus/envelope.js'
import { SystemClock } from '../src/clock/system-clock.js'
import type { Counter } from '../src/contracts/instruments.js'
import { MetricRegistry } from '../src/metrics/registry.js'
import { freePort, RedisServer } from '../test/support/redis-server.js'
import { compare, compareInChildren, progress, type Bench } from './harness.js'

const series = 10_000
const publishedNs = 1_700_000_000_000_000_000n
const message = (seq: number, part: Part, full?: number): MetricsMessage => ({
  njord_metrics: 1,
  origin: { instance: 'bench', started_ns: 1_700_000_000_000_000_000n, seq },
  timestamp_ns: 1_700_000_000_000_000_000n,
  ...full === undefined ? {} : { full },
  end: true,
  ...part
})

function service (count: number): { registry: MetricRegistry, counter: Counter<'venue' | 'symbol'> } {
  const registry = new MetricRegistry()
  const counter = registry.counter({ name: 'fills_total', help: 'Fills.', labelNames: ['venue', 'symbol'], maxSeries: count })
  for (let n = 0; n < count; n++) counter.inc({ venue: `venue ${n % 10}`, symbol: `symbol ${Math.floor(n / 10)}` }, n * 7)
  return { registry, counter }
}

/** Merges rounds of texts in which every series changed: nanoseconds a sample. */
async function merge () {
  const { registry, counter } = service(series)
  const published = new PublishedRegistry(registry, 65_536)
  const families = new MergedFamilies(new MetricRegistry(), series)
  let origin = new MergedOrigin('bench', 1n, 0)
  const target = { totals: new WindowColumns('1m', 0), gauges: undefined, atMs: 0 }
  let seq = 0
  const declarations = (await published.parts(true)).map(part => message(++seq, part, 1))
  const rounds: string[][] = []
  const peers: string[] = []
  for (let round = 0; round < 20; round++) {
    for (let n = 0; n < series; n++) counter.inc({ venue: `venue ${n % 10}`, symbol: `symbol ${Math.floor(n / 10)}` }, 1 + n % 5)
    rounds.push((await published.parts(false)).map(part => encodeMessage({ payload: message(++seq, part), publishedNs })))
    peers.push(JSON.stringify(Array.from({ length: series }, (_, n) => [n, n * 7 + round * (1 + n % 5)]).flat()))
  }
  let round = 0
  const { ours, peer, floor } = await compare({
    ours: times => {
      for (let n = 0; n < times; n++) {
        // The rounds begin again with another life of the process: every total is one that was not known. Its declarations count.
        if (round % rounds.length === 0) {
          origin = new MergedOrigin('bench', 1n, 0)
          for (const each of declarations) origin.merge(each, families, target)
        }
        for (const text of rounds[round++ % rounds.length]!) origin.merge(decodeMessage(text, 1n).payload as MetricsMessage, families, target)
      }
    },
    peer: times => {
      let last
      for (let n = 0; n < times; n++) last = JSON.parse(peers[n % peers.length]!)
      return last
    },
    floor: times => {
      let last
      for (let n = 0; n < times; n++) for (const text of rounds[n % rounds.length]!) last = JSON.parse(text)
      return last
    }
  })
  progress(`  ${Math.round(series / ours * 1e9)} merged samples a second`)
  return { ours: ours / series, peer: peer / series, floor: floor / series }
}

/** Bytes on the wire for a changed series when 1 % of 10,000 change, against a MetricSnapshot each. */
async function wire () {
  const { registry, counter } = service(series)
  const published = new PublishedRegistry(registry, 65_536)
  await published.parts(true)
  const changed = series / 100
  let peer = 0
  for (let n = 0; n < changed; n++) {
    const labels = { venue: `venue ${n % 10}`, symbol: `symbol ${Math.floor(n / 10)}` }
    counter.inc(labels)
    const snapshot = { name: 'fills_total', value: 1, timestamp_ns: publishedNs, labels, metric_type: 'counter' }
    peer += encodeMessage({ payload: snapshot, publishedNs }).length
  }
  const ours = (await published.parts(false)).reduce((sum, part, i) => sum + encodeMessage({ payload: message(i, part), publishedNs }).length, 0)
  return { ours: ours / changed, peer: peer / changed }
}

const snapshot = { name: 'fills_total', value: 1, timestamp_ns: publishedNs, labels: { venue: 'venue 1', symbol: 'symbol 20' }, metric_type: 'counter' }

/**
 * CPU of publishing 1000 changed series over Redis, against awaiting a publish of JSON for each: as a process publishes them
 * (`compact`), or as bare snapshots handed to the bus.
 */
async function redis (form: 'compact' | 'snapshots') {
  const server = new RedisServer(await freePort(), tmpdir())
  await server.start()
  const { url } = server
  const client = createClient({ url, socket: { reconnectStrategy: false } })
  client.on('error', () => {})
  await client.connect()
  const bus = await RedisBus.open({ url, clock: new SystemClock() })
  let arrived = (): void => {}
  bus.subscribe('bench.end', () => { arrived() })
  await bus.ready()
  const { registry, counter } = service(1000)
  const published = new PublishedRegistry(registry, 65_536)
  await published.parts(true)
  const plain = { ...snapshot, timestamp_ns: Number(publishedNs) }
  const cpuOf = async (work: () => Promise<void>): Promise<number> => {
    let best = Infinity
    for (let round = 0; round < 12; round++) {
      const before = process.cpuUsage()
      await work()
      const { user, system } = process.cpuUsage(before)
      best = Math.min(best, (user + system) / 1000)
    }
    return best
  }
  let seq = 0
  const ours = await cpuOf(async () => {
    if (form === 'compact') {
      for (let n = 0; n < 1000; n++) counter.inc({ venue: `venue ${n % 10}`, symbol: `symbol ${Math.floor(n / 10)}` })
      for (const part of await published.parts(false)) bus.publish('bench.metrics', message(++seq, part))
    } else {
      for (let n = 0; n < 1000; n++) bus.publish('bench.metrics', snapshot)
    }
    // Messages of one bus arrive in order: when this one is back, the others are out.
    await new Promise<void>(resolve => {
      arrived = resolve
      bus.publish('bench.end', {})
    })
  })
  const peer = await cpuOf(async () => { for (let n = 0; n < 1000; n++) await client.publish('bench.metrics', JSON.stringify(plain)) })
  await bus.close()
  client.destroy()
  await server.kill()
  return { ours, peer }
}

const benches: Bench[] = [
  { name: 'aggregation.merge.10k', unit: 'ns/sample', run: merge },
  { name: 'aggregation.wire', unit: 'bytes/changed series', run: wire },
  ...(['counter', 'gauge'] as const).map(type => ({
    name: `aggregation.memory.${type}.100k`,
    unit: 'bytes/series',
    run: () => compareInChildren(new URL('aggregation-child.ts', import.meta.url), ['ours', 'peer'], { nodeFlags: ['--expose-gc'], args: [type] })
  })),
  { name: 'aggregation.redis.compact', unit: 'µs of CPU/series', run: () => redis('compact') },
  { name: 'aggregation.redis.snapshots', unit: 'µs of CPU/snapshot', run: () => redis('snapshots') }
]

export default benches
