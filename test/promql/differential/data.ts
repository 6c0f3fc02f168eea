import type { WrittenSample, WrittenSeries } from './remote-write.js'
import { Random } from './random.js'

/**
 * What the cases may hold. `full` is for a Prometheus 3.5. `common` leaves out what Prometheus 2 does otherwise: NaN, ±Inf
 * and extremes, names of UTF-8, and samples on the bounds of ranges, which were closed on the left before 3.0.
 */
export type Profile = 'full' | 'common'

/** Two hours around midnight, for the functions of the calendar: a leap day and the first of March. */
export const dataStartMs = Date.UTC(2024, 1, 29, 22, 50)
export const dataEndMs = dataStartMs + 7_200_000

/** When a series has samples: a scrape every `intervalMs`, from `fromMs` to `toMs` after the start. */
interface Scraping {
  readonly intervalMs?: number
  /** Share of the interval by which a sample may be late. */
  readonly jitter?: number
  readonly fromMs?: number
  readonly toMs?: number
  /** How many times the series vanishes, half of them with a staleness mark. */
  readonly gaps?: number
}

type Labels = Readonly<Record<string, string>>

/** A seeded data set of some 170 series. `__name__` is among the labels; the samples are in order. */
export function dataSet (seed: number, profile: Profile): WrittenSeries[] {
  const random = new Random(seed)
  const series: WrittenSeries[] = []
  // Prometheus 2 has ranges that are closed on the left: no sample may lie on a bound.
  const shiftMs = profile === 'full' ? 0 : 7

  const add = (labels: Labels, value: (i: number) => number, scraping: Scraping = {}): void => {
    const { intervalMs = 30_000, jitter = 0, fromMs = 0, toMs = 7_200_000, gaps = 0 } = scraping
    const holes = Array.from({ length: gaps }, () => {
      const from = random.between(fromMs, toMs)
      return { from, to: from + random.between(intervalMs, 1_200_000), marked: random.chance(0.5) }
    })
    const samples: WrittenSample[] = []
    let i = 0
    for (let atMs = fromMs; atMs <= toMs; atMs += intervalMs) {
      const lateMs = jitter === 0 ? 0 : Math.floor(random.next() * jitter * intervalMs / 1000) * 1000 + random.below(900)
      const timestampMs = dataStartMs + atMs + lateMs + shiftMs
      const hole = holes.find(({ from, to }) => atMs >= from && atMs < to)
      if (hole === undefined) samples.push({ timestampMs, value: value(i) })
      else if (hole.marked && samples.length > 0 && samples.at(-1)!.value !== 'stale') samples.push({ timestampMs, value: 'stale' })
      i++
    }
    // Lateness may put samples out of order; the first stays.
    series.push({ labels, samples: samples.filter((sample, at) => at === 0 || sample.timestampMs > samples[at - 1]!.timestampMs) })
  }

  /** A counter's values: steps of about `mean`, starting again now and then. Prometheus 2 extrapolates other when it is near zero. */
  const counter = (mean: number, resets = 0, start = profile === 'full' ? 0 : 1e6): (() => number) => {
    let value = start
    return () => {
      if (random.chance(resets)) value = profile === 'full' ? random.below(mean + 1) : 1e6 + random.below(mean)
      else value += Math.round(random.next() * 2 * mean)
      return value
    }
  }
  const walk = (start: number, step: number): (() => number) => {
    let value = start
    return () => (value += random.normal() * step)
  }

  for (const job of ['api', 'web']) {
    for (const instance of ['0', '1', '2']) {
      for (const code of ['200', '404', '500']) {
        const method = random.pick(['get', 'post'])
        add({ __name__: 'requests_total', job, instance, code, method }, counter(code === '200' ? 40 : 3, 0.01),
          { gaps: random.below(3), jitter: instance === '2' ? 0.3 : 0, intervalMs: instance === '1' ? 15_000 : 30_000 })
      }
      add({ __name__: 'errors_total', job, instance }, counter(1, 0.02), { gaps: 1 })
      add({ __name__: 'memory_bytes', job, instance }, walk(1e9, 1e7), { jitter: 0.5, gaps: 2 })
      add({ __name__: 'temperature', job, instance, room: random.pick(['a', 'b']) }, walk(5, 3), { intervalMs: random.pick([7000, 30_000, 60_000]), gaps: 1 })
      add({ __name__: 'build_info', job, instance, version: `v${random.between(1, 3)}.0`, arch: random.pick(['arm', 'amd']) }, () => 1)
    }
    add({ __name__: 'limit', job }, () => random.pick([10, 10, 10, 20]))
    add({ __name__: 'limit_by_code', job, code: '200' }, () => 30)
    add({ __name__: 'limit_by_code', job, code: '500' }, () => 3)
  }

  // Few, odd and short series.
  add({ __name__: 'flat_total', kind: 'zero' }, () => 0)
  add({ __name__: 'flat_total', kind: 'seven' }, () => 7)
  add({ __name__: 'flat_total', kind: 'big' }, () => 1e15)
  add({ __name__: 'flat_total', kind: 'fraction' }, () => 0.1)
  add({ __name__: 'brief_total', kind: 'once' }, () => 3, { fromMs: 1_800_000, toMs: 1_800_000 })
  add({ __name__: 'brief_total', kind: 'twice' }, counter(5), { fromMs: 1_800_000, toMs: 1_830_000 })
  add({ __name__: 'brief_total', kind: 'late' }, counter(5, 0, 100), { fromMs: 3_600_000 })
  add({ __name__: 'brief_total', kind: 'early' }, counter(5), { toMs: 3_600_000 })
  add({ __name__: 'brief_total', kind: 'sparse' }, counter(5), { intervalMs: 400_000 })
  add({ __name__: 'small_steps', kind: 'ints' }, () => random.between(-3, 3), { intervalMs: 60_000 })
  add({ __name__: 'small_steps', kind: 'halves' }, () => random.between(-3, 3) / 2, { intervalMs: 60_000 })
  add({ __name__: 'small_steps', kind: 'ties' }, () => random.between(0, 1), { intervalMs: 60_000 })
  add({ __name__: 'small_steps', kind: 'tied' }, () => random.between(0, 1), { intervalMs: 60_000 })

  // Moments, for the functions of the calendar.
  add({ __name__: 'moment_seconds', kind: 'now' }, i => dataStartMs / 1000 + 30 * i, {})
  add({ __name__: 'moment_seconds', kind: 'days' }, i => 951_696_000 + 86_400 * i * 3, {})
  add({ __name__: 'moment_seconds', kind: 'years' }, i => 86_400 * 365.25 * i, {})
  add({ __name__: 'moment_seconds', kind: 'before' }, i => -86_400 * 37 * i - 0.5, {})

  // Label values to take apart, and names that collide when a label or the name goes.
  const paths = ['/', '/orders/17', '/orders/99/fills', 'foo-17:bar-4', 'äöü€', profile === 'full' ? 'two\nlines' : 'two', 'quo"te\\', 'a,b;c', '']
  paths.forEach((path, i) => { add({ __name__: 'hits', path, shard: String(i % 2), n: String(i * 7 % 10) }, () => i + random.between(0, 2), { intervalMs: 60_000 }) })
  for (const name of ['twin_a', 'twin_b']) {
    for (const side of ['buy', 'sell']) add({ __name__: name, side }, walk(10, 2), { intervalMs: 60_000, gaps: name === 'twin_b' ? 1 : 0 })
  }
  for (const node of ['node2', 'node10', 'node1', 'Node1', 'node01']) add({ __name__: 'sortable', node, rack: `r${node.length}` }, () => random.between(1, 4), { intervalMs: 60_000 })

  // Classic histograms.
  const bounds = [0.005, 0.05, 0.1, 0.5, 1, 5, Infinity]
  const histogram = (name: string, labels: Labels, uppers: readonly number[], scale: number, resets: number, scraping: Scraping = {}): void => {
    const first = profile === 'full' ? 0 : 1e4
    const counts = uppers.map((_, at) => first * at + first)
    const totals = { sum: first, count: counts.at(-1)! }
    const columns: number[][] = []
    for (let i = 0; i < 500; i++) {
      if (random.chance(resets)) {
        counts.fill(0)
        totals.sum = totals.count = 0
      }
      for (let observed = random.below(12); observed > 0; observed--) {
        const value = -Math.log(1 - random.next()) * scale
        uppers.forEach((upper, at) => { if (value <= upper) counts[at]!++ })
        totals.sum += value
        totals.count++
      }
      columns.push([...counts, totals.sum, totals.count])
    }
    uppers.forEach((upper, at) => {
      add({ __name__: `${name}_bucket`, ...labels, le: upper === Infinity ? '+Inf' : String(upper) }, i => columns[i]![at]!, scraping)
    })
    add({ __name__: `${name}_sum`, ...labels }, i => columns[i]![uppers.length]!, scraping)
    add({ __name__: `${name}_count`, ...labels }, i => columns[i]![uppers.length + 1]!, scraping)
  }
  for (const job of ['api', 'web']) {
    for (const instance of ['0', '1']) histogram('latency_seconds', { job, instance }, bounds, job === 'api' ? 0.2 : 2, 0.01)
  }
  histogram('slippage_bps', { side: 'buy' }, [-10, -1, 0, 1, 10, Infinity], 1, 0)

  // Histograms that are not right: the bounds as they are written, and their counts.
  const broken: Record<string, ReadonlyArray<readonly [le: string, count: number]>> = {
    'no-inf': [['0.1', 2], ['1', 6], ['10', 9]],
    falling: [['0.1', 9], ['1', 4], ['10', 12], ['+Inf', 11]],
    'one-bucket': [['+Inf', 5]],
    words: [['a', 1], ['1', 4], ['', 7], ['+Inf', 8]],
    nan: [['NaN', 3], ['1', 4], ['+Inf', 8]],
    twice: [['1', 3], ['1.0', 4], ['1e0', 2], ['+Inf', 8]],
    empty: [['1', 0], ['2', 0], ['+Inf', 0]],
    nearly: [['1', 1e6], ['2', 1e6 - 1e-7], ['+Inf', 1e6]]
  }
  for (const [kind, buckets] of Object.entries(broken)) {
    if (profile === 'common' && kind !== 'no-inf' && kind !== 'one-bucket' && kind !== 'empty') continue
    for (const [le, count] of buckets) add({ __name__: 'broken_bucket', kind, le }, i => count * (1 + i), { intervalMs: 60_000 })
  }

  if (profile === 'full') {
    const odd = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e308, -1e308, 2.3e-308, 1e-300, 2 ** 53, 2 ** 63, 1e21, 1e-7, 0.1, 123456.789]
    for (const kind of ['a', 'b', 'c']) add({ __name__: 'odd', kind }, () => random.pick(odd), { intervalMs: 60_000, gaps: 1 })
    add({ __name__: 'odd', kind: 'nan' }, () => NaN, { intervalMs: 60_000 })
    add({ __name__: 'odd', kind: 'inf' }, i => i % 3 === 0 ? Infinity : i, { intervalMs: 60_000 })
    add({ __name__: 'odd', kind: 'some nan' }, i => i % 4 === 0 ? NaN : i, { intervalMs: 60_000 })
    add({ __name__: 'odd', kind: 'infs' }, i => i % 2 === 0 ? Infinity : -Infinity, { intervalMs: 60_000 })
    for (const kind of ['cancel', 'cancels']) {
      add({ __name__: 'large', kind }, i => [1e100, 1, -1e100, 3][(i + kind.length) % 4]!, { intervalMs: 60_000 })
    }
    add({ __name__: 'large', kind: 'max' }, () => random.pick([1.7e308, 1.6e308]), { intervalMs: 60_000 })
    add({ __name__: 'large', kind: 'tiny' }, () => random.next() * 1e-290, { intervalMs: 60_000 })
    add({ __name__: 'probability', kind: 'any' }, () => random.next() * 1.4 - 0.2, { intervalMs: 60_000 })
    add({ __name__: 'order.fills', 'trade side': 'buy', job: 'api' }, counter(4, 0.02), { gaps: 1 })
    add({ __name__: 'order.fills', 'trade side': 'sell', job: 'web' }, counter(4, 0.02))
    // Counts as they come from a scrape of 15 s with a mark at once and a series that comes back.
    add({ __name__: 'flapping', job: 'api' }, counter(3), { intervalMs: 15_000, gaps: 12 })
    add({ __name__: 'flapping', job: 'web' }, walk(0, 1), { intervalMs: 15_000, gaps: 12, jitter: 0.2 })
  }
  return series.filter(({ samples }) => samples.length > 0)
}

/**
 * The data set cut into the requests of a scraping server: slices of time, in each the series in their order. A Prometheus
 * numbers series as they come, and topk, limitk and many messages depend on that order.
 */
export function * slices (series: readonly WrittenSeries[], sliceMs = 600_000): Generator<WrittenSeries[]> {
  const at = series.map(() => 0)
  for (let fromMs = dataStartMs; fromMs <= dataEndMs + sliceMs; fromMs += sliceMs) {
    const slice: WrittenSeries[] = []
    series.forEach(({ labels, samples }, i) => {
      const from = at[i]!
      let to = from
      while (to < samples.length && samples[to]!.timestampMs < fromMs + sliceMs) to++
      at[i] = to
      if (to > from) slice.push({ labels, samples: samples.slice(from, to) })
    })
    if (slice.length > 0) yield slice
  }
}
