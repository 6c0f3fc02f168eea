import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { SystemClock } from '../src/clock/system-clock.js'
import { checkRegistryOptions } from '../src/config/telemetry-options.js'
import type { Clock } from '../src/contracts/clock.js'
import { MetricRegistry, type MetricRegistryOptions } from '../src/metrics/registry.js'
import { refuseTwice } from './once.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The metrics of this process: make instruments here. */
    njordRegistry: MetricRegistry
  }
}

export interface RegistryPluginOptions extends Pick<MetricRegistryOptions, 'registry' | 'created'> {
  /** @defaultValue the system clock */
  clock?: Clock
}

const registry: FastifyPluginAsync<RegistryPluginOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordRegistry', 'njord-registry')
  checkRegistryOptions(opts)
  const { registry, created, clock = new SystemClock(fastify.log) } = opts
  const metrics = new MetricRegistry({ registry, created, clock, log: fastify.log })
  fastify.addHook('onClose', async () => { metrics.close() })
  fastify.decorate('njordRegistry', metrics)
}

export default fp(registry, { name: 'njord-registry', fastify: '5.x' })
