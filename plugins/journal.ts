import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { checkJournalOptions } from '../src/config/journal-options.js'
import { Journal, type JournalOptions } from '../src/journal/journal.js'
import { loadRetentionPolicy, type RetentionPolicy } from '../src/journal/retention-policy.js'
import { RetentionSchedule } from '../src/journal/retention-schedule.js'
import { Retention } from '../src/journal/retention.js'
import { refuseTwice } from './once.js'
import type {} from './registry.js' // brings fastify.njordRegistry into scope

export interface JournalPluginOptions extends Pick<JournalOptions, 'dir' | 'fsync' | 'fsyncIntervalMs' | 'maxQueuedWindows' | 'retryMs'> {
  /** A file as `config/retention.yaml`: the journal is compressed, rolled up and cleaned at its times. Without it everything is kept. */
  retention?: string
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The history of all metrics on disk: hand it to the aggregator as its `sink`. */
    njordJournal: Journal
  }
}

/** Keeps windows of metrics in a directory, and the directory to its retention policy. Register it before what writes to it: it closes after. */
const journal: FastifyPluginAsync<JournalPluginOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordJournal', 'njord-journal')
  checkJournalOptions(opts)
  const { dir, fsync, fsyncIntervalMs, maxQueuedWindows, retryMs, retention } = opts
  const { njordRegistry: instruments, log } = fastify
  const policy = retention === undefined ? undefined : await loadRetentionPolicy(retention)
  const journal = await Journal.open({ dir, fsync, fsyncIntervalMs, maxQueuedWindows, retryMs, instruments, clock: instruments.clock, log })
  const schedule = policy === undefined ? undefined : schedulesOf(policy)
  schedule?.start()
  fastify.addHook('onClose', async () => {
    await schedule?.close()
    await journal.close()
  })
  fastify.decorate('njordJournal', journal)

  function schedulesOf (policy: RetentionPolicy): RetentionSchedule {
    const { clock } = instruments
    const retention = new Retention({ dir, policy, clock, seal: async segment => { await journal.seal(segment) } })
    return new RetentionSchedule({
      policy,
      clock,
      run: async signal => {
        try {
          const results = await retention.run({ signal })
          if (results.length > 0) log.info({ dir, actions: results.length }, 'the journal\'s retention is done')
        } catch (error) {
          if (!signal.aborted) journal.retentionFailed(error)
        }
      }
    })
  }
}

export default fp(journal, { name: 'njord-journal', fastify: '5.x', dependencies: ['njord-registry'] })
