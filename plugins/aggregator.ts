import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { MetricAggregator, type MetricAggregatorOptions } from '../src/aggregation/metric-aggregator.js'
import { checkAggregatorOptions } from '../src/config/aggregation-options.js'
import { NJORD_ERR_ROUTE_TAKEN } from '../src/errors.js'
import { Exposition } from '../src/exposition/exposition.js'
import { MetricRegistry } from '../src/metrics/registry.js'
import { guardAccess, type AccessOptions } from './access.js'
import { refuseTwice } from './once.js'
import type {} from './bus.js' // brings fastify.njordBus into scope
import type {} from './registry.js' // brings fastify.njordRegistry into scope

type Limits = Pick<MetricAggregatorOptions, 'sink' | 'state' | 'graceMs' | 'silentMs' | 'forgetMs' | 'maxBytes' | 'maxSeries' | 'maxKeptWindows'>

export interface AggregatorOptions extends Limits, AccessOptions {
  /** Where a process that publishes its own metrics serves the merged ones. @defaultValue `'/metrics/merged'` */
  path?: string
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Merges what processes publish; its `registry` has the merged metrics, its `windows` the past where no `sink` takes it. */
    njordAggregator: MetricAggregator
  }
}

/**
 * Aggregates what processes publish on the bus. Merged metrics go into the host's registry, which the exporter serves. A
 * host that publishes that registry itself (njord-publisher, registered before) gets a registry apart, so that nothing is
 * published twice; it is served under `path`.
 */
const aggregator: FastifyPluginAsync<AggregatorOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordAggregator', 'njord-aggregator')
  checkAggregatorOptions(opts)
  const { path = '/metrics/merged', token, allow, sink, state, graceMs, silentMs, forgetMs, maxBytes, maxSeries, maxKeptWindows } = opts
  const { njordRegistry: own, njordBus: bus, log } = fastify
  const { clock } = own
  const registry = fastify.hasPlugin('njord-publisher') ? new MetricRegistry({ clock, log }) : own
  const aggregator = new MetricAggregator({ bus, registry, clock, log, sink, state, graceMs, silentMs, forgetMs, maxBytes, maxSeries, maxKeptWindows })
  if (registry !== own) serve(registry)
  fastify.addHook('onReady', async () => { await aggregator.start() })
  fastify.addHook('onClose', async () => { await aggregator.close() })
  fastify.decorate('njordAggregator', aggregator)

  function serve (registry: MetricRegistry): void {
    const url = fastify.prefix + path
    if (fastify.hasRoute({ method: 'GET', url })) throw new NJORD_ERR_ROUTE_TAKEN(url)
    const exposition = new Exposition(registry)
    fastify.get(path, { onRequest: guardAccess({ token, allow }), logLevel: 'warn' }, async (request, reply) => {
      const { body, contentType } = await exposition.scrape({ accept: request.headers.accept })
      return await reply.headers({ vary: 'accept', 'cache-control': 'no-store' }).type(contentType).send(body)
    })
  }
}

export default fp(aggregator, { name: 'njord-aggregator', fastify: '5.x', dependencies: ['njord-registry', 'njord-bus'] })
