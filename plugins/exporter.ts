import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { checkExporterOptions } from '../src/config/telemetry-options.js'
import { NJORD_ERR_LISTEN, NJORD_ERR_ROUTE_TAKEN } from '../src/errors.js'
import { Exposition } from '../src/exposition/exposition.js'
import { guardAccess, type AccessOptions } from './access.js'
import type {} from './registry.js' // brings fastify.njordRegistry into scope

export interface ExporterOptions extends AccessOptions {
  /** Path of the scrape route, under the plugin's `prefix`. @defaultValue `'/metrics'` */
  path?: string
  /** A listener of its own instead of a route on the host. Port 0 takes a free one; the host is `127.0.0.1` by default. */
  listen?: { port: number, host?: string }
}

/**
 * Serves the registry to scrapers: as a route of the host, or on a listener of its own, which opens when the host is
 * ready and closes with it. A listener alone does not keep the process alive.
 */
const exporter: FastifyPluginAsync<ExporterOptions> = async (fastify, opts) => {
  checkExporterOptions(opts)
  const { path = '/metrics', listen } = opts
  const guard = guardAccess(opts)
  const registry = fastify.njordRegistry
  const exposition = new Exposition(registry)
  const scrapes = registry.counter({
    name: 'njord_scrapes_total', help: 'Scrapes answered, by format.', labelNames: ['format'], labelRules: { format: { values: ['text', 'openmetrics'] } }
  })
  const duration = registry.histogram({
    name: 'njord_scrape_duration_seconds', help: 'Time from a scrape\'s request to its body, compression included.', unit: 'seconds'
  })

  if (listen === undefined) mount(fastify)
  else openListener(listen)

  function mount (server: FastifyInstance): void {
    const url = server.prefix + path
    if (server.hasRoute({ method: 'GET', url })) throw new NJORD_ERR_ROUTE_TAKEN(url)
    server.get(path, { onRequest: guard, exposeHeadRoute: true, logLevel: 'warn' }, async (request, reply) => {
      const started = registry.clock.monotonicSeconds()
      const { body, contentType, contentEncoding } = await exposition.scrape({
        accept: request.headers.accept,
        acceptEncoding: request.headers['accept-encoding'] as string | undefined,
        // Not request.query: how that is parsed is the host's choice.
        names: new URLSearchParams(request.url.split('?', 2)[1]).getAll('name[]')
      })
      scrapes.inc({ format: contentType.startsWith('text/') ? 'text' : 'openmetrics' })
      duration.observe(registry.clock.monotonicSeconds() - started)
      if (contentEncoding !== undefined) reply.header('content-encoding', contentEncoding)
      return await reply.headers({ vary: 'accept, accept-encoding', 'cache-control': 'no-store' }).type(contentType).send(body)
    })
  }

  function openListener ({ port, host = '127.0.0.1' }: { port: number, host?: string }): void {
    const server = Fastify({ loggerInstance: fastify.log, forceCloseConnections: true })
    mount(server as unknown as FastifyInstance)
    // Opened last, when nothing else can fail any more, and closed with the host's own sockets.
    fastify.addHook('onReady', async () => {
      try {
        await server.listen({ port, host, listenTextResolver: address => `metrics at ${address}${path}` })
        server.server.unref()
      } catch (error) {
        await server.close()
        throw new NJORD_ERR_LISTEN(`${host}:${port}`, (error as Error).message, { cause: error })
      }
    })
    fastify.addHook('preClose', async () => { await server.close() })
  }
}

export default fp(exporter, {
  name: 'njord-exporter',
  fastify: '5.x',
  dependencies: ['njord-registry'],
  encapsulate: true // a route plugin: keeps the host's prefix and log level
})
