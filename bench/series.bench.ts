import { buildHost } from '../examples/paper-trader/host.js'
import { syntheticFeed } from '../examples/paper-trader/feed/feed.js'
import { SystemClock } from '../src/clock/system-clock.js'
import { VirtualClock } from '../src/clock/virtual-clock.js'
import { labelsOf } from '../src/contracts/labels.js'
import type { Matcher } from '../src/contracts/queryable.js'
import { MetricRegistry } from '../src/metrics/registry.js'
import { Sampler } from '../src/sampling/sampler.js'
import { SeriesStore } from '../src/series/series-store.js'
import { compare, progress, sink, type Bench } from './harness.js'

const HOUR_MS = 3_600_000
const STEP_MS = 5000

/** The peer of a store: two plain arrays of numbers a series, without index and without limits. */
class PlainSeries {
  readonly timestamps: number[] = []
  readonly values: number[] = []
}

/** The paper trader's own samples of some hours, by the sampler. */
async function tradedStore (hours: number): Promise<SeriesStore> {
  const startMs = Date.UTC(2024, 0, 1)
  const clock = new VirtualClock(startMs)
  const trader = await buildHost({ feed: syntheticFeed(12, startMs), clock, wall: new SystemClock(), speed: Infinity, seed: 12 })
  // The trader's own store has a sample a minute at this speed: here is one with the usual five seconds.
  const store = new SeriesStore({ clock })
  const sampler = new Sampler({ registry: trader.app.njordRegistry, store, intervalMs: STEP_MS, job: 'njord', instance: 'host:1' })
  sampler.start()
  clock.after(hours * HOUR_MS, () => { trader.replay.stop() })
  await trader.replay.run()
  sampler.close()
  await trader.app.close()
  return store
}

/** Samples of a kind that instruments have: a counter, a bucket that rests, a price. */
function valueAt (seriesIndex: number, step: number): number {
  const kind = seriesIndex % 3
  return kind === 0 ? step * (1 + seriesIndex % 7) : kind === 1 ? step >> 6 : Math.round(10_000 + 500 * Math.sin(step / 50 + seriesIndex)) / 100
}

const labels = (i: number) => labelsOf({ __name__: 'm', job: 'njord', instance: 'host:1', i: String(i) })
const named: Matcher = { name: '__name__', op: '=', value: 'm', matches: value => value === 'm' }

/** An hour of 10,000 series, in a store and in plain arrays. */
function filled () {
  const store = new SeriesStore({ maxAgeMs: Infinity, maxBytes: 2 ** 30 })
  const refs = Array.from({ length: 10_000 }, (_, i) => store.ref(labels(i)))
  const plain = refs.map(() => new PlainSeries())
  for (let step = 0; step < HOUR_MS / STEP_MS; step++) {
    refs.forEach((ref, i) => {
      const value = valueAt(i, step)
      store.appendRef(ref, step * STEP_MS, value)
      plain[i]!.timestamps.push(step * STEP_MS)
      plain[i]!.values.push(value)
    })
  }
  return { store, plain }
}

/** What a plain series has in a window, as a query would take it. */
function cut ({ timestamps, values }: PlainSeries, startMs: number, endMs: number): number {
  let from = timestamps.length
  while (from > 0 && timestamps[from - 1]! >= startMs) from--
  let to = from
  while (to < timestamps.length && timestamps[to]! <= endMs) to++
  return Float64Array.from(timestamps.slice(from, to)).length + Float64Array.from(values.slice(from, to)).length
}

/** Watches how long the turns of the event loop take, until asked for the longest. */
function watchTurns (): { longestMs (): number } {
  let longest = 0
  let lastAt = performance.now()
  const turn = (): void => {
    longest = Math.max(longest, performance.now() - lastAt)
    lastAt = performance.now()
  }
  const watch = (): void => {
    turn()
    next = setImmediate(watch)
  }
  let next = setImmediate(watch)
  return {
    longestMs () {
      clearImmediate(next)
      turn()
      return longest
    }
  }
}

