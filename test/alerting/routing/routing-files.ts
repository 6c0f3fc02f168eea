import { receiverSections } from '../../../src/alerting/routing/config/receiver-sections.js'

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

/** Settings of HTTP, which are prometheus/common's. */
const withHttp = (config: string): string => `global: {http_config: {${config}}}${tail}`
const oauth2 = (more: string): string => withHttp(`oauth2: {client_id: a, token_url: b, ${more}}`)
const jwt = "grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer'"
const withMatcher = (matcher: string): string => `route: {receiver: a, routes: [{matchers: ['${matcher}']}]}\nreceivers: [{name: a}]\n`
const withBlock = (block: string): string => `route:\n  ${block}\nreceivers: [{name: a}]\n`
const withEmail = (email: string): string => withReceiver(`email_configs: [{to: a, from: b, smarthost: 'x:25', ${email}}]`)

/** Addresses as Go reads them. */
const urls = ['http://x:99999/', 'http://:80/', 'http://:/', 'http://x:port/', 'http://x:80:90/', 'http://[::1]:80/', 'http://[::1]x/', 'http://[::1', 'http://[::1]:x/', 'http://[zz]/', 'http://[fe80::1%25en0]/',
  'http://a%41b/', 'http://a%zzb/', 'http://%41/', 'http://x%25y/', 'http://x%c3%a9/', 'http://x\\\\y/', 'http://x^y/', 'http://x{y/', 'http://a|b', 'http://a`b', 'http://a\\"b/', 'http://a<b>/', 'http://u ser:p@x/',
  'http://u%zz@x/', 'http://u:p@', 'http://@x', 'http://u:p@x', 'http://x/%zz', 'http://x/a b', 'http://x/?%zz', 'http://x/#%zz', 'http://x#%41', 'HTTPS://X', 'httpx://x', 'http:/x', 'http:///x', '//x/y', 'http://x?a',
  'http://x#a', 'http://ü/', 'http://x/\\tb', '*', '<secret>', 'http://1.2.3.400', 'http://x_y', 'http:x', ' http://x', ':x', 'x:y']

/** What YAML 1.1 may read as a number, and Go's readers as a number or a text. */
const numbers = ['e5', 'E12', '1e5', '1e+5', '.e5', '1.e5', '.5', '-.5e3', '5e', 'e', '.', '190:20', '-190:20', '190:20:30.5', '1:5', '0x1F', '0X1f', '0b11', '0B11', '010', '0o10', '0O10', '08', '1_000', '_1', '0x', '+1', '-1',
  '+.inf', '.inf', '-.INF', '.nan', '1e400', '18446744073709551615', '18446744073709551616', '1__0', '1_', '0b2', '"5"', '!!int 5', '!!str 5', '!!float 5', 'y', 'N', 'on', 'Off', '2001-01-01', '~', 'null', "'e5'"]

