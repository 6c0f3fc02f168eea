import { EventEmitter } from 'node:events'
import { ServerResponse, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** A page sends nothing. */
const maxPayload = 1024

/**
 * Lets the routes of this instance take WebSockets at `path`, beside whatever the host does with upgrades: nothing, with its own
 * `@fastify/websocket` (registered before or after), or by itself. Returns whether a request is one that was taken already: the host's
 * plugin, where it was registered after this one, hands each upgrade to the router once more.
 */
export async function openUpgrades (fastify: FastifyInstance, path: string): Promise<(request: FastifyRequest) => boolean> {
  if (fastify.hasDecorator('websocketServer')) return () => false // the host's own serves our route as well
  const ours = new EventEmitter()
  const taken = new WeakSet<IncomingMessage>()
  const routed = new WeakSet<IncomingMessage>()
  await fastify.register(websocket, {
    options: { server: ours as unknown as FastifyInstance['server'], maxPayload, perMessageDeflate: false, clientTracking: true },
    errorHandler: (_, socket) => { socket.terminate() },
    preClose (done) {
      for (const client of fastify.websocketServer.clients) client.terminate()
      done()
    }
  })
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (request.url?.split('?', 1)[0] === path) {
      taken.add(request)
      ours.emit('upgrade', request, socket, head)
    } else if (fastify.server.listenerCount('upgrade') === 1) answerPlainly(fastify, request, socket)
  }
  fastify.server.prependListener('upgrade', onUpgrade)
  fastify.addHook('onClose', async () => { fastify.server.off('upgrade', onUpgrade) })
  return ({ raw }) => {
    if (!taken.has(raw)) return false
    if (routed.has(raw)) return true
    routed.add(raw)
    return false
  }
}

/** As Node does where nobody takes upgrades (Java's client, for one, offers h2c with every request): as if none had been asked for. */
function answerPlainly (fastify: FastifyInstance, request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => { socket.destroy() })
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket as never)
  response.on('finish', () => { socket.end() })
  fastify.routing(request, response)
}
