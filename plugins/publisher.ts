import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { Publisher, type PublisherOptions as Options } from '../src/aggregation/publisher.js'
import { checkPublisherOptions } from '../src/config/aggregation-options.js'
import { NJORD_ERR_INVALID_OPTION } from '../src/errors.js'
import { refuseTwice } from './once.js'
import type {} from './aggregator.js' // brings fastify.njordAggregator into scope
import type {} from './bus.js'
import type {} from './registry.js'

export interface PublisherOptions extends Pick<Options, 'instance' | 'flushMs' | 'fullEvery' | 'maxBytes' | 'spool'> {}

declare module 'fastify' {
  interface FastifyInstance {
    /** Publishes the metrics of this process to aggregators. */
    njordPublisher: Publisher
  }
}

const publisher: FastifyPluginAsync<PublisherOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordPublisher', 'njord-publisher')
  checkPublisherOptions(opts)
  const { njordRegistry: registry, njordBus: bus, log } = fastify
  if (fastify.hasDecorator('njordAggregator') && fastify.njordAggregator.registry === registry) {
    throw new NJORD_ERR_INVALID_OPTION('publisher', 'what an aggregator merged into the registry would be published again: register njord-publisher before njord-aggregator')
  }
  const { instance, flushMs, fullEvery, maxBytes, spool } = opts
  const publisher = new Publisher({ registry, bus, clock: registry.clock, log, instance, flushMs, fullEvery, maxBytes, spool })
  fastify.addHook('onReady', async () => { await publisher.start() })
  fastify.addHook('onClose', async () => { await publisher.close() })
  fastify.decorate('njordPublisher', publisher)
}

export default fp(publisher, { name: 'njord-publisher', fastify: '5.x', dependencies: ['njord-registry', 'njord-bus'] })
