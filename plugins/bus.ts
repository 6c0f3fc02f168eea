import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { MemoryBus } from '../src/bus/memory-bus.js'
import { RedisBus } from '../src/bus/redis-bus.js'
import type { RedisTarget } from '../src/bus/redis-client.js'
import { SystemClock } from '../src/clock/system-clock.js'
import { checkBusOptions } from '../src/config/telemetry-options.js'
import type { Bus } from '../src/contracts/bus.js'
import type { Clock } from '../src/contracts/clock.js'
import { NJORD_ERR_INVALID_OPTION } from '../src/errors.js'
import { refuseTwice } from './once.js'
import type {} from './registry.js' // brings fastify.njordRegistry into scope

export interface BusOptions {
  /** Where Redis is, for parts in several processes. Without it messages stay in this one. */
  redis?: RedisTarget
  /** A bus of the host's. It is used as it is and stays open. */
  bus?: Bus
  /** @defaultValue the registry's; the system clock without one */
  clock?: Clock
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Publish and subscribe by topic. */
    njordBus: Bus
  }
}

const bus: FastifyPluginAsync<BusOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordBus', 'njord-bus')
  checkBusOptions(opts)
  if (opts.bus !== undefined) {
    if (opts.redis !== undefined) throw new NJORD_ERR_INVALID_OPTION('redis', 'expected either redis or bus')
    fastify.decorate('njordBus', opts.bus)
    return
  }
  // Without a registry (telemetry is off) messages flow all the same, and nobody counts them.
  const instruments = fastify.hasDecorator('njordRegistry') ? fastify.njordRegistry : undefined
  const clock = opts.clock ?? instruments?.clock ?? new SystemClock(fastify.log)
  const { log } = fastify
  const opened: Bus = opts.redis === undefined
    ? new MemoryBus({ instruments, clock, log })
    : await RedisBus.open({ ...opts.redis, instruments, clock, log })
  fastify.addHook('onClose', async () => { await opened.close() })
  fastify.decorate('njordBus', opened)
}

export default fp(bus, {
  name: 'njord-bus',
  fastify: '5.x'
})