const benches: Bench[] = [
  {
    name: 'series.bytes',
    unit: 'bytes/sample',
    async run () {
      const store = await tradedStore(1)
      progress(`  ${store.size} series of the paper trader, ${store.samplesTotal} samples, ${store.bytes} bytes, index and labels among them`)
      return { ours: store.bytes / store.samplesTotal, peer: 16 }
    }
  },
  {
    name: 'series.append',
    unit: 'ns',
    async run () {
      const count = 1000
      const store = new SeriesStore({ maxAgeMs: HOUR_MS, maxBytes: 64 * 2 ** 20 })
      const refs = Array.from({ length: count }, (_, i) => store.ref(labels(i)))
      let plain = refs.map(() => new PlainSeries())
      const values = new Float64Array(count * 64)
      for (let i = 0; i < values.length; i++) values[i] = valueAt(i % count, Math.floor(i / count))
      let ourStep = 0
      let plainStep = 0
      const { ours, peer } = await compare({
        ours: times => {
          for (let i = 0; i < times;) {
            const at = (ourStep++ & 63) * count
            for (let s = 0; s < count && i < times; s++, i++) store.appendRef(refs[s]!, ourStep * STEP_MS, values[at + s]!)
          }
        },
        peer: times => {
          for (let i = 0; i < times;) {
            if ((plainStep & 1023) === 1023) plain = refs.map(() => new PlainSeries())
            const at = (plainStep++ & 63) * count
            for (let s = 0; s < count && i < times; s++, i++) {
              plain[s]!.timestamps.push(plainStep * STEP_MS)
              plain[s]!.values.push(values[at + s]!)
            }
          }
        }
      })
      return { ours, peer }
    }
  },
  ...[{ name: 'series.read.5m.10k', rangeMs: 299_999 }, { name: 'series.read.1h.10k', rangeMs: HOUR_MS }].map(({ name, rangeMs }): Bench => ({
    name,
    unit: 'ms',
    async run () {
      const { store, plain } = filled()
      const endMs = store.newestMs
      const found = await compare({
        ours: async times => {
          for (let i = 0; i < times; i++) {
            for (const one of await store.select({ matchers: [named], startMs: endMs - rangeMs, endMs })) sink(one.read().length)
          }
        },
        peer: times => {
          for (let i = 0; i < times; i++) for (const one of plain) sink(cut(one, endMs - rangeMs, endMs))
        }
      }, { rounds: 5 })
      return { ours: found.ours / 1e6, peer: found.peer / 1e6 }
    }
  })),
  {
    // Ours is the longest that one sampling holds the event loop; the peer is one that does not let it go.
    name: 'series.sample.hold',
    unit: 'ms',
    async run () {
      const held = { real: Infinity, virtual: Infinity }
      for (const [kind, clock] of [['real', new SystemClock()], ['virtual', new VirtualClock(Date.UTC(2024, 0, 1))]] as const) {
        const registry = new MetricRegistry({ clock })
        const gauge = registry.gauge({ name: 'm', help: 'M.', labelNames: ['i'], maxSeries: 100_000 })
        const children = Array.from({ length: 100_000 }, (_, i) => gauge.labels({ i }))
        const store = new SeriesStore({ maxBytes: 512 * 2 ** 20 })
        const sampler = new Sampler({ registry, store, intervalMs: STEP_MS, job: 'njord', instance: 'host:1' })
        let total = Infinity
        for (let round = 0; round < 10; round++) {
          children.forEach((child, i) => { child.set(valueAt(i, round)) })
          if (clock instanceof VirtualClock) clock.advance(STEP_MS)
          const turns = watchTurns()
          const startedAt = performance.now()
          await sampler.sample()
          total = Math.min(total, performance.now() - startedAt)
          held[kind] = Math.min(held[kind], turns.longestMs())
        }
        progress(`  ${kind} clock: 100,000 series in ${total.toFixed(1)} ms, at most ${held[kind].toFixed(2)} ms in one turn`)
      }
      return { ours: held.real, peer: held.virtual }
    }
  }
]

export default benches
