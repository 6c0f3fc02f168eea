import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { test, type Test } from 'tap'
import { MemoryBus } from '../../../src/bus/memory-bus.js'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import { SystemClock } from '../../../src/clock/system-clock.js'
import { silentLog } from '../../../src/contracts/log.js'
import { AlertmanagerForwarder } from '../../../src/alerting/routing/alertmanager-forwarder.js'
import { parseRouting } from '../../../src/alerting/routing/config/parse-routing.js'
import { HttpSender } from '../../../src/alerting/routing/receivers/http-sender.js'
import { RoutingMetrics } from '../../../src/alerting/routing/routing-metrics.js'
import { posted, RouterUnderTest, startSink, type SinkRequest } from './support.js'

const root = 'group_wait: 1s, group_interval: 5m, repeat_interval: 4h'

/** A router with the receivers of the file, on a virtual clock. */
async function open (t: Test, receivers: string, options = {}): Promise<RouterUnderTest> {
  const under = new RouterUnderTest(`route: {receiver: a, ${root}}\nreceivers: [{name: a, ${receivers}}]`, { integrations: undefined, externalUrl: 'http://host', version: '1', ...options })
  await under.router.start()
  t.teardown(async () => { await under.router.close() })
  return under
}

/** Goes on in small steps, with time for what happens on the network in between. */
async function until (clock: VirtualClock, isSo: () => boolean, { stepMs = 100, steps = 20_000 } = {}): Promise<void> {
  for (let i = 0; i < steps && !isSo(); i++) {
    clock.advance(stepMs)
    for (let turn = 0; turn < 3; turn++) await nextTurn()
    if (i % 50 === 0) await new Promise(resolve => { setTimeout(resolve, 1) })
  }
  if (!isSo()) throw new Error('it never came')
}

test('a webhook that is down for ten minutes gets everything when it is back', async t => {
  const requests: SinkRequest[] = []
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      requests.push({} as SinkRequest)
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const under = await open(t, `webhook_configs: [{url: 'http://127.0.0.1:${port}/TOPSECRET'}]`)
  under.fire({ alertname: 'A' })
  const downUntilMs = under.clock.nowMs() + 600_000
  await until(under.clock, () => under.clock.nowMs() >= downUntilMs, { stepMs: 1000 })
  const failed = under.router.ledger.entries({ outcome: 'failed' })
  t.ok(failed.length >= 1, 'it was tried until its group had its next turn')
  t.ok(failed[0]!.attempts > 5, `${failed[0]!.attempts} attempts`)
  t.match(failed[0]!.why, /ECONNREFUSED|UND_ERR/)
  t.notMatch(JSON.stringify(failed), /TOPSECRET/)
  server.listen(port, '127.0.0.1')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  await until(under.clock, () => under.router.ledger.entries({ outcome: 'sent' }).length > 0, { stepMs: 1000 })
  t.match(under.router.ledger.entries({ outcome: 'sent' })[0]!.names, ['A'])
})

test('5xx and 429 are tried again, Retry-After is honoured, other refusals wait for the next turn', async t => {
  const answers = [500, 429, 200]
  const times: number[] = []
  const sink = await startSink(t, (_, response) => {
    times.push(under.clock.nowMs())
    const status = answers.shift() ?? 200
    response.writeHead(status, status === 429 ? { 'retry-after': '30' } : {}).end()
  })
  const under = await open(t, `webhook_configs: [{url: '${sink.url}'}]`)
  under.fire({ alertname: 'A' }, { endsAtMs: under.clock.nowMs() + 86_400_000 })
  await until(under.clock, () => under.router.ledger.entries({ outcome: 'sent' }).length === 1)
  t.equal(sink.requests.length, 3)
  const [first, second, third] = times as [number, number, number]
  t.ok(second - first >= 500 && second - first < 5000, `${second - first} ms after the 500`)
  t.ok(third - second >= 30_000 && third - second < 40_000, `${third - second} ms after the 429`)
  t.match(under.router.ledger.entries({ outcome: 'sent' })[0], { attempts: 3, why: 'first notification' })

  answers.push(404, 200)
  under.fire({ alertname: 'A', instance: '2' })
  await until(under.clock, () => under.router.ledger.entries({ outcome: 'failed' }).length === 1, { stepMs: 1000 })
  t.match(under.router.ledger.entries({ outcome: 'failed' })[0], { attempts: 1, why: 'unexpected status code 404' })
  await until(under.clock, () => under.router.ledger.entries({ outcome: 'sent' }).length >= 2, { stepMs: 1000 })
})

