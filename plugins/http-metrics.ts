import type { IncomingMessage, ServerResponse } from 'node:http'
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

/** What is known of a request until its response is closed. */
class Exchange {
  readonly route: HttpRoute
  readonly reply: FastifyReply
  isAnswered = false

  constructor (route: HttpRoute, reply: FastifyReply) {
    this.route = route
    this.reply = reply
  }
}

const exchange = Symbol('njord.http.exchange')

interface TrackedResponse extends ServerResponse {
  /** `null` once it is over. */
  [exchange]?: Exchange | null
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

  fastify.addHook('onRequest', (request, reply, next) => {
    const route = routeOf(request)
    if (route !== undefined) begin(route, reply)
    next()
  })

  fastify.addHook('onResponse', (request, reply, next) => {
    const current = (reply.raw as TrackedResponse)[exchange]
    if (current === undefined) countUnseen(request, reply)
    else if (current !== null) answer(current)
    next()
  })

  fastify.decorate('njordHttpMetrics', metrics)

  /** Counts a request that an earlier hook answered, so that ours never saw it begin. */
  function countUnseen (request: FastifyRequest, reply: FastifyReply): void {
    // An upgrade has no exchange, and is counted by `begin`.
    if (isUpgrade(request.raw)) return
    const route = routeOf(request)
    if (route === undefined) return
    const unseen = new Exchange(route, reply)
    route.begin()
    answer(unseen)
    end(unseen)
  }

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

function begin (route: HttpRoute, reply: FastifyReply): void {
  const raw: TrackedResponse = reply.raw
  const current = new Exchange(route, reply)
  if (isUpgrade(reply.request.raw)) {
    // A connection that is upgraded lives on without a response; only a refusal is an answer to count.
    raw.once('finish', () => {
      route.begin()
      answer(current)
      end(current)
    })
    return
  }
  route.begin()
  raw[exchange] = current
  raw.on('close', onClose)
}

function answer (current: Exchange): void {
  const { reply } = current
  if (current.isAnswered || isCutOff(reply.request.raw)) return
  current.isAnswered = true
  current.route.answered(reply.raw.statusCode, reply.elapsedTime / 1000)
}

/** Comes after every response, however it ended. Sizes are recorded here, when the client has its answer. */
function onClose (this: TrackedResponse): void {
  const current = this[exchange]!
  this[exchange] = null
  // A hook of the host's that is slow, or failed, may have kept ours from being called.
  if (this.writableEnded) answer(current)
  end(current)
}

function end ({ route, reply, isAnswered }: Exchange): void {
  if (!isAnswered) {
    route.abort()
    return
  }
  const request = reply.request.raw
  route.end(
    // A length that was announced but never arrived (413) is the client's word only.
    request.complete === false ? undefined : request.headers['content-length'],
    reply.getHeader('content-length') as string | number | undefined
  )
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
