import { spawnSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SystemClock } from '../src/clock/system-clock.js'
import { labelsOf } from '../src/contracts/labels.js'
import { PromqlEngine } from '../src/promql/engine.js'
import { SeriesStore } from '../src/series/series-store.js'
import { Oracle, type QueryCase } from '../test/promql/differential/oracle.js'
import type { WrittenSeries } from '../test/promql/differential/remote-write.js'
import { progress, shuffle, type Bench, type Figures } from './harness.js'

const stepMs = 15_000
const startMs = Date.UTC(2024, 0, 1)

/** How many series a data set has, and the labels of each. */
interface DataSet {
  readonly series: number
  readonly minutes: number
  labels (i: number): Record<string, string>
}

/** 10,000 counters in a hundred groups. */
const counters: DataSet = { series: 10_000, minutes: 10, labels: i => ({ __name__: 'm', x: String(i % 100), instance: String(i) }) }

const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '+Inf']
/** 1,000 histograms of eleven buckets. */
const histograms: DataSet = {
  series: 1000 * bounds.length,
  minutes: 10,
  labels: i => ({ __name__: 'h_bucket', instance: String(Math.floor(i / bounds.length)), le: bounds[i % bounds.length]! })
}

/** A hundred counters over five hours: enough for 1,000 points. */
const long: DataSet = { series: 100, minutes: 300, labels: i => ({ __name__: 'm', x: String(i % 10), instance: String(i) }) }

/** The samples of a data set, a minute at a time; counters that grow each at a pace of its own, buckets more the wider they are. */
function * minutes ({ series, minutes, labels }: DataSet): Generator<WrittenSeries[]> {
  const sets = Array.from({ length: series }, (_, i) => labels(i))
  for (let minute = 0; minute < minutes; minute++) {
    yield sets.map((labels, i) => ({
      labels,
      samples: [0, 1, 2, 3].map(quarter => ({ timestampMs: startMs + minute * 60_000 + quarter * stepMs, value: (minute * 4 + quarter) * (1 + i % 11) }))
    }))
  }
}

/** Both sides with the same samples. */
class Sides {
  readonly #store = new SeriesStore({ maxAgeMs: Infinity, maxBytes: 2 ** 30 })
  readonly #engine = new PromqlEngine({ queryable: this.#store, clock: new SystemClock() })
  #oracle: Oracle | undefined

  async load (data: DataSet, oracle: Oracle | undefined): Promise<void> {
    this.#oracle = oracle
    for (const slice of minutes(data)) {
      for (const { labels, samples } of slice) {
        const own = labelsOf(labels)
        for (const { timestampMs, value } of samples) this.#store.append(own, timestampMs, value as number)
      }
      await oracle?.write(slice)
    }
  }

  /** In process, up to the text of the answer. */
  async ours ({ expr, startMs, endMs, stepMs }: QueryCase): Promise<string> {
    return JSON.stringify(await (stepMs === undefined ? this.#engine.instant(expr, startMs) : this.#engine.range(expr, startMs, endMs, stepMs)))
  }

  /** Over HTTP, up to the text of the answer. */
  async theirs (query: QueryCase): Promise<string> {
    return await this.#oracle!.text(query)
  }
}

/** The best of several rounds in turns, in milliseconds. */
async function race (data: DataSet, query: QueryCase, rounds = 15): Promise<Figures> {
  const oracle = await Oracle.start()
  try {
    const sides = new Sides()
    await sides.load(data, oracle)
    const best = { ours: Infinity, theirs: Infinity }
    for (let round = 0; round < rounds; round++) {
      for (const side of shuffle(['ours', 'theirs'] as const)) {
        const started = performance.now()
        const text = await sides[side](query)
        best[side] = Math.min(best[side], performance.now() - started)
        if (round === 0) progress(`  ${side} ${text.length} characters`)
      }
    }
    return { ours: best.ours, peer: best.theirs }
  } finally {
    await oracle.close()
  }
}

/**
 * The longest that a query holds the event loop, in milliseconds; the peer is the whole of the query: what it would hold
 * without giving others their turn.
 */
async function hold (): Promise<Figures> {
  const sides = new Sides()
  await sides.load(counters, undefined)
  const best = { ours: Infinity, peer: Infinity }
  for (let round = 0; round < 10; round++) {
    const state = { isDone: false, longest: 0 }
    const started = performance.now()
    const watch = (async () => {
      for (let before = performance.now(); !state.isDone;) {
        await nextTurn()
        const now = performance.now()
        state.longest = Math.max(state.longest, now - before)
        before = now
      }
    })()
    await sides.ours(rates)
    const lasted = performance.now() - started
    state.isDone = true
    await watch
    best.ours = Math.min(best.ours, state.longest)
    best.peer = Math.min(best.peer, lasted)
  }
  return best
}

const at = (expr: string, data: DataSet): QueryCase => {
  const endMs = startMs + data.minutes * 60_000 - stepMs
  return { expr, startMs: endMs, endMs, stepMs: undefined }
}
const rates = at('sum by (x) (rate(m[5m]))', counters)
const points: QueryCase = { expr: 'sum by (x) (rate(m[5m]))', startMs: startMs + 600_000, endMs: startMs + 600_000 + 999 * stepMs, stepMs }

const against: Bench[] = [
  { name: 'promql.instant.10k', unit: 'ms', run: async () => await race(counters, at('m', counters)) },
  { name: 'promql.instant.1', unit: 'ms', run: async () => await race(counters, at('m{instance="17"}', counters), 50) },
  { name: 'promql.rate.10k', unit: 'ms', run: async () => await race(counters, rates) },
  { name: 'promql.quantile.1k', unit: 'ms', run: async () => await race(histograms, at('histogram_quantile(0.9, rate(h_bucket[5m]))', histograms)) },
  { name: 'promql.range.1k', unit: 'ms', run: async () => await race(long, points) }
]

const hasPrometheus = spawnSync(process.env.PROMETHEUS ?? 'prometheus', ['--version']).status === 0
if (!hasPrometheus) progress('promql.instant, rate, quantile and range are left out: there is no Prometheus in the PATH or under PROMETHEUS.')

const benches: Bench[] = [...hasPrometheus ? against : [], { name: 'promql.hold', unit: 'ms', run: hold }]

export default benches
