import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import aggregator from '../../plugins/aggregator.js'
import bus from '../../plugins/bus.js'
import journal from '../../plugins/journal.js'
import publisher from '../../plugins/publisher.js'
import registry from '../../plugins/registry.js'
import type { Clock } from '../../src/contracts/clock.js'

export interface DataOptions {
  readonly dir: string
  readonly clock: Clock
  /** Whether the session's time is that of a feed: it begins anew each time. */
  readonly isReplay: boolean
  /** How often the metrics are written down, in milliseconds of the market. */
  readonly flushMs: number
}

/**
 * Keeps a journal of a session in `<dir>/journal`, which `njord-telemetry alerts replay` reads: windows of all its metrics, and the states of its
 * books. To be called before the telemetry is registered.
 */
export async function keepData (app: FastifyInstance, { dir, clock, isReplay, flushMs }: DataOptions): Promise<void> {
  await app.register(registry, { clock })
  await app.register(journal, { dir: join(dir, 'journal') })
  await app.register(bus, { clock })
  await app.register(publisher, { instance: 'paper-trader', flushMs })
  // Without a state it hands over its windows when it closes: nothing goes on with those of a replay.
  await app.register(aggregator, { sink: app.njordJournal, ...isReplay ? {} : { state: join(dir, 'journal', 'aggregator', 'state.ndjson') } })
  // Before the aggregator closes.
  app.addHook('onClose', async () => { await app.njordPublisher.flush() })
}
