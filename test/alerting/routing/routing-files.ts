/** Routing files that Alertmanager takes or refuses: `modern` ones are judged otherwise by releases before 0.33. */
export interface RoutingCase {
  readonly text: string
  readonly modern?: true
}

const tail = `
route: {receiver: a}
receivers: [{name: a}]
`
const withRoute = (route: string, more = ''): string => `route: {receiver: a, ${route}}\nreceivers: [{name: a}]\n${more}`
const withChild = (child: string, more = ''): string => withRoute(`routes: [{${child}}]`, more)
const withReceiver = (configs: string, more = ''): string => `${more}\nroute: {receiver: a}\nreceivers: [{name: a, ${configs}}]\n`
const withInterval = (interval: string): string => `${tail}time_intervals: [{name: x, time_intervals: [{${interval}}]}]\n`

const texts = [
  // Shapes of the whole.
  '', '{}', 'route:', 'route: {}', 'a', '[]', ': :', 'route: {receiver: a', '\troute: {receiver: a}', tail, `${tail}foo: 1\n`, `global:${tail}`, `global: {}${tail}`,
  `global: {foo: 1}${tail}`, `${tail}route: {receiver: a}\n`, `${tail}templates: ['*.tmpl', x/y.tmpl]\n`, `${tail}templates: x\n`, `${tail}templates: ['[']\n`, `${tail}---${tail}`, `${tail}...\njunk: [`,
  'route: {receiver: a}\nreceivers: [{name: a}, {name: a}]\n', 'route: {receiver: a}\nreceivers: [{foo: 1, name: a}]\n', 'route: {receiver: a}\n',
  'route: {receiver: a}\nreceivers: []\n', 'route: {receiver: a}\nreceivers: [{name: ""}]\n', 'route: {receiver: ""}\nreceivers: [{name: a}]\n',
  'route: {receiver: b}\nreceivers: [{name: a}]\n', 'x: &r {receiver: a}\nroute: *r\nreceivers: [{name: a}]\n', 'route: &r\n  receiver: a\n  routes:\n  - <<: *r\n    routes: []\nreceivers: [{name: a}]\n',
  'route: {receiver: 5}\nreceivers: [{name: 5}]\n', 'route: {receiver: yes}\nreceivers: [{name: yes}]\n',
  // Globals.
  ...['resolve_timeout: 5m', 'resolve_timeout: 1d12h', 'resolve_timeout: 5', 'resolve_timeout: 0', 'resolve_timeout: "0"', 'resolve_timeout: -5m', 'resolve_timeout: 5 m',
    'resolve_timeout: 5m5m', 'resolve_timeout: 5s5m', 'resolve_timeout: []', 'resolve_timeout: 400y', 'smtp_smarthost: "localhost:25"', 'smtp_smarthost: localhost', 'smtp_smarthost: "localhost:"',
    'smtp_require_tls: maybe', 'smtp_require_tls: no', 'smtp_require_tls: "no"', 'slack_api_url: "http://x/y"', 'slack_api_url: "ftp://x"', 'slack_api_url: x', 'slack_api_url: ""',
    'slack_api_url: "http://x", slack_api_url_file: y', 'pagerduty_url: "https://x:80/"', 'pagerduty_url: "https:///x"', 'http_config: {}', 'http_config: {foo: 1}',
    'http_config: {basic_auth: {username: a, password: b}}', 'http_config: {basic_auth: {username: a}, bearer_token: x}', 'http_config: {bearer_token: x, bearer_token_file: y}',
    'http_config: {authorization: {type: Basic, credentials: x}}', 'http_config: {authorization: {credentials: x}}', 'http_config: {authorization: {credentials: x, credentials_file: y}}',
    'http_config: {basic_auth: {password: a, password_file: b}}', 'http_config: {follow_redirects: x}', 'http_config: {tls_config: {insecure_skip_verify: true}}',
    'http_config: {tls_config: {foo: true}}', 'opsgenie_api_key: a, opsgenie_api_key_file: b', 'victorops_api_key: a, victorops_api_key_file: b'
  ].map(global => `global: {${global}}${tail}`),
  // Routes.
  ...['group_by: [a, b]', "group_by: ['...']", "group_by: ['...', a]", 'group_by: [a, a]', 'group_by: a', 'group_by: []', 'group_by: [""]', 'group_by: [1]', 'group_wait: 0s', 'group_wait: 1x',
    'group_interval: 0s', 'repeat_interval: 0s', 'group_interval: 5m, repeat_interval: 1m', 'continue: true', 'continue: false', 'matchers: [a=b]', 'match: {a: b}', 'match_re: {a: b}',
    'matchers: []', 'mute_time_intervals: [x]', 'active_time_intervals: [x]', 'routes: {}', 'routes: []', 'routes: [a]', 'foo: 1', 'routes: [{receiver: b}]', 'routes: [{}]'
  ].map(route => withRoute(route)),
  ...['match: {a: b, c: 1}', 'match: {"a b": c}', 'match: [a]', 'match: {a: [b]}', 'match_re: {a: "b|c"}', 'match_re: {a: "("}', 'match_re: {a: }', 'match_re: {1a: x}', 'matchers: [a=b, c=~"d|e"]',
    'matchers: ["{a=b,c!=d}"]', 'matchers: [a]', 'matchers: [=]', 'matchers: ["a=~("]', 'matchers: [a==b]', 'matchers: [""]', 'matchers: ["{}"]', 'matchers: ["{"]', 'matchers: ["}"]', "matchers: ['a=\"b']",
    "matchers: ['a=b\"']", "matchers: ['a=b\"c']", 'matchers: ["a!b"]', 'matchers: ["a =~ b, "]', 'matchers: ["a=b c=d"]', 'matchers: ["a=b,,c=d"]', 'matchers: [a=b{]', 'matchers: {a: b}', 'matchers: a=b',
    "matchers: ['a=\"\\x\"']", "matchers: ['foo=\"bar\\\"\"']", 'mute_time_intervals: [nope]', 'active_time_intervals: [nope]', 'continue: 1', 'receiver: nope', 'group_wait: 1s500ms', 'matchers: ["a="]', 'matchers: ["1a=b"]'
  ].map(child => withChild(child)),
  withChild('mute_time_intervals: [x], active_time_intervals: [y]', 'time_intervals: [{name: x, time_intervals: []}]\nmute_time_intervals: [{name: y}]\n'),
  `${tail}time_intervals: [{name: x}, {name: x}]\n`, `${tail}time_intervals: [{name: x}]\nmute_time_intervals: [{name: x}]\n`, `${tail}time_intervals: [{}]\n`, `${tail}time_intervals: [{name: x, foo: 1}]\n`,
  ...["times: [{start_time: '09:00', end_time: '17:00'}]", "times: [{start_time: '17:00', end_time: '09:00'}]", "times: [{start_time: '9:00', end_time: '17:00'}]", "times: [{start_time: '00:00', end_time: '24:00'}]",
    "times: [{start_time: '09:00'}]", "times: [{start_time: '24:01', end_time: '24:00'}]", 'times: x', "weekdays: ['monday:friday', sunday]", "weekdays: ['friday:monday']", 'weekdays: [mon]', 'weekdays: [Monday]',
    'weekdays: ["monday:"]', "days_of_month: ['1:15', '-3:-1', 31]", 'days_of_month: [0]', 'days_of_month: [32]', "days_of_month: ['-1:1']", "days_of_month: ['15:-20']", "days_of_month: ['20:-5']", "days_of_month: ['5:1']",
    'days_of_month: [x]', "months: ['january:march', 'may', '7:9', 12]", "months: ['march:january']", 'months: [jan]', "years: ['2020:2022', 2030]", "years: ['2022:2020']", 'years: [x]', "years: ['1:2:3']",
    'location: UTC', 'location: Europe/Oslo', 'location: Europe/Nowhere', 'location: ""', 'foo: 1'
  ].map(withInterval),
  // Inhibition.
  ...['{}', '{source_match: {a: b}, target_match: {c: d}, equal: [x]}', '{source_match_re: {a: "("}}', '{source_matchers: [a=b], target_matchers: [c=~d], equal: [x, y]}', '{source_matchers: [a]}',
    '{equal: x}', '{foo: 1}', '{source_match: {"a b": c}}', '{target_match_re: {a: }}', 'x'].map(rule => `${tail}inhibit_rules: [${rule}]\n`),
  // Receivers.
  ...['webhook_configs: []', 'webhook_configs: {}', 'webhook_configs: [{}]', 'webhook_configs: [{url: "http://x"}]', 'webhook_configs: [{url: "ftp://x"}]', 'webhook_configs: [{url: "http://x", foo: 1}]',
    'webhook_configs: [{url: "http://x", max_alerts: 5, send_resolved: false}]', 'webhook_configs: [{url: "http://x", max_alerts: -5}]', 'webhook_configs: [{url: "http://x", max_alerts: 1.5}]',
    'webhook_configs: [{url: "http://x", send_resolved: 1}]', 'webhook_configs: [{url: "http://x", http_config: {basic_auth: {username: a}}}]',
    'webhook_configs: [{url: "http://x", http_config: {authorization: {type: Bearer, credentials: y}}}]', 'slack_configs: [{}]', 'slack_configs: [{api_url: "http://x"}]',
    'slack_configs: [{api_url: "http://x", api_url_file: y}]', 'slack_configs: [{api_url: "http://x", fields: [{title: a, value: b}]}]', 'slack_configs: [{api_url: "http://x", fields: [{title: a}]}]',
    'slack_configs: [{api_url: "http://x", actions: [{type: button, text: a, url: b}]}]', 'slack_configs: [{api_url: "http://x", actions: [{type: button, text: a}]}]',
    'slack_configs: [{api_url: "http://x", actions: [{type: button, text: a, name: b, confirm: {}}]}]', 'slack_configs: [{api_url: "http://x", mrkdwn_in: x}]', 'pagerduty_configs: [{}]',
    'pagerduty_configs: [{routing_key: x}]', 'pagerduty_configs: [{service_key: x}]', 'pagerduty_configs: [{routing_key: x, url: "https://y", details: {a: b}, links: [{href: x, text: y}]}]',
    'pagerduty_configs: [{routing_key: x, details: x}]', 'email_configs: [{to: x}]', 'email_configs: [{to: x, smarthost: "y:25", from: z}]', 'email_configs: [{smarthost: "y:25", from: z}]',
    'email_configs: [{to: x, smarthost: "y:25", from: z, headers: {Subject: a, subject: b}}]', 'opsgenie_configs: [{api_key: x}]', 'opsgenie_configs: [{}]',
    'opsgenie_configs: [{api_key: x, responders: [{type: team, name: y}]}]', 'opsgenie_configs: [{api_key: x, responders: [{type: nope, name: y}]}]', 'victorops_configs: [{routing_key: x, api_key: y}]',
    'victorops_configs: [{api_key: y}]', 'victorops_configs: [{routing_key: x, api_key: y, custom_fields: {entity_id: z}}]', 'pushover_configs: [{user_key: x, token: y}]', 'pushover_configs: [{token: y}]',
    'pushover_configs: [{user_key: x, token: y, retry: 5m}]', 'pushover_configs: [{user_key: x, token: y, retry: 5d}]', 'wechat_configs: [{api_secret: x, corp_id: y}]', 'wechat_configs: [{}]',
    'sns_configs: [{topic_arn: x, sigv4: {}}]', 'sns_configs: [{sigv4: {}}]', 'sns_configs: [{topic_arn: x, sigv4: {access_key: y}}]', 'telegram_configs: [{bot_token: x, chat_id: 1}]', 'telegram_configs: [{bot_token: x}]',
    'telegram_configs: [{bot_token: x, chat_id: 1, parse_mode: nope}]', 'foo_configs: []'
  ].map(configs => withReceiver(configs)),
  withReceiver('slack_configs: [{channel: x}]', 'global: {slack_api_url: "http://x"}'), withReceiver('slack_configs: [{channel: x}]', 'global: {slack_api_url_file: x}'),
  withReceiver('email_configs: [{to: x}]', 'global: {smtp_smarthost: "y:25", smtp_from: z}'), withReceiver('opsgenie_configs: [{}]', 'global: {opsgenie_api_key: x}')
]

