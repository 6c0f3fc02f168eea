import { Readable } from 'node:stream'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { FileWatch, type ReloadOn } from '../src/alerting/file-watch.js'
import { AlertRouter } from '../src/alerting/routing/alert-router.js'
import { AlertmanagerForwarder } from '../src/alerting/routing/alertmanager-forwarder.js'
import { ApiRefusal, invalid, type ApiAnswer } from '../src/alerting/routing/api/api-answer.js'
import { listAlerts, listGroups, postAlerts } from '../src/alerting/routing/api/alerts-api.js'
import { deleteSilence, getSilence, listSilences, postSilence } from '../src/alerting/routing/api/silences-api.js'
import { receivers, status } from '../src/alerting/routing/api/status-api.js'
import type { FlapDampingOptions } from '../src/alerting/routing/flap-damping.js'
import { defaultRouting, loadRouting, templatePatterns, type LoadedRouting } from '../src/alerting/routing/load-routing.js'
import type { LedgerOutcome } from '../src/alerting/routing/notification-ledger.js'
import { HttpSender } from '../src/alerting/routing/receivers/http-sender.js'
import { RoutingMetrics } from '../src/alerting/routing/routing-metrics.js'
import { goJson } from '../src/alerting/routing/template/go-json.js'
import { SystemClock } from '../src/clock/system-clock.js'
import { checkRoutingOptions } from '../src/config/routing-options.js'
import { NJORD_ERR_INVALID_OPTION } from '../src/errors.js'
import { guardAccess, type AccessOptions } from './access.js'
import { refuseTwice } from './once.js'
import { packageVersion } from './package-version.js'
import type {} from './bus.js' // brings fastify.njordBus into scope
import type {} from './registry.js' // brings fastify.njordRegistry into scope

/** A real Alertmanager that is handed the alerts as well. */
export interface AlertmanagerOptions {
  /** Where it is: `https://alertmanager:9093/prefix`. */
  url: string
  /** `Authorization: Bearer …` */
  token?: string
  /** `Authorization: Basic …`, with `password`. */
  username?: string
  password?: string
  /** @defaultValue 10000 */
  timeoutMs?: number
}

export interface RoutingOptions extends AccessOptions {
  /** An `alertmanager.yml`. Without it every alert goes to the log and to the bus. */
  file?: string
  /** When it and its templates are read anew. @defaultValue `'change'` */
  reload?: ReloadOn
  /** The folder in which silences, the notification log and alerts are kept over restarts; without it they end with the process. */
  dir?: string
  /** Where people find this host, in notifications: `https://trader.example`. @defaultValue `'http://localhost'` */
  externalUrl?: string
  alertmanagers?: readonly AlertmanagerOptions[]
  /** Receivers that are spared alerts that flap. */
  flapDamping?: readonly FlapDampingOptions[]
  /** @defaultValue 100000 */
  maxAlerts?: number
  /** How many lines the ledger keeps. @defaultValue 2000 */
  ledgerSize?: number
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Takes alerts and tells receivers; has the ledger and the silences. */
    njordRouting: AlertRouter
  }
}

/** The largest body that is taken, in bytes: some 30,000 alerts. */
const BODY_LIMIT = 16 * 1024 * 1024

/**
 * An Alertmanager in the process, with its HTTP API under `/api/v2` and the ledger of notifications at `/api/v2/njord/ledger`.
 * Throws `NJORD_ERR_ROUTING_FILE` for a file that `amtool check-config` refuses, and `NJORD_ERR_INVALID_OPTION`.
 */
const routing: FastifyPluginAsync<RoutingOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordRouting', 'njord-routing')
  checkRoutingOptions(opts)
  const { file, reload = 'change', dir, externalUrl, alertmanagers = [], flapDamping, maxAlerts, ledgerSize } = opts
  const { njordRegistry: instruments, log } = fastify
  const { clock } = instruments
  const version = packageVersion()
  const load = async (): Promise<LoadedRouting> => {
    const loaded = file === undefined ? defaultRouting() : await loadRouting(file)
    for (const [i, { receiver }] of (flapDamping ?? []).entries()) {
      if (!loaded.config.receivers.some(({ name }) => name === receiver)) {
        throw new NJORD_ERR_INVALID_OPTION(`flapDamping.${i}.receiver`, `found ${JSON.stringify(receiver)}, expected a receiver of the routing file`)
      }
    }
    return loaded
  }
  const metrics = new RoutingMetrics(instruments)
  const forward = alertmanagers.map(({ url, token, username, password, timeoutMs }) => {
    const http = token !== undefined ? { bearer_token: token } : username !== undefined ? { basic_auth: { username, password: password ?? '' } } : {}
    return new AlertmanagerForwarder({ url, sender: new HttpSender(http, '.', version), log, metrics, ...timeoutMs === undefined ? {} : { timeoutMs } })
  })
  const bus = fastify.hasDecorator('njordBus') ? fastify.njordBus : undefined
  const router = new AlertRouter({
    routing: await load(), clock, log, instruments, bus, dir, externalUrl, flapDamping, forward, maxAlerts, ledgerSize, version
  })
  await router.start()
  const read = async (signal: AbortSignal): Promise<void> => {
    try {
      const routing = await load()
      if (signal.aborted) return
      router.reload(routing)
      log.info({ file, receivers: routing.config.receivers.length }, 'the routing was read anew')
    } catch (error) {
      router.refused(error as Error)
    }
  }
  const files = (): string[] => file === undefined ? [] : [file, ...templatePatterns(router.routing)]
  const watch = new FileWatch({ files, reload: file === undefined ? false : reload, read, clock: new SystemClock(log), log })
  await watch.note()
  fastify.addHook('onReady', async () => { watch.start() })
  fastify.addHook('onClose', async () => {
    await watch.close()
    await router.close()
    await Promise.all(forward.map(async sink => { await sink.close() }))
  })
  fastify.decorate('njordRouting', router)
  const { prefix, logLevel } = opts as { prefix?: string, logLevel?: string }
  await fastify.register(routes, { prefix, logLevel: logLevel as 'warn' | undefined, guard: guardAccess(opts), version })
}

