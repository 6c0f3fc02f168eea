import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { firstTicks, syntheticFeed } from '../../examples/paper-trader/feed/feed.js'
import { njordTelemetry } from '../../plugins/index.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { eventNames, type EventListeners } from '../../src/contracts/events.js'
import { Activity } from '../../src/dashboard/activity.js'
import type { JsonObject } from '../../src/dashboard/merge-patch.js'
import { MetricReader } from '../../src/dashboard/metric-reader.js'
import { Model } from '../../src/dashboard/model.js'
import { RowNumbers } from '../../src/dashboard/row-numbers.js'
import { openHost } from '../examples/paper-trader/host.js'

const modelOf = ({ njord, njordRegistry: registry }: FastifyInstance): Model => new Model({
  reader: new MetricReader(registry),
  clock: registry.clock,
  rows: new RowNumbers(10),
  activity: new Activity(registry.clock),
  ledger: njord.ledger,
  history: undefined,
  alerts: undefined
})

/** A host with books of its own: it says what another one's ledger says, and has none. */
async function echoOf (t: Test, original: FastifyInstance): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(njordTelemetry, { enabled: true, clock: original.njordRegistry.clock })
  const listeners = Object.fromEntries(eventNames.map(name => [name, (payload: never) => { app.njord.emit(name, payload) }])) as EventListeners
  original.njord.on(listeners)
  return app
}

await t.test('a host that keeps its own books and says how they stand is shown as one whose books are ours', async t => {
  const trader = await openHost(t, firstTicks(syntheticFeed(3, Date.UTC(2024, 0, 1)), 30_000))
  const echo = await echoOf(t, trader.app)
  await trader.replay.run()
  trader.app.njordRegistry.collect() // the ledger says where it stands
  const [ours, theirs] = [modelOf(trader.app).read(), modelOf(echo).read()]
  const near = (shown: JsonObject, expected: JsonObject, left: readonly string[]): void => {
    t.same(Object.keys(expected).filter(key => shown[key] === undefined && expected[key] !== undefined).sort(), left)
    for (const [key, value] of Object.entries(shown)) {
      if (typeof value !== 'number') t.same(value, left.includes(key) ? undefined : expected[key], key)
      else t.ok(Math.abs(value - Number(expected[key])) <= 1e-9 * Math.max(1, Math.abs(value)), `${key} ${value} ${String(expected[key])}`)
    }
  }
  near(theirs['portfolio'] as JsonObject, ours['portfolio'] as JsonObject, ['highWaterMark', 'maxDrawdown', 'startingCash'])
  const strategies = ours['strategies'] as Record<string, JsonObject>
  t.equal(Object.keys(strategies).length, 3)
  for (const [number, row] of Object.entries(theirs['strategies'] as Record<string, JsonObject>)) {
    const { open, positions, ...figures } = row
    t.same([open, positions], [0, []], 'positions are not in the metrics by strategy')
    near(figures, strategies[number]!, ['capital', 'open', 'positions'])
  }
  t.same(theirs['orders'], { ...ours['orders'] as JsonObject, recent: (theirs['orders'] as JsonObject)['recent'] })
})

await t.test('without any books the page has none to show', async t => {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(njordTelemetry, { enabled: true, clock: new VirtualClock(0) })
  t.match(modelOf(app).read(), { portfolio: {}, strategies: {}, strategyCount: 0 })
})
