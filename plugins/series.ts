import { hostname } from 'node:os'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { checkSeriesOptions } from '../src/config/telemetry-options.js'
import { Sampler } from '../src/sampling/sampler.js'
import { SeriesStore } from '../src/series/series-store.js'
import { publishStore } from '../src/series/store-metrics.js'
import { refuseTwice } from './once.js'
import type {} from './registry.js' // brings fastify.njordRegistry into scope

export interface SeriesOptions {
  /** How often the registry is sampled, in whole milliseconds. @defaultValue 5000 */
  intervalMs?: number
  /** How long samples are kept, in milliseconds. @defaultValue 6 hours */
  maxAgeMs?: number
  /** What samples, labels and index may take of memory together, from 256 KB on. @defaultValue 64 MB */
  maxBytes?: number
  /** The label `job` of every series. @defaultValue `'njord'` */
  job?: string
  /**
   * The label `instance` of every series. Alerts outlive the process only under the same labels: it must be the same in the next one.
   * @defaultValue the machine's name
   */
  instance?: string
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The recent past of the registry's metrics. */
    njordSeries: SeriesStore
    /** The labels that every sampled series has, and how often there is a sample. */
    njordTarget: { readonly job: string, readonly instance: string, readonly intervalMs: number }
  }
}

/** Keeps the recent past of the registry in memory: samples it at intervals, by its clock, until the host closes. */
const series: FastifyPluginAsync<SeriesOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordSeries', 'njord-series')
  checkSeriesOptions(opts)
  const { intervalMs = 5000, maxAgeMs, maxBytes, job = 'njord', instance = hostname() } = opts
  const registry = fastify.njordRegistry
  const store = new SeriesStore({ maxAgeMs, maxBytes, clock: registry.clock })
  publishStore(store, registry)
  const sampler = new Sampler({ registry, store, intervalMs, job, instance })
  sampler.start()
  fastify.addHook('onClose', async () => { sampler.close() })
  fastify.decorate('njordSeries', store)
  fastify.decorate('njordTarget', { job, instance, intervalMs })
}

export default fp(series, {
  name: 'njord-series',
  fastify: '5.x',
  dependencies: ['njord-registry']
})