test('Retry-After may be a date and is honoured for an hour at most; each turn without an attempt is written down', async t => {
  const times: number[] = []
  const waits = [() => '604800', () => '99999999999999', () => new Date(under.clock.nowMs() + 60_000).toUTCString()]
  const sink = await startSink(t, (_, response) => {
    times.push(under.clock.nowMs())
    const wait = waits.shift()
    response.writeHead(wait === undefined ? 200 : 503, wait === undefined ? {} : { 'retry-after': wait() }).end()
  })
  const under = await open(t, `webhook_configs: [{url: '${sink.url}'}]`)
  under.fire({ alertname: 'A' }, { endsAtMs: under.clock.nowMs() + 86_400_000 })
  const sent = () => under.router.ledger.entries({ outcome: 'sent' }).filter(({ names }) => names.includes('A'))
  await until(under.clock, () => sent().length === 1, { stepMs: 1000 })
  const waitedMs = times.slice(1, 4).map((time, i) => time - times[i]!)
  t.ok(waitedMs[0]! >= 3_600_000 && waitedMs[0]! < 4_000_000 && waitedMs[1]! >= 3_600_000 && waitedMs[1]! < 4_000_000, `${waitedMs.join(', ')} ms`)
  t.ok(waitedMs[2]! >= 59_000 && waitedMs[2]! < 90_000, `${waitedMs[2]} ms after a date a minute away`)
  const skipped = under.router.ledger.entries({ outcome: 'failed' }).filter(({ attempts }) => attempts === 0)
  t.ok(skipped.length >= 20, `${skipped.length} turns`)
  t.match(skipped[0]!.why, /^it asked to be left alone until 2026-01-05T1\d:/)
})

test('a webhook that hangs is given up, by its timeout or with its group\'s turn', async t => {
  let hanging = 0
  const sink = await startSink(t, () => { hanging++ })
  const under = await open(t, `webhook_configs: [{url: '${sink.url}'}, {url: '${sink.url}', timeout: 50ms, send_resolved: false}]`)
  under.fire({ alertname: 'A' }, { endsAtMs: under.clock.nowMs() + 86_400_000 })
  await until(under.clock, () => hanging >= 2)
  await until(under.clock, () => under.router.ledger.entries({ outcome: 'failed' }).length >= 2, { stepMs: 2000 })
  t.ok(under.router.ledger.entries({ outcome: 'failed' }).every(({ why }) => why === 'it did not answer in time'))
  t.equal([...under.router.groups()][0]!.size, 3, 'the alert and those of the receivers wait for their next turn')
})

