/**
 * One library in a process of its own: `scrape-child.ts LIBRARY WHAT KIND SERIES` prints one number.
 *
 * WHAT: `full`, every value changed since the last scrape, ms a scrape; `sparse`, one in ten, ms; `hold`, the longest time
 * that other turns of the event loop had to wait during a scrape, ms; `memory`, by how much resident memory has grown
 * since before the first scrape when the fourth is there, MB; `series`, bytes a series with its bound child, which a hot
 * path keeps, before any scrape. Needs `--expose-gc`.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Exposition } from '../src/exposition/exposition.js'
import { MetricRegistry } from '../src/metrics/registry.js'
import { sink } from './harness.js'
import { buckets, labelNames, loadPeers, type BenchLabels } from './peers.js'

type Kind = 'counter' | 'histogram'

interface Subject {
  /** Records once into series i. */
  touch (i: number): void
  /** The bound child of series i, recorded into once. */
  bind (i: number): unknown
  scrape (): Promise<unknown>
}

const [library = '', what = '', kind = 'counter', count = '1000'] = process.argv.slice(2)
const series = Number(count)
/** As a host has them that reads its orders off a wire: an object and strings of their own, each time. */
function labelsOf (i: number): BenchLabels {
  return { strategy_id: `strategy_${i % 10}`, symbol: `SYM${Math.floor(i / 20)}/USDT`, side: i % 20 < 10 ? 'buy' : 'sell' }
}

process.stdout.write(`${await measure()}\n`)

async function measure (): Promise<number> {
  if (what === 'series') return await bytesPerSeries()
  const subject = await open(kind as Kind)
  for (let i = 0; i < series; i++) subject.touch(i)
  if (what === 'memory') return await memoryGrowth(subject)
  const warmUps = 4
  const rounds = Math.max(5, Math.min(50, Math.floor(200_000 / series)))
  let best = Infinity
  for (let round = 0; round < warmUps + rounds; round++) {
    change(subject, round)
    await nextTurn()
    const found = what === 'hold' ? await longestHold(subject) : await duration(subject)
    if (round >= warmUps) best = Math.min(best, found)
  }
  return best
}

function change (subject: Subject, round: number): void {
  if (what !== 'sparse') {
    for (let i = 0; i < series; i++) subject.touch(i)
    return
  }
  // Another tenth each time, spread evenly.
  for (let i = round % 10; i < series; i += 10) subject.touch(i)
}

async function duration (subject: Subject): Promise<number> {
  const started = process.hrtime.bigint()
  await subject.scrape()
  return Number(process.hrtime.bigint() - started) / 1e6
}

async function longestHold (subject: Subject): Promise<number> {
  const state = { isOver: false }
  // Taken before: the part of the scrape that runs before its first pause counts as well.
  let last = performance.now()
  const scrape = subject.scrape().finally(() => { state.isOver = true })
  let longest = 0
  while (!state.isOver) {
    await nextTurn()
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  await scrape
  return longest
}

async function memoryGrowth (subject: Subject): Promise<number> {
  const children = Array.from({ length: series }, (_, i) => subject.bind(i) as { inc (): void })
  globalThis.gc!()
  await nextTurn()
  const before = process.memoryUsage.rss()
  let body: unknown
  for (let i = 0; i < 4; i++) {
    for (const child of children) child.inc()
    body = await subject.scrape()
  }
  const after = process.memoryUsage.rss()
  sink(body)
  return (after - before) / 1e6
}

async function bytesPerSeries (): Promise<number> {
  globalThis.gc!()
  const before = used()
  const subject = await open(kind as Kind)
  const children: unknown[] = Array.from({ length: series }, (_, i) => subject.bind(i))
  globalThis.gc!()
  await nextTurn()
  globalThis.gc!()
  const bytes = (used() - before) / series
  sink(children)
  return bytes
}

function used (): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function open (kind: Kind): Promise<Subject> {
  if (library === 'ours') {
    const registry = new MetricRegistry()
    const exposition = new Exposition(registry)
    const scrape = async () => (await exposition.scrape()).body
    if (kind === 'counter') {
      const counter = registry.counter({ name: 'orders_total', help: 'Orders.', labelNames, maxSeries: series })
      return { scrape, touch: i => { counter.inc(labelsOf(i)) }, bind: i => incremented(counter.labels(labelsOf(i))) }
    }
    const histogram = registry.histogram({ name: 'latency_seconds', help: 'Latency.', labelNames, buckets, maxSeries: series })
    return { scrape, touch: i => { histogram.observe(labelsOf(i), 0.003) }, bind: i => observed(histogram.labels(labelsOf(i))) }
  }
  const peer = (await loadPeers()).find(({ name }) => name === library)
  if (peer === undefined) throw new Error(`no library is called ${library}`)
  const registry = new peer.client.Registry()
  const scrape = async () => await registry.metrics()
  const common = { help: 'As ours.', labelNames: [...labelNames], registers: [registry] }
  if (kind === 'counter') {
    const counter = new peer.client.Counter({ name: 'orders_total', ...common })
    return { scrape, touch: i => { counter.inc(labelsOf(i)) }, bind: i => incremented(counter.labels(labelsOf(i))) }
  }
  const histogram = new peer.client.Histogram({ name: 'latency_seconds', ...common, buckets })
  return { scrape, touch: i => { histogram.observe(labelsOf(i), 0.003) }, bind: i => observed(histogram.labels(labelsOf(i))) }
}

function incremented<C extends { inc (): void }> (child: C): C {
  child.inc()
  return child
}

function observed<C extends { observe (value: number): void }> (child: C): C {
  child.observe(0.003)
  return child
}
