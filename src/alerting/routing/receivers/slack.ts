import type { Values } from '../config/shapes.js'
import { SendFailure, type Notification } from '../notification.js'
import { goJson } from '../template/go-json.js'
import { HttpIntegration } from './http-integration.js'
import type { HttpAnswer } from './http-sender.js'
import { given, truncate } from './message-fields.js'
import { readSecret } from './secret.js'

const LONGEST_TITLE = 1024
const POST_MESSAGE = 'https://slack.com/api/chat.postMessage'

const templated = ['username', 'icon_emoji', 'icon_url', 'title', 'title_link', 'pretext', 'text', 'fallback', 'callback_id', 'footer', 'color']
const defaultOf = (key: string): string => templated.includes(key) ? `{{ template "slack.default.${key.replaceAll('_', '')}" . }}` : ''

/** A message with one attachment, to an incoming webhook of Slack (`api_url`) or as an app (`app_token`). */
export class SlackIntegration extends HttpIntegration {
  readonly kind = 'slack'

  async send (notification: Notification, signal: AbortSignal): Promise<void> {
    const { values, sender, templates, folder } = this.options
    const { text } = await templates.expansion(notification)
    const of = async (key: string): Promise<string> => await text(String(values[key] ?? defaultOf(key)))
    const channel = await of('channel')
    const attachment = {
      ...given({ title: truncate(await of('title'), LONGEST_TITLE), title_link: await of('title_link'), pretext: await of('pretext') }),
      text: await of('text'),
      fallback: await of('fallback'),
      callback_id: await of('callback_id'),
      ...await this.#fields(text),
      ...await this.#actions(text),
      ...given({ image_url: await of('image_url'), thumb_url: await of('thumb_url') }),
      footer: await of('footer'),
      ...given({ color: await of('color') }),
      mrkdwn_in: (values.mrkdwn_in as string[] | undefined) ?? ['fallback', 'pretext', 'text']
    }
    const message = {
      ...given({ channel, username: await of('username'), icon_emoji: await of('icon_emoji'), icon_url: await of('icon_url') }),
      ...values.link_names === true ? { link_names: true } : {},
      ...given({ text: await of('message_text') }),
      attachments: [attachment]
    }
    const appToken = await readSecret(values, 'app_token', folder)
    const url = appToken === '' ? await readSecret(values, 'api_url', folder) : String(values.app_url ?? POST_MESSAGE)
    const answer = await sender.post({
      url,
      body: `${goJson(message)}\n`,
      signal,
      timeoutMs: (values.timeout as number | undefined) ?? 0,
      ...appToken === '' ? {} : { headers: { authorization: `Bearer ${appToken}` } },
      details: ({ body }) => body.slice(0, 200)
    })
    checkAnswer(answer, channel)
  }

  async #fields (text: (template: string) => Promise<string>): Promise<Record<string, unknown>> {
    const { values } = this.options
    const fields: unknown[] = []
    for (const field of values.fields as Values[] | undefined ?? []) {
      fields.push({ title: await text(String(field.title)), value: await text(String(field.value)), short: field.short ?? values.short_fields ?? false })
    }
    return fields.length > 0 ? { fields } : {}
  }

  async #actions (text: (template: string) => Promise<string>): Promise<Record<string, unknown>> {
    const actions: unknown[] = []
    const filled = async (values: Values, names: readonly string[]): Promise<Record<string, string>> => {
      const fields: Record<string, string> = {}
      for (const name of names) fields[name] = await text(String(values[name] ?? ''))
      return given(fields)
    }
    for (const action of this.options.values.actions as Values[] | undefined ?? []) {
      // A link has no name, value or question.
      const isLink = String(action.url ?? '') !== ''
      actions.push({
        ...await filled(action, isLink ? ['type', 'text', 'url', 'style'] : ['type', 'text', 'style', 'name', 'value']),
        ...isLink || action.confirm === undefined ? {} : { confirm: await filled(action.confirm as Values, ['text', 'title', 'ok_text', 'dismiss_text']) }
      })
    }
    return actions.length > 0 ? { actions } : {}
  }
}

/** Slack says that something is wrong with status 200. */
function checkAnswer ({ contentType, body }: HttpAnswer, channel: string): void {
  const refuse = (problem: string): never => {
    throw new SendFailure(`channel ${JSON.stringify(channel)}: ${problem}`, { isRetryable: false, reason: 'clientError' })
  }
  if (!contentType.startsWith('application/json')) {
    if (body !== 'ok') refuse(`received an error response from Slack: ${body.slice(0, 200)}`)
    return
  }
  let answer: { ok?: boolean, error?: string }
  try {
    answer = JSON.parse(body) as typeof answer
  } catch {
    throw new SendFailure('the answer is no JSON', { isRetryable: true })
  }
  if (answer.ok !== true) refuse(`error response from Slack: ${answer.error ?? ''}`)
}
