import type { WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import type { DropReason } from '../../src/dashboard/dashboard-metrics.js'
import type { Outlet } from '../../src/dashboard/client.js'

/** Close codes as of RFC 6455, 7.4.1; from 4000 on they are ours. The page asks whether it is logged in when it is told 4401. */
const closeCodes: Readonly<Record<DropReason | 'over', number>> = { slow: 1008, protocol: 1008, full: 1013, over: 1001, expired: 4401 }

/**
 * Speaks to a page over its WebSocket. Frames are made once for all pages and written to the connection itself: the package `ws` would make
 * and write a head for each. That is safe as long as nobody sends through `ws` in parts, and nobody sends through it at all.
 */
export function websocketOutlet (socket: WebSocket, request: FastifyRequest, open: (outlet: Outlet) => (reason?: DropReason) => void): void {
  const connection = request.raw.socket
  connection.setNoDelay(true)
  const outlet: Outlet = {
    transport: 'websocket',
    get bufferedBytes () { return connection.writableLength },
    send (frame) { if (socket.readyState === socket.OPEN) connection.write(frame) },
    close (reason) {
      // It does not read: it would not hear of it either.
      if (reason === 'slow') socket.terminate()
      else {
        socket.close(closeCodes[reason], reason)
        // One that does not answer is not waited for.
        setTimeout(() => { socket.terminate() }, 2000).unref()
      }
    }
  }
  const end = open(outlet)
  socket.on('close', () => { end() })
  // A page has nothing to say.
  socket.once('message', () => { end('protocol') })
}
