import type { Bus } from '../../../contracts/bus.js'
import { labelsToObject } from '../../../contracts/labels.js'
import type { Log } from '../../../contracts/log.js'
import type { Integration, Notification } from '../notification.js'
import type { Turns } from '../../../clock/turns.js'
import { commonOf } from '../template/go-json.js'
import { rfc3339 } from '../template/go-time-format.js'

/** The topic of the receiver `bus`. */
export const ALERTS_TOPIC = 'telemetry.alerts'

/** How many alerts of a notification are written to the log one by one. */
const LOGGED = 20

/** The receiver `log`: one line a notification, as a warning: a log that shows what began shows that it is over, too. */
export class LogIntegration implements Integration {
  readonly kind = 'log'
  readonly index = 0
  readonly sendResolved = true
  readonly #log: Log

  constructor (log: Log) {
    this.#log = log
  }

  async send (notification: Notification): Promise<void> {
    const { status, receiver, groupKey, groupLabels, alerts, reason } = notification
    const fields = {
      receiver,
      groupKey,
      status,
      reason,
      count: alerts.length,
      groupLabels: labelsToObject(groupLabels),
      alerts: alerts.slice(0, LOGGED).map(({ alert, isResolved }) => ({
        status: isResolved ? 'resolved' : 'firing', labels: labelsToObject(alert.labels), annotations: labelsToObject(alert.annotations)
      }))
    }
    this.#log.warn(fields, status === 'firing' ? 'alerts are firing' : 'alerts are resolved')
  }
}

/** The receiver `bus`: the webhook's payload as an object on `telemetry.alerts`. */
export class BusIntegration implements Integration {
  readonly kind = 'bus'
  readonly index = 0
  readonly sendResolved = true
  readonly #bus: Bus
  readonly #externalUrl: string
  readonly #turns: Turns

  constructor (bus: Bus, externalUrl: string, turns: Turns) {
    this.#turns = turns
    this.#bus = bus
    this.#externalUrl = externalUrl
  }

  async send (notification: Notification): Promise<void> {
    const { receiver, status, groupKey, groupLabels, alerts, reason } = notification
    const turns = this.#turns
    const list = []
    for (const { alert, isResolved } of alerts) {
      list.push({
        status: isResolved ? 'resolved' : 'firing',
        labels: labelsToObject(alert.labels),
        annotations: labelsToObject(alert.annotations),
        startsAt: rfc3339(alert.startsAtMs),
        endsAt: isResolved ? rfc3339(alert.endsAtMs) : '0001-01-01T00:00:00Z',
        generatorURL: alert.generatorUrl,
        fingerprint: alert.fingerprint
      })
      if (turns.isDue) await turns.pause()
    }
    const common = await commonOf(alerts, turns)
    this.#bus.publish(ALERTS_TOPIC, {
      receiver,
      status,
      alerts: list,
      notification_reason: reason,
      groupLabels: labelsToObject(groupLabels),
      commonLabels: labelsToObject(common.labels),
      commonAnnotations: labelsToObject(common.annotations),
      externalURL: this.#externalUrl,
      version: '4',
      groupKey,
      truncatedAlerts: 0
    })
  }
}
