import { join } from 'node:path'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { FileWatch, type ReloadOn } from '../src/alerting/file-watch.js'
import { loadRules } from '../src/alerting/rules/load-rules.js'
import { RuleEngine, type RuleEngineOptions } from '../src/alerting/rules/rule-engine.js'
import { SystemClock } from '../src/clock/system-clock.js'
import { checkRulesOptions } from '../src/config/rules-options.js'
import type { AlertSink } from '../src/contracts/alert.js'
import { labelsOf } from '../src/contracts/labels.js'
import { PromqlEngine } from '../src/promql/engine.js'
import { refuseTwice } from './once.js'
import type {} from './journal.js' // brings fastify.njordJournal into scope
import type {} from './registry.js' // brings fastify.njordRegistry into scope
import type {} from './series.js' // brings fastify.njordSeries into scope

type EngineOptions = Pick<RuleEngineOptions, 'intervalMs' | 'queryOffsetMs' | 'resendDelayMs' | 'outageToleranceMs' | 'forGraceMs'>

export interface RulesOptions extends EngineOptions {
  /** Files of rules, or patterns of them (`config/rules/*.yaml`): Prometheus's form, or the short form of thresholds. */
  files: readonly string[]
  /** When they are read anew. @defaultValue `'change'` */
  reload?: ReloadOn
  /** Labels that every alert gets, and that templates know. */
  externalLabels?: Readonly<Record<string, string>>
  /** Where this host's pages are, as alerts tell it: `http://10.0.0.5:3000`. */
  externalUrl?: string
  /**
   * The file in which alerts outlive the process. Without it they begin anew, but for a host with a journal (njord-journal, registered before),
   * which has it there. @defaultValue `alerts/state.ndjson` in the journal's directory
   */
  state?: string
  /** Is told of the alerts. @defaultValue the host's routing (njord-routing), where it has one */
  sink?: AlertSink
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Evaluates the rules. */
    njordRules: RuleEngine
  }
}

/** Evaluates rules over the recent past of this process. Throws `NJORD_ERR_RULES` for files that are wrong. */
const rules: FastifyPluginAsync<RulesOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordRules', 'njord-rules')
  checkRulesOptions(opts)
  const { files, reload = 'change', externalLabels = {}, externalUrl, state = stateOf(fastify), sink } = opts
  const { intervalMs, queryOffsetMs, resendDelayMs, outageToleranceMs, forGraceMs } = opts
  const { njordRegistry: instruments, njordSeries: store, log } = fastify
  const { clock } = instruments
  const wall = new SystemClock(log)
  const engine = new RuleEngine({
    // Queries take real time, whatever clock they are asked by.
    engine: new PromqlEngine({ queryable: store, clock: wall }),
    store,
    instruments,
    clock,
    log,
    // Registered before or after: it is looked for when there is something to tell.
    sink: sink ?? { post: alerts => { routingOf(fastify)?.post(alerts) } },
    intervalMs,
    queryOffsetMs,
    resendDelayMs,
    outageToleranceMs,
    forGraceMs,
    externalLabels: labelsOf(externalLabels),
    externalUrl,
    stateFile: state
  })
  const read = async (signal: AbortSignal): Promise<void> => {
    try {
      const groups = await loadRules(files)
      if (signal.aborted) return
      engine.use(groups)
      log.info({ groups: groups.length, rules: groups.reduce((sum, { rules }) => sum + rules.length, 0) }, 'the rules were read anew')
    } catch (error) {
      engine.refused(error as Error)
    }
  }
  const watch = new FileWatch({ files: () => files, reload, read, clock: wall, log })
  await watch.note()
  const groups = await loadRules(files)
  fastify.addHook('onReady', async () => {
    await engine.start(groups)
    watch.start()
  })
  fastify.addHook('preClose', async () => {
    await watch.close()
    await engine.close()
  })
  fastify.decorate('njordRules', engine)
}

function stateOf (fastify: FastifyInstance): string | undefined {
  return fastify.hasDecorator('njordJournal') ? join(fastify.njordJournal.dir, 'alerts', 'state.ndjson') : undefined
}

function routingOf (fastify: FastifyInstance): AlertSink | undefined {
  return fastify.hasDecorator('njordRouting') ? (fastify as unknown as { njordRouting: AlertSink }).njordRouting : undefined
}

export default fp(rules, { name: 'njord-rules', fastify: '5.x', dependencies: ['njord-registry', 'njord-series'] })
