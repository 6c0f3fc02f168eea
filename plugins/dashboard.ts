import { join } from 'node:path/posix'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { SystemClock } from '../src/clock/system-clock.js'
import { checkDashboardOptions } from '../src/config/dashboard-options.js'
import { Activity } from '../src/dashboard/activity.js'
import type { DashboardAlerts } from '../src/dashboard/alerts.js'
import { DashboardMetrics } from '../src/dashboard/dashboard-metrics.js'
import { engineAlerts } from '../src/dashboard/engine-alerts.js'
import { Feed } from '../src/dashboard/feed.js'
import { HistoryReader } from '../src/dashboard/history.js'
import { LoginLimit } from '../src/dashboard/login-limit.js'
import { MetricReader } from '../src/dashboard/metric-reader.js'
import { Model } from '../src/dashboard/model.js'
import { RowNumbers } from '../src/dashboard/row-numbers.js'
import { Sessions } from '../src/dashboard/session.js'
import type { Telemetry } from '../src/telemetry.js'
import { tokenFromEnvironment, type AccessOptions } from './access.js'
import { DashboardAccess } from './dashboard/access.js'
import { routes } from './dashboard/routes.js'
import { refuseTwice } from './once.js'
import type {} from './journal.js' // brings fastify.njordJournal into scope
import type {} from './query-api.js' // brings fastify.njordQueries into scope
import type {} from './registry.js' // brings fastify.njordRegistry into scope
import type {} from './routing.js' // brings fastify.njordRouting into scope
import type {} from './rules.js' // brings fastify.njordRules into scope
import type {} from './series.js' // brings fastify.njordSeries into scope

declare module 'fastify' {
  interface FastifyInstance {
    /** What keeps the pages of the dashboard up to date. */
    njordDashboard: Feed
  }
}

export interface DashboardOptions extends AccessOptions {
  /**
   * Who has it may look: at the login page, or as `Authorization: Bearer …`. Without a token and without `allow`, only this machine may.
   * @defaultValue the environment's `NJORD_DASHBOARD_TOKEN`
   */
  token?: string
  /** Where the page is, under the plugin's `prefix`. @defaultValue `'/dashboard'` */
  path?: string
  /** How long a login lasts, in milliseconds. @defaultValue 12 hours */
  sessionMs?: number
  /** How many pages are kept up to date at once; more are turned away. @defaultValue 2000 */
  maxClients?: number
  /** The alerts to show. @defaultValue those of the alert engine, where there is one */
  alerts?: DashboardAlerts
}

/** Strategies that the page shows; what trades beyond them is counted in the portfolio. */
const mostStrategies = 200

/**
 * The live dashboard: a page at `/dashboard` that shows the trading system with its recent past and is kept up to date once a
 * second. Read-only, and closed by default. Needs the plugin `njord-telemetry`, which registers it. Throws `NJORD_ERR_INVALID_OPTION`.
 */
const dashboard: FastifyPluginAsync<DashboardOptions> = async (fastify, opts) => {
  refuseTwice(fastify, 'njordDashboard', 'njord-dashboard')
  checkDashboardOptions(opts)
  const { path = '/dashboard', allow, sessionMs, maxClients = 2000 } = opts
  const { token = tokenFromEnvironment('NJORD_DASHBOARD_TOKEN') } = opts
  const { njordRegistry: registry, log } = fastify
  const wall = new SystemClock(log)
  const metrics = new DashboardMetrics(registry)
  const feed = openFeed()
  fastify.decorate('njordDashboard', feed)
  fastify.addHook('preClose', async () => { feed.close() })
  const sessions = token === undefined ? undefined : new Sessions({ token, clock: wall, sessionMs })
  const access = new DashboardAccess({ sessions, allow, limit: new LoginLimit(wall), metrics })
  const { prefix = '', logLevel } = opts as { prefix?: string, logLevel?: string }
  await fastify.register(routes, { prefix: join('/', prefix, path), logLevel: (logLevel ?? 'warn') as 'warn', access, feed })

  function openFeed (): Feed {
    const { clock } = registry
    // Its plugin registers this one, and so cannot be named here.
    const { ledger, on } = (fastify as unknown as { njord: Telemetry }).njord
    const rows = new RowNumbers(mostStrategies)
    const activity = new Activity(clock)
    on(activity.listeners)
    const store = fastify.hasDecorator('njordSeries') ? fastify.njordSeries : undefined
    const queries = fastify.hasDecorator('njordQueries') ? fastify.njordQueries : undefined
    // They may be registered later on: what is there is found when somebody looks.
    const {
      alerts = engineAlerts({
        rules: () => fastify.hasDecorator('njordRules') ? fastify.njordRules : undefined,
        router: () => fastify.hasDecorator('njordRouting') ? fastify.njordRouting : undefined
      })
    } = opts
    const model = new Model({ reader: new MetricReader(registry), clock, rows, activity, ledger, history: store, alerts })
    // What memory has given up is in the journal, where there is one: then only the process was ever young.
    const sinceMs = (): number => (fastify.hasDecorator('njordJournal') ? store?.firstMs : store?.completeFromMs) ?? Infinity
    const history = queries === undefined ? undefined : new HistoryReader({ queries, clock, rows, log, sinceMs })
    return new Feed({ model, history, wall, metrics, log, maxClients })
  }
}

export default fp(dashboard, { name: 'njord-dashboard', fastify: '5.x', dependencies: ['njord-registry'], decorators: { fastify: ['njord'] } })
