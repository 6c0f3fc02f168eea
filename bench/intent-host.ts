/** The paper trader in a process of its own, its recording `on` or `off` (first argument), HTTP metrics off; no strategy trades. */
import { SystemClock } from '../src/clock/system-clock.js'
import { syntheticFeed } from '../examples/paper-trader/feed/feed.js'
import { buildHost } from '../examples/paper-trader/host.js'
import { defaultCaps } from '../examples/paper-trader/risk-engine.js'

const clock = new SystemClock()
const { app, replay } = await buildHost({
  feed: syntheticFeed(1, Date.now()),
  clock,
  wall: clock,
  speed: 1,
  seed: 1,
  strategies: {},
  caps: { ...defaultCaps, ordersPerMinute: 1e9, positionSize: 10, grossExposure: 10 },
  telemetry: { enabled: process.argv[2] === 'on', http: false, runtime: false }
})
await app.listen({ port: 0, host: '127.0.0.1' })
const { port } = app.server.address() as { port: number }

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send!({ port, cpuMicroseconds: user + system })
})
process.send!('ready')
await replay.run()
