import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { isRange, type Range } from '../../src/dashboard/history.js'
import type { Feed } from '../../src/dashboard/feed.js'
import { saysBearer, sendRefusal, type Caller, type DashboardAccess } from './access.js'
import { loadAssets, sendAsset, type Asset } from './assets.js'
import { eventsOutlet } from './events-outlet.js'
import { login } from './login.js'
import { securityHeaders } from './security-headers.js'
import { openUpgrades } from './upgrades.js'
import { websocketOutlet } from './websocket-outlet.js'

export interface DashboardRoutesOptions {
  readonly access: DashboardAccess
  readonly feed: Feed
}

/** What the login page is made of: to be seen by those who may log in. */
const publicAssets: ReadonlySet<string> = new Set(['base.css', 'login.css', 'icon.svg'])

/** The page, its files, the login and the stream of updates, under the plugin's prefix. */
export const routes: FastifyPluginAsync<DashboardRoutesOptions> = async (fastify, { access, feed }) => {
  const assets = loadAssets()
  fastify.addHook('onSend', async (_, reply) => { reply.headers(securityHeaders) })

  fastify.get('/', { prefixTrailingSlash: 'both', exposeHeadRoute: false }, async (request, reply) => {
    const [path = ''] = request.url.split('?', 1)
    // Relative, for a proxy may have cut a part of the path off: the browser knows where it is.
    if (!path.endsWith('/')) return await reply.redirect(`${path.slice(path.lastIndexOf('/') + 1)}/`, 302)
    return await sendPage(request, reply)
  })
  for (const [name, asset] of assets) if (!name.endsWith('.html')) serve(name, asset)
  login(fastify, access, assets.get('login.html')!)
  await stream(fastify, access, feed)

  async function sendPage (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const caller = access.caller(request)
    if (caller.kind !== 'refused') return await sendAsset(assets.get('index.html')!, request, reply)
    const isBrowser = caller.status === 401 && !saysBearer(request)
    return isBrowser ? await sendAsset(assets.get('login.html')!, request, reply.code(401)) : await sendRefusal(reply, caller)
  }

  function serve (name: string, asset: Asset): void {
    fastify.get(`/${name}`, { exposeHeadRoute: false }, async (request, reply) => {
      if (publicAssets.has(name)) {
        const message = access.refusal(request)
        return message === undefined ? await sendAsset(asset, request, reply) : await sendRefusal(reply, { kind: 'refused', status: 403, message })
      }
      const caller = access.caller(request)
      return caller.kind === 'refused' ? await sendRefusal(reply, caller) : await sendAsset(asset, request, reply)
    })
  }
}

/** One address for both: an upgrade to a WebSocket, or server-sent events where that is refused on the way. */
async function stream (fastify: FastifyInstance, access: DashboardAccess, feed: Feed): Promise<void> {
  const callers = new WeakMap<FastifyRequest, Exclude<Caller, { kind: 'refused' }>>()
  const isDone = await openUpgrades(fastify, `${fastify.prefix}/stream`)

  fastify.route({
    method: 'GET',
    url: '/stream',
    exposeHeadRoute: false,
    onRequest: async (request, reply) => {
      if (isDone(request)) return reply.hijack()
      const caller = access.caller(request)
      if (caller.kind === 'refused') return await sendRefusal(reply, caller)
      callers.set(request, caller)
      return undefined
    },
    wsHandler: (socket, request) => {
      websocketOutlet(socket, request, outlet => feed.open(outlet, rangeOf(request), callers.get(request)!.isOver))
    },
    handler: (request, reply) => {
      eventsOutlet(reply, outlet => feed.open(outlet, rangeOf(request), callers.get(request)!.isOver))
    }
  })
}

/** `?range=1h`; anything else is an hour. Not request.query: how that is parsed is the host's choice. */
function rangeOf ({ url }: FastifyRequest): Range {
  const range = new URLSearchParams(url.split('?', 2)[1]).get('range')
  return isRange(range) ? range : '1h'
}
