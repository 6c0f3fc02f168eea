import { spawnSync } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import queryApi from '../plugins/query-api.js'
import registry from '../plugins/registry.js'
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
  #app: FastifyInstance | undefined

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

  /** The query API of a host over the same store. */
  async listen (): Promise<void> {
    const store = this.#store
    const app = this.#app = Fastify()
    await app.register(registry)
    await app.register(fp(async fastify => {
      fastify.decorate('njordSeries', store)
      fastify.decorate('njordTarget', { job: 'bench', instance: 'a:1', intervalMs: stepMs })
    }, { name: 'njord-series' }))
    await app.register(queryApi)
    await app.listen({ port: 0, host: '127.0.0.1' })
  }

  async close (): Promise<void> {
    await this.#app?.close()
    await this.#oracle?.close()
  }

  /** Over HTTP in this very process, up to the text of the answer. */
  async http ({ expr, startMs, endMs, stepMs }: QueryCase): Promise<string> {
    const seconds = (ms: number): string => (ms / 1000).toFixed(3)
    const form: Record<string, string> = stepMs === undefined
      ? { query: expr, time: seconds(startMs) }
      : { query: expr, start: seconds(startMs), end: seconds(endMs), step: seconds(stepMs) }
    const { port } = this.#app!.server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/api/v1/query${stepMs === undefined ? '' : '_range'}`
    return await (await fetch(url, { method: 'POST', body: new URLSearchParams(form) })).text()
  }

  /** Over HTTP, up to the text of the answer. */
  async theirs (query: QueryCase): Promise<string> {
    return await this.#oracle!.text(query)
  }
}

const sides = ['ours', 'http', 'theirs'] as const
type Times = Record<typeof sides[number], number>

/** The best of several rounds in turns, in milliseconds. */
async function race (data: DataSet, query: QueryCase, rounds = 15): Promise<Times> {
  const oracle = await Oracle.start()
  const all = new Sides()
  try {
    await all.load(data, oracle)
    await all.listen()
    const best: Times = { ours: Infinity, http: Infinity, theirs: Infinity }
    for (let round = 0; round < rounds; round++) {
      for (const side of shuffle(sides)) {
        const started = performance.now()
        const text = await all[side](query)
        best[side] = Math.min(best[side], performance.now() - started)
        if (round === 0) progress(`  ${side} ${text.length} characters`)
      }
    }
    return best
  } finally {
    await all.close()
  }
}

/** A query in process and over HTTP, each against Prometheus over HTTP: raced once for both. */
function duel (name: string, data: DataSet, query: QueryCase, rounds?: number): Bench[] {
  let raced: Promise<Times> | undefined
  const times = async (): Promise<Times> => await (raced ??= race(data, query, rounds))
  const bench = (prefix: string, side: 'ours' | 'http'): Bench => ({
    name: `${prefix}.${name}`,
    unit: 'ms',
    run: async () => {
      const found = await times()
      return { ours: found[side], peer: found.theirs }
    }
  })
  return [bench('promql', 'ours'), bench('promql.http', 'http')]
}

/**
 * The longest that a query holds the event loop, in milliseconds; the peer is the whole of the query: what it would hold
 * without giving others their turn.
 */
async function hold (data: DataSet): Promise<Figures> {
  const sides = new Sides()
  await sides.load(data, undefined)
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
  ...duel('instant.10k', counters, at('m', counters)),
  ...duel('instant.1', counters, at('m{instance="17"}', counters), 50),
  ...duel('rate.10k', counters, rates),
  ...duel('quantile.1k', histograms, at('histogram_quantile(0.9, rate(h_bucket[5m]))', histograms)),
  ...duel('range.1k', long, points)
]

const hasPrometheus = spawnSync(process.env.PROMETHEUS ?? 'prometheus', ['--version']).status === 0
if (!hasPrometheus) progress('promql.instant, rate, quantile and range are left out: there is no Prometheus in the PATH or under PROMETHEUS.')

const benches: Bench[] = [
  ...hasPrometheus ? against : [],
  { name: 'promql.hold.10k', unit: 'ms', run: async () => await hold(counters) },
  { name: 'promql.hold.50k', unit: 'ms', run: async () => await hold({ ...counters, series: 50_000 }) }
]

export default benches