test('http_config says who asks, and secrets come from files and the environment', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'njord-secrets-'))
  t.teardown(async () => { await rm(folder, { recursive: true, force: true }) })
  const sink = await startSink(t)
  await writeFile(join(folder, 'url'), `${sink.url}/from-file\n`)
  await writeFile(join(folder, 'token'), 'abc\n')
  process.env.NJORD_TEST_HOOK = `${sink.url}/from-env`
  t.teardown(() => { delete process.env.NJORD_TEST_HOOK })
  const receivers = `webhook_configs:
  - {url_file: url, http_config: {basic_auth: {username: u, password_file: token}}}
  - {url_file: 'env:NJORD_TEST_HOOK', http_config: {authorization: {type: Token, credentials_file: token}}}
  - {url: '${sink.url}/{{ .GroupLabels.alertname }}', max_alerts: 1, http_config: {bearer_token_file: token, http_headers: {X-Own: {values: [a, b], secrets: [c]}}}}
  - {url: '${sink.url}/payload', payload: {count: '{{ len .Alerts }}', text: '{{ .Status }}', list: ['{{ .Alerts | toJson }}', 1, null], empty: '', read: ['{{ "e6" }}', '{{ "yes " }}', 'http://x:1/y', '2026-01-05T12:00:00Z', '{{ "5" }}', 'a: b', '{{ "E12" }}']}}
  - {url_file: nothing}
  - {url_file: 'env:NJORD_TEST_NOTHING'}
  - {url: '${sink.url}/tls', http_config: {tls_config: {insecure_skip_verify: true}}}`
  const warned: string[] = []
  const text = `route: {receiver: a, group_by: [alertname], ${root}}\nreceivers:\n- name: a\n  ${receivers}\n`
  const under = new RouterUnderTest(text, {
    integrations: undefined,
    routing: { config: parseRouting(text, 'f'), templateFiles: new Map(), folder },
    log: { ...silentLog, warn: (_, message) => { warned.push(message) } },
    version: '1'
  })
  await under.router.start()
  t.teardown(async () => { await under.router.close() })
  under.fire({ alertname: 'A', instance: '1' })
  under.fire({ alertname: 'A', instance: '2' })
  const by = new Map<string, SinkRequest>()
  await until(under.clock, () => {
    for (const request of sink.requests) if (!by.has(request.path)) by.set(request.path, request)
    return ['/from-file', '/from-env', '/A', '/payload'].every(path => by.has(path))
  })
  t.equal(by.get('/from-file')!.headers.authorization, `Basic ${Buffer.from('u:abc').toString('base64')}`)
  t.equal(by.get('/from-file')!.headers['user-agent'], 'njord-telemetry/1')
  t.equal(by.get('/from-env')!.headers.authorization, 'Token abc')
  t.match(by.get('/A')!, { headers: { authorization: 'Bearer abc', 'x-own': 'a, b, c' }, body: { truncatedAlerts: 1, alerts: { length: 1 } } })
  t.match(by.get('/payload')!.body, { count: 2, text: 'firing', list: [[{ status: 'firing', generatorURL: null }, {}], 1, null], empty: null })
  t.strictSame(by.get('/payload')!.body.read, ['e6', true, 'http://x:1/y', '2026-01-05T12:00:00Z', 5, { a: 'b' }, 'E12'], 'as an Alertmanager 0.33 was seen to read it')
  await until(under.clock, () => under.router.ledger.entries({ outcome: 'failed' }).length >= 2)
  t.same(under.router.ledger.entries({ outcome: 'failed' }).slice(-2).map(({ why }) => why).sort(), ['url_file: ENOENT', 'url_file: the environment has no NJORD_TEST_NOTHING'])
  t.match(warned, [/webhook\[6\] needs tls_config of http_config/])
})

test('a secret that cannot be a header is shown to nobody, and not tried again', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'njord-secrets-'))
  t.teardown(async () => { await rm(folder, { recursive: true, force: true }) })
  await writeFile(join(folder, 'two-lines'), 'sec\nSECRET\n')
  const sink = await startSink(t)
  const receivers = `webhook_configs:
  - {url: '${sink.url}', http_config: {authorization: {credentials_file: two-lines}}}
  - {url: '${sink.url}', http_config: {http_headers: {X-Own: {secrets: ["x\\nSECRET"]}}}}
  - {url: '${sink.url}/{{ .Status }}', http_config: {basic_auth: {username: u, password_file: two-lines}, http_headers: {X-Own: {secrets: [caf\u00e9 \u20ac]}}}}
  - {url_file: 'env:NJORD_TEST_ADDRESS'}`
  process.env.NJORD_TEST_ADDRESS = 'SECRET://x/y'
  t.teardown(() => { delete process.env.NJORD_TEST_ADDRESS })
  const text = `route: {receiver: a, ${root}}\nreceivers:\n- name: a\n  ${receivers}\n`
  const lines: unknown[] = []
  const note = (...line: unknown[]) => { lines.push(line) }
  const under = new RouterUnderTest(text, {
    integrations: undefined, routing: { config: parseRouting(text, 'f'), templateFiles: new Map(), folder }, log: { info: note, warn: note, error: note }
  })
  await under.router.start()
  t.teardown(async () => { await under.router.close() })
  under.fire({ alertname: 'A' })
  await until(under.clock, () => under.router.ledger.entries({ outcome: 'failed' }).length >= 3 && sink.requests.length >= 2)
  t.same(under.router.ledger.entries({ outcome: 'failed' }).slice(-3).map(({ why, attempts }) => `${attempts} ${why}`).sort(), [
    '1 its address is none of http or https', '1 the value of the header "authorization" has a line break or a control character', '1 the value of the header "x-own" has a line break or a control character'
  ])
  t.ok(lines.length >= 3)
  t.notMatch(JSON.stringify([lines, under.router.ledger.entries(), [...under.router.alerts()], sink.requests]), /SECRET/)
  t.equal(Buffer.from(String(sink.requests[0]!.headers['x-own']), 'latin1').toString(), 'caf\u00e9 \u20ac', 'as UTF-8, as Go has it')
})

