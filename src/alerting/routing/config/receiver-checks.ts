import { canonicalHeader } from './http-config.js'
import type { Refuse, Values } from './shapes.js'
import { quoted } from './yaml-reader.js'

const text = (values: Values, key: string): string => String(values[key] ?? '')
const has = (values: Values, key: string): boolean => values[key] !== undefined && values[key] !== ''

function atMostOne (values: Values, refuse: Refuse, key: string, other = `${key}_file`): void {
  if (has(values, key) && has(values, other)) refuse(`at most one of ${key} & ${other} must be configured`)
}

function oneOf (values: Values, refuse: Refuse, key: string, word = 'one of'): void {
  if (!has(values, key) && !has(values, `${key}_file`)) refuse(`${word} ${key} or ${key}_file must be configured`)
  atMostOne(values, refuse, key)
}

const slackPost = 'https://slack.com/api/chat.postMessage'

/** What each kind refuses by itself, in Alertmanager's words. */
export const receiverChecks: Readonly<Record<string, (values: Values, refuse: Refuse) => void>> = {
  discord_configs: (values, refuse) => { oneOf(values, refuse, 'webhook_url') },
  email_configs: (values, refuse) => {
    if (!has(values, 'to')) refuse('missing to address in email config')
    const names = new Set<string>()
    for (const name of Object.keys(values.headers as object | undefined ?? {}).map(canonicalHeader)) {
      if (names.has(name)) refuse(`duplicate header ${quoted(name)} in email config`)
      names.add(name)
    }
    const threading = values.threading as Values | undefined
    if (threading?.enabled === true && !['none', 'daily'].includes(text(threading, 'thread_by_date'))) {
      refuse("threading.thread_by_date must be either 'none' or 'daily'")
    }
  },
  incidentio_configs: (values, refuse) => {
    oneOf(values, refuse, 'url')
    atMostOne(values, refuse, 'alert_source_token')
    const http = values.http_config as Values | undefined
    if ((has(values, 'alert_source_token') || has(values, 'alert_source_token_file')) && http?.authorization !== undefined) {
      refuse('cannot specify alert_source_token or alert_source_token_file when using http_config.authorization')
    }
  },
  jira_configs: (values, refuse) => {
    if (!has(values, 'project')) refuse('missing project in jira_config')
    if (!has(values, 'issue_type')) refuse('missing issue_type in jira_config')
    const type = text(values, 'api_type')
    if (type !== '' && !['auto', 'cloud', 'datacenter'].includes(type)) refuse('unknown api_type on jira_config, must be cloud, datacenter or auto')
  },
  mattermost_configs: (values, refuse) => {
    atMostOne(values, refuse, 'webhook_url')
    checkFields(values, refuse, 'Mattermost')
  },
  msteams_configs: (values, refuse) => { oneOf(values, refuse, 'webhook_url') },
  msteamsv2_configs: (values, refuse) => { oneOf(values, refuse, 'webhook_url') },
  opsgenie_configs: (values, refuse) => {
    atMostOne(values, refuse, 'api_key')
    for (const responder of values.responders as Values[] | undefined ?? []) {
      const shown = `{${['id', 'name', 'username', 'type'].map(key => text(responder, key)).join(' ')}}`
      if (!has(responder, 'id') && !has(responder, 'username') && !has(responder, 'name')) {
        refuse(`opsGenieConfig responder ${shown} has to have at least one of id, username or name specified`)
      }
      const type = text(responder, 'type').toLowerCase()
      if (!type.includes('{{') && !['team', 'teams', 'user', 'escalation', 'schedule'].includes(type)) {
        refuse(`opsGenieConfig responder ${shown} type does not match valid options ^(team|teams|user|escalation|schedule)$`)
      }
    }
  },
  pagerduty_configs: (values, refuse) => {
    if (!['routing_key', 'service_key', 'routing_key_file', 'service_key_file'].some(key => has(values, key))) {
      refuse('missing service or routing key in PagerDuty config')
    }
    atMostOne(values, refuse, 'routing_key')
    atMostOne(values, refuse, 'service_key')
    if (values.details !== undefined && (typeof values.details !== 'object' || Array.isArray(values.details))) refuse('cannot unmarshal details into map[string]interface {}')
  },
  pushover_configs: (values, refuse) => {
    oneOf(values, refuse, 'user_key')
    oneOf(values, refuse, 'token')
    if (values.html === true && values.monospace === true) refuse('at most one of monospace & html must be configured')
  },
  rocketchat_configs: (values, refuse) => {
    atMostOne(values, refuse, 'token')
    atMostOne(values, refuse, 'token_id')
    checkFields(values, refuse, undefined)
  },
  slack_configs: (values, refuse) => {
    atMostOne(values, refuse, 'api_url')
    atMostOne(values, refuse, 'app_token')
    const url = has(values, 'api_url') || has(values, 'api_url_file')
    if (url && (has(values, 'app_token') || has(values, 'app_token_file'))) {
      refuse('at most one of api_url/api_url_file & app_token/app_token_file must be configured')
    }
    if (values.update_message === true && text(values, 'api_url') !== slackPost) {
      refuse(`update_message can only be used with bot tokens. api_url must be set to ${slackPost}`)
    }
    checkFields(values, refuse, 'Slack')
    for (const action of values.actions as Values[] | undefined ?? []) {
      if (!has(action, 'type')) refuse('missing type in Slack action configuration')
      if (!has(action, 'text')) refuse('missing text in Slack action configuration')
      if (!has(action, 'url') && !has(action, 'name')) refuse('missing name or url in Slack action configuration')
      if (action.confirm !== undefined && !has(action.confirm as Values, 'text')) refuse('missing text in Slack confirmation configuration')
    }
  },
  sns_configs: (values, refuse) => {
    if (!has(values, 'target_arn') && !has(values, 'topic_arn') && !has(values, 'phone_number')) refuse('must provide either a Target ARN, Topic ARN, or Phone Number for SNS config')
    const sigv4 = values.sigv4 as Values | undefined
    if (sigv4 !== undefined && has(sigv4, 'access_key') !== has(sigv4, 'secret_key')) refuse('must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SNS config')
  },
  telegram_configs: (values, refuse) => {
    atMostOne(values, refuse, 'bot_token')
    if ((values.chat_id ?? 0) === 0 && !has(values, 'chat_id_file')) refuse('missing chat_id or chat_id_file on telegram_config')
    if ((values.chat_id ?? 0) !== 0 && has(values, 'chat_id_file')) refuse('at most one of chat_id & chat_id_file must be configured')
    if (!['', 'Markdown', 'MarkdownV2', 'HTML'].includes(text(values, 'parse_mode'))) refuse('unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string')
  },
  victorops_configs: (values, refuse) => {
    if (!has(values, 'routing_key')) refuse('missing Routing key in VictorOps config')
    atMostOne(values, refuse, 'api_key')
    for (const name of ['routing_key', 'message_type', 'state_message', 'entity_display_name', 'monitoring_tool', 'entity_id', 'entity_state']) {
      if (Object.hasOwn(values.custom_fields as object | undefined ?? {}, name)) {
        refuse(`victorOps config contains custom field ${name} which cannot be used as it conflicts with the fixed/static fields`)
      }
    }
  },
  webex_configs: (values, refuse) => {
    if (!has(values, 'room_id')) refuse('missing room_id on webex_config')
    if ((values.http_config as Values | undefined)?.authorization === undefined) refuse('missing webex_configs.http_config.authorization')
  },
  webhook_configs: (values, refuse) => { oneOf(values, refuse, 'url') },
  wechat_configs: (values, refuse) => {
    atMostOne(values, refuse, 'api_secret')
    if (!['', 'text', 'markdown'].includes(text(values, 'message_type'))) {
      refuse(`weChat message type ${quoted(text(values, 'message_type'))} does not match valid options ^(text|markdown)$`)
    }
  }
}

