import type { Turns } from '../../../clock/turns.js'
import type { Labels } from '../../../contracts/labels.js'
import type { Notification, NotifiedAlert } from '../notification.js'
import { rfc3339 } from './go-time-format.js'

const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' }

/** JSON as Go's `encoding/json` writes it: what a page could mistake for markup is escaped. Keys keep their order. */
export function goJson (value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, char => escapes[char]!)
}

/** Labels as a JSON object with its keys in ascending order. */
export function labelsJson (labels: Labels): string {
  let json = '{'
  for (let i = 0; i < labels.length; i += 2) json += `${i === 0 ? '' : ','}${goJson(labels[i])}:${goJson(labels[i + 1])}`
  return `${json}}`
}

/** An alert as the webhook's payload has it. */
export function alertJson ({ alert, isResolved }: NotifiedAlert): string {
  const { labels, annotations, startsAtMs, endsAtMs, generatorUrl, fingerprint } = alert
  return `{"status":"${isResolved ? 'resolved' : 'firing'}","labels":${labelsJson(labels)},"annotations":${labelsJson(annotations)},` +
    `"startsAt":"${rfc3339(startsAtMs)}","endsAt":"${isResolved ? rfc3339(endsAtMs) : '0001-01-01T00:00:00Z'}","generatorURL":${goJson(generatorUrl)},"fingerprint":"${fingerprint}"}`
}

type Alerts = Notification['alerts']

/** What all alerts of a notification share with the same value. */
export interface Common {
  readonly labels: Labels
  readonly annotations: Labels
}

/** All integrations of a receiver ask the same of the same alerts. */
const known = new WeakMap<Alerts, Promise<Common>>()

/** Found in turns with the rest of the process, once for the same alerts. */
export async function commonOf (alerts: Alerts, turns: Turns): Promise<Common> {
  let common = known.get(alerts)
  if (common === undefined) known.set(alerts, common = findCommon(alerts, turns))
  return await common
}

async function findCommon (alerts: Alerts, turns: Turns): Promise<Common> {
  let { labels, annotations }: Common = alerts[0]?.alert ?? { labels: [], annotations: [] }
  for (const { alert } of alerts) {
    labels = shared(labels, alert.labels)
    annotations = shared(annotations, alert.annotations)
    if (turns.isDue) await turns.pause()
  }
  return { labels, annotations }
}

function shared (common: Labels, other: Labels): Labels {
  return common.length === 0 || holds(other, common) ? common : intersection(common, other)
}

function intersection (a: Labels, b: Labels): Labels {
  const found: string[] = []
  let j = 0
  for (let i = 0; i < a.length; i += 2) {
    while (j < b.length && b[j]! < a[i]!) j += 2
    if (b[j] === a[i] && b[j + 1] === a[i + 1]) found.push(a[i]!, a[i + 1]!)
  }
  return found
}

/** Whether `labels` has all of `some`, without making anything: so it is nearly always. */
function holds (labels: Labels, some: Labels): boolean {
  let j = 0
  for (let i = 0; i < some.length; i += 2) {
    while (j < labels.length && labels[j]! < some[i]!) j += 2
    if (labels[j] !== some[i] || labels[j + 1] !== some[i + 1]) return false
  }
  return true
}

/** Go's `regexp.QuoteMeta`, which the name of a receiver goes through. */
export function quoteMeta (text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}