test('a name and password in an address go into the header, and timeouts may be of any length', async t => {
  const sink = await startSink(t)
  const at = (path: string, user: string) => `url: '${sink.url.replace('//', `//${user}@`)}/${path}'`
  const under = await open(t, `webhook_configs: [{${at('both', 'bob:p%40w')}, timeout: 1500.5ms, http_config: {authorization: {credentials: token}}},
    {${at('name', 'bob')}, timeout: 2000h}]`)
  under.fire({ alertname: 'A' })
  await until(under.clock, () => under.router.ledger.entries({ outcome: 'sent' }).length === 2)
  // What an Alertmanager 0.33 was seen to send.
  t.same(sink.requests.map(({ path, headers }) => `${path} ${headers.authorization}`).sort(), ['/both Basic Ym9iOnBAdw==', '/name Basic Ym9iOg=='])
  const clock = new SystemClock()
  const forwarder = new AlertmanagerForwarder({
    url: sink.url.replace('//', '//bob:pw@'),
    sender: new HttpSender({ config: {}, folder: '.', version: '1', clock }),
    clock,
    log: silentLog,
    metrics: new RoutingMetrics()
  })
  forwarder.post([posted({ alertname: 'A' }, 1, 2)])
  await forwarder.settled()
  t.match(sink.requests[2], { path: '/api/v2/alerts', headers: { authorization: 'Basic Ym9iOnB3' } })
  await forwarder.close()
})

test('Slack gets a message, and its refusals with status 200 count', async t => {
  const answers = ['ok', 'no_service']
  const sink = await startSink(t, (_, response) => { response.end(answers.shift() ?? 'ok') })
  const under = await open(t, `slack_configs: [{api_url: '${sink.url}/hook', channel: '#{{ .Status }}', send_resolved: true, link_names: true,
    fields: [{title: t, value: '{{ .CommonLabels.alertname }}'}, {title: u, value: v, short: true}], text: '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}',
    actions: [{type: button, text: go, url: 'http://x', name: gone}, {type: button, text: do, name: n, value: v, confirm: {text: sure}}]}]`)
  const say = async (alertname: string): Promise<void> => {
    const before = sink.requests.length
    under.router.post([posted({ alertname, severity: 'x' }, under.clock.nowMs(), under.clock.nowMs() + 86_400_000, { description: '<&>' })])
    await until(under.clock, () => sink.requests.length > before, { stepMs: 1000 })
    await until(under.clock, () => under.router.ledger.entries().filter(({ outcome }) => outcome === 'sent' || outcome === 'failed').length >= sink.requests.length, { stepMs: 1 })
  }
  await say('A')
  t.strictSame(sink.requests[0]!.body, {
    channel: '#firing',
    username: 'Alertmanager',
    link_names: true,
    attachments: [{
      title: '[FIRING:1]  (A x)',
      title_link: 'http://host/#/alerts?receiver=a',
      text: '<&>',
      fallback: '[FIRING:1]  (A x) | http://host/#/alerts?receiver=a',
      callback_id: '',
      fields: [{ title: 't', value: 'A', short: false }, { title: 'u', value: 'v', short: true }],
      actions: [{ type: 'button', text: 'go', url: 'http://x' }, { type: 'button', text: 'do', name: 'n', value: 'v', confirm: { text: 'sure' } }],
      footer: '',
      color: 'danger',
      mrkdwn_in: ['fallback', 'pretext', 'text']
    }]
  })
  t.match(sink.requests[0]!.text, '\\u003c\\u0026\\u003e')
  await say('B')
  t.match(under.router.ledger.entries({ outcome: 'failed' })[0]!.why, /^channel "#firing": received an error response from Slack: no_service$/)
})

