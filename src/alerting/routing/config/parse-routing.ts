import { LabelMatcher, sortMatchers } from './label-matcher.js'
import { parseMatchers } from './matchers.js'
import { unservedHttp } from './http-config.js'
import { globalSection, receiverSections, tracingSection } from './receiver-sections.js'
import { checkTracing, receiverChecks, withGlobals } from './receiver-checks.js'
import type { InhibitRuleConfig, IntegrationConfig, ReceiverConfig, RouteConfig, RoutingConfig } from './routing-config.js'
import { readDuration, readSection, type Values } from './shapes.js'
import { hideSecrets } from './shown-text.js'
import { TimeInterval } from './time-interval.js'
import { quoted, YamlValue } from './yaml-reader.js'

/** Kinds of receivers that are served here; the others need a real Alertmanager. */
export const servedKinds: readonly string[] = ['webhook', 'slack', 'pagerduty']

/** Kinds whose resolved notifications are sent only where `send_resolved` says so. */
const quietKinds: readonly string[] = ['email', 'slack', 'rocketchat', 'wechat']

const DEFAULT_RESOLVE_TIMEOUT_MS = 300_000

/**
 * Reads an `alertmanager.yml` as strictly as `amtool check-config` of Alertmanager 0.33 does. Throws `NJORD_ERR_ROUTING_FILE`:
 * `FILE:LINE:COLUMN: problem`, in Alertmanager's words where it has them.
 * @param file names it in errors
 */
export function parseRouting (text: string, file: string): RoutingConfig {
  const root = YamlValue.parse(text, file)
  if (root.isNull) root.fail('no route provided in config')
  const fields = root.fields(['global', 'route', 'receivers', 'inhibit_rules', 'time_intervals', 'mute_time_intervals', 'templates', 'tracing', 'event_recorder'])
  const global = fields.get('global')
  const globals = global === undefined ? {} : readSection(global, globalSection)
  if (global !== undefined) checkGlobals(globals, global)
  const warnings: string[] = []
  const routeValue = fields.get('route')
  const route = routeValue === undefined || routeValue.isNull ? root.fail('no routes provided') : readRoute(routeValue)
  const inhibitRules = fields.get('inhibit_rules')?.items().map(readInhibitRule) ?? []
  const timeIntervals = readTimeIntervals(fields)
  const templates = fields.get('templates')?.strings() ?? []
  const tracing = fields.get('tracing')
  if (tracing !== undefined && !tracing.isNull) checkTracing(readSection(tracing, tracingSection), problem => tracing.fail(problem))
  fields.get('event_recorder')?.fields()
  const receivers = readReceivers(fields.get('receivers'), globals, warnings)
  checkRoot(route, routeValue!)
  checkNames(route, routeValue!, new Set(receivers.map(({ name }) => name)), timeIntervals)
  if (route.continues) routeValue!.fail('cannot have continue in root route')
  return {
    resolveTimeoutMs: (globals.resolve_timeout as number | undefined) ?? DEFAULT_RESOLVE_TIMEOUT_MS,
    route,
    receivers,
    inhibitRules,
    timeIntervals,
    templates,
    warnings,
    shownText: hideSecrets(text)
  }
}

function checkGlobals (globals: Values, value: YamlValue): void {
  const has = (key: string): boolean => globals[key] !== undefined && globals[key] !== ''
  for (const key of ['slack_api_url', 'slack_app_token', 'opsgenie_api_key', 'victorops_api_key', 'smtp_auth_password', 'smtp_auth_secret', 'rocketchat_token',
    'rocketchat_token_id', 'telegram_bot_token', 'wechat_api_secret', 'mattermost_webhook_url']) {
    if (has(key) && has(`${key}_file`)) value.fail(`at most one of ${key} & ${key}_file must be configured`)
  }
  if ((has('slack_app_token') || has('slack_app_token_file')) && (has('slack_api_url') || has('slack_api_url_file'))) {
    value.fail('at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured')
  }
}

const classicName = /^[a-zA-Z_][a-zA-Z0-9_]*$/

