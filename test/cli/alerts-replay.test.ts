import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { Journal } from '../../src/journal/journal.js'
import { scene } from '../aggregation/support.js'
import { History } from '../alerting/replay/history.js'
import { cli } from './alerts-command.js'

const startMs = Date.UTC(2025, 5, 1)

const ruleFile = `groups:
- name: g
  interval: 1m
  rules:
  - {record: twice, expr: level * 2}
  - {alert: High, expr: twice > 10, for: 2m, labels: {severity: critical, value: '{{ $value }}'}, annotations: {summary: "{{ $labels.a }} is high"}}
  - {alert: Clash, expr: '(level + on () group_left level) > 1000'}
`

const routes = `
route:
  receiver: log
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1m
  repeat_interval: 4h
  routes:
  - {receiver: page, matchers: [severity="critical"], continue: true}
  - receiver: log
receivers:
- name: log
- name: page
  webhook_configs: [{url: 'http://127.0.0.1:1/'}]
- name: mail
  email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'localhost:25'}]
`

async function journalOf (t: Test): Promise<string> {
  const dir = t.testdir({ 'rules.yml': ruleFile, 'alertmanager.yml': routes, journal: {}, empty: {} })
  const clock = new VirtualClock(startMs)
  const journal = await Journal.open({ dir: join(dir, 'journal'), clock })
  const history = new History(startMs).gauge('level', { a: 'x' }, 120, at => at >= 30 && at < 60 ? 8 : 1).gauge('level', { a: 'y' }, 10, () => 0)
  for (const records of history.batches()) journal.write(records)
  await journal.flush()
  await journal.close()
  return dir
}

await t.test('alerts replay tells when rules would have fired over a journal, and who would have been told', async t => {
  const dir = await journalOf(t)
  const silences = [{ id: 's', matchers: [{ name: 'a', value: 'x' }], startsAt: '2025-06-01T00:50:00Z', endsAt: '2025-06-01T00:55:00Z' }]
  await writeFile(join(dir, 'silences.json'), JSON.stringify(silences))
  const args = [
    'replay', '--rules', join(dir, 'rules.yml'), '--routes', join(dir, 'alertmanager.yml'), '--journal', join(dir, 'journal'), '--label', 'job=njord',
    '--silences', join(dir, 'silences.json'), '--interval', '60', '--to', '2025-06-01T02:00Z'
  ]
  const table = await cli(...args)
  t.equal(table.code, 0)
  t.match(table.progress, /email\[0\] needs[^]*2025-06-01T02:00Z, 100 %, \d+ hours of history a second, 1 fired/)
  t.match(table.out, /From 2025-06-01T00:00:00Z to 2025-06-01T02:00:00Z/)
  t.match(table.out, /g {6}High +\d+ +0 +1 +28m0s +0\n/)
  t.match(table.out, /Would have fired\n.*\n {2}2025-06-01T00:31:\S+ +2025-06-01T00:33:\S+ +2025-06-01T01:0\d:\S+ +\d+m0s +16 {2}High\{a="x", job="njord", severity="critical", value="16"\}/)
  t.match(table.out, /page\/webhook\[0\] +firing +first notification +High/)
  t.match(table.out, /Would have been held back\n.*\n.* log +silenced +silence s +High/)
  t.match(table.out, /g, Clash: .*(many-to-many|duplicate)/)

  const quiet = await cli(...args, '--quiet', '--json')
  t.equal(quiet.progress, '')
  const json = JSON.parse(quiet.out) as { alerts: unknown[], notifications: unknown[], rules: unknown[], ledger: unknown[] }
  t.match(json, {
    from: '2025-06-01T00:00:00Z',
    rules: [{ rule: 'twice', kind: 'recording' }, { rule: 'High', firings: 1, firingSeconds: 1680 }, { rule: 'Clash' }],
    leftOut: { alerts: 0 }
  })
  t.match(json.alerts, [{ labels: { alertname: 'High', a: 'x' }, annotations: { summary: 'x is high' }, firingSeconds: 1680, firedAt: String, resolvedAt: String }])
  t.match(json.notifications[0], { at: String, receiver: 'log', status: 'firing', alerts: [{ status: 'firing', endsAt: null }] })
  t.equal(json.notifications.length, 4, 'firing and resolved, to both')
})