const modernTexts = [
  ...['matchers: [\'"with space"=b\']', 'matchers: [µ=b]', 'matchers: [\'"a b"="c\\n"\']', "matchers: ['\"a\"=b, c=d']", 'matchers: ["a=µ"]', 'matchers: [\'"=b\']', 'matchers: ["a!=~b"]'].map(child => withChild(child)),
  withRoute("group_by: ['with space']"), withRoute("group_by: ['0a']"), `${tail}inhibit_rules: [{name: x, equal: ['with space']}]\n`,
  ...['webhook_configs: [{url: "http://x", timeout: 5s}]', 'webhook_configs: [{url: "http://x", timeout: 5}]', 'webhook_configs: [{url: "http://x", timeout: x}]', 'webhook_configs: [{url: "http://x", url_file: y}]',
    'webhook_configs: [{url_file: y}]', 'webhook_configs: [{url: "http://x", payload: {a: "{{ .Status }}"}}]', 'webhook_configs: [{url: "http://{{ .Status }}/"}]', 'webhook_configs: [{url: "http://x", payload: x}]',
    'slack_configs: [{app_token: x}]', 'slack_configs: [{app_token: x, api_url: "http://y"}]', 'slack_configs: [{api_url: "http://x", update_message: true}]', 'slack_configs: [{api_url: "http://x", timeout: 5s}]',
    'slack_configs: [{api_url: "https://slack.com/api/chat.postMessage", update_message: true}]', 'pagerduty_configs: [{routing_key_file: x, service_key_file: y}]', 'pagerduty_configs: [{routing_key: x, routing_key_file: y}]',
    'discord_configs: [{webhook_url: "http://x"}]', 'discord_configs: [{}]', 'msteams_configs: [{webhook_url: "http://x"}]', 'msteams_configs: [{}]', 'msteamsv2_configs: [{webhook_url_file: x}]',
    'webex_configs: [{room_id: x, http_config: {authorization: {credentials: y}}}]', 'webex_configs: [{room_id: x}]', 'jira_configs: [{project: x, issue_type: y, api_url: "http://z"}]', 'jira_configs: [{project: x, issue_type: y}]',
    'jira_configs: [{project: x, api_url: "http://z"}]', 'rocketchat_configs: [{token: x, token_id: y}]', 'rocketchat_configs: [{token: x}]', 'mattermost_configs: [{webhook_url: "http://x"}]', 'mattermost_configs: [{}]',
    'incidentio_configs: [{url: "http://x", alert_source_token: y}]', 'incidentio_configs: [{url: "http://x"}]', 'labels: {a: b}', 'labels: x',
    'webhook_configs: [{url: "http://x", http_config: {http_headers: {X-A: {values: [b]}}}}]', 'telegram_configs: [{chat_id: 1}]'
  ].map(configs => withReceiver(configs)),
  withReceiver('slack_configs: [{}]', 'global: {slack_app_token: x}'), withReceiver('telegram_configs: [{chat_id: 1}]', 'global: {telegram_bot_token: x}'),
  `global: {slack_app_token: x, slack_api_url: "http://y"}${tail}`
]

export const routingFiles: readonly RoutingCase[] = [...texts.map(text => ({ text })), ...modernTexts.map(text => ({ text, modern: true as const }))]