test('an app of Slack posts with its token', async t => {
  const sink = await startSink(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{"ok":false,"error":"not_in_channel"}') })
  const under = await open(t, `slack_configs: [{app_token: xoxb, app_url: '${sink.url}/app', channel: c}]`)
  under.fire({ alertname: 'A' })
  await until(under.clock, () => under.router.ledger.entries({ outcome: 'failed' }).length === 1)
  t.equal(sink.requests[0]!.headers.authorization, 'Bearer xoxb')
  t.equal(under.router.ledger.entries({ outcome: 'failed' })[0]!.why, 'channel "c": error response from Slack: not_in_channel')
})

test('PagerDuty gets an event with the key of the group, and its end', async t => {
  const sink = await startSink(t, ({ text }, response) => {
    if (text.includes('"refused"')) response.writeHead(400).end('{"status":"invalid","message":"Event object is invalid","errors":["x"]}')
    else response.writeHead(202).end()
  })
  const under = await open(t, `pagerduty_configs: [{routing_key: abc, url: '${sink.url}', severity: '{{ .CommonLabels.severity }}', group: g, details: {own: '{{ .Status }}'},
    images: [{src: 'http://i', alt: x}, {src: ''}], links: [{href: 'http://l', text: '{{ .Receiver }}'}]}]`)
  under.fire({ alertname: 'A', severity: 'critical' })
  await until(under.clock, () => sink.requests.length === 1)
  const { body } = sink.requests[0]!
  t.strictSame(Object.keys(body), ['routing_key', 'dedup_key', 'event_action', 'payload', 'client', 'client_url', 'images', 'links'])
  t.match(body, {
    routing_key: 'abc',
    dedup_key: createHash('sha256').update('{}:{}').digest('hex'),
    event_action: 'trigger',
    payload: {
      summary: '[FIRING:1]  (A critical)', source: 'Alertmanager', severity: 'critical', group: 'g', custom_details: { num_firing: 1, num_resolved: 0, own: 'firing', firing: [{ labels: { alertname: 'A' } }] }
    },
    client: 'Alertmanager',
    images: [{ src: 'http://i', alt: 'x', href: '' }],
    links: [{ href: 'http://l', text: 'a' }]
  })
  for (const [own, source] of [["source: ''", 'Alertmanager'], ["source: '', client: c", 'c'], ["source: '{{ \"\" }}', client: c", ''], ["client: ''", '']]) {
    const other = await startSink(t)
    const another = await open(t, `pagerduty_configs: [{routing_key: abc, url: '${other.url}', ${own}}]`)
    another.fire({ alertname: 'A' })
    await until(another.clock, () => other.requests.length === 1)
    t.match(other.requests[0]!.body, { payload: { source } }, `as an Alertmanager 0.33 was seen to send: ${own}`)
  }
  under.resolve({ alertname: 'A', severity: 'critical' })
  await until(under.clock, () => sink.requests.length === 2, { stepMs: 1000 })
  t.match(sink.requests[1]!.body, { event_action: 'resolve', dedup_key: body.dedup_key })
  under.fire({ alertname: 'A', severity: 'refused' })
  await until(under.clock, () => under.router.ledger.entries({ outcome: 'failed' }).length === 1, { stepMs: 1000 })
  t.equal(under.router.ledger.entries({ outcome: 'failed' })[0]!.why, 'unexpected status code 400: Event object is invalid: x')
  under.router.post(Array.from({ length: 4000 }, (_, i) => posted({ alertname: 'Many', i: String(i) }, under.clock.nowMs(), under.clock.nowMs() + 86_400_000)))
  await until(under.clock, () => sink.requests.some(({ text }) => text.includes('FIRING:40')), { stepMs: 1000 })
  t.match(sink.requests.find(({ text }) => text.includes('FIRING:40'))!.body.payload, {
    custom_details: { error: 'Custom details have been removed because the original event exceeds the maximum size of 512KB' }
  })
  // The key that an Alertmanager 0.33 was seen to send for this group.
  t.equal(createHash('sha256').update('{}/{"with space"="b\\n"}:{alertname="B"}').digest('hex'), 'ca33367c878ba0bc9afbc831065045a57cea3564668361367da8674ce8425936')
})

test('the receivers log and bus are ours where they have no configuration', async t => {
  const clock = new SystemClock()
  const bus = new MemoryBus({ clock })
  const heard: unknown[] = []
  bus.subscribe('telemetry.alerts', payload => { heard.push(payload) })
  const lines: Array<[string, object, string]> = []
  const log = { info: (fields: object, message: string) => { lines.push(['info', fields, message]) }, warn: (fields: object, message: string) => { lines.push(['warn', fields, message]) }, error () {} }
  const under = new RouterUnderTest(`route: {receiver: log, ${root}, routes: [{receiver: log, continue: true}, {receiver: bus}]}\nreceivers: [{name: log}, {name: bus}, {name: other}]`,
    { integrations: undefined, bus, log })
  await under.router.start()
  under.fire({ alertname: 'A', instance: '1' })
  await under.go(5)
  under.resolve({ alertname: 'A', instance: '1' })
  await under.go(600)
  t.match(lines, [['warn', { receiver: 'log', status: 'firing', alerts: [{ labels: { alertname: 'A' } }] }, 'alerts are firing'], ['warn', { status: 'resolved' }, 'alerts are resolved']])
  t.match(heard, [{ version: '4', status: 'firing', groupKey: '{}/{}:{}', alerts: [{ labels: { alertname: 'A', instance: '1' } }] }, { status: 'resolved' }])
  await under.router.close()
  await bus.close()
})

/** Hands alerts to a sink that answers `status`, on a virtual clock. */
async function openForwarder (t: Test, options: { dir?: string, queueCapacity?: number } = {}) {
  const answer = { status: 200 }
  const sink = await startSink(t, (_, response) => { response.writeHead(answer.status).end('nope') })
  const lines: string[] = []
  const note = (_: object, message: string) => { lines.push(message) }
  const start = async (clock = new VirtualClock(Date.UTC(2026, 0, 5))): Promise<AlertmanagerForwarder> => {
    const sender = new HttpSender({ config: { bearer_token: 'x' }, folder: '.', version: '1', clock })
    const log = { info: note, warn: note, error: note }
    const forwarder = new AlertmanagerForwarder({ url: `${sink.url}/prefix/`, sender, clock, log, metrics: new RoutingMetrics(), ...options })
    t.teardown(async () => { await forwarder.close() })
    await forwarder.start()
    return forwarder
  }
  const sizes = () => sink.requests.splice(0).map(({ body }) => (body as unknown as unknown[]).length)
  return { answer, sink, lines, start, sizes }
}

const many = (count: number, endsAtMs = 1_700_000_000_500) =>
  Array.from({ length: count }, (_, i) => posted({ alertname: 'A', i: String(i) }, 1_700_000_000_000, endsAtMs, { a: 'b' }))

test('hands alerts to a real Alertmanager in batches, and drops the oldest when it cannot keep up', async t => {
  const { answer, sink, lines, start, sizes } = await openForwarder(t, { queueCapacity: 200 })
  const forwarder = await start()
  forwarder.post(many(300))
  await forwarder.settled()
  t.match(sink.requests[0]!, { path: '/prefix/api/v2/alerts', headers: { authorization: 'Bearer x' } })
  t.match((sink.requests[0]!.body as unknown as unknown[])[0], {
    labels: { alertname: 'A', i: '100' }, annotations: { a: 'b' }, startsAt: '2023-11-14T22:13:20Z', endsAt: '2023-11-14T22:13:20.5Z', generatorURL: ''
  })
  t.same(sizes(), [64, 64, 64, 8])
  answer.status = 400
  forwarder.post(many(100))
  await forwarder.settled()
  t.same(sizes(), [64, 36])
  t.equal(forwarder.queued, 0, 'what is refused is not tried again')
  answer.status = 200
  forwarder.post(many(1))
  await forwarder.settled()
  t.same(lines, ['alerts do not reach the Alertmanager', 'alerts reach the Alertmanager again'])
})

test('alerts that do not reach an Alertmanager are tried again, also by the next process', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'njord-forward-'))
  t.teardown(async () => { await rm(dir, { recursive: true, force: true }) })
  const { answer, sink, lines, start, sizes } = await openForwarder(t, { dir })
  const [clock, clockOfSecond] = [new VirtualClock(0), new VirtualClock(0)]
  const first = await start(clock)
  answer.status = 503
  first.post(many(100))
  await first.settled()
  t.same(sizes(), [64])
  first.post(many(100, 1_700_000_060_000))
  t.same(sizes(), [], 'it waits')
  clock.advance(500)
  await first.settled()
  t.same(sizes(), [64])
  t.equal(first.queued, 100, 'each as it was last told')
  const [name] = await readdir(dir)
  t.match(name, /^forward-[0-9a-f]{12}\.ndjson$/)
  // Killed: the first is not closed.
  await appendFile(join(dir, name!), 'null\n{"torn')
  answer.status = 200
  const second = await start(clockOfSecond)
  await second.settled()
  t.match((sink.requests[0]!.body as unknown as unknown[])[0], { labels: { i: '0' }, endsAt: '2023-11-14T22:14:20Z' })
  t.same(sizes(), [64, 36])
  t.same(await readdir(dir), [], 'nothing waits')

  answer.status = 500
  second.post(many(3))
  await second.settled()
  await mkdir(join(dir, `${name}.new`))
  clockOfSecond.advance(500)
  await second.settled()
  clockOfSecond.advance(750)
  await second.settled()
  await rm(join(dir, `${name}.new`), { recursive: true })
  await second.close()
  second.post(many(1))
  t.match(await readFile(join(dir, name!), 'utf8'), /^(\{.*\}\n){3}$/)
  t.same(lines.slice(-2), ['alerts do not reach the Alertmanager', 'alerts for the Alertmanager cannot be written: what waits is lost with the process'])
})