function readRoute (value: YamlValue): RouteConfig {
  const fields = value.fields(['receiver', 'group_by', 'match', 'match_re', 'matchers', 'mute_time_intervals', 'active_time_intervals', 'continue', 'routes',
    'group_wait', 'group_interval', 'repeat_interval'])
  const matchers = [...readEqual(fields.get('match')), ...readExpressions(fields.get('match_re')), ...readMatchers(fields.get('matchers'))]
  const groupBy = fields.get('group_by')
  const labels = groupBy?.strings() ?? []
  const duration = (key: string): number | undefined => {
    const found = fields.get(key)
    return found === undefined || found.isNull ? undefined : readDuration(found)
  }
  const route: RouteConfig = {
    receiver: fields.get('receiver')?.string() || undefined,
    groupBy: groupBy === undefined || groupBy.isNull || labels.includes('...') ? undefined : labels,
    groupByAll: labels.includes('...'),
    matchers: sortMatchers(matchers),
    muteTimeIntervals: fields.get('mute_time_intervals')?.strings() ?? [],
    activeTimeIntervals: fields.get('active_time_intervals')?.strings() ?? [],
    continues: fields.get('continue')?.boolean() ?? false,
    groupWaitMs: duration('group_wait'),
    groupIntervalMs: duration('group_interval'),
    repeatIntervalMs: duration('repeat_interval'),
    routes: fields.get('routes')?.items().map(item => item.isNull ? item.mismatch('Route') : readRoute(item)) ?? []
  }
  for (const label of labels) if (label === '') groupBy!.fail(`invalid label name ${quoted(label)} in group_by list`)
  if (route.groupByAll && labels.some(label => label !== '...')) groupBy!.fail('cannot have wildcard group_by (`...`) and other labels at the same time')
  const twice = labels.find((label, i) => label !== '...' && labels.indexOf(label) !== i)
  if (twice !== undefined) groupBy!.fail(`duplicated label ${quoted(twice)} in group_by`)
  if (route.groupIntervalMs === 0) fields.get('group_interval')!.fail('group_interval cannot be zero')
  if (route.repeatIntervalMs === 0) fields.get('repeat_interval')!.fail('repeat_interval cannot be zero')
  return route
}

function readEqual (value: YamlValue | undefined): LabelMatcher[] {
  return [...value?.fields() ?? []].map(([name, item]) => {
    if (!classicName.test(name)) item.fail(`invalid label name ${quoted(name)}`)
    return new LabelMatcher(name, '=', item.string())
  })
}

function readExpressions (value: YamlValue | undefined): LabelMatcher[] {
  return [...value?.fields() ?? []].map(([name, item]) => {
    if (!classicName.test(name)) item.fail(`invalid label name ${quoted(name)}`)
    if (item.isNull) item.fail(`invalid regexp value for ${quoted(name)}`)
    // With its anchors, which Alertmanager writes into the keys of groups.
    return inWords(item, () => new LabelMatcher(name, '=~', `^(?:${item.string()})$`))
  })
}

function readMatchers (value: YamlValue | undefined): LabelMatcher[] {
  return value?.items().flatMap(item => inWords(item, () => parseMatchers(item.string()))) ?? []
}

function inWords<T> (value: YamlValue, read: () => T): T {
  try {
    return read()
  } catch (error) {
    return value.fail((error as Error).message)
  }
}

function readInhibitRule (value: YamlValue): InhibitRuleConfig {
  const fields = value.fields(['name', 'source_match', 'source_match_re', 'source_matchers', 'target_match', 'target_match_re', 'target_matchers', 'equal'])
  const side = (name: string): LabelMatcher[] => [
    ...readEqual(fields.get(`${name}_match`)), ...readExpressions(fields.get(`${name}_match_re`)), ...readMatchers(fields.get(`${name}_matchers`))
  ]
  const equal = fields.get('equal')?.strings() ?? []
  for (const label of equal) if (label === '') fields.get('equal')!.fail(`invalid label name ${quoted(label)} in equal list`)
  return { name: fields.get('name')?.string() ?? '', source: side('source'), target: side('target'), equal }
}