function checkFields (values: Values, refuse: Refuse, what: string | undefined): void {
  if (what === undefined) return
  for (const field of values.fields as Values[] | undefined ?? []) {
    if (!has(field, 'title')) refuse(`missing title in ${what} field configuration`)
    if (!has(field, 'value')) refuse(`missing value in ${what} field configuration`)
  }
}

/** What a section of tracing refuses. */
export function checkTracing (values: Values, refuse: Refuse): void {
  const type = values.client_type
  if (type !== undefined && type !== 'http' && type !== 'grpc') refuse(`expected tracing client type to be to be http or grpc, but got ${text(values, 'client_type')}`)
  if (has(values, 'compression') && values.compression !== 'gzip') refuse(`invalid compression type ${text(values, 'compression')} provided, valid options: gzip`)
  if (!has(values, 'endpoint')) refuse('tracing endpoint must be set')
}

/** What globals lend to a receiver that does not say it, and what must be said somewhere; the values with them filled in. */
export function withGlobals (kind: string, values: Values, global: Values, refuse: Refuse): Values {
  const filled: Record<string, unknown> = { ...values }
  filled.http_config ??= global.http_config
  const lend = (keys: readonly string[], prefix: string, problem: string | undefined): void => {
    if (keys.some(key => has(values, key))) return
    if (problem !== undefined && !keys.some(key => has(global, prefix + key))) refuse(problem)
    for (const key of keys) if (has(global, prefix + key)) filled[key] = global[prefix + key]
  }
  switch (kind) {
    case 'email_configs':
      lend(['smarthost'], 'smtp_', 'no global SMTP smarthost set')
      lend(['from'], 'smtp_', 'no global SMTP from set')
      break
    case 'slack_configs': {
      if (['api_url', 'api_url_file', 'app_token', 'app_token_file'].some(key => has(values, key))) break
      const keys = ['api_url', 'api_url_file', 'app_token', 'app_token_file'].filter(key => has(global, `slack_${key}`))
      if (keys.length === 0) refuse('no Slack API URL nor App token set either inline or in a file')
      for (const key of keys) filled[key] = global[`slack_${key}`]
      filled.app_url ??= global.slack_app_url
      break
    }
    case 'pagerduty_configs': filled.url ??= global.pagerduty_url ?? 'https://events.pagerduty.com/v2/enqueue'; break
    case 'opsgenie_configs': lend(['api_key', 'api_key_file'], 'opsgenie_', 'no global OpsGenie API Key set either inline or in a file'); break
    case 'wechat_configs':
      lend(['api_secret', 'api_secret_file'], 'wechat_', 'no global Wechat Api Secret set either inline or in a file')
      if (!has(values, 'corp_id') && !has(global, 'wechat_api_corp_id')) refuse('no global Wechat CorpID set')
      break
    case 'victorops_configs': lend(['api_key', 'api_key_file'], 'victorops_', 'no global VictorOps API Key set'); break
    case 'telegram_configs': lend(['bot_token', 'bot_token_file'], 'telegram_', 'missing bot_token or bot_token_file on telegram_config'); break
    case 'jira_configs': lend(['api_url'], 'jira_', 'no global Jira Cloud URL set'); break
    case 'rocketchat_configs':
      lend(['token_id', 'token_id_file'], 'rocketchat_', 'no global Rocketchat TokenID set either inline or in a file')
      lend(['token', 'token_file'], 'rocketchat_', 'no global Rocketchat Token set either inline or in a file')
      break
    case 'mattermost_configs': lend(['webhook_url', 'webhook_url_file'], 'mattermost_', 'no global Mattermost Webhook URL set either inline or in a file'); break
  }
  return filled
}