test('goes where a receiver sends it, without secrets for others', async t => {
  const clock = new VirtualClock(0)
  const other = await startSink(t, (_, response) => { response.end('there') })
  const elsewhere = other.url.replace('127.0.0.1', 'localhost')
  const sink = await startSink(t, ({ path }, response) => {
    const to: Record<string, string> = {
      '/same': '/told', '/port': `${other.url}/told`, '/other': `${elsewhere}/told`, '/ask': '/asked', '/round': '/round', '/nowhere': 'ftp://there/', '/bare': ''
    }
    const location = to[path]
    if (location === undefined) response.end('here')
    else response.writeHead(path === '/ask' ? 302 : 307, location === '' ? {} : { location }).end()
  })
  const post = async (path: string, config = {}, body: string | Buffer[] = ['{', '}'].map(part => Buffer.from(part))) => {
    const sender = new HttpSender({ config: { bearer_token: 's3cret', ...config }, folder: '.', version: '1', clock })
    return await sender.post({ url: `${sink.url}${path}`, body, timeoutMs: 5000, signal: new AbortController().signal })
  }
  const told = () => sink.requests.splice(0).map(({ path, method, text, headers }) => [path, method, text, headers.authorization])
  t.equal((await post('/same')).body, 'here')
  t.same(told(), [['/same', 'POST', '{}', 'Bearer s3cret'], ['/told', 'POST', '{}', 'Bearer s3cret']])
  t.equal((await post('/ask')).body, 'here')
  t.same(told().at(-1), ['/asked', 'GET', '', 'Bearer s3cret'], 'as of a form that was sent')
  t.equal((await post('/port')).body, 'there')
  t.equal((await post('/other')).body, 'there')
  t.match(other.requests, [
    { path: '/told', method: 'POST', text: '{}', headers: { authorization: 'Bearer s3cret' } },
    { path: '/told', method: 'POST', text: '{}', headers: { authorization: undefined } }
  ], 'another port is the same host')
  told()
  await t.rejects(post('/round'), { message: 'it redirects more than 10 times', isRetryable: true })
  t.equal(told().length, 11)
  await t.rejects(post('/nowhere'), { message: 'its address is none of http or https', isRetryable: false })
  await t.rejects(post('/bare'), { message: 'unexpected status code 307' })
  await t.rejects(post('/same', { follow_redirects: false }), { message: 'unexpected status code 307' })
})