await t.test('alerts replay takes what a host\'s rules and alerts depend on besides their files', async t => {
  const dir = await journalOf(t)
  await writeFile(join(dir, 'rules.yml'), `groups: [{name: g, interval: 1m, rules: [{alert: High, expr: level > 5, labels: {severity: mine},
    annotations: {summary: "{{ $externalLabels.region }} {{ externalURL }}"}}]}]`)
  await writeFile(join(dir, 'alertmanager.yml'), `
route: {receiver: log, group_wait: 0s, routes: [{receiver: bus, matchers: [region="eu"]}]}
receivers: [{name: log}, {name: bus}]
`)
  const replay = async (...more: string[]) => JSON.parse((await cli('replay', '--rules', join(dir, 'rules.yml'), '--routes', join(dir, 'alertmanager.yml'),
    '--journal', join(dir, 'journal'), '--to', '2025-06-01T02:00Z', '--quiet', '--json', ...more)).out) as {
    alerts: Array<{ firedAt: string, annotations: object }>, notifications: Array<{ receiver: string, alerts: Array<{ labels: object }> }>
  }
  const plain = await replay()
  t.match(plain.notifications, [{ receiver: 'log' }, { receiver: 'log' }])
  const external = ['--external-label', 'region=eu', '--external-label', 'severity=theirs', '--external-url', 'http://host:3000/base']
  const told = await replay(...external, '--query-offset', '300', '--resend-delay', '0')
  t.match(told.notifications, [{ receiver: 'bus', alerts: [{ labels: { region: 'eu', severity: 'mine' } }] }, { receiver: 'bus' }])
  t.match(told.alerts, [{ annotations: { summary: 'eu http://host:3000/base' } }])
  t.equal(Date.parse(told.alerts[0]!.firedAt) - Date.parse(plain.alerts[0]!.firedAt), 300_000, 'it looked five minutes back')
})

await t.test('alerts replay reads the minutes that a host has not written to its journal yet, and tells which history it found', async t => {
  const dir = t.testdir({ 'rules.yml': 'alerts: [{name: High, metric: level, condition: "> 5", duration: 120}]', data: { journal: {} } })
  const [journal, state] = [join(dir, 'data/journal'), join(dir, 'data/journal/aggregator/state.ndjson')]
  const args = ['replay', '--rules', join(dir, 'rules.yml'), '--to', '2024-01-02T00:10Z', '--quiet']
  t.match(await cli(...args, '--journal', join(dir, 'data')), { code: 1, progress: /is empty; is it \S+data\/journal\?/ })
  const { publisher, aggregator, clock } = scene()
  const { aggregator: host } = await aggregator({ state, sink: undefined })
  const { registry, publisher: one } = publisher('one')
  const level = registry.gauge({ name: 'level', help: 'Level.' })
  await one.start()
  for (let minute = 0; minute < 4; minute++) {
    level.set(8)
    await one.flush()
    clock.advance(60_000)
  }
  await host.close()
  const { code, out } = await cli(...args, '--journal', journal)
  t.equal(code, 0)
  t.match(out, 'windows of what the rules ask for: from 2024-01-02T00:00:00Z to 2024-01-02T00:04:00Z')
  t.match(out, /alerts {2}High +\d+ +0 +1 /, 'it would have fired')
  t.match(JSON.parse((await cli(...args, '--journal', journal, '--json')).out), { history: { from: '2024-01-02T00:00:00Z', to: '2024-01-02T00:04:00Z' } })
  const minuteAgo = new Date(Date.now() - 60_000).toISOString()
  const newest = ['replay', '--rules', join(dir, 'rules.yml'), '--journal', journal, '--from', minuteAgo, '--to', new Date().toISOString()]
  t.match(await cli(...newest), { code: 0, progress: new RegExp(`nothing that the rules ask for from ${minuteAgo} on. A host notes`), out: /ask for: none/ })
  t.equal((await cli(...newest, '--quiet')).progress, '')
  await writeFile(state, '{}\n')
  t.match(await cli(...args, '--journal', journal), { code: 1, progress: /state\.ndjson cannot be read, and so the newest minutes.* are missing/ })
})

