import type { AlertRouter } from '../alert-router.js'
import { apiTime } from './api-answer.js'

/** `GET /api/v2/status`. The routing file is shown without its secrets. */
export function status (router: AlertRouter, version: string): unknown {
  return {
    cluster: { peers: [], status: 'disabled' },
    config: { original: router.routing.config.shownText },
    uptime: apiTime(router.startedMs),
    versionInfo: { branch: '', buildDate: '', buildUser: 'njord-telemetry', goVersion: '', revision: '', version }
  }
}

/** `GET /api/v2/receivers`. */
export function receivers (router: AlertRouter): unknown[] {
  return router.routing.config.receivers.map(({ name }) => ({ labels: { name }, name }))
}

/** `GET /api/v2/njord/receivers`: who is told by each, as `webhook[0]`. */
export function integrations (router: AlertRouter): unknown[] {
  return router.routing.config.receivers.map(({ name }) => ({ name, integrations: router.integrationsOf(name).map(({ kind, index }) => `${kind}[${index}]`) }))
}
