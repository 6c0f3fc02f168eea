import type { FastifyInstance } from 'fastify'
import { NJORD_ERR_ALREADY_REGISTERED, NJORD_ERR_INVALID_OPTION } from '../src/errors.js'

/** Throws `NJORD_ERR_ALREADY_REGISTERED` when the plugin's decorator is there already. */
export function refuseTwice (fastify: FastifyInstance, decorator: string, plugin: string): void {
  if (fastify.hasDecorator(decorator)) throw new NJORD_ERR_ALREADY_REGISTERED(plugin)
}

/**
 * Whether the host has registered a part by itself, which is then used as it is. Throws `NJORD_ERR_INVALID_OPTION` when
 * there are options for it all the same: they would be lost.
 */
export function isThere (fastify: FastifyInstance, plugin: string, options: Readonly<Record<string, unknown>>): boolean {
  if (!fastify.hasPlugin(plugin)) return false
  const lost = Object.keys(options).find(name => options[name] !== undefined)
  if (lost !== undefined) throw new NJORD_ERR_INVALID_OPTION(lost, `the plugin "${plugin}" is registered already: give it its options there`)
  return true
}
