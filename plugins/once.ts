import type { FastifyInstance } from 'fastify'
import { NJORD_ERR_ALREADY_REGISTERED } from '../src/errors.js'

/** Throws `NJORD_ERR_ALREADY_REGISTERED` when the plugin's decorator is there already. */
export function refuseTwice (fastify: FastifyInstance, decorator: string, plugin: string): void {
  if (fastify.hasDecorator(decorator)) throw new NJORD_ERR_ALREADY_REGISTERED(plugin)
}
