import type { IncomingMessage } from 'node:http'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Type } from 'typebox'
import { optionsCheck } from '../src/config/options.js'
import { NJORD_ERR_INVALID_OPTION } from '../src/errors.js'
import { HttpMetrics, NOT_FOUND_ENDPOINT, type HttpMetricsOptions, type HttpRoute } from '../src/instrumentation/http-metrics.js'
import { refuseTwice } from './once.js'
import type {} from './registry.js' // brings fastify.njordRegistry into scope

export interface HttpMetricsPluginOptions extends HttpMetricsOptions {
  /** Templates of routes that are not measured (`'/metrics'`, `/^\/internal\//`); `not_found` is what no route matched. */
  exclude?: ReadonlyArray<string | RegExp>
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The HTTP metrics, for answers that Fastify does not route. */
    njordHttpMetrics: HttpMetrics
  }
}

const checkOptions = optionsCheck(Type.Object({
  buckets: Type.Optional(Type.Array(Type.Number())),
  exclude: Type.Optional(Type.Array(Type.Unknown())),
  // Fastify's own, which it hands to every plugin.
  prefix: Type.Optional(Type.String()),
  logLevel: Type.Optional(Type.Unknown()),
  logSerializers: Type.Optional(Type.Unknown())
}, { additionalProperties: false }))

/**
 * Whether a reply is measured already. On Fastify's reply, declared before the first is made: one property more on Node's
 * response would change its shape, and make all that Node does with it slower (`http.cpu` of the benchmarks).
 */
const measured = Symbol('njord.http.measured')

interface TrackedReply extends FastifyReply {
  [measured]?: boolean
}

/**
 * Measures every request that Fastify routes: the host's, those of plugins, and those of routes that were there before.
 * Fastify answers a few requests itself before any hook runs (a malformed URL, a parameter that is too long, the 503 of
 * a closing server); those are not seen.
 */
const httpMetrics: FastifyPluginAsync<HttpMetricsPluginOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordHttpMetrics', 'njord-http-metrics')
  checkOptions(opts)
  const exclude = opts.exclude ?? []
  exclude.forEach((pattern, i) => {
    if (typeof pattern !== 'string' && !(pattern instanceof RegExp)) {
      throw new NJORD_ERR_INVALID_OPTION(`exclude.${i}`, 'expected a route\'s template or a regular expression')
    }
  })
  const metrics = new HttpMetrics(fastify.njordRegistry, opts)
  const routes = new WeakMap<object, Map<string, HttpRoute | undefined>>()

  fastify.decorateReply(measured, false)
  fastify.addHook('onRequest', (request, reply, next) => {
    const route = routeOf(request)
    if (route !== undefined) measure(route, reply, performance.now())
    next()
  })

  // For what an earlier hook answers, so that ours never sees it begin. Not onResponse: where nothing else asks for it,
  // Fastify's own work for that hook costs more than all of ours.
  fastify.addHook('onSend', (request, reply: TrackedReply, _payload, next) => {
    if (!reply[measured]) {
      const route = routeOf(request)
      if (route !== undefined) measure(route, reply, undefined)
    }
    next()
  })

  fastify.decorate('njordHttpMetrics', metrics)

  function routeOf (request: FastifyRequest): HttpRoute | undefined {
    // Fastify makes a new object at each read of routeOptions; its `config` is one and the same for a route.
    const { config } = request.routeOptions
    const { method } = request.raw
    let methods = routes.get(config)
    if (methods === undefined) routes.set(config, methods = new Map())
    let found = methods.get(method!)
    if (found === undefined && !methods.has(method!)) {
      const template = config.url as string | undefined
      found = isExcluded(template ?? NOT_FOUND_ENDPOINT) ? undefined : metrics.route(method!, template)
      methods.set(method!, found)
    }
    return found
  }

  function isExcluded (endpoint: string): boolean {
    // `search`, for it keeps no state in a pattern with the flag g.
    return exclude.some(pattern => typeof pattern === 'string' ? pattern === endpoint : endpoint.search(pattern) !== -1)
  }
}

/** `startedMs` is by `performance.now()`, `undefined` when we did not see the request come in. */
function measure (route: HttpRoute, reply: TrackedReply, startedMs: number | undefined): void {
  reply[measured] = true
  const { raw } = reply
  if (isUpgrade(reply.request.raw)) {
    // A connection that is upgraded lives on without a response; only a refusal is an answer to count.
    raw.once('finish', () => {
      route.begin()
      end(route, reply, startedMs)
    })
    return
  }
  route.begin()
  // Comes after every response, however it ended.
  raw.on('close', () => {
    if (raw.writableEnded && !isCutOff(reply.request.raw)) end(route, reply, startedMs)
    else route.abort()
  })
}

function end (route: HttpRoute, reply: FastifyReply, startedMs: number | undefined): void {
  // Fastify's own measure where it keeps one; 0 where it does not.
  const elapsedMs = reply.elapsedTime
  if (elapsedMs !== 0) route.answered(reply.raw.statusCode, elapsedMs / 1000)
  else route.answered(reply.raw.statusCode, startedMs === undefined ? undefined : (performance.now() - startedMs) / 1000)
  const request = reply.request.raw
  route.end(
    // A length that was announced but never arrived (413) is the client's word only.
    request.complete === false ? undefined : contentLengthOf(request),
    reply.getHeader('content-length') as string | number | undefined
  )
}

/** From the list that came in: Node parses `headers` when it is first asked for, which a GET may never need. */
function contentLengthOf ({ rawHeaders }: IncomingMessage): string | undefined {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length === 14 && name.toLowerCase() === 'content-length') return rawHeaders[i + 1]
  }
  return undefined
}

function isUpgrade (raw: IncomingMessage & { upgrade?: boolean | null }): boolean {
  // Node's parser says false for a request with an Upgrade header that nobody listens for.
  return raw.upgrade !== false && raw.headers.upgrade !== undefined
}

/** Whether the connection was lost with a part of the response still in its buffer: Node calls that finished, too. */
function isCutOff (raw: IncomingMessage & { stream?: { rstCode?: number } }): boolean {
  // An injected request has no real socket.
  if (raw.socket.destroyed !== true) return false
  if (raw.stream !== undefined) return raw.stream.rstCode !== 0
  // A connection that closes after its response is destroyed by now, but has written everything.
  return !raw.socket.writableFinished
}

export default fp(httpMetrics, {
  name: 'njord-http-metrics',
  fastify: '5.x',
  dependencies: ['njord-registry']
})
