import { labelsOf, labelsToObject } from '../../../contracts/labels.js'
import type { Clock } from '../../../contracts/clock.js'
import { goQuote, goQuoteRune } from '../../../promql/go-text.js'
import type { AlertGroup } from '../alert-group.js'
import type { AlertRouter } from '../alert-router.js'
import { goRequestUrlProblem } from '../config/go-url.js'
import { goJson } from '../template/go-json.js'
import { sortInTurns, Turns } from '../../../clock/turns.js'
import { compareAlerts, compareLabels, routedAlert, type RoutedAlert } from '../routed-alert.js'
import { alertFilter, flag, receiverFilter, type Query } from './alert-filter.js'
import { ApiRefusal, apiTime, invalid, parseTime } from './api-answer.js'
import { readJsonArray, writeJsonArray } from './json-in-turns.js'

export interface ApiSurroundings {
  readonly router: AlertRouter
  readonly clock: Clock
}

/** `GET /api/v2/alerts`: an array in the order of fingerprints, in pieces. Rejects with an {@link ApiRefusal}. */
export async function listAlerts ({ router, clock }: ApiSurroundings, query: Query): Promise<AsyncIterable<string>> {
  const wants = receiverFilter(query)
  const filter = alertFilter(router, query, clock.nowMs())
  const turns = new Turns()
  const found: Array<{ alert: RoutedAlert, receivers: readonly string[], by: Suppression }> = []
  for (const alert of [...router.alerts()]) {
    const receivers = router.routesOf(alert).map(({ options }) => options.receiver)
    const suppression = receivers.some(wants) ? filter(alert) : undefined
    if (suppression !== undefined) found.push({ alert, receivers, by: { ...suppression, mutedBy: [] } })
    if (turns.isDue) await turns.pause()
  }
  const sorted = await sortInTurns(turns, found, (a, b) => a.alert.fingerprint < b.alert.fingerprint ? -1 : 1)
  return writeJsonArray(turns, sorted, ({ alert, receivers, by }) => [goJson(shown(alert, receivers, by))])
}

/** `GET /api/v2/alerts/groups`: an array in the order of group labels and receivers, in pieces. Rejects with an {@link ApiRefusal}. */
export async function listGroups ({ router, clock }: ApiSurroundings, query: Query): Promise<AsyncIterable<string>> {
  const wants = receiverFilter(query)
  const filter = alertFilter(router, query, clock.nowMs())
  const withMuted = flag(query, 'muted')
  const turns = new Turns()
  const wanted = [...router.groups()].filter(({ route, mutedBy }) => wants(route.options.receiver) && (withMuted || mutedBy.length === 0))
  const groups = await sortInTurns(turns, wanted, (a, b) =>
    compareLabels(a.labels, b.labels) || (a.route.options.receiver < b.route.options.receiver ? -1 : 1))
  const kept: Array<{ group: AlertGroup, alerts: Array<{ alert: RoutedAlert, by: Suppression }> }> = []
  const receivers = new Map<string, string[]>()
  for (const group of groups) {
    const { mutedBy } = group
    const alerts = []
    for (const alert of await sortInTurns(turns, [...group.values()], compareAlerts)) {
      if (turns.isDue) await turns.pause()
      const suppression = filter(alert)
      if (suppression === undefined) continue
      alerts.push({ alert, by: { ...suppression, mutedBy } })
      receivers.set(alert.fingerprint, [...receivers.get(alert.fingerprint) ?? [], group.route.options.receiver].sort())
    }
    if (alerts.length > 0) kept.push({ group, alerts })
  }
  return writeJsonArray(turns, kept, function * ({ group, alerts }) {
    let separator = '{"alerts":['
    for (const { alert, by } of alerts) {
      yield separator + goJson(shown(alert, receivers.get(alert.fingerprint)!, by))
      separator = ','
    }
    yield `],${goJson({ labels: labelsToObject(group.labels), receiver: { name: group.route.options.receiver } }).slice(1)}`
  })
}