/** What 0.25 does not know, or judges otherwise. */
const modernTexts = [
  // Nulls, merges, patterns.
  'route: {receiver: a}\nreceivers: [{name: a}, null]\n', 'route: {receiver: a}\nreceivers: [{name: a}, null, null]\n', "route: {receiver: ''}\nreceivers: [null]\n", 'route: {receiver: a}\nreceivers: [null]\n',
  ...['time_intervals: [null]', 'time_intervals: [null, null]', 'mute_time_intervals: [null]', 'inhibit_rules: [null]', 'templates: [null]', "templates: ['']", "templates: ['a[b']", "templates: ['[a-c]*', 'a\\*']",
    "templates: ['[]']", "templates: ['a\\']", "templates: ['[^a-]']", "templates: ['[^]']", 'inhibit_rules: [{equal: [null]}]', 'inhibit_rules: [{source_matchers: [null]}]'].map(more => `${tail}${more}\n`),
  'global: null\n' + tail, `global: {resolve_timeout: null, slack_api_url: null, smtp_smarthost: null, http_config: null}${tail}`, 'route: {receiver: a}\nreceivers: [{name: a, labels: {a: null}}]\n',
  ...['group_by: [null]', 'mute_time_intervals: [null]', 'routes: [{mute_time_intervals: [null]}]', 'routes: [{matchers: [null]}]', 'routes: [{match: {a: null}}]', 'routes: [{match_re: {a: null}}]'].map(route => withRoute(route)),
  ...['receiver: a\n  <<: {receiver: zz}', '<<: {receiver: zz}\n  receiver: a', '<<: [{receiver: a}, {receiver: zz}]', '<<: [{receiver: zz}, {receiver: a}]', 'receiver: a\n  <<: [{receiver: zz}, {group_wait: 1s}]',
    '<<: x\n  receiver: a', '<<: [x]\n  receiver: a', '<<: null\n  receiver: a', '<<: {foo: 1}\n  receiver: a'].map(withBlock),
  // Time intervals.
  ...['times', 'weekdays', 'days_of_month', 'months', 'years'].flatMap(key => [withInterval(`${key}: [null]`), withInterval(`${key}: null`)]),
  ...["years: ['9223372036854775807']", "years: ['9223372036854775808']", "years: ['-9223372036854775809']", "days_of_month: ['99999999999999999999']", "months: ['99999999999999999999']", "months: ['-99999999999999999999']"].map(withInterval),
  ...['Africa/Asmara', 'Asia/Kolkata', 'Asia/Calcutta', 'Europe/Kyiv', 'GMT', 'gmt', 'EST', 'Etc/GMT+5', 'Etc/GMT-14', 'Etc/GMT-15', 'Etc/Unknown', 'EST5EDT', 'BST', 'IST', 'JST', 'PST', 'ACT', 'AST', 'NST', 'CST', 'utc', 'Zulu', 'Z',
    'Factory', 'america/new_york', 'europe/berlin', 'Local', 'local', '+01:00', 'GMT+1', 'UTC+1', 'US/Pacific', 'US/Pacific-New', 'SystemV/EST5', 'GB', 'NZ-CHAT', 'PST8PDT', 'Mars/X', '../etc'
  ].map(zone => withInterval(`location: '${zone}'`)),
  // Bytes in matchers.
  ...['"a"="\\xe2\\x98\\x83"', '"a"="\\xff"', '"a"="\\xe2\\x98"', '"a"="\\303\\251"', '"\\xc3\\xa9"=b', '"a"="\\u0000"', 'a="\\xe2\\x98\\x83"', '"a"="é\\xc3\\xa9"', '"a"="\\ud800"', '"a"="\\q"'].map(withMatcher),
  // HTTP.
  ...['min_version: TLS12', 'min_version: tls12', 'min_version: null', "min_version: ''", 'min_version: TLS12, max_version: TLS10', 'max_version: x', 'cert: a, cert_file: b, key: c', 'cert: a, key: b', 'key: a', 'key_file: a, key: b, cert: c',
    'cert_file: a', 'cert_file: a, key_ref: b', 'ca: a, ca_ref: b', 'cert_ref: a', 'insecure_skip_verify: 1'].map(tls => withHttp(`tls_config: {${tls}}`)),
  ...["proxy_url: 'x'", "proxy_url: ''", "proxy_url: ':x'", "proxy_url: 'http://a b'", 'proxy_url: 5', 'no_proxy: x', 'proxy_url: null, no_proxy: x', "proxy_url: '', no_proxy: x", 'proxy_from_environment: true', 'proxy_from_environment: true, no_proxy: x',
    "proxy_from_environment: true, proxy_url: ''", "proxy_from_environment: true, proxy_url: 'http://x'", "proxy_url: 'http://x', proxy_connect_header: {a: [b]}", "proxy_url: 'http://x', proxy_connect_header: {a: b}",
    "proxy_url: 'http://x', proxy_connect_header: [a]", 'proxy_connect_header: {a: [b]}', 'proxy_connect_header: {}', "proxy_url: 'http://x', proxy_connect_header: {a: null}", "proxy_url: 'http://x', proxy_connect_header: {a: [null, 5]}",
    'http_headers: {}', 'http_headers: null', 'http_headers: {X: null}', 'http_headers: {X: {}}', 'http_headers: {X: {foo: 1}}', 'http_headers: {X: {values: [1, null]}}', 'http_headers: {X: {secrets: x}}', 'http_headers: {x-amz-date: {values: [a]}}',
    'http_headers: {HOST: {values: [a]}}', "http_headers: {'content-type': {values: [a]}}", "http_headers: {'keep-alive': null}", 'http_headers: {Authorization: {values: [a]}}', 'http_headers: {accept: {values: [a]}}', 'http_headers: {1: {values: [a]}}',
    "http_headers: {'': {values: [a]}}", 'http_headers: {X: a}', 'http_headers: [a]', 'oauth2: {}', 'oauth2: null', 'oauth2: {client_id: a}', 'oauth2: {token_url: a}', 'oauth2: {client_id: a, token_url: b}, basic_auth: {}',
    'oauth2: {client_id: a, token_url: b}, authorization: {}', 'oauth2: {client_id: a, token_url: b}, bearer_token: x', 'basic_auth: null', 'authorization: null', 'tls_config: null', 'enable_http2: null', 'basic_auth: {username: a, username_file: b}',
    'basic_auth: {username_ref: a}', 'authorization: {credentials_ref: b}', "authorization: {type: ' basic '}", "authorization: {type: 'a b', credentials: x}"].map(withHttp),
  ...['grant_type: x', `${jwt}, client_certificate_key: a, client_certificate_key_file: b`, `${jwt}, signature_algorithm: HS256`, `${jwt}, signature_algorithm: RS256, claims: {a: 1}`, 'signature_algorithm: HS256', 'claims: x',
    'proxy_from_environment: true, no_proxy: x', 'no_proxy: x', 'tls_config: {min_version: x}', 'tls_config: {ca: a, ca_file: b}', 'scopes: x', 'endpoint_params: {a: 1}', 'client_secret: x, client_secret_ref: y'].map(oauth2),
  // Tracing and recording of events.
  'tracing: {}' + tail, 'tracing: null' + tail, `tracing: {endpoint: ''}${tail}`, 'event_recorder: {}' + tail, 'event_recorder: []' + tail, 'event_recorder: x' + tail,
  ...['client_type: grpc', 'client_type: http', 'client_type: foo', "client_type: ''", 'sampling_fraction: 1', 'sampling_fraction: x', 'sampling_fraction: null', 'tls_config: {}', 'tls_config: {min_version: x}', 'headers: {a: b}', 'headers: {a: {values: [b]}}',
    'http_headers: {}', 'compression: gzip', 'compression: x', "compression: ''", 'timeout: 5s', 'timeout: x', 'insecure: true', 'foo: 1'].map(more => `tracing: {endpoint: x, ${more}}${tail}`),
  // Addresses.
  ...urls.flatMap(url => [withReceiver(`webhook_configs: [{url: "${url}"}]`), `global: {pagerduty_url: "${url}"}${tail}`]),
  ...['http://{{ .a }}/', '{{ .a }}', '{{ .a ', '{{ if }}', '{{ foo }}', '{{ toUpper .Status }}', "{{ template 'x' }}", 'x{{/* c */}}', '{{ len .Alerts }}', 'http://x/{{', 'http://x/}}', ''].map(url => withReceiver(`webhook_configs: [{url: "${url}"}]`)),
  // Receivers.
  ...Object.keys(receiverSections).flatMap(kind => [withReceiver(`${kind}: [null]`), withReceiver(`${kind}: null`)]),
  ...['fields: [null]', 'actions: [null]', 'fields: null', 'mrkdwn_in: [null]', 'actions: [{type: a, text: b, name: c, confirm: null}]'].map(more => withReceiver(`slack_configs: [{api_url: "http://x", ${more}}]`)),
  ...['images: [null]', 'links: [null]', 'details: null', 'details: {a: [1, {b: c}]}', "url: ''", 'url: null'].map(more => withReceiver(`pagerduty_configs: [{routing_key: x, ${more}}]`)),
  ...['headers: {a: null}', 'headers: null', 'threading: null', 'threading: {}', 'threading: {enabled: true}', 'threading: {thread_by_date: x}', 'threading: {enabled: true, thread_by_date: daily}', "threading: {enabled: true, thread_by_date: ''}",
    'tls_config: {min_version: x}', 'headers: {subject: a, SUBJECT: b}'].map(withEmail),
  withReceiver('mattermost_configs: [{webhook_url: "http://x", attachments: [null], fields: [null]}]'), withReceiver('rocketchat_configs: [{token: a, token_id: b, fields: [null], actions: [null]}]'),
  withReceiver('sns_configs: [{topic_arn: x, sigv4: null}]'),
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
  `global: {slack_app_token: x, slack_api_url: "http://y"}${tail}`,
  // Numbers.
  ...numbers.flatMap(number => [
    withReceiver(`webhook_configs: [{url: "http://x", max_alerts: ${number}}]`), withReceiver(`webhook_configs: [{url: "http://x", timeout: ${number}}]`), withReceiver(`telegram_configs: [{bot_token: x, chat_id: ${number}}]`),
    withReceiver(`webhook_configs: [{url: "http://x", send_resolved: ${number}}]`), `tracing: {endpoint: x, sampling_fraction: ${number}}${tail}`, `global: {resolve_timeout: ${number}}${tail}`,
    `route: {receiver: ${number}}\nreceivers: [{name: ${number}}]\n`, `route: {receiver: a, group_by: [${number}]}\nreceivers: [{name: a}]\n`, withInterval(`days_of_month: [${number}]`)
  ]),
  // What receivers refuse by themselves, and what globals lend them.
  ...['email_configs: [{from: x}]', 'incidentio_configs: [{url: "http://x", alert_source_token: y, alert_source_token_file: z}]', 'incidentio_configs: [{url: "http://x", url_file: y, alert_source_token: z}]', 'incidentio_configs: [{}]',
    'incidentio_configs: [{url: "http://x", alert_source_token: y, http_config: {authorization: {credentials: z}}}]', 'incidentio_configs: [{url: "http://x", http_config: {authorization: {credentials: z}}}]',
    'incidentio_configs: [{url: "http://x", alert_source_token_file: y, http_config: {authorization: {credentials: z}}}]', 'jira_configs: [{project: x, issue_type: y, api_url: "http://z", api_type: nope}]',
    'jira_configs: [{project: x, issue_type: y, api_url: "http://z", api_type: datacenter}]', 'jira_configs: [{project: "", issue_type: y, api_url: "http://z"}]', 'mattermost_configs: [{webhook_url: "http://x", webhook_url_file: y}]',
    'mattermost_configs: [{webhook_url: "http://x", fields: [{title: a}]}]', 'mattermost_configs: [{webhook_url: "http://x", fields: [{value: a}]}]', 'mattermost_configs: [{webhook_url: "http://x", fields: [{title: a, value: b}]}]',
    'msteams_configs: [{webhook_url: "http://x", webhook_url_file: y}]', 'msteamsv2_configs: [{}]', 'msteamsv2_configs: [{webhook_url: "http://x", webhook_url_file: y}]', 'discord_configs: [{webhook_url: "http://x", webhook_url_file: y}]',
    'opsgenie_configs: [{api_key: x, api_key_file: y}]', 'opsgenie_configs: [{api_key: x, responders: [{type: team}]}]', 'opsgenie_configs: [{api_key: x, responders: [{type: "{{ .a }}", id: y}]}]',
    'opsgenie_configs: [{api_key: x, responders: [{type: TEAMS, username: y}]}]', 'opsgenie_configs: [{api_key: x, responders: [{id: y}]}]', 'pagerduty_configs: [{service_key: x, service_key_file: y}]', 'pagerduty_configs: [{service_key_file: x}]',
    'pagerduty_configs: [{routing_key: x, details: [a]}]', 'pushover_configs: [{user_key: x}]', 'pushover_configs: [{user_key: x, user_key_file: y, token: z}]', 'pushover_configs: [{user_key_file: x, token_file: y}]',
    'pushover_configs: [{user_key: x, token: y, html: true, monospace: true}]', 'pushover_configs: [{user_key: x, token: y, monospace: true}]', 'pushover_configs: [{user_key: x, token: y, token_file: z}]',
    'rocketchat_configs: [{token: x, token_file: y, token_id: z}]', 'rocketchat_configs: [{token: x, token_id: y, token_id_file: z}]', 'rocketchat_configs: [{token_file: x, token_id_file: y}]', 'rocketchat_configs: [{token_id: x}]',
    'rocketchat_configs: [{token: x, token_id: y, fields: [{title: a}]}]', 'slack_configs: [{app_token: x, app_token_file: y}]', 'slack_configs: [{app_token_file: x, api_url_file: y}]', 'slack_configs: [{api_url: "http://x", fields: [{value: a}]}]',
    'slack_configs: [{api_url: "http://x", actions: [{text: a, url: b}]}]', 'slack_configs: [{api_url: "http://x", actions: [{type: a, url: b}]}]', 'slack_configs: [{api_url: "http://x", actions: [{type: a, text: b, name: c, confirm: {text: d}}]}]',
    'sns_configs: [{target_arn: x, sigv4: {}}]', 'sns_configs: [{phone_number: "1", sigv4: {secret_key: x}}]', 'sns_configs: [{phone_number: "1", sigv4: {access_key: x, secret_key: y}}]', 'sns_configs: [{topic_arn: x}]',
    'telegram_configs: [{bot_token: x, bot_token_file: y, chat_id: 1}]', 'telegram_configs: [{bot_token: x, chat_id: 1, chat_id_file: y}]', 'telegram_configs: [{bot_token: x, chat_id_file: y}]', 'telegram_configs: [{bot_token: x, chat_id: 0}]',
    ...['Markdown', 'MarkdownV2', 'HTML', '""', 'html'].map(mode => `telegram_configs: [{bot_token: x, chat_id: -1, parse_mode: ${mode}}]`), 'victorops_configs: [{routing_key: x, api_key: y, api_key_file: z}]', 'victorops_configs: [{routing_key: x}]',
    ...['routing_key', 'message_type', 'state_message', 'entity_display_name', 'monitoring_tool', 'entity_state', 'other'].map(name => `victorops_configs: [{routing_key: x, api_key: y, custom_fields: {${name}: z}}]`),
    'webex_configs: [{http_config: {authorization: {credentials: y}}}]', 'webex_configs: [{room_id: x, http_config: {}}]', 'wechat_configs: [{api_secret: x, api_secret_file: y, corp_id: z}]', 'wechat_configs: [{api_secret: x}]',
    ...['text', 'markdown', '""', 'html'].map(type => `wechat_configs: [{api_secret: x, corp_id: y, message_type: ${type}}]`), 'wechat_configs: [{corp_id: x}]'
  ].map(configs => withReceiver(configs)),
  ...['threading: {enabled: true, thread_by_date: none}', 'threading: {enabled: true, thread_by_date: weekly}', 'threading: {enabled: false, thread_by_date: weekly}', 'headers: {a-b: x, A-B: y}', 'headers: {a_b: x, A_B: y}'].map(withEmail),
  withReceiver('wechat_configs: [{}]', 'global: {wechat_api_secret: x, wechat_api_corp_id: y}'), withReceiver('wechat_configs: [{}]', 'global: {wechat_api_secret_file: x}'), withReceiver('victorops_configs: [{routing_key: x}]', 'global: {victorops_api_key: y}'),
  withReceiver('victorops_configs: [{routing_key: x}]', 'global: {victorops_api_key_file: y}'), withReceiver('opsgenie_configs: [{}]', 'global: {opsgenie_api_key_file: x}'), withReceiver('email_configs: [{to: x}]', 'global: {smtp_smarthost: "y:25"}'),
  withReceiver('email_configs: [{to: x}]', 'global: {smtp_from: y}'), withReceiver('jira_configs: [{project: x, issue_type: y}]', 'global: {jira_api_url: "http://z"}'), withReceiver('rocketchat_configs: [{}]', 'global: {rocketchat_token: x, rocketchat_token_id: y}'),
  withReceiver('rocketchat_configs: [{}]', 'global: {rocketchat_token: x}'), withReceiver('rocketchat_configs: [{}]', 'global: {rocketchat_token_file: x, rocketchat_token_id_file: y}'), withReceiver('mattermost_configs: [{}]', 'global: {mattermost_webhook_url: "http://x"}'),
  withReceiver('mattermost_configs: [{}]', 'global: {mattermost_webhook_url_file: x}'), withReceiver('telegram_configs: [{chat_id: 1}]', 'global: {telegram_bot_token_file: x}'), withReceiver('slack_configs: [{}]', 'global: {slack_app_token_file: x}'),
  withReceiver('slack_configs: [{}]', 'global: {slack_app_token: x, slack_app_url: "http://y"}')
]

export const routingFiles: readonly RoutingCase[] = [...texts.map(text => ({ text })), ...modernTexts.map(text => ({ text, modern: true as const }))]
