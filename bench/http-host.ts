/**
 * A process with three hosts (one bare, one with our metrics, one with fastify-metrics), told by its parent which is to
 * listen and to stop. One process: two that run the same code differ by a quarter, by luck of memory and compiler.
 */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import fastifyMetrics from 'fastify-metrics'
import httpMetrics from '../plugins/http-metrics.js'
import registry from '../plugins/registry.js'

export type Variant = 'bare' | 'ours' | 'fastifyMetrics'

export interface HostCommand {
  readonly command: 'listen' | 'close'
  readonly variant: Variant
}

/** What the parent is told when a command is done. */
export interface HostReport {
  readonly port: number
  /** CPU time of the process so far, user and system, in microseconds. */
  readonly cpuMicroseconds: number
}

const apps = { bare: Fastify(), ours: Fastify(), fastifyMetrics: Fastify() }
// Awaited: fastify-metrics measures the routes that come after it only.
await apps.ours.register(registry).register(httpMetrics)
await apps.fastifyMetrics.register(fastifyMetrics.default, { defaultMetrics: { enabled: false } })
for (const app of Object.values(apps)) {
  app.get('/orders/:id', async request => ({ id: (request.params as { id: string }).id, state: 'filled' }))
  await app.ready()
}

process.on('message', ({ command, variant }: HostCommand) => {
  const { server } = apps[variant]
  if (command === 'listen') {
    server.listen(0, '127.0.0.1', () => { report(server) })
  } else {
    report(server)
    server.close()
    server.closeAllConnections()
  }
})

function report (server: Server): void {
  const { user, system } = process.cpuUsage()
  const { port } = server.address() as AddressInfo
  process.send!({ port, cpuMicroseconds: user + system } satisfies HostReport)
}

process.send!('ready')
