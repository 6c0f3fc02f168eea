import type { Notification } from '../notification.js'
import type { Turns } from '../../../clock/turns.js'
import { alertJson, commonOf, goJson, labelsJson, quoteMeta } from '../template/go-json.js'
import { fillIn } from './fill-in.js'
import { HttpIntegration } from './http-integration.js'
import { readSecret } from './secret.js'

/** Alertmanager's webhook, version 4 of its payload. */
export class WebhookIntegration extends HttpIntegration {
  readonly kind = 'webhook'

  async send (notification: Notification, signal: AbortSignal): Promise<void> {
    const { values, sender, templates, externalUrl, folder, turns } = this.options
    const maxAlerts = (values.max_alerts as number | undefined) ?? 0
    const alerts = maxAlerts > 0 ? notification.alerts.slice(0, maxAlerts) : notification.alerts
    const given = await readSecret(values, 'url', folder)
    const needsTemplates = values.payload !== undefined || given.includes('{{')
    const expansion = needsTemplates ? await templates.expansion({ ...notification, alerts }) : undefined
    const url = given.includes('{{') ? await expansion!.text(given) : given
    const body = values.payload === undefined
      ? await payloadOf({ ...notification, alerts }, notification.alerts.length - alerts.length, externalUrl, turns)
      : `${goJson(await fillIn(values.payload, async text => await expansion!.text(text), turns))}\n`
    await sender.post({ url, body, signal, timeoutMs: (values.timeout as number | undefined) ?? 0 })
  }
}

/** As long is a part of a payload, in UTF-16 units: small enough to be written in one go, large enough to be few. */
const PART_LENGTH = 16 * 1024

/** The payload, byte for byte as Alertmanager 0.33 posts it, in parts: that of a storm has megabytes. */
export async function payloadOf (notification: Notification, truncatedAlerts: number, externalUrl: string, turns: Turns): Promise<Buffer[]> {
  const { receiver, alerts, groupLabels, groupKey, reason } = notification
  const parts: Buffer[] = []
  const status = alerts.some(({ isResolved }) => !isResolved) ? 'firing' : 'resolved'
  let part = `{"receiver":${goJson(quoteMeta(receiver))},"status":"${status}","alerts":[`
  for (const [i, alert] of alerts.entries()) {
    part += i === 0 ? alertJson(alert) : `,${alertJson(alert)}`
    if (part.length > PART_LENGTH) {
      parts.push(Buffer.from(part))
      part = ''
    }
    if (turns.isDue) await turns.pause()
  }
  const common = await commonOf(alerts, turns)
  parts.push(Buffer.from(`${part}],"notification_reason":${goJson(reason)},"groupLabels":${labelsJson(groupLabels)},"commonLabels":${labelsJson(common.labels)},` +
    `"commonAnnotations":${labelsJson(common.annotations)},"externalURL":${goJson(externalUrl)},"version":"4","groupKey":${goJson(groupKey)},"truncatedAlerts":${truncatedAlerts}}\n`))
  return parts
}
