import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { AlertRouter } from '../src/alerting/routing/alert-router.js'
import { ApiRefusal, invalid, type ApiAnswer } from '../src/alerting/routing/api/api-answer.js'
import { listAlerts, listGroups, postAlerts } from '../src/alerting/routing/api/alerts-api.js'
import { deleteSilence, getSilence, listSilences, postSilence } from '../src/alerting/routing/api/silences-api.js'
import { integrations, receivers, status } from '../src/alerting/routing/api/status-api.js'
import type { LedgerOutcome } from '../src/alerting/routing/notification-ledger.js'
import { goJson } from '../src/alerting/routing/template/go-json.js'
import { goQuote } from '../src/promql/go-text.js'
import { isLocal, isLocalName, isSameOrigin, type guardAccess } from './access.js'
import type {} from './registry.js' // brings fastify.njordRegistry into scope

export interface RoutingApiOptions {
  readonly router: AlertRouter
  readonly guard: ReturnType<typeof guardAccess>
  readonly version: string
}

/** The largest bodies that are taken, in bytes: some 30,000 alerts, or a silence. */
const ALERTS_LIMIT = 16 * 1024 * 1024
const SILENCE_LIMIT = 1024 * 1024

/** `OPTIONS` is left to the host: preflights of browsers are. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
type Method = 'GET' | 'POST' | 'DELETE'

/** Alertmanager's HTTP API under `/api/v2`, and the ledger of notifications at `/api/v2/njord/ledger`. Its parsers and its errors stay its own. */
export const routingApi: FastifyPluginAsync<RoutingApiOptions> = async (fastify, { router, guard, version }) => {
  const { clock } = fastify.njordRegistry
  const surroundings = { router, clock }
  fastify.addHook('onRequest', guard)
  fastify.addHook('onRequest', async (_, reply) => { reply.header('cache-control', 'no-store') })
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => { done(null, body) })
  fastify.setErrorHandler(async (error, _, reply) => await fail(error, reply))

  const served = new Map<string, Method[]>()
  const on = (method: Method, path: string, handle: (request: FastifyRequest) => unknown, bodyLimit = SILENCE_LIMIT): void => {
    served.set(path, [...served.get(path) ?? [], method])
    fastify.route({
      method,
      url: `/api/v2${path}`,
      exposeHeadRoute: false,
      bodyLimit,
      onRequest: async request => { if (method !== 'GET') refuseOtherSites(request) },
      handler: async (request, reply) => await answer(reply, { status: 200, body: await handle(request) })
    })
  }
  on('GET', '/status', () => status(router, version))
  on('GET', '/receivers', () => receivers(router))
  on('GET', '/alerts', async request => await listAlerts(surroundings, queryOf(request)))
  on('POST', '/alerts', async request => { await postAlerts(surroundings, bodyOf(request, 'alerts')) }, ALERTS_LIMIT)
  on('GET', '/alerts/groups', async request => await listGroups(surroundings, queryOf(request)))
  on('POST', '/silences', request => postSilence(surroundings, bodyOf(request, 'silence')))
  on('GET', '/silences', async request => await listSilences(surroundings, queryOf(request)))
  on('GET', '/silence/:id', request => getSilence(surroundings, idOf(request)))
  on('DELETE', '/silence/:id', request => { deleteSilence(surroundings, idOf(request)) })
  on('GET', '/njord/receivers', () => integrations(router))
  on('GET', '/njord/ledger', request => {
    const query = queryOf(request)
    const limit = Number(query.get('limit') ?? 100)
    return router.ledger.entries({
      limit: Number.isInteger(limit) && limit > 0 ? limit : 100,
      outcome: (query.get('outcome') ?? undefined) as LedgerOutcome | undefined,
      receiver: query.get('receiver') ?? undefined
    })
  })
  refuseTheRest(fastify, served)
}

/** 405 and 404 in Alertmanager's words. Not by a handler for what is not found: that would be the whole host's. */
function refuseTheRest (fastify: FastifyInstance, served: ReadonlyMap<string, readonly Method[]>): void {
  const refuse = (url: string, allowed: readonly string[], refusal: (request: FastifyRequest, reply: FastifyReply) => ApiRefusal): void => {
    const free = methods.filter(method => !allowed.includes(method) && !fastify.hasRoute({ method, url: fastify.prefix + url }))
    if (free.length === 0) return
    // Before any body is read.
    const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<never> => { throw refusal(request, reply) }
    fastify.route({ method: free, url, exposeHeadRoute: false, onRequest, handler: async () => {} })
  }
  for (const [path, allowed] of served) {
    const list = allowed.join(',')
    refuse(`/api/v2${path}`, allowed, ({ method }, reply) => {
      reply.header('allow', list)
      return new ApiRefusal(405, { code: 405, message: `method ${method} is not allowed, but [${list}] are` })
    })
  }
  refuse('/api/v2/*', [], request => new ApiRefusal(404, { code: 404, message: `path ${pathOf(request)} was not found` }))
}

/**
 * A page of another site may send a browser's `POST` of plain text without asking anybody, and silence everything: only JSON is taken, for
 * which a browser asks first, and nothing that says to come from elsewhere.
 */
function refuseOtherSites (request: FastifyRequest): void {
  const { origin, authorization, host } = request.headers
  // Another site's name may be made to point to this machine (DNS rebinding): its page would be of one origin with ours.
  const isRebound = origin !== undefined && authorization === undefined && isLocal(request) && !isLocalName(host)
  if (isRebound || !isSameOrigin(request)) throw new ApiRefusal(403, { code: 403, message: 'another site may not change alerts and silences' })
  const { 'content-type': given = '', 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
  if (Number(length) === 0 && encoding === undefined) return
  const type = given.split(';')[0]!.trim().toLowerCase() || 'application/octet-stream'
  if (type === 'application/json') return
  throw new ApiRefusal(415, { code: 415, message: `unsupported media type ${goQuote(type)}, only [application/json] are allowed` })
}

const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0]!
const queryOf = ({ url }: FastifyRequest): URLSearchParams => new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '')
const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id

function bodyOf (request: FastifyRequest, what: string): string {
  const text = String(request.body ?? '').trim()
  if (text === '') throw invalid(602, `${what} in body is required`)
  return text
}

async function answer (reply: FastifyReply, { status, body }: ApiAnswer): Promise<FastifyReply> {
  reply.code(status)
  if (body === undefined) return await reply.send()
  reply.header('content-type', 'application/json')
  if (isPieces(body)) return await reply.send(Readable.from(body))
  // Alertmanager ends its own answers with a line's end, and those of its framework without.
  return await reply.send(Buffer.from(goJson(body) + (status >= 400 && typeof body === 'object' ? '' : '\n')))
}

const isPieces = (body: unknown): body is AsyncIterable<string> => typeof body === 'object' && body !== null && Symbol.asyncIterator in body

async function fail (error: unknown, reply: FastifyReply): Promise<FastifyReply> {
  if (error instanceof ApiRefusal) return await answer(reply, error.answer)
  const { statusCode = 500, message } = error as { statusCode?: number, message: string }
  if (statusCode >= 500) reply.log.error({ err: error }, 'a request of the API of alerts failed')
  return await answer(reply, { status: statusCode, body: { code: statusCode, message: statusCode >= 500 ? 'internal error' : message } })
}