/** What holds an alert back. */
type Suppression = Readonly<Record<'inhibitedBy' | 'silencedBy' | 'mutedBy', readonly string[]>>

/** In Alertmanager's order of fields. */
function shown (alert: RoutedAlert, receivers: readonly string[], { inhibitedBy, silencedBy, mutedBy }: Suppression) {
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

/** `POST /api/v2/alerts`: takes what makes sense, and rejects with an {@link ApiRefusal} when something did not. */
export async function postAlerts ({ router, clock }: ApiSurroundings, text: string): Promise<void> {
  const nowMs = clock.nowMs()
  const { resolveTimeoutMs } = router.routing.config
  const problems: string[] = []
  const alerts: RoutedAlert[] = []
  let index = 0
  await readList(text, item => {
    const alert = readAlert(item, index++, nowMs, resolveTimeoutMs)
    const problem = problemOf(alert)
    if (problem === undefined) alerts.push(alert)
    else {
      router.invalid()
      problems.push(problem)
    }
  })
  router.take(alerts)
  if (problems.length > 0) throw new ApiRefusal(400, problems.join('\n'))
}

/** What other values than lists begin with. */
const kinds: Readonly<Record<string, string>> = { '{': 'object', '"': 'string', t: 'bool', f: 'bool' }

async function readList (text: string, take: (item: unknown) => void): Promise<void> {
  if (text === 'null') return
  if (!text.startsWith('[')) {
    const kind = /^[-\d]/.test(text) ? 'number' : kinds[text[0]!]
    throw kind === undefined ? unparsable(`invalid character ${goQuoteRune(text[0]!)} looking for beginning of value`) : unreadable(`${kind} into Go value of type models.PostableAlerts`)
  }
  try {
    await readJsonArray(text, new Turns(), take)
  } catch (error) {
    if (error instanceof RangeError) throw new ApiRefusal(413, { code: 413, message: error.message })
    throw error instanceof SyntaxError ? unparsable(error.message) : error
  }
}

function readAlert (item: unknown, index: number, nowMs: number, resolveTimeoutMs: number): RoutedAlert {
  const object = objectOf(item, 'Alert')
  if (object.labels === undefined || object.labels === null) throw invalid(602, `${index}.labels in body is required`)
  const time = (name: 'startsAt' | 'endsAt'): number | undefined => {
    const value = object[name]
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value !== 'string') throw unreadable(`${kindOf(value)} into Go value of type string`)
    const ms = parseTime(value)
    if (ms === undefined) throw unparsable(`parsing time ${goQuote(value)}: cannot parse it`)
    return ms === Date.parse('0001-01-01T00:00:00Z') ? undefined : ms
  }
  const endsAtMs = time('endsAt')
  const startsAtMs = time('startsAt') ?? endsAtMs ?? nowMs
  const generatorUrl = object.generatorURL ?? ''
  if (typeof generatorUrl !== 'string') throw unreadable(`${kindOf(generatorUrl)} into Go struct field Alert.generatorURL of type strfmt.URI`)
  if (generatorUrl !== '' && goRequestUrlProblem(generatorUrl) !== undefined) throw invalid(601, `${index}.generatorURL in body must be of type uri: ${goQuote(generatorUrl)}`)
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
  const found: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [name, item] of Object.entries(objectOf(value, 'models.LabelSet'))) {
    // A null is nothing, as in Go.
    if (item !== null && typeof item !== 'string') throw unreadable(`${kindOf(item)} into Go struct field ${field}.${name} of type string`)
    found[name] = item ?? ''
  }
  return found
}

function kindOf (value: unknown): string {
  return typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
}

function unreadable (what: string): ApiRefusal {
  return unparsable(`json: cannot unmarshal ${what}`)
}

function unparsable (why: string): ApiRefusal {
  return invalid(400, `parsing alerts body from "" failed, because ${why}`)
}