const routes: FastifyPluginAsync<{ guard: ReturnType<typeof guardAccess>, version: string }> = async (fastify, { guard, version }) => {
  const { njordRouting: router, njordRegistry: { clock } } = fastify
  const surroundings = { router, clock }
  fastify.addHook('onRequest', guard)
  fastify.addHook('onRequest', async (_, reply) => { reply.header('cache-control', 'no-store') })
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_, body, done) => { done(null, body) })
  fastify.setErrorHandler(async (error, _, reply) => await fail(error, reply))
  fastify.setNotFoundHandler({}, async (request, reply) => await answer(reply, { status: 404, body: { code: 404, message: `path ${pathOf(request)} was not found` } }))

  const on = (method: 'GET' | 'POST' | 'DELETE', path: string, handle: (request: FastifyRequest) => Promise<unknown>): void => {
    fastify.route({
      method, url: `/api/v2${path}`, exposeHeadRoute: false, bodyLimit: BODY_LIMIT, handler: async (request, reply) => await answer(reply, { status: 200, body: await handle(request) })
    })
  }
  on('GET', '/status', async () => status(router, version))
  on('GET', '/receivers', async () => receivers(router))
  on('GET', '/alerts', async request => await listAlerts(surroundings, queryOf(request)))
  on('POST', '/alerts', async request => { postAlerts(surroundings, bodyOf(request, 'alerts')) })
  on('GET', '/alerts/groups', async request => await listGroups(surroundings, queryOf(request)))
  on('GET', '/silences', async request => listSilences(surroundings, queryOf(request)))
  on('POST', '/silences', async request => postSilence(surroundings, bodyOf(request, 'silence')))
  on('GET', '/silence/:id', async request => getSilence(surroundings, idOf(request)))
  on('DELETE', '/silence/:id', async request => { deleteSilence(surroundings, idOf(request)) })
  on('GET', '/njord/ledger', async request => {
    const query = queryOf(request)
    const limit = Number(query.get('limit') ?? 100)
    return router.ledger.entries({
      limit: Number.isInteger(limit) && limit > 0 ? limit : 100,
      outcome: (query.get('outcome') ?? undefined) as LedgerOutcome | undefined,
      receiver: query.get('receiver') ?? undefined
    })
  })
}

const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0]!
const queryOf = ({ url }: FastifyRequest): URLSearchParams => new URLSearchParams(url.slice(pathOf({ url } as FastifyRequest).length))
const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id

function bodyOf (request: FastifyRequest, what: string): unknown {
  try {
    return JSON.parse(String(request.body ?? ''))
  } catch (error) {
    throw invalid(400, `parsing ${what} body from "" failed, because ${(error as Error).message}`)
  }
}

async function answer (reply: FastifyReply, { status, body }: ApiAnswer): Promise<FastifyReply> {
  reply.code(status)
  if (body === undefined) return await reply.send()
  reply.header('content-type', 'application/json')
  return await reply.send(Array.isArray(body) && body.length > 100 ? Readable.from(parts(body)) : Buffer.from(`${goJson(body)}\n`))
}

/** A long list in parts, so that others have their turn. */
function * parts (list: readonly unknown[]): Generator<string> {
  for (let from = 0; from < list.length; from += 100) {
    yield `${from === 0 ? '[' : ','}${goJson(list.slice(from, from + 100)).slice(1, -1)}`
  }
  yield ']\n'
}

async function fail (error: unknown, reply: FastifyReply): Promise<FastifyReply> {
  if (error instanceof ApiRefusal) return await answer(reply, error.answer)
  const { statusCode = 500, message } = error as { statusCode?: number, message: string }
  if (statusCode >= 500) reply.log.error({ err: error }, 'a request of the API of alerts failed')
  return await answer(reply, { status: statusCode, body: { code: statusCode, message: statusCode >= 500 ? 'internal error' : message } })
}

export default fp(routing, { name: 'njord-routing', fastify: '5.x', dependencies: ['njord-registry'] })
