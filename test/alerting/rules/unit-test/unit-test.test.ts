import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openNotificationTests } from '../../../../src/alerting/replay/notification-tests.js'
import { testRules } from '../../../../src/alerting/rules/unit-test/test-rules.js'
import { seriesCases } from './series-cases.js'

await t.test('series are written as promtool has them written', async t => {
  const path = join(t.testdir(), 'test.yml')
  const [count, sum] = ['count', 'sum'].map(name => ({ expr: `${name}_over_time({__name__=~".+"}[5m])`, eval_time: '3m', exp_samples: [] }))
  for (const [series, values, found] of seriesCases) {
    await writeFile(path, JSON.stringify({ evaluation_interval: '1m', tests: [{ interval: '1m', input_series: [{ series, values }], promql_expr_test: [count, sum] }] }))
    const text = (await testRules(path)).failures.join('\n')
    const got = [...text.matchAll(/got: (.*)/g)].map(([, got]) => got === 'nil' ? 'nil' : got).join(' & ')
    if (found === undefined) t.match(text, /^series .*(?:parse error|not unique)/, `${series} ${values} is refused`)
    else t.equal(got, found, `${series} ${JSON.stringify(values)}`)
  }
})

await t.test('what tests cannot have is said', async t => {
  const path = join(t.testdir(), 'test.yml')
  const verdict = async (test: object, file: object = {}): Promise<string> => {
    await writeFile(path, JSON.stringify({ evaluation_interval: '1m', ...file, tests: [{ interval: '1m', ...test }] }))
    return (await testRules(path)).failures.join('\n')
  }
  t.match(await verdict({ input_series: [{ series: 'm', values: '{{schema:0}}' }] }), /native histograms are not supported/)
  t.match(await verdict({ promql_expr_test: [{ expr: 'limitk(1, m)', eval_time: '1m' }] }), /limitk\(\) is experimental and must be enabled/)
  t.match(await verdict({ promql_expr_test: [{ expr: 'm', eval_time: '1m', exp_samples: [{ labels: 'on', value: 1 }] }] }), /labels "on": parse error/)
  t.match(await verdict({}, { rule_files: ['[a-'] }), /syntax error in pattern$/)
  t.match(await verdict({ input_series: [{ series: '', values: '1' }] }), /there is no metric/)
})

await t.test('samples and alerts are listed as promtool lists them', async t => {
  const dir = t.testdir({
    'rules.yml': `groups: [{name: g, rules: [
      {alert: A, expr: m > 1, labels: {a: "{{ $value }}"}, annotations: {s: x, b: "y \\"q\\""}}, {alert: B, expr: m > 0, labels: {sev: page}}]}]`,
    'test.yml': `rule_files: [rules.yml]
tests:
- name: listed
  input_series: [{series: 'm{i="1"}', values: '5e-7 1e30 -Inf NaN Inf 2'}, {series: 'm{i="2"}', values: '1x5'}]
  promql_expr_test:
  - {expr: m, eval_time: 0s, exp_samples: [{labels: 'm{i="2"}', value: 2}]}
  - {expr: m, eval_time: 1m}
  - {expr: m, eval_time: 2m}
  - {expr: m, eval_time: 3m, exp_samples: [{labels: 'm{i="1"}', value: .nan}, {labels: 'm{i="2"}', value: 1}]}
  - {expr: m, eval_time: 4m, exp_samples: [{labels: 'm{i="1"}', value: 5}, {labels: 'm{i="3"}', value: 1}]}
  alert_rule_test:
  - {eval_time: 5m, alertname: A, exp_alerts: [{exp_labels: {a: "3", i: "1"}}, {}]}
  - {eval_time: 5m, alertname: B, exp_alerts: [{exp_labels: {i: "2", sev: page}}]}
`
  })
  const { failures } = await testRules(join(dir, 'test.yml'))
  t.same(failures, [
    `    name: listed,
    alertname: A, time: 5m, 
        exp:[
            0:
              Labels:{a="3", alertname="A", i="1"}
              Annotations:{},
            1:
              Labels:{alertname="A"}
              Annotations:{}
            ], 
        got:[
            0:
              Labels:{a="2", alertname="A", i="1"}
              Annotations:{b="y \\"q\\"", s="x"}
            ]`,
    `    name: listed,
    alertname: B, time: 5m, 
        exp:[
            0:
              Labels:{alertname="B", i="2", sev="page"}
              Annotations:{}
            ], 
        got:[
            0:
              Labels:{alertname="B", i="1", sev="page"}
              Annotations:{},
            1:
              Labels:{alertname="B", i="2", sev="page"}
              Annotations:{}
            ]`,
    '    expr: "m", time: 0s,\n        exp: {__name__="m", i="2"} 2E+00\n        got: {__name__="m", i="1"} 5E-07, {__name__="m", i="2"} 1E+00',
    '    expr: "m", time: 1m,\n        exp: nil\n        got: {__name__="m", i="1"} 1E+30, {__name__="m", i="2"} 1E+00',
    '    expr: "m", time: 2m,\n        exp: nil\n        got: {__name__="m", i="1"} -Inf, {__name__="m", i="2"} 1E+00',
    '    expr: "m", time: 3m,\n        exp: {__name__="m", i="1"} NaN, {__name__="m", i="2"} 1E+00\n        got: {__name__="m", i="1"} NaN, {__name__="m", i="2"} 1E+00',
    '    expr: "m", time: 4m,\n        exp: {__name__="m", i="1"} 5E+00, {__name__="m", i="3"} 1E+00\n        got: {__name__="m", i="1"} +Inf, {__name__="m", i="2"} 1E+00'
  ])
})

