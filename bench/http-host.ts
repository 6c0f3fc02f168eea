/**
 * A host in a process of its own, told by its parent to listen, to stop, and what to measure with: the first argument
 * is `bare`, `ours` or `fastifyMetrics`.
 */
import Fastify from 'fastify'
import fastifyMetrics from 'fastify-metrics'
import httpMetrics from '../plugins/http-metrics.js'
import registry from '../plugins/registry.js'

export type HostCommand = 'listen' | 'close'

/** What the parent is told when a command is done. */
export interface HostReport {
  readonly port: number
  /** CPU time of the process so far, user and system, in microseconds. */
  readonly cpuMicroseconds: number
}

const variant = process.argv[2]
const app = Fastify()
// Awaited: fastify-metrics measures the routes that come after it only.
if (variant === 'ours') await app.register(registry).register(httpMetrics)
if (variant === 'fastifyMetrics') await app.register(fastifyMetrics.default, { defaultMetrics: { enabled: false } })
app.get('/orders/:id', async request => ({ id: (request.params as { id: string }).id, state: 'filled' }))
await app.ready()

process.on('message', (command: HostCommand) => {
  const { server } = app
  if (command === 'listen') {
    server.listen(0, '127.0.0.1', report)
  } else {
    report()
    server.close()
    server.closeAllConnections()
  }
})

function report (): void {
  const { user, system } = process.cpuUsage()
  const { port } = app.server.address() as { port: number }
  process.send!({ port, cpuMicroseconds: user + system } satisfies HostReport)
}

process.send!('ready')