function readTimeIntervals (fields: ReadonlyMap<string, YamlValue>): Map<string, readonly TimeInterval[]> {
  const intervals = new Map<string, readonly TimeInterval[]>()
  for (const [key, what] of [['mute_time_intervals', 'mute time interval'], ['time_intervals', 'time interval']] as const) {
    for (const item of fields.get(key)?.items() ?? []) {
      const parts = item.fields(['name', 'time_intervals'])
      const spans = parts.get('time_intervals')?.items().map(span => new TimeInterval(span)) ?? []
      const name = parts.get('name')?.string() ?? ''
      if (name === '' && !item.isNull) item.fail(`missing name in ${what}`)
      if (intervals.has(name)) item.fail(`${what} ${quoted(name)} is not unique`)
      intervals.set(name, spans)
    }
  }
  return intervals
}

function readReceivers (value: YamlValue | undefined, globals: Values, warnings: string[]): ReceiverConfig[] {
  const receivers: ReceiverConfig[] = []
  for (const item of value?.items() ?? []) {
    const fields = item.fields(['name', 'labels', ...Object.keys(receiverSections)])
    const name = fields.get('name')?.string() ?? ''
    if (name === '' && !item.isNull) item.fail('missing name in receiver')
    fields.get('labels')?.fields()
    const integrations: IntegrationConfig[] = []
    const unserved: string[] = []
    for (const [key, section] of Object.entries(receiverSections)) {
      const kind = key.slice(0, -'_configs'.length)
      fields.get(key)?.items().forEach((config, index) => {
        const given = readSection(config, section)
        receiverChecks[key]?.(given, problem => config.fail(problem))
        const values = withGlobals(key, given, globals, problem => config.fail(problem))
        const why = whyUnserved(kind, values)
        if (why !== undefined) unserved.push(`${kind}[${index}] ${why}`)
        const sendResolved = (given.send_resolved as boolean | undefined) ?? !quietKinds.includes(kind)
        integrations.push({ kind, values, sendResolved, isServed: why === undefined })
      })
    }
    if (receivers.some(other => other.name === name)) item.fail(`notification config name ${quoted(name)} is not unique`)
    receivers.push({ name, integrations, unserved })
    warnings.push(...unserved.map(what => `receiver ${quoted(name)}: ${what}; nothing is sent from here`))
  }
  return receivers
}

/** Why an integration is left to a real Alertmanager; `undefined` for one that is not. */
function whyUnserved (kind: string, values: Values): string | undefined {
  if (!servedKinds.includes(kind)) return 'needs a real Alertmanager (hand alerts to it with the option alertmanagers)'
  if (kind === 'pagerduty' && values.routing_key === undefined && values.routing_key_file === undefined) {
    return "has a service_key, of PagerDuty's Events v1, which needs a real Alertmanager: use a routing_key"
  }
  const missing = unservedHttp(values.http_config as Values | undefined)
  return missing.length === 0 ? undefined : `needs ${missing.join(', ')} of http_config, which takes a real Alertmanager`
}

function checkRoot (route: RouteConfig, value: YamlValue): void {
  if (route.receiver === undefined) value.fail('root route must specify a default receiver')
  if (route.matchers.length > 0) value.fail('root route must not have any matchers')
  if (route.muteTimeIntervals.length > 0) value.fail('root route must not have any mute time intervals')
  if (route.activeTimeIntervals.length > 0) value.fail('root route must not have any active time intervals')
}

/** Children first, as in Alertmanager. */
function checkNames (route: RouteConfig, value: YamlValue, receivers: ReadonlySet<string>, intervals: ReadonlyMap<string, unknown>): void {
  const fields = value.fields()
  const children = fields.get('routes')?.items() ?? []
  route.routes.forEach((child, i) => { checkNames(child, children[i]!, receivers, intervals) })
  if (route.receiver !== undefined && !receivers.has(route.receiver)) fields.get('receiver')!.fail(`undefined receiver ${quoted(route.receiver)} used in route`)
  const unknown = [...route.activeTimeIntervals, ...route.muteTimeIntervals].find(name => !intervals.has(name))
  if (unknown !== undefined) {
    (fields.get(route.activeTimeIntervals.includes(unknown) ? 'active_time_intervals' : 'mute_time_intervals') ?? value).fail(`undefined time interval ${quoted(unknown)} used in route`)
  }
}
