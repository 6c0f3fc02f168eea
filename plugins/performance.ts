import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { checkPerformanceOptions } from '../src/config/performance-options.js'
import { NJORD_ERR_INVALID_OPTION, NJORD_ERR_NO_HISTORY } from '../src/errors.js'
import { reportHtml, reportPolicy } from '../src/report/html.js'
import { reportMarkdown } from '../src/report/markdown.js'
import { attributionQuery, formatOf } from '../src/report/query.js'
import { guardAccess, type AccessOptions } from './access.js'

export interface PerformancePluginOptions extends AccessOptions {
  /** What a query that names no benchmark is measured against: markets bought in equal parts and held. @defaultValue all that are recorded */
  benchmark?: readonly string[]
  /** IANA name of the zone of the trader's day. @defaultValue `'UTC'` */
  timeZone?: string
  /** How often every strategy's metrics are set and published on `telemetry.strategy`. @defaultValue 1000 */
  intervalMs?: number
}

/**
 * Serves what the books of the host recorded: `GET /attribution`, `GET /strategies` and the tear sheet `GET /report`, and publishes the
 * metrics of its strategies. The telemetry plugin registers it where there is a portfolio.
 */
const performance: FastifyPluginAsync<PerformancePluginOptions> = async (fastify, opts) => {
  checkPerformanceOptions(opts)
  const { performance } = fastify.njord
  if (performance === undefined) throw new NJORD_ERR_INVALID_OPTION('performance', 'there are no books: configure a portfolio')
  fastify.addHook('onRequest', guardAccess(opts))
  fastify.addHook('onReady', async () => { performance.start() })
  fastify.addHook('onClose', async () => { performance.close() })
  // Not request.query: how that is parsed is the host's choice.
  const parameters = ({ url }: { url: string }) => new URLSearchParams(url.split('?', 2)[1])

  fastify.setErrorHandler(async error => {
    // Too early is no fault of the host's.
    throw error instanceof NJORD_ERR_NO_HISTORY ? Object.assign(error, { statusCode: 503 }) : error
  })

  fastify.get('/attribution', async (request, reply) => {
    return await reply.header('cache-control', 'no-store').send(performance.attribution(attributionQuery(parameters(request))))
  })

  fastify.get('/strategies', async (_, reply) => await reply.header('cache-control', 'no-store').send(performance.strategies()))

  fastify.get('/report', async (request, reply) => {
    const asked = parameters(request)
    const format = formatOf(asked)
    const report = performance.report(attributionQuery(asked, ['format']))
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    switch (format) {
      case 'json': return await reply.send(report)
      case 'md': return await reply.type('text/markdown; charset=utf-8').send(reportMarkdown(report))
      case 'html': return await reply.header('content-security-policy', `${reportPolicy}; frame-ancestors 'none'`).type('text/html; charset=utf-8').send(reportHtml(report))
    }
  })
}

export default fp(performance, { name: 'njord-performance', fastify: '5.x', encapsulate: true })
