import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { checkQueryApiOptions } from '../src/config/telemetry-options.js'
import { formatDuration } from '../src/promql/duration.js'
import { labelsToObject } from '../src/contracts/labels.js'
import type { Queryable } from '../src/contracts/queryable.js'
import { PromqlEngine } from '../src/promql/engine.js'
import { JournalQueryable } from '../src/promql/journal-queryable.js'
import { StackedQueryable } from '../src/promql/stacked-queryable.js'
import { bodyOf, failure } from '../src/query-api/answer.js'
import { Form } from '../src/query-api/form.js'
import { Queries } from '../src/query-api/queries.js'
import { endpoints, type Endpoint } from '../src/query-api/query-api.js'
import { TargetStatus } from '../src/query-api/target.js'
import { guardAccess, type AccessOptions } from './access.js'
import { refuseTwice } from './once.js'
import { packageVersion } from './package-version.js'
import type {} from './aggregator.js' // brings fastify.njordAggregator into scope
import type {} from './journal.js' // brings fastify.njordJournal into scope
import type {} from './registry.js' // brings fastify.njordRegistry into scope
import type {} from './rules.js' // brings fastify.njordRules into scope
import type {} from './series.js' // brings fastify.njordSeries into scope

declare module 'fastify' {
  interface FastifyInstance {
    /** PromQL over what this process has sampled and over its journal, with the limits that hold for all queries. */
    njordQueries: Queries
  }
}

export interface QueryApiOptions extends AccessOptions {
  /** How many queries run at once; the rest wait. @defaultValue 20 */
  maxConcurrent?: number
  /** How long a query may take, waiting included. @defaultValue 120000 */
  timeoutMs?: number
  /** How old the newest sample of an instant selector may be. @defaultValue 300000 */
  lookbackMs?: number
  /** How many samples a query may hold at once. @defaultValue 50000000 */
  maxSamples?: number
  /** Whether there is a route `/graph`, where the alerts of the rules say that they come from. It leads to the answer of the query. @defaultValue false */
  graph?: boolean
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * The HTTP API of Prometheus 3.5 over the series of this process, and over the journal behind them where the host has one: `/api/v1/…`,
 * `/-/healthy` and `/-/ready` under the plugin's prefix, so that a Grafana data source of type Prometheus may point at the host. Decorates it
 * with `njordQueries` for its own queries.
 */
const queryApi: FastifyPluginAsync<QueryApiOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordQueries', 'njord-query-api')
  checkQueryApiOptions(opts)
  const { maxConcurrent, timeoutMs, lookbackMs, maxSamples } = opts
  const { clock } = fastify.njordRegistry
  const queryable = historyOf(fastify)
  // As a Prometheus without feature flags.
  const engine = new PromqlEngine({ queryable, clock, timeoutMs, lookbackMs, maxSamples, experimentalFunctions: false })
  const queries = new Queries({ engine, instruments: fastify.njordRegistry, clock, maxConcurrent, timeoutMs })
  fastify.addHook('preClose', async () => { queries.close() })
  fastify.decorate('njordQueries', queries)
  // Routes, the parser of forms and the shape of errors stay among themselves.
  const { prefix, logLevel } = opts as { prefix?: string, logLevel?: string }
  await fastify.register(routes, { prefix, logLevel: logLevel as 'warn' | undefined, guard: guardAccess(opts), queryable, flags: flagsOf(opts), graph: opts.graph })
}

/** What of a Prometheus's flags holds here. */
function flagsOf ({ maxConcurrent = 20, timeoutMs = 120_000, lookbackMs = 300_000, maxSamples = 50_000_000 }: QueryApiOptions): Record<string, string> {
  return {
    'query.lookback-delta': formatDuration(lookbackMs),
    'query.max-concurrency': String(maxConcurrent),
    'query.max-samples': String(maxSamples),
    'query.timeout': formatDuration(timeoutMs)
  }
}

/** Memory, and the journal behind it: that of `njord-journal`, which may be registered later. */
function historyOf (fastify: FastifyInstance): Queryable {
  const memory = fastify.njordSeries
  let journal: JournalQueryable | undefined
  return new StackedQueryable({
    memory,
    memorySinceMs: () => memory.completeFromMs,
    journal: () => {
      if (journal === undefined && fastify.hasDecorator('njordJournal')) {
        const { job, instance } = fastify.njordTarget
        // The minutes before a restart are with the aggregator until they are in the journal; those since are in memory.
        const windows = fastify.hasDecorator('njordAggregator')
          ? fastify.njordAggregator.withOpenWindows(fastify.njordJournal, () => memory.completeFromMs)
          : fastify.njordJournal
        journal = new JournalQueryable(windows, { labels: { job, instance } })
      }
      return journal
    }
  })
}

