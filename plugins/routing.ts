import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { FileWatch, type ReloadOn } from '../src/alerting/file-watch.js'
import { AlertRouter } from '../src/alerting/routing/alert-router.js'
import { AlertmanagerForwarder } from '../src/alerting/routing/alertmanager-forwarder.js'
import type { FlapDampingOptions } from '../src/alerting/routing/flap-damping.js'
import { defaultRouting, loadRouting, templatePatterns, type LoadedRouting } from '../src/alerting/routing/load-routing.js'
import { HttpSender } from '../src/alerting/routing/receivers/http-sender.js'
import { RoutingMetrics } from '../src/alerting/routing/routing-metrics.js'
import { SystemClock } from '../src/clock/system-clock.js'
import { checkRoutingOptions } from '../src/config/routing-options.js'
import { NJORD_ERR_INVALID_OPTION } from '../src/errors.js'
import { guardAccess, type AccessOptions } from './access.js'
import { refuseTwice } from './once.js'
import { packageVersion } from './package-version.js'
import { routingApi } from './routing-api.js'
import type {} from './bus.js' // brings fastify.njordBus into scope
import type {} from './registry.js' // brings fastify.njordRegistry into scope

/** A real Alertmanager that is handed the alerts as well. */
export interface AlertmanagerOptions {
  /** Where it is: `https://alertmanager:9093/prefix`. */
  url: string
  /** `Authorization: Bearer …` */
  token?: string
  /** `Authorization: Basic …`, with `password`. */
  username?: string
  password?: string
  /** @defaultValue 10000 */
  timeoutMs?: number
}

export interface RoutingOptions extends AccessOptions {
  /** An `alertmanager.yml`. Without it every alert goes to the log and to the bus. */
  file?: string
  /** When it and its templates are read anew. @defaultValue `'change'` */
  reload?: ReloadOn
  /** The folder in which silences, the notification log and alerts are kept over restarts; without it they end with the process. */
  dir?: string
  /** Where people find this host, in notifications: `https://trader.example`. @defaultValue `'http://localhost'` */
  externalUrl?: string
  alertmanagers?: readonly AlertmanagerOptions[]
  /** Receivers that are spared alerts that flap. */
  flapDamping?: readonly FlapDampingOptions[]
  /** @defaultValue 100000 */
  maxAlerts?: number
  /** How many lines the ledger keeps. @defaultValue 2000 */
  ledgerSize?: number
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Takes alerts and tells receivers; has the ledger and the silences. */
    njordRouting: AlertRouter
  }
}

/**
 * An Alertmanager in the process, with its HTTP API under `/api/v2` and the ledger of notifications at `/api/v2/njord/ledger`.
 * Throws `NJORD_ERR_ROUTING_FILE` for a file that `amtool check-config` refuses, and `NJORD_ERR_INVALID_OPTION`.
 */
const routing: FastifyPluginAsync<RoutingOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordRouting', 'njord-routing')
  checkRoutingOptions(opts)
  const { file, reload = 'change', dir, externalUrl, alertmanagers = [], flapDamping, maxAlerts, ledgerSize } = opts
  const { njordRegistry: instruments, log } = fastify
  const { clock } = instruments
  const version = packageVersion()
  const load = async (): Promise<LoadedRouting> => {
    const loaded = file === undefined ? defaultRouting() : await loadRouting(file)
    for (const [i, { receiver }] of (flapDamping ?? []).entries()) {
      if (!loaded.config.receivers.some(({ name }) => name === receiver)) {
        throw new NJORD_ERR_INVALID_OPTION(`flapDamping.${i}.receiver`, `found ${JSON.stringify(receiver)}, expected a receiver of the routing file`)
      }
    }
    return loaded
  }
  const metrics = new RoutingMetrics(instruments)
  const forward = alertmanagers.map(({ url, token, username, password, timeoutMs }) => {
    const http = token !== undefined ? { bearer_token: token } : username !== undefined ? { basic_auth: { username, password: password ?? '' } } : {}
    const sender = new HttpSender({ config: http, folder: '.', version, clock })
    return new AlertmanagerForwarder({ url, sender, clock, log, metrics, dir, ...timeoutMs === undefined ? {} : { timeoutMs } })
  })
  const bus = fastify.hasDecorator('njordBus') ? fastify.njordBus : undefined
  const router = new AlertRouter({
    routing: await load(), clock, log, instruments, bus, dir, externalUrl, flapDamping, forward, maxAlerts, ledgerSize, version
  })
  await router.start()
  await Promise.all(forward.map(async sink => { await sink.start() }))
  const read = async (signal: AbortSignal): Promise<void> => {
    try {
      const routing = await load()
      if (signal.aborted) return
      router.reload(routing)
      log.info({ file, receivers: routing.config.receivers.length }, 'the routing was read anew')
    } catch (error) {
      router.refused(error as Error)
    }
  }
  const files = (): string[] => file === undefined ? [] : [file, ...templatePatterns(router.routing)]
  const watch = new FileWatch({ files, reload: file === undefined ? false : reload, read, clock: new SystemClock(log), log })
  await watch.note()
  fastify.addHook('onReady', async () => { watch.start() })
  fastify.addHook('onClose', async () => {
    await watch.close()
    await router.close()
    await Promise.all(forward.map(async sink => { await sink.close() }))
  })
  fastify.decorate('njordRouting', router)
  const { prefix, logLevel } = opts as { prefix?: string, logLevel?: string }
  await fastify.register(routingApi, { router, prefix, logLevel: logLevel as 'warn' | undefined, guard: guardAccess(opts), version })
}

export default fp(routing, { name: 'njord-routing', fastify: '5.x', dependencies: ['njord-registry'] })
