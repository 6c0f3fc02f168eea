import { createHash } from 'node:crypto'
import type { Values } from '../config/shapes.js'
import { SendFailure, type Notification } from '../notification.js'
import { goJson } from '../template/go-json.js'
import { fillIn } from './fill-in.js'
import { HttpIntegration } from './http-integration.js'
import type { HttpAnswer } from './http-sender.js'
import { given, truncate } from './message-fields.js'
import { readSecret } from './secret.js'

const LARGEST_EVENT_BYTES = 512_000
/** Less than the JSON of an alert with the shortest labels. */
const SHORTEST_ALERT_BYTES = 160
const LONGEST_SUMMARY = 1024

const defaults = {
  description: '{{ template "pagerduty.default.description" .}}',
  client: '{{ template "pagerduty.default.client" . }}',
  client_url: '{{ template "pagerduty.default.clientURL" . }}'
}

const defaultDetails: Values = {
  firing: '{{ .Alerts.Firing | toJson }}',
  resolved: '{{ .Alerts.Resolved | toJson }}',
  num_firing: '{{ .Alerts.Firing | len }}',
  num_resolved: '{{ .Alerts.Resolved | len }}'
}

/** The key by which PagerDuty knows the incident of a group: stable over restarts, and Alertmanager's. */
export function dedupKeyOf (groupKey: string): string {
  return createHash('sha256').update(groupKey).digest('hex')
}

/** PagerDuty's Events v2. */
export class PagerDutyIntegration extends HttpIntegration {
  readonly kind = 'pagerduty'

  async send (notification: Notification, signal: AbortSignal): Promise<void> {
    const { values, sender, templates, folder, turns } = this.options
    const { text } = await templates.expansion(notification)
    const of = async (key: string): Promise<string> => await text(String(values[key] ?? (defaults as Values)[key] ?? ''))
    const routingKey = await text(await readSecret(values, 'routing_key', folder))
    if (routingKey === '') throw new SendFailure('routing key cannot be empty', { isRetryable: false, reason: 'clientError' })
    const ownDetails = values.details as Values | undefined
    const listsAll = ownDetails?.firing === undefined && ownDetails?.resolved === undefined
    // Writing megabytes to throw them away would hold the host.
    const isLong = listsAll && notification.alerts.length * SHORTEST_ALERT_BYTES > LARGEST_EVENT_BYTES
    const details = await fillIn({ ...isLong ? {} : defaultDetails, ...ownDetails }, text, turns)
    const isFiring = notification.alerts.some(({ isResolved }) => !isResolved)
    const summary = truncate(await of('description'), LONGEST_SUMMARY)
    // A source that is empty in the file is none; one whose template comes to nothing stays so.
    const ownSource = String(values.source ?? '')
    const source = await text(ownSource === '' ? String(values.client ?? defaults.client) : ownSource)
    const severity = await of('severity') || 'error'
    const group = { class: await of('class'), component: await of('component'), group: await of('group') }
    const client = await of('client')
    const clientUrl = await of('client_url')
    const images = (await this.#list('images', ['src', 'alt', 'href'], text)).filter(({ src }) => src !== '')
    const links = (await this.#list('links', ['href', 'text'], text)).filter(({ href }) => href !== '')
    const event = (customDetails: unknown): Record<string, unknown> => ({
      routing_key: routingKey,
      dedup_key: dedupKeyOf(notification.groupKey),
      event_action: isFiring ? 'trigger' : 'resolve',
      payload: { summary, source, severity, ...given(group), custom_details: customDetails },
      ...given({ client, client_url: clientUrl }),
      ...images.length > 0 ? { images } : {},
      ...links.length > 0 ? { links } : {}
    })
    const isOmitted = isLong || Object.values(details as Values).some(detail => typeof detail === 'string' && detail.length > LARGEST_EVENT_BYTES)
    let body = isOmitted ? '' : goJson(event(details))
    if (isOmitted || Buffer.byteLength(body) >= LARGEST_EVENT_BYTES) {
      body = goJson(event({ error: 'Custom details have been removed because the original event exceeds the maximum size of 512KB' }))
    }
    const timeoutMs = (values.timeout as number | undefined) ?? 0
    await sender.post({ url: String(values.url), body: `${body}\n`, signal, timeoutMs, details: describe })
  }

  async #list (key: string, names: readonly string[], text: (template: string) => Promise<string>): Promise<Array<Record<string, string>>> {
    const list: Array<Record<string, string>> = []
    for (const item of this.options.values[key] as Values[] | undefined ?? []) {
      const filled: Record<string, string> = {}
      for (const name of names) filled[name] = await text(String(item[name] ?? ''))
      list.push(filled)
    }
    return list
  }
}

/** What PagerDuty says of an event that it refuses. */
function describe ({ status, body }: HttpAnswer): string {
  if (status !== 400) return ''
  try {
    const { message = '', errors = [] } = JSON.parse(body) as { message?: string, errors?: string[] }
    return `${message}: ${errors.join(',')}`
  } catch {
    return ''
  }
}
