import { join } from 'node:path'
import t from 'tap'
import { cli } from './alerts-command.js'

const rules = `groups:
- name: g
  rules:
  - {record: twice, expr: m * 2}
  - {alert: High, expr: twice > 10, for: 1m, labels: {severity: page}, annotations: {summary: "{{ $labels.a }} is at {{ $value }}"}}
`

const test = (expected: string): string => `rule_files: [rules.yml, none.yml]
tests:
- interval: 1m
  input_series:
  - {series: 'm{a="x"}', values: '1 6+1x3 stale'}
  alert_rule_test:
  - {eval_time: 1m, alertname: High}
  - eval_time: 3m
    alertname: High
    exp_alerts: [{exp_labels: {a: x, severity: page}, exp_annotations: {summary: "${expected}"}}]
  promql_expr_test:
  - {expr: twice, eval_time: 2m, exp_samples: [{labels: 'twice{a="x"}', value: 14}]}
  - {expr: twice, eval_time: 5m}
`

await t.test('alerts check tells which files of rules and of routing are well', async t => {
  const dir = t.testdir({
    'rules.yml': rules,
    'twice.yml': 'groups: [{name: g, rules: [{record: a, expr: m}, {record: a, expr: m}]}]',
    'bad.yml': 'groups: [{name: g, rules: [{alert: a}]}]',
    'alertmanager.yml': 'route: {receiver: a}\nreceivers: [{name: a}]\n',
    'mail.yml': 'route: {receiver: a}\nreceivers: [{name: a, email_configs: [{to: x, from: y, smarthost: "z:25"}]}]\n',
    'bad-alertmanager.yml': 'route: {receiver: b}\nreceivers: [{name: a}]\n'
  })
  t.match(await cli('check', join(dir, 'rules.yml'), join(dir, 'alertmanager.yml')), { code: 0, out: /SUCCESS: 2 rules found[^]*SUCCESS: 1 receivers found/ })
  t.match(await cli('check', join(dir, 'twice.yml')), { code: 0, progress: /the rule a \[\] is there twice/ })
  t.match(await cli('check', join(dir, '*.yml')), { code: 1, progress: /bad\.yml:1:28: group "g", rule 1, "a": field 'expr' must be set in rule/ })
  t.match(await cli('check', join(dir, 'mail.yml')), { code: 0, out: /SUCCESS: 1 receivers/, progress: /WARNING: receiver "a": email\[0] needs a real Alertmanager/ })
  t.match(await cli('check', join(dir, 'bad-alertmanager.yml')), { code: 1, progress: /FAILED/ })
  const shipped = await cli('check', 'config/alertmanager.yml')
  t.match(shipped, { code: 0, progress: /WARNING: the environment has no PAGERDUTY_ROUTING_KEY, SLACK_API_URL: pagerduty-critical, slack-critical, slack-warnings, slack-info cannot be told; export/ })
  t.match(await cli('check', join(dir, 'none.yml')), { code: 1, progress: /there is no such file/ })
})

await t.test('alerts test runs unit tests in the format of promtool, and tells what failed in its words', async t => {
  const dir = t.testdir({
    'rules.yml': rules,
    'good.yml': test('x is at 16'),
    'bad.yml': test('x is at 17'),
    'strange.yml': 'rule_files: [rules.yml]\ngroup_eval_order: [a, a]\n',
    'typo.yml': 'tests:\n- intervals: 1m\n',
    'series.yml': 'tests:\n- {input_series: [{series: m, values: 1 2 three}]}\n- {input_series: [{series: "m{a=1}", values: 1}]}\n',
    'nameless.yml': 'tests:\n- {name: n, alert_rule_test: [{eval_time: 1m}]}\n',
    'routing.yml': 'tests:\n- {notification_test: [{eval_time: 1m, receiver: a}]}\n'
  })
  t.match(await cli('test', join(dir, 'good.yml')), { code: 0, out: /Unit Testing: {2}.*good\.yml\n {2}SUCCESS/, progress: /WARNING: no file match pattern/ })
  t.match(await cli('test', join(dir, 'good.yml'), join(dir, 'bad.yml')), {
    code: 1,
    progress: /alertname: High, time: 3m, \n {8}exp:\[\n {12}0:\n {14}Labels:\{a="x", alertname="High", severity="page"\}\n {14}Annotations:\{summary="x is at 17"\}/
  })
  t.match(await cli('test', join(dir, 'strange.yml')), { code: 1, progress: /group name repeated in evaluation order: a/ })
  t.match(await cli('test', join(dir, 'typo.yml')), { code: 1, progress: /typo\.yml:2:3: field intervals not found in type main\.testGroup/ })
  t.match(await cli('test', join(dir, 'series.yml')), { code: 1, progress: /series "m": parse error: unexpected "three" in series values[^]*series "m\{a=1\}": parse error/ })
  t.match(await cli('test', join(dir, 'nameless.yml')), { code: 1, progress: /misses required attribute alertname at eval_time 1m \(in TestGroup n\)/ })
  t.match(await cli('test', join(dir, 'routing.yml')), { code: 1, progress: /notification_test needs a routing_file/ })
  t.match(await cli('test', join(dir, 'none.yml')), { code: 1, progress: /ENOENT/ })
})

await t.test('a wrong command line says what to do', async t => {
  t.match(await cli('--help'), { code: 0, out: /^Usage: njord-telemetry alerts/ })
  for (const name of ['check', 'test', 'replay', 'drill']) {
    const { out, code } = await cli(name, '--help')
    t.match({ out, code }, { code: 0, out: new RegExp(`^Usage: njord-telemetry alerts ${name} [^]*\\nExample\\n {2}njord-telemetry alerts ${name} `) }, 'each its own')
    for (const [, option] of out.matchAll(/^ {2}--([a-z-]+) /gm)) if (option !== 'help') t.notMatch((await cli(name, `--${option}`)).progress, /Unknown option/, option!)
  }
  for (const args of [[], ['fix'], ['check'], ['test'], ['check', '--nope', 'x']]) t.equal((await cli(...args)).code, 2, args.join(' '))
})
