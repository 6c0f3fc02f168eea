import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { describe } from '../src/contracts/check.js'
import { NJORD_ERR_INVALID_OPTION, NJORD_ERR_LISTEN } from '../src/errors.js'
import { Exposition } from '../src/exposition/exposition.js'
import { guardAccess, type AccessOptions } from './access.js'
import type {} from './registry.js' // brings fastify.njordRegistry into scope

export interface ExporterOptions extends AccessOptions {
  /** Path of the scrape route, under the plugin's `prefix`. @defaultValue `'/metrics'` */
  path?: string
  /** A listener of its own instead of a route on the host. Port 0 takes a free one. */
  listen?: { port: number, host?: string }
}

/**
 * Serves the registry to scrapers. `token` defaults to the environment's `NJORD_METRICS_TOKEN`; without one, and without
 * `allow`, only this machine may scrape.
 */
const exporter: FastifyPluginAsync<ExporterOptions> = async (fastify, opts) => {
  const { path = '/metrics', listen } = opts
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new NJORD_ERR_INVALID_OPTION('exporter.path', `found ${describe(path)}, expected a path that starts with /`)
  }
  const token = opts.token ?? (process.env.NJORD_METRICS_TOKEN === '' ? undefined : process.env.NJORD_METRICS_TOKEN)
  const guard = guardAccess({ ...opts, token }, 'exporter')
  const registry = fastify.njordRegistry
  const exposition = new Exposition(registry)
  const scrapes = registry.counter({
    name: 'njord_scrapes_total', help: 'Scrapes answered, by format.', labelNames: ['format'], labelRules: { format: { values: ['text', 'openmetrics'] } }
  })
  const duration = registry.histogram({
    name: 'njord_scrape_duration_seconds', help: 'Time from a scrape\'s request to its body, compression included.', unit: 'seconds'
  })

  if (listen === undefined) mount(fastify)
  else await openListener(listen)

  function mount (server: FastifyInstance): void {
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

  async function openListener ({ port, host = '127.0.0.1' }: { port: number, host?: string }): Promise<void> {
    if (!(Number.isInteger(port) && port >= 0 && port <= 65535)) {
      throw new NJORD_ERR_INVALID_OPTION('exporter.listen.port', `found ${describe(port)}, expected 0 to 65535`)
    }
    const server = Fastify({ logger: false, forceCloseConnections: true })
    mount(server)
    // Opened last, when nothing else can fail any more, and closed with the host's own sockets.
    fastify.addHook('onReady', async () => {
      try {
        const address = await server.listen({ port, host })
        fastify.log.info({ address }, `metrics at ${address}${path}`)
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