test('a receiver that answers with something else has failed', async t => {
  const odd: Record<string, (socket: Socket) => void> = {
    '/upgrade': socket => { socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: upgrade\r\n\r\n') },
    '/gone': socket => { socket.destroy() },
    '/packed': socket => { socket.end(Buffer.concat([Buffer.from('HTTP/1.1 400 Bad\r\nContent-Encoding: gzip\r\n\r\n'), gzipSync('no')])) }
  }
  const server = createServer((request, response) => { request.resume().on('end', () => { odd[request.url!]!(response.socket!) }) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  const sender = new HttpSender({ config: {}, folder: '.', version: '1', clock: new VirtualClock(0) })
  const post = async (path: string) => await sender.post({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, body: '{}', timeoutMs: 5000, signal: new AbortController().signal, details: answer => answer.body
  })
  await t.rejects(post('/upgrade'), { message: 'ECONNRESET', isRetryable: true })
  await t.rejects(post('/gone'), { message: 'ECONNRESET', isRetryable: true })
  await t.rejects(post('/packed'), { message: 'unexpected status code 400' })
})

test('hears a receiver that answers before it has heard the whole', async t => {
  const server = createServer((_, response) => { response.writeHead(413).end('too long') })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  const sender = new HttpSender({ config: {}, folder: '.', version: '1', clock: new VirtualClock(0) })
  const body = Array.from({ length: 500 }, () => Buffer.alloc(64 * 1024, 'x'))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await t.rejects(sender.post({ url, body, timeoutMs: 5000, signal: new AbortController().signal, details: answer => answer.body }), {
    message: 'unexpected status code 413: too long', isRetryable: false
  })
})

test('the shipped routes tell Slack of each alert, with what it has of texts', async t => {
  const sink = await startSink(t)
  const shipped = await readFile(new URL('../../../config/alertmanager.yml', import.meta.url), 'utf8')
  const under = new RouterUnderTest(shipped.replace('slack_api_url_file: env:SLACK_API_URL', `slack_api_url: '${sink.url}/slack'`), {
    integrations: undefined, externalUrl: 'http://host', version: '1'
  })
  await under.router.start()
  t.teardown(async () => { await under.router.close() })
  const post = (severity: string, instance: string, annotations: Record<string, string>) => {
    const nowMs = under.clock.nowMs()
    under.router.post([posted({ alertname: 'A', severity, instance }, nowMs, nowMs + 3_600_000, annotations)])
  }
  post('warning', '1', { summary: 'one is late' })
  post('warning', '2', { summary: 'two is late', description: 'Two waits for its disk' })
  post('critical', '3', { summary: 'three is down', description: 'Nobody answers', runbook_url: 'http://runbook' })
  post('critical', '4', { summary: 'four is down' })
  await until(under.clock, () => sink.requests.filter(({ path }) => path === '/slack').length === 2, { stepMs: 1000 })
  const texts = sink.requests.filter(({ path }) => path === '/slack').map(({ body }) => (body.attachments as Array<{ title: string, text: string }>)[0]!)
  t.same(texts.map(({ title, text }) => [title, text.trim()]).sort(), [
    ['CRITICAL: A', '*three is down*\nNobody answers\nRunbook: http://runbook\n*four is down*'],
    ['WARNING: A', 'one is late\nTwo waits for its disk']
  ])
})
