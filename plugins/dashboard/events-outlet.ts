import type { FastifyReply } from 'fastify'
import type { Outlet } from '../../src/dashboard/client.js'
import { securityHeaders } from './security-headers.js'

/** Speaks server-sent events to a page whose upgrade was refused on the way. `open` is given the outlet and returns what ends it. */
export function eventsOutlet (reply: FastifyReply, open: (outlet: Outlet) => () => void): void {
  reply.hijack()
  const { raw } = reply
  raw.on('error', () => { raw.destroy() })
  raw.writeHead(200, {
    ...securityHeaders,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would keep events back until it has a buffer full of them.
    'x-accel-buffering': 'no'
  })
  raw.flushHeaders()
  const outlet: Outlet = {
    transport: 'events',
    get bufferedBytes () { return raw.writableLength },
    send (frame) { if (!raw.destroyed) raw.write(frame) },
    // What it has not read by now it never will.
    close (reason) { if (reason === 'slow') raw.destroy(); else raw.end() }
  }
  const end = open(outlet)
  // Of the answer, not of the connection, which may go on to carry others.
  raw.once('close', () => { end() })
}
