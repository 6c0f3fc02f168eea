import { labelsToObject, type Labels } from '../../../contracts/labels.js'
import type { Notification, NotifiedAlert } from '../notification.js'
import { rfc3339 } from './go-time-format.js'

const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' }

/** JSON as Go's `encoding/json` writes it: what a page could mistake for markup is escaped. Keys keep their order. */
export function goJson (value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, char => escapes[char]!)
}

/** Labels as a JSON object with its keys in ascending order. */
export function labelsJson (labels: Labels): string {
  return goJson(labelsToObject(labels))
}

/** An alert as the webhook's payload has it. */
export function alertJson ({ alert, isResolved }: NotifiedAlert): string {
  const { labels, annotations, startsAtMs, endsAtMs, generatorUrl, fingerprint } = alert
  return `{"status":"${isResolved ? 'resolved' : 'firing'}","labels":${labelsJson(labels)},"annotations":${labelsJson(annotations)},` +
    `"startsAt":"${rfc3339(startsAtMs)}","endsAt":"${isResolved ? rfc3339(endsAtMs) : '0001-01-01T00:00:00Z'}","generatorURL":${goJson(generatorUrl)},"fingerprint":"${fingerprint}"}`
}

/** The labels, or annotations, that all alerts share with the same value. */
export function commonOf (alerts: Notification['alerts'], of: 'labels' | 'annotations'): Labels {
  const [first, ...rest] = alerts
  if (first === undefined) return []
  let common = first.alert[of]
  for (const { alert } of rest) {
    if (common.length === 0) break
    const other = alert[of]
    if (!holds(other, common)) common = intersection(common, other)
  }
  return common
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
