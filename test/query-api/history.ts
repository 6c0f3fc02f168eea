import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { Test } from 'tap'
import queryApi, { type QueryApiOptions } from '../../plugins/query-api.js'
import registry from '../../plugins/registry.js'
import type { Clock } from '../../src/contracts/clock.js'
import type { Queryable } from '../../src/contracts/queryable.js'
import { SampleStore } from '../../src/promql/index.js'
import type { SeriesStore } from '../../src/series/series-store.js'
import type { WrittenSeries } from '../promql/differential/remote-write.js'

/** When the history begins; it has a sample every 15 s for ten minutes. */
export const START_MS = 1_700_000_000_000

/** Values that are printed in many ways. */
const awkward = [1.5, 1e-7, -0, 1e21, 123456789.25, NaN, Infinity, -Infinity]

function series (labels: Record<string, string>, value: (i: number) => number | 'stale', count = 40): WrittenSeries {
  return { labels, samples: Array.from({ length: count }, (_, i) => ({ timestampMs: START_MS + i * 15_000, value: value(i) })) }
}

/** A small history: counters, a gauge of odd values, a histogram, a series that ends, names and values in UTF-8. */
export const history: readonly WrittenSeries[] = [
  series({ __name__: 'fills_total', job: 'desk', side: 'buy' }, i => 2 * i),
  series({ __name__: 'fills_total', job: 'desk', side: 'sell' }, i => 3 * i),
  series({ __name__: 'temp', job: 'desk', place: 'north "x" <&> ü' }, i => awkward[i % 8]!),
  ...[['0.1', 1], ['0.5', 2], ['+Inf', 4]].map(([le, n]) => series({ __name__: 'lat_bucket', job: 'desk', le: String(le) }, i => i * Number(n))),
  series({ __name__: 'lat_count', job: 'desk' }, i => 4 * i),
  series({ __name__: 'lat_sum', job: 'desk' }, i => 1.25 * i),
  series({ __name__: 'gone', job: 'other' }, i => i === 19 ? 'stale' : i, 20),
  series({ __name__: 'venue.latency', 'http.status': '200', job: 'desk' }, i => i)
]

export function fill (store: SampleStore, written: readonly WrittenSeries[] = history): SampleStore {
  for (const { labels, samples } of written) for (const { timestampMs, value } of samples) store.append(labels, timestampMs, value)
  return store
}

interface HostOptions {
  readonly api?: QueryApiOptions & { prefix?: string }
  readonly queryable?: Queryable
  readonly clock?: Clock
  readonly server?: FastifyServerOptions
}

/** A host with the query API over a history, without a sampler. */
export function hostOf (t: Test, { api = {}, queryable = fill(new SampleStore()), clock, server = {} }: HostOptions = {}): FastifyInstance {
  const app = Fastify({ ...server, forceCloseConnections: true } as FastifyServerOptions) as unknown as FastifyInstance
  t.teardown(async () => { await app.close() })
  app.register(registry, { clock })
  app.register(fp(async fastify => {
    fastify.decorate('njordSeries', queryable as SeriesStore)
    fastify.decorate('njordTarget', { job: 'desk', instance: 'a:1', intervalMs: 5000 })
  }, { name: 'njord-series' }))
  app.register(queryApi, api)
  return app
}
