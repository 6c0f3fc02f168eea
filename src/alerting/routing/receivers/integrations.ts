import type { Bus } from '../../../contracts/bus.js'
import type { Clock } from '../../../contracts/clock.js'
import type { Log } from '../../../contracts/log.js'
import type { IntegrationConfig, ReceiverConfig } from '../config/routing-config.js'
import type { Values } from '../config/shapes.js'
import type { Integration } from '../notification.js'
import type { Turns } from '../../../clock/turns.js'
import type { NotificationTemplates } from '../template/notification-templates.js'
import type { HttpIntegrationOptions } from './http-integration.js'
import { HttpSender } from './http-sender.js'
import { BusIntegration, LogIntegration } from './local.js'
import { PagerDutyIntegration } from './pagerduty.js'
import { SlackIntegration } from './slack.js'
import { WebhookIntegration } from './webhook.js'

export interface IntegrationSurroundings {
  readonly templates: NotificationTemplates
  readonly externalUrl: string
  /** What relative paths of secrets are from. */
  readonly folder: string
  readonly log: Log
  readonly clock: Clock
  readonly turns: Turns
  readonly bus?: Bus | undefined
  /** The version of this package, for `User-Agent`. */
  readonly version: string
}

const kinds: Readonly<Record<string, new (options: HttpIntegrationOptions) => Integration>> = {
  webhook: WebhookIntegration, slack: SlackIntegration, pagerduty: PagerDutyIntegration
}

/**
 * The integrations of a receiver that are served here. A receiver without any, and with the name `log` or `bus`, is ours: an
 * Alertmanager takes the same file, and tells nobody.
 */
export function integrationsOf (receiver: ReceiverConfig, surroundings: IntegrationSurroundings): Integration[] {
  const { log, bus, externalUrl, turns } = surroundings
  if (receiver.integrations.length === 0) {
    if (receiver.name === 'log') return [new LogIntegration(log)]
    return receiver.name === 'bus' && bus !== undefined ? [new BusIntegration(bus, externalUrl, turns)] : []
  }
  const counts = new Map<string, number>()
  return receiver.integrations.flatMap(config => {
    const index = counts.get(config.kind) ?? 0
    counts.set(config.kind, index + 1)
    return served(config, index, surroundings)
  })
}

function served (config: IntegrationConfig, index: number, surroundings: IntegrationSurroundings): Integration[] {
  const { kind, values, sendResolved, isServed } = config
  const { templates, externalUrl, folder, version, turns, clock } = surroundings
  const Kind = kinds[kind]
  if (Kind === undefined || !isServed) return []
  const sender = new HttpSender({ config: values.http_config as Values | undefined, folder, version, clock })
  return [new Kind({ index, values, sendResolved, sender, templates, externalUrl, folder, turns })]
}
