import { labelsOf, labelsToObject } from '../../../contracts/labels.js'
import type { Clock } from '../../../contracts/clock.js'
import type { AlertRouter } from '../alert-router.js'
import { sortInTurns, Turns } from '../../../clock/turns.js'
import { compareAlerts, compareLabels, routedAlert, type RoutedAlert } from '../routed-alert.js'
import { alertFilter, flag, receiverFilter, type Query } from './alert-filter.js'
import { ApiRefusal, apiTime, invalid, parseTime } from './api-answer.js'

export interface ApiSurroundings {
  readonly router: AlertRouter
  readonly clock: Clock
}

/** `GET /api/v2/alerts`: an array in the order of fingerprints. Rejects with an {@link ApiRefusal}. */
export async function listAlerts ({ router, clock }: ApiSurroundings, query: Query): Promise<unknown[]> {
  const wants = receiverFilter(query)
  const filter = alertFilter(router, query, clock.nowMs())
  const turns = new Turns()
  const found: Array<{ fingerprint: string }> = []
  for (const alert of [...router.alerts()]) {
    const receivers = router.routesOf(alert).map(({ options }) => options.receiver)
    const suppression = receivers.some(wants) ? filter(alert) : undefined
    if (suppression !== undefined) found.push(shown(alert, receivers, { ...suppression, mutedBy: [] }))
    if (turns.isDue) await turns.pause()
  }
  return await sortInTurns(turns, found, (a, b) => a.fingerprint < b.fingerprint ? -1 : 1)
}

/** `GET /api/v2/alerts/groups`: an array in the order of group labels and receivers. Rejects with an {@link ApiRefusal}. */
export async function listGroups ({ router, clock }: ApiSurroundings, query: Query): Promise<unknown[]> {
  const wants = receiverFilter(query)
  const filter = alertFilter(router, query, clock.nowMs())
  const withMuted = flag(query, 'muted')
  const turns = new Turns()
  const groups = [...router.groups()].filter(({ route, mutedBy }) => wants(route.options.receiver) && (withMuted || mutedBy.length === 0))
    .sort((a, b) => compareLabels(a.labels, b.labels) || (a.route.options.receiver < b.route.options.receiver ? -1 : 1))
  const kept = []
  const receivers = new Map<string, string[]>()
  for (const group of groups) {
    const alerts = []
    for (const alert of await sortInTurns(turns, [...group.values()], compareAlerts)) {
      if (turns.isDue) await turns.pause()
      const suppression = filter(alert)
      if (suppression === undefined) continue
      alerts.push({ alert, suppression })
      receivers.set(alert.fingerprint, [...receivers.get(alert.fingerprint) ?? [], group.route.options.receiver].sort())
    }
    if (alerts.length > 0) kept.push({ group, alerts })
  }
  return kept.map(({ group, alerts }) => ({
    alerts: alerts.map(({ alert, suppression }) => shown(alert, receivers.get(alert.fingerprint)!, { ...suppression, mutedBy: group.mutedBy })),
    labels: labelsToObject(group.labels),
    receiver: { name: group.route.options.receiver }
  }))
}

/** In Alertmanager's order of fields. */
function shown (alert: RoutedAlert, receivers: readonly string[], by: Readonly<Record<'inhibitedBy' | 'silencedBy' | 'mutedBy', readonly string[]>>) {
  const { inhibitedBy, silencedBy, mutedBy } = by
  return {
    annotations: labelsToObject(alert.annotations),
    endsAt: apiTime(alert.endsAtMs),
    fingerprint: alert.fingerprint,
    receivers: receivers.map(name => ({ name })),
    startsAt: apiTime(alert.startsAtMs),
    status: { inhibitedBy, mutedBy, silencedBy, state: inhibitedBy.length + silencedBy.length + mutedBy.length > 0 ? 'suppressed' : 'active' },
    updatedAt: apiTime(alert.updatedAtMs),
    ...alert.generatorUrl === '' ? {} : { generatorURL: alert.generatorUrl },
    labels: labelsToObject(alert.labels)
  }
}

/** `POST /api/v2/alerts`: takes what makes sense, and throws an {@link ApiRefusal} when something did not. */
export function postAlerts ({ router, clock }: ApiSurroundings, body: unknown): void {
  if (!Array.isArray(body)) throw unreadable(`${kindOf(body)} into Go value of type models.PostableAlerts`)
  const nowMs = clock.nowMs()
  const { resolveTimeoutMs } = router.routing.config
  const posted = body.map((item, i) => readAlert(item, i, nowMs, resolveTimeoutMs))
  const problems: string[] = []
  const alerts: RoutedAlert[] = []
  for (const alert of posted) {
    const problem = problemOf(alert)
    if (problem === undefined) alerts.push(alert)
    else {
      router.invalid()
      problems.push(problem)
    }
  }
  router.take(alerts)
  if (problems.length > 0) throw new ApiRefusal(400, problems.join('; '))
}

function readAlert (item: unknown, index: number, nowMs: number, resolveTimeoutMs: number): RoutedAlert {
  const object = objectOf(item, 'Alert')
  if (object.labels === undefined || object.labels === null) throw invalid(602, `${index}.labels in body is required`)
  const time = (name: 'startsAt' | 'endsAt'): number | undefined => {
    const value = object[name]
    if (value === undefined || value === null || value === '') return undefined
    const ms = typeof value === 'string' ? parseTime(value) : undefined
    if (ms === undefined) throw invalid(400, `parsing alerts body from "" failed, because parsing time ${JSON.stringify(value)}: cannot parse it`)
    return ms === Date.parse('0001-01-01T00:00:00Z') ? undefined : ms
  }
  const endsAtMs = time('endsAt')
  const startsAtMs = time('startsAt') ?? endsAtMs ?? nowMs
  const generatorUrl = object.generatorURL ?? ''
  if (typeof generatorUrl !== 'string') throw unreadable('generatorURL')
  return routedAlert({
    labels: labelsOf(strings(object.labels, 'Alert.labels')),
    annotations: labelsOf(strings(object.annotations ?? {}, 'PostableAlert.annotations')),
    startsAtMs,
    endsAtMs: endsAtMs ?? nowMs + resolveTimeoutMs,
    updatedAtMs: nowMs,
    hasTimeout: endsAtMs === undefined,
    generatorUrl
  })
}

/** Why an alert is none, in Alertmanager's words. */
function problemOf ({ labels, annotations, startsAtMs, endsAtMs }: RoutedAlert): string | undefined {
  if (endsAtMs < startsAtMs) return 'start time must be before end time'
  if (labels.length === 0) return 'at least one label pair required'
  if (labels.some((name, i) => i % 2 === 0 && name === '')) return 'invalid label set: invalid name ""'
  return annotations.some((name, i) => i % 2 === 0 && name === '') ? 'invalid annotations: invalid name ""' : undefined
}

function objectOf (value: unknown, type: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw unreadable(`${kindOf(value)} into Go value of type ${type}`)
}

function strings (value: unknown, field: string): Record<string, string> {
  const object = objectOf(value, 'models.LabelSet')
  for (const [name, item] of Object.entries(object)) {
    if (typeof item !== 'string') throw unreadable(`${kindOf(item)} into Go struct field ${field}.${name} of type string`)
  }
  return object as Record<string, string>
}

function kindOf (value: unknown): string {
  return typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
}

function unreadable (what: string): ApiRefusal {
  return invalid(400, `parsing alerts body from "" failed, because json: cannot unmarshal ${what}`)
}