await t.test('values that differ by the last bit are the same where the file says so', async t => {
  const text = (fuzzy: string, value: string): string =>
    `fuzzy_compare: ${fuzzy}\ntests:\n- promql_expr_test: [{expr: "0.1+0.2", eval_time: 0s, exp_samples: [{labels: "{}", value: ${value}}]}]\n`
  const path = join(t.testdir(), 'test.yml')
  const isWell = async (fuzzy: string, value: string): Promise<boolean> => {
    await writeFile(path, text(fuzzy, value))
    return (await testRules(path)).failures.length === 0
  }
  for (const yes of ['true', 'yes', 'on', 'y']) t.equal(await isWell(yes, '0.3'), true, yes)
  for (const no of ['false', 'no', 'off', 'n']) t.equal(await isWell(no, '0.3'), false, no)
  t.equal(await isWell('true', '0.2999999999999999'), false, 'more than a bit')
  t.equal(await isWell('true', '-0.3'), false)
  t.equal(await isWell('true', '.nan'), false)
  t.equal(await isWell('maybe', '0.3'), false, 'no boolean')
})

await t.test('of a notification, what a test leaves out may be anything', async t => {
  const dir = t.testdir({
    'rules.yml': 'groups: [{name: g, rules: [{alert: A, expr: m > 1, annotations: {s: x}}]}]',
    'am.yml': 'route: {receiver: desk, group_wait: 0s, group_interval: 1m}\nreceivers: [{name: desk, webhook_configs: [{url: "http://localhost:1"}]}]\n'
  })
  const verdict = async (notifications: string): Promise<string> => {
    const path = join(dir, 'test.yml')
    await writeFile(path, `rule_files: [rules.yml]
routing_file: am.yml
tests:
- input_series: [{series: 'm{i="1"}', values: '5 5 0x20'}]
  notification_test: [{eval_time: 15m, receiver: desk, exp_notifications: ${notifications}}]
`)
    return (await testRules(path, openNotificationTests)).failures.join('\n')
  }
  t.equal(await verdict('[{}, {status: resolved}]'), '')
  t.equal(await verdict('[{}, {status: firing}]'), '', 'in any order')
  t.equal(await verdict('[{status: firing, exp_alerts: [{}]}, {status: resolved, exp_alerts: [{status: resolved}]}]'), '')
  t.equal(await verdict('[{exp_alerts: [{exp_labels: {alertname: A, i: "1"}}]}, {exp_alerts: [{exp_annotations: {s: x}}]}]'), '')
  t.match(await verdict('[{exp_alerts: []}, {status: resolved}]'), /any status any group: no alerts\n +resolved any group: any alerts/, 'an empty list is one')
  t.match(await verdict('[{status: firing, exp_alerts: [{}, {}]}, {}]'), /firing any group: any status any labels, any status any labels/)
  t.match(await verdict('[{exp_alerts: [{exp_labels: {}}]}, {}]'), /any status \{\}/, 'labels that are there are all that there are')
})
