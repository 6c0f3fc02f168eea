import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'tap'
import { parseMatcher, parseMatchers } from '../../../src/alerting/routing/config/matchers.js'
import { parseRouting } from '../../../src/alerting/routing/config/parse-routing.js'
import { loadRouting } from '../../../src/alerting/routing/load-routing.js'
import { routingFiles } from './routing-files.js'

const amtool = process.env.AMTOOL ?? 'amtool'
const tail = 'route: {receiver: a}\nreceivers: [{name: a}]\n'

test('takes and refuses what amtool takes and refuses, in its words where it has them', async t => {
  const minor = Number(/version \d+\.(\d+)/.exec(execFileSync(amtool, ['--version'], { encoding: 'utf8' }))?.[1])
  const folder = await mkdtemp(join(tmpdir(), 'njord-amtool-'))
  t.teardown(async () => { await rm(folder, { recursive: true, force: true }) })
  // Releases before 0.33 know no quoted names; 0.25 takes a name that is a number for one that is none.
  const cases = routingFiles.filter(({ text, modern }) => minor >= 33 || (modern !== true && !text.includes('group_by: [1]') && !text.includes('1a=b')))
  const paths = cases.map((_, i) => join(folder, `${i}.yml`))
  for (const [i, { text }] of cases.entries()) await writeFile(paths[i]!, text)
  const { stdout } = spawnSync(amtool, ['check-config', ...paths], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  const verdicts = stdout.split(/^Checking '/m).slice(1)
  let inTheirWords = 0
  for (const [i, { text }] of cases.entries()) {
    const theirs = !verdicts[i]!.includes('FAILED')
    let problem
    try {
      await loadRouting(paths[i]!)
    } catch (error) {
      problem = (error as Error).message
    }
    t.equal(problem === undefined, theirs, JSON.stringify(text))
    if (problem === undefined) continue
    t.ok(problem.startsWith(paths[i]!), problem)
    if (verdicts[i]!.includes(problem.replace(/^.*?\.yml:(?:\d+:\d+:)? /, ''))) inTheirWords++
  }
  t.ok(inTheirWords > (minor >= 33 ? 180 : 60), `${inTheirWords} in their words`)
})

test('reads matchers by the rules of UTF-8 and by the classic ones', async t => {
  for (const [text, expected] of [
    ['a=b', 'a="b"'], ['{a="b", c!=d,}', 'a="b",c!="d"'], ['a=~"x|y"', 'a=~"x|y"'], ['"with space"="µ\\n\\u00e9\\x41\\101"', '"with space"="µ\\néAA"'], ['', ''], ['{}', ''],
    ['foo=bar{', 'foo="bar{"'], ['a="\\"q\\" \\\\ \\n \\d"', 'a="\\"q\\" \\\\ \\n \\\\d"'], ['a=b c=d', 'a="b c=d"'], ['a=', 'a=""'], ['{a=b', 'a="b"'], ['a!~b', 'a!~"b"']
  ] as const) t.equal(parseMatchers(text).map(String).join(','), expected, text)
  for (const text of ['a', '=b', '"a"=b"', '"\\q"=b', '"\\ud800"=b', '"\\xff"=b', '"a"=b,,"c"=d', '"a"=b{', '"a"!b', '"a"', '"a"=', '{"a"=b', '"a"=b} x', '"a"=b}', '"a', '"a"=~"("']) {
    t.throws(() => parseMatchers(text), text)
  }
  t.equal(String(parseMatcher('a=b')), 'a="b"')
  for (const text of ['{a=b}', '', '"a"=b, "c"=d']) t.throws(() => parseMatcher(text), text)
  t.equal(parseMatcher('a=~"b.*"').matches('bcd'), true)
  t.equal(parseMatcher('a=~"b.*"').matches('abc'), false, 'the whole value')
})

test('time intervals hold in their zone', async t => {
  const contains = (interval: string, time: string): boolean =>
    parseRouting(`${tail}time_intervals: [{name: x, time_intervals: [{${interval}}]}]`, 'f').timeIntervals.get('x')![0]!.contains(Date.parse(time))
  for (const [interval, time, expected] of [
    ['', '2026-01-05T12:00:00Z', true],
    ["times: [{start_time: '09:00', end_time: '17:00'}]", '2026-01-05T09:00:00Z', true],
    ["times: [{start_time: '09:00', end_time: '17:00'}]", '2026-01-05T16:59:59Z', true],
    ["times: [{start_time: '09:00', end_time: '17:00'}]", '2026-01-05T17:00:00Z', false],
    // 08:30 in London is 09:30 in Oslo, in summer and in winter.
    ["times: [{start_time: '09:00', end_time: '17:00'}], location: Europe/Oslo", '2026-01-05T08:30:00Z', true],
    ["times: [{start_time: '09:00', end_time: '17:00'}], location: Europe/Oslo", '2026-07-06T07:30:00Z', true],
    ["times: [{start_time: '09:00', end_time: '17:00'}], location: Europe/Oslo", '2026-07-06T15:30:00Z', false],
    ["times: [{start_time: '00:00', end_time: '24:00'}], location: UTC", '2026-07-06T23:59:00Z', true],
    // 5 January 2026 is a Monday.
    ["weekdays: ['monday:friday']", '2026-01-05T00:00:00Z', true], ["weekdays: ['monday:friday']", '2026-01-04T23:59:00Z', false],
    ["weekdays: ['sunday'], location: America/New_York", '2026-01-05T02:00:00Z', true],
    ["days_of_month: ['1:5']", '2026-01-05T00:00:00Z', true], ["days_of_month: ['-3:-1']", '2026-02-26T00:00:00Z', true], ["days_of_month: ['-3:-1']", '2026-02-25T00:00:00Z', false],
    ["days_of_month: ['30:31']", '2026-02-28T00:00:00Z', false], ["days_of_month: ['28:31']", '2026-02-28T00:00:00Z', true],
    ["months: ['december', '1:3']", '2026-03-31T00:00:00Z', true], ["months: ['december', '1:3']", '2026-04-01T00:00:00Z', false],
    ["years: ['2020:2025']", '2026-01-01T00:00:00Z', false], ["years: ['2020:2026']", '2026-01-01T00:00:00Z', true]
  ] as const) t.equal(contains(interval, time), expected, `${interval} at ${time}`)
})

test('says what needs a real Alertmanager, and shows no secrets', async t => {
  const text = `# http://hooks/TOPSECRET
global: {smtp_smarthost: 'mail:25', smtp_from: a@b, slack_api_url: 'http://hooks/TOPSECRET1', http_config: {basic_auth: {username: u, password: TOPSECRET2}, proxy_url: 'http://u:TOPSECRET8@proxy'},
  pagerduty_url: 'https://u:TOPSECRET9@pager/x'} # TOPSECRET
route: {receiver: a}
  # api_url: TOPSECRET
receivers:
- name: a
  email_configs: [{to: x}]
  pagerduty_configs: [{service_key: TOPSECRET3}, {routing_key: TOPSECRET4}]
  slack_configs: [{channel: '#x'}]
  webhook_configs: [{url: 'http://TOPSECRET5/', http_config: {http_headers: {X-Key: {values: [TOPSECRET6], files: [x]}}, authorization: {credentials: TOPSECRET7}}}]
---
another: [TOPSECRET
`
  const config = parseRouting(text, 'f.yml')
  t.match(config.warnings, [
    'receiver "a": email[0] needs a real Alertmanager (hand alerts to it with the option alertmanagers); nothing is sent from here',
    /^receiver "a": pagerduty\[0\] has a service_key, of PagerDuty's Events v1/, /^receiver "a": pagerduty\[1\] needs proxy_url of http_config/,
    /^receiver "a": slack\[0\] needs proxy_url/, /^receiver "a": webhook\[0\] needs files of http_headers/
  ])
  t.notMatch(config.shownText, /TOPSECRET/)
  t.match(config.shownText, /channel: "?'?#x/)
  t.match(config.shownText, 'https://xxxxx@pager/x')
  t.match(config.receivers[0]!.integrations.map(({ kind, sendResolved }) => `${kind} ${sendResolved}`), ['email false', 'pagerduty true', 'pagerduty true', 'slack false', 'webhook true'])
  t.match(config.receivers[0]!.integrations[3]!.values, { api_url: 'http://hooks/TOPSECRET1' }, 'from the globals')
})

test('reads a file with its templates, and the example that comes along', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'njord-routing-'))
  t.teardown(async () => { await rm(folder, { recursive: true, force: true }) })
  const path = join(folder, 'alertmanager.yml')
  await writeFile(path, `${tail}templates: ['*.tmpl', nothing.tmpl]\n`)
  await writeFile(join(folder, 'a.tmpl'), '{{ define "x" }}y{{ end }}')
  t.same([...(await loadRouting(path)).templateFiles], [['a.tmpl', '{{ define "x" }}y{{ end }}']])
  await writeFile(join(folder, 'a.tmpl'), '{{ define "x" }}y')
  await t.rejects(loadRouting(path), { code: 'NJORD_ERR_ROUTING_FILE', message: /template: a\.tmpl:1: / })
  await t.rejects(loadRouting(join(folder, 'none.yml')), { code: 'NJORD_ERR_ROUTING_FILE', message: /ENOENT/ })

  const example = await loadRouting('config/alertmanager.yml')
  t.equal(example.config.route.receiver, 'log')
  t.equal(spawnSync(amtool, ['check-config', 'config/alertmanager.yml']).status, 0, 'amtool takes the example')
  t.match(await readFile('config/alertmanager.yml', 'utf8'), /inhibit_rules/)
})
