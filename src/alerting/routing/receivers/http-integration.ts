import type { Turns } from '../../../clock/turns.js'
import type { Values } from '../config/shapes.js'
import type { Integration, Notification } from '../notification.js'
import type { NotificationTemplates } from '../template/notification-templates.js'
import type { HttpSender } from './http-sender.js'

export interface HttpIntegrationOptions {
  readonly index: number
  readonly values: Values
  readonly sendResolved: boolean
  readonly sender: HttpSender
  readonly templates: NotificationTemplates
  readonly externalUrl: string
  /** What relative paths of secrets are from. */
  readonly folder: string
  readonly turns: Turns
}

/** What all that is told over HTTP has in common. */
export abstract class HttpIntegration implements Integration {
  abstract readonly kind: string
  readonly index: number
  readonly sendResolved: boolean
  protected readonly options: HttpIntegrationOptions

  constructor (options: HttpIntegrationOptions) {
    this.options = options
    this.index = options.index
    this.sendResolved = options.sendResolved
  }

  abstract send (notification: Notification, signal: AbortSignal): Promise<void>
}
