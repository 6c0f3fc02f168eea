import Fastify, { type FastifyInstance, type FastifyPluginCallback, type FastifyReply, type FastifyRequest } from 'fastify'
import fastifyMetrics from 'fastify-metrics'
import promClient from 'prom-client'
import httpMetrics from '../plugins/http-metrics.js'
import { HttpMetrics } from '../src/instrumentation/http-metrics.js'
import { MetricRegistry } from '../src/metrics/registry.js'
import { compare, type Batch, type Bench } from './harness.js'
import { loadHosts } from './http-cpu.js'

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void

interface Hooks {
  readonly onRequest: Hook
  readonly onResponse: Hook
}

function nothing (): void {}

/** The hooks that a plugin adds, without a server to run them. */
async function hooksOf (plugin: unknown, options: object): Promise<Hooks> {
  const hooks: Record<string, (...args: never[]) => void> = {}
  const stub = {
    njordRegistry: new MetricRegistry(),
    addHook (name: string, hook: () => void) {
      hooks[name] = hook
      return stub
    },
    decorate: nothing,
    decorateReply: nothing,
    hasDecorator: () => false,
    route: nothing
  }
  await new Promise<unknown>((resolve, reject) => {
    const result: unknown = (plugin as FastifyPluginCallback)(stub as unknown as FastifyInstance, options, resolve)
    if (result instanceof Promise) result.then(resolve, reject)
  })
  hooks.onRoute?.({ method: 'GET', url: '/orders/:id' } as never)
  return hooks as unknown as Hooks
}

/** What most people write with prom-client: a counter and a histogram, and every request's labels in an object. */
function handWritten (): Hooks {
  const registers = [new promClient.Registry()]
  const labelNames = ['method', 'endpoint', 'status']
  const total = new promClient.Counter({ name: 'http_requests_total', help: 'Requests.', labelNames, registers })
  const duration = new promClient.Histogram({ name: 'http_request_duration_seconds', help: 'Durations.', labelNames, registers })
  return {
    onRequest: nothing,
    onResponse (request, reply, done) {
      const labels = { method: request.method, endpoint: request.routeOptions.url, status: reply.statusCode }
      total.inc(labels)
      duration.observe(labels, reply.elapsedTime / 1000)
      done()
    }
  }
}

interface Answered {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly app: FastifyInstance
}

/** A request and its reply as they are when the response has gone out over a connection that stays open. */
async function answer (): Promise<Answered> {
  const app = Fastify()
  app.get('/orders/:id', (_request, reply) => { reply.send({ id: 'o-1', state: 'filled' }) })
  const seen = new Promise<Answered>(resolve => {
    app.addHook('onResponse', (request, reply, done) => {
      resolve({ request, reply, app })
      done()
    })
  })
  await (await fetch(`${await app.listen({ host: '127.0.0.1', port: 0 })}/orders/o-1`)).text()
  return await seen
}

function hookBatch ({ onRequest, onResponse }: Hooks, { request, reply }: Answered): Batch {
  onRequest(request, reply, nothing)
  return times => { for (let i = 0; i < times; i++) onResponse(request, reply, nothing) }
}

/** What a hand-written hook does, as ours does it: the route was looked up when the request came in. */
function recordBatch ({ reply }: Answered): Batch {
  const route = new HttpMetrics(new MetricRegistry()).route('GET', '/orders/:id')
  return times => { for (let i = 0; i < times; i++) route.answered(reply.raw.statusCode, reply.elapsedTime / 1000) }
}

/** All that ours does after a response, sizes included, which is the listener that it adds to it. */
function closeBatch ({ onRequest }: Hooks, { request, reply }: Answered): Batch {
  onRequest(request, reply, nothing)
  const onClose = reply.raw.listeners('close').at(-1) as () => void
  return times => { for (let i = 0; i < times; i++) onClose() }
}

async function compareHooks (): Promise<Record<'ours' | 'oursToTheEnd' | 'handWritten' | 'fastifyMetrics', number>> {
  const answered = await answer()
  const options = { endpoint: null, promClient, defaultMetrics: { enabled: false } }
  const subjects = {
    handWritten: hookBatch(handWritten(), answered),
    fastifyMetrics: hookBatch(await hooksOf(fastifyMetrics.default, options), answered),
    ours: recordBatch(answered),
    oursToTheEnd: closeBatch(await hooksOf(httpMetrics, {}), answered)
  }
  try {
    return await compare(subjects)
  } finally {
    answered.app.server.closeAllConnections()
    await answered.app.close()
  }
}

let hooks: ReturnType<typeof compareHooks> | undefined
let load: ReturnType<typeof loadHosts> | undefined

export default [
  {
    name: 'http.hook',
    unit: 'ns',
    run: async () => {
      const { ours, handWritten: peer } = await (hooks ??= compareHooks())
      return { ours, peer }
    }
  },
  {
    name: 'http.hook.end',
    unit: 'ns',
    run: async () => {
      const { oursToTheEnd: ours, handWritten: peer } = await (hooks ??= compareHooks())
      return { ours, peer }
    }
  },
  {
    name: 'http.hook.fastify-metrics',
    unit: 'ns',
    run: async () => {
      const { ours, fastifyMetrics: peer } = await (hooks ??= compareHooks())
      return { ours, peer }
    }
  },
  {
    name: 'http.cpu',
    unit: 'µs/request',
    run: async () => {
      const { ours, fastifyMetrics: peer } = (await (load ??= loadHosts())).addedCpu
      return { ours, peer }
    }
  },
  {
    // The peer is the bare host: the ratio is the share of its requests a second that is left.
    name: 'http.cpu.rps',
    unit: 'µs/request',
    run: async () => {
      const { ours, bare: peer } = (await (load ??= loadHosts())).wall
      return { ours, peer, floor: peer }
    }
  },
  {
    name: 'http.cpu.rps.fastify-metrics',
    unit: 'µs/request',
    run: async () => {
      const { ours, fastifyMetrics: peer, bare: floor } = (await (load ??= loadHosts())).wall
      return { ours, peer, floor }
    }
  }
] satisfies Bench[]