await t.test('alerts replay says what is wrong with its command line and its files', async t => {
  const dir = await journalOf(t)
  await writeFile(join(dir, 'bad.json'), '[{"startsAt": "2025-06-01T00:50:00Z", "endsAt": "2025-06-01T00:50:00Z", "matchers": [{"name": "a"}]}]')
  await writeFile(join(dir, 'regex.json'), '[{"startsAt": "2025-06-01T00:50:00Z", "endsAt": "2025-06-01T00:50:00Z", "matchers": [{"name": "a", "value": "(", "isRegex": true}]}]')
  await writeFile(join(dir, 'times.json'), '[{}]')
  await writeFile(join(dir, 'object.json'), '{}')
  await writeFile(join(dir, 'text.json'), 'x')
  const [rules, journal] = [['--rules', join(dir, 'rules.yml')], ['--journal', join(dir, 'journal')]]
  const silences = (file: string): string[] => [...rules, ...journal, '--silences', join(dir, file)]
  const cases: Array<[string[], number, RegExp]> = [
    [journal, 2, /--rules FILES is missing/],
    [rules, 2, /--journal DIR is missing/],
    [[...rules, '--journal', join(dir, 'none')], 2, /there is no such directory/],
    [['--rules', join(dir, 'none.yml'), ...journal], 2, /there is no such file/],
    [[...rules, ...journal, '--routes', join(dir, 'none.yml')], 2, /--routes \S+none\.yml: there is no such file/],
    [silences('none.json'), 2, /--silences \S+none\.json: there is no such file/],
    [[...rules, ...journal, '--label', 'x'], 2, /--label x: expected NAME=VALUE/],
    [[...rules, ...journal, '--interval', '0.5'], 2, /--interval 0\.5: expected whole seconds/],
    [[...rules, ...journal, '--from', 'x'], 2, /--from: found "x"/],
    [[...rules, ...journal, '--from', '2025-06-02', '--to', '2025-06-01'], 2, /--to: found "2025-06-01", expected a time after from/],
    [[...rules, ...journal, '--external-label', 'x'], 2, /--external-label x: expected NAME=VALUE/],
    [[...rules, ...journal, '--external-url', 'here'], 2, /--external-url here: expected an address/],
    [[...rules, ...journal, '--query-offset', '0.5'], 2, /--query-offset 0\.5: expected whole seconds, 0 or more/],
    [[...rules, ...journal, '--resend-delay', ''], 2, /--resend-delay : expected whole seconds/],
    [[...rules, ...journal, '--from', '2300-01-01'], 2, /there is no history from/],
    [[...rules, '--journal', join(dir, 'empty')], 1, /is empty/],
    [[...rules, ...journal, '--routes', join(dir, 'rules.yml')], 1, /rules\.yml/],
    [silences('bad.json'), 1, /silence 0: expected matchers/],
    [silences('regex.json'), 1, /silence 0: /],
    [silences('times.json'), 1, /silence 0: expected startsAt/],
    [silences('object.json'), 1, /expected a list/],
    [silences('text.json'), 1, /JSON/]
  ]
  for (const [args, code, message] of cases) t.match(await cli('replay', ...args), { code, progress: message })
})

await t.test('alerts test asserts what is notified when', async t => {
  const file = (notifications: string): string => `rule_files: [rules.yml]
routing_file: alertmanager.yml
tests:
- name: n
  interval: 1m
  input_series: [{series: 'level{a="x"}', values: '1 8+0x10 1+0x10'}]
  external_labels: {region: eu}
  notification_test:
${notifications}
`
  const fired = '{status: firing, group_labels: {alertname: High}, exp_alerts: [{status: firing, exp_labels: {alertname: High, a: x, severity: critical, value: "16", region: eu}, exp_annotations: {summary: x is high}}]}'
  const dir = t.testdir({
    'rules.yml': ruleFile.replace(/.*Clash.*\n/, ''),
    'alertmanager.yml': routes,
    'good.yml': file(`  - {eval_time: 2m, receiver: page}
  - {eval_time: 5m, receiver: page, exp_notifications: [${fired}]}
  - {eval_time: 20m, receiver: page, exp_notifications: [{status: resolved, exp_alerts: [{status: resolved, exp_labels: {alertname: High, a: x, severity: critical, value: "16", region: eu}}]}]}
  - {eval_time: 20m, receiver: mail}`),
    'bad.yml': file(`  - {eval_time: 2m, receiver: page, exp_notifications: [${fired}]}
  - {eval_time: 5m, receiver: page, exp_notifications: [{group_labels: {alertname: Low}}]}
  - {eval_time: 20m, receiver: page}
  - {eval_time: 1m, receiver: none}`),
    'wrong.yml': file('  - {eval_time: 2m, exp_notifications: [{status: pending}]}'),
    'routeless.yml': file('  - {eval_time: 2m, receiver: page}').replace('alertmanager.yml', 'none.yml')
  })
  t.match(await cli('test', join(dir, 'good.yml')), { code: 0, out: /SUCCESS/, progress: '' })
  const { code, progress } = await cli('test', join(dir, 'bad.yml'))
  t.equal(code, 1)
  t.match(progress, /name: n,\n {4}receiver: none, time: 1m, the routing file has no such receiver/)
  t.match(progress, /receiver: page, time: 2m,\n {8}exp:\[\n {12}firing \{alertname="High"\}: firing \{a="x".*\} \{summary="x is high"\}\],\n {8}got:\[\]/)
  t.match(progress, /receiver: page, time: 5m,\n {8}exp:\[\n {12}any status \{alertname="Low"\}: any alerts\],\n {8}got:\[\n {12}3m firing/)
  t.match(progress, /receiver: page, time: 20m,\n {8}exp:\[\],\n {8}got:\[\n {12}1\dm resolved/)
  t.match(await cli('test', join(dir, 'wrong.yml')), { code: 1, progress: /needs a receiver[^]*|found "pending", expected firing or resolved/ })
  t.match(await cli('test', join(dir, 'routeless.yml')), { code: 1, progress: /none\.yml/ })
})
