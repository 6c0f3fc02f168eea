import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { RuntimeMetrics } from '../src/instrumentation/runtime-metrics.js'
import { refuseTwice } from './once.js'
import { packageVersion } from './package-version.js'
import type {} from './registry.js' // brings fastify.njordRegistry into scope

declare module 'fastify' {
  interface FastifyInstance {
    /** The metrics of Node and its process. */
    njordRuntimeMetrics: RuntimeMetrics
  }
}

/**
 * Metrics of Node and its process. A host that calls prom-client's `collectDefaultMetrics` on the same registry does so
 * before it registers this plugin: the names that are there by then are left to it. The time is always the machine's.
 */
const runtimeMetrics: FastifyPluginAsync = async fastify => {
  refuseTwice(fastify, 'njordRuntimeMetrics', 'njord-runtime-metrics')
  const instruments = fastify.njordRegistry
  const metrics = new RuntimeMetrics({
    instruments,
    taken: new Set(instruments.foreign().map(metric => metric.name)),
    version: packageVersion()
  })
  metrics.start()
  fastify.addHook('onClose', async () => { await metrics.close() })
  fastify.decorate('njordRuntimeMetrics', metrics)
}

export default fp(runtimeMetrics, {
  name: 'njord-runtime-metrics',
  fastify: '5.x',
  dependencies: ['njord-registry']
})
