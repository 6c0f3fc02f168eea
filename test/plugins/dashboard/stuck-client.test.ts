import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import Fastify from 'fastify'
import websocket from '@fastify/websocket'
import t from 'tap'
import { eventsOutlet } from '../../../plugins/dashboard/events-outlet.js'
import { websocketOutlet } from '../../../plugins/dashboard/websocket-outlet.js'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import { silentLog } from '../../../src/contracts/log.js'
import { mostSkipped, type Outlet } from '../../../src/dashboard/client.js'
import { DashboardMetrics } from '../../../src/dashboard/dashboard-metrics.js'
import { Feed } from '../../../src/dashboard/feed.js'
import { MetricReader } from '../../../src/dashboard/metric-reader.js'
import { MetricRegistry } from '../../../src/metrics/registry.js'

const updateBytes = 512 * 1024
const upgrade = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n'

for (const transport of ['websocket', 'events'] as const) {
  await t.test(`a connection that stops reading is skipped and then dropped, and others go on: ${transport}`, async t => {
    const wall = new VirtualClock(0)
    const registry = new MetricRegistry({ clock: wall })
    let readings = 0
    // Every update is large, so that what the system buffers by itself is full soon.
    const model = { read: () => ({ atMs: ++readings, portfolio: { name: String(readings % 10).repeat(updateBytes) }, strategies: {}, system: {} }) }
    const feed = new Feed({ model, history: undefined, wall, metrics: new DashboardMetrics(registry), log: silentLog, maxClients: 10 })
    const metrics = new MetricReader(registry)
    const outlets: Outlet[] = []
    const open = (outlet: Outlet) => {
      outlets.push(outlet)
      return feed.open(outlet, '1h', () => false)
    }
    const app = Fastify({ forceCloseConnections: true })
    await app.register(websocket, { options: { perMessageDeflate: false } })
    app.route({
      method: 'GET',
      url: '/stream',
      wsHandler: (socket, request) => { websocketOutlet(socket, request, open) },
      handler: (_, reply) => { eventsOutlet(reply, open) }
    })
    t.teardown(async () => {
      feed.close()
      await app.close()
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const join = async (): Promise<Socket> => {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(`GET /stream HTTP/1.1\r\nhost: 127.0.0.1\r\n${transport === 'websocket' ? upgrade : ''}\r\n`)
      await once(socket, 'data')
      return socket
    }
    const reader = await join()
    let heardBytes = 0
    reader.on('data', (chunk: Buffer) => { heardBytes += chunk.length })
    const stuck = await join()
    stuck.pause()
    while (feed.size < 2) await new Promise(resolve => { setImmediate(resolve) })
    const [good, bad] = outlets as [Outlet, Outlet]

    let most = 0
    let seconds = 0
    while (feed.size === 2 && seconds++ < 200) {
      wall.advance(1000)
      do await new Promise(resolve => { setImmediate(resolve) })
      while (good.bufferedBytes > 0)
      most = Math.max(most, bad.bufferedBytes)
    }
    t.equal(feed.size, 1, `dropped after ${seconds} updates`)
    t.equal(metrics.sum('njord_dashboard_dropped_clients_total', 'reason', 'slow'), 1)
    t.ok(metrics.sum('njord_dashboard_skipped_updates_total')! >= mostSkipped, 'skipped before that')
    t.ok(most > 0 && most < 2 * updateBytes, `${most} bytes waited for it at most: one update, not more`)
    const sent = metrics.sum('njord_dashboard_sent_bytes_total', 'transport', transport)!
    t.ok(heardBytes > seconds * updateBytes && sent < 2 * seconds * updateBytes, 'the other one missed nothing')
    stuck.resume()
    await once(stuck, 'close')
    reader.destroy()
  })
}