interface RouteOptions {
  readonly guard: ReturnType<typeof guardAccess>
  readonly queryable: Queryable
  readonly flags: Readonly<Record<string, string>>
  readonly graph: boolean | undefined
}

const routes: FastifyPluginAsync<RouteOptions> = async (fastify, { guard, queryable, flags, graph = false }) => {
  const { njordQueries: queries, njordSeries: store, njordRegistry: registry } = fastify
  fastify.addHook('onRequest', guard)
  takeForms(fastify)
  const retention = `${formatDuration(store.maxAgeMs)} or ${Math.floor(store.maxBytes / 2 ** 20)}MiB`
  // Asked at each request: the rules come after the queries that they make.
  const rules = { ruleGroups: () => fastify.hasDecorator('njordRules') ? fastify.njordRules.ruleGroups() : [] }
  const externalLabels = () => fastify.hasDecorator('njordRules') ? labelsToObject(fastify.njordRules.externalLabels) : {}
  const target = new TargetStatus(fastify.njordTarget, store, () => registry.clock.nowMs())
  fastify.setErrorHandler(async (error, _, reply) => await fail(error, reply))

  const { clock } = registry
  const parts = { queries, queryable, store, registry, clock, version: packageVersion(), retention, target, flags, rules, externalLabels }
  for (const endpoint of endpoints(parts)) {
    const url = `/api/v1/${endpoint.path}`
    const handler = async (request: FastifyRequest, reply: FastifyReply) => await answer(endpoint, request, reply)
    fastify.route({ method: [...endpoint.methods], url, exposeHeadRoute: false, handler })
    refuseOthers(fastify, url, endpoint.methods)
  }
  // A Prometheus has a page there, this host the answer. The name is a common one: a host's own page may come after this plugin, and must find it free.
  if (graph) {
    fastify.get<{ Querystring: { 'g0.expr'?: string } }>('/graph', async ({ query }, reply) => {
      return await reply.redirect(`api/v1/query?query=${encodeURIComponent(query['g0.expr'] ?? '')}`)
    })
  }
  for (const [url, is] of [['/-/healthy', 'Healthy'], ['/-/ready', 'Ready']] as const) {
    fastify.get(url, { exposeHeadRoute: true }, async (_, reply) => await reply.type('text/plain; charset=utf-8').send(`Prometheus Server is ${is}.\n`))
    refuseOthers(fastify, url, ['GET', 'HEAD'])
  }
}

async function answer (endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const client = new AbortController()
  reply.raw.once('close', () => { client.abort() })
  const { url } = request
  const form = new Form(request.body as string | undefined, url.includes('?') ? url.slice(url.indexOf('?') + 1) : undefined)
  const found = await endpoint.answer(form, client.signal, (request.params as { name?: string }).name ?? '')
  if (found.data === undefined) return await reply.code(204).send()
  const body = bodyOf(found)
  const first = await body.next()
  const second = await body.next()
  reply.header('content-type', 'application/json')
  if (second.done === true) return await reply.send(Buffer.from(first.value as string))
  return await reply.send(Readable.from(rejoined([first.value as string, second.value], body)))
}

async function * rejoined (before: readonly string[], rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield * before
  yield * rest
}

async function fail (error: unknown, reply: FastifyReply): Promise<FastifyReply> {
  const { status, type, body } = failure(error)
  if (type === 'internal') reply.log.error({ err: error }, 'a request of the query API failed')
  return await reply.code(status).header('content-type', 'application/json').send(Buffer.from(body))
}

/** Bodies are forms, and anything else is as good as none. */
function takeForms (fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) => { done(null, body) })
  fastify.addContentTypeParser('*', { parseAs: 'string' }, (_, __, done) => { done(null, undefined) })
}

/** 405 where Fastify would say that there is no such route. */
function refuseOthers (fastify: FastifyInstance, url: string, allowed: readonly string[]): void {
  fastify.route({
    method: methods.filter(method => !allowed.includes(method)),
    url,
    exposeHeadRoute: false,
    handler: async (_, reply) => await reply.code(405).header('allow', allowed.join(', ')).type('text/plain; charset=utf-8').send('Method Not Allowed\n')
  })
}

export default fp(queryApi, { name: 'njord-query-api', fastify: '5.x', dependencies: ['njord-registry', 'njord-series'] })
