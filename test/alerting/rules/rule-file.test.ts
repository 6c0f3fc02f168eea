import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { glob } from '../../../src/alerting/glob.js'
import { duplicateRules, loadRules, readRuleFile } from '../../../src/alerting/rules/load-rules.js'
import { parseRuleFile } from '../../../src/alerting/rules/rule-file.js'
import { promtool, promtoolMajor } from './differential/promtool.js'

const rule = (text: string): string => `groups:\n- name: g\n  rules:\n  - ${text}\n`

/** Files that are well. */
const good: readonly string[] = [
  '', '# nothing', 'groups:', 'groups: []', rule('{record: a, expr: m}'), rule('{alert: A, expr: m > 1, for: 5m, keep_firing_for: 1h30m}'),
  'groups: [{name: g, interval: 30s, query_offset: 1m, limit: 5, labels: {a: b}, rules: [{alert: A, expr: "1"}]}]',
  rule('{alert: A, expr: m, for: 0, labels: {severity: 5, page: true, nothing: }}'),
  rule('{alert: "ünï côdé {}", expr: m, annotations: {"with space": "{{ $value | humanize }}"}}'),
  rule('{record: "a b", expr: m}'), rule('{alert: A, expr: m, labels: {"é": x}}'), rule('{alert: A, expr: 5}'),
  'groups:\n- name: g\n- name: h\n  rules:\n', 'groups: []\n---\ngroups: 5\n',
  'groups:\n- name: g\n  rules:\n  - &r {alert: A, expr: m}\n  - <<: *r\n    alert: B\n',
  rule('{alert: A, expr: "sum(\\n  rate(m[5m])\\n) > 1"}'), rule('{record: a, expr: m, labels: {b: ""}}'), rule('{alert: A, expr: "m[5m:1m]"}'),
  rule('{alert: A, expr: "\\"text\\"", labels: {a: "{{ call 1 }}{{ 0x1p4 }}{{ nil }}{{ ($value | toTime).Format `15:04` }}"}}'), rule('{alert: A, expr: m, labels: {a: "{{ if true }}x{{ end }}"}}'), rule('{record: a, expr: m, annotations: {}, for: 0s}'),
  'groups:\n- {name: g, limit: 3.0, rules: []}\n', rule('{alert: 5, expr: m}'), rule('{record: a:b:c, expr: m}\n  - {record: a:b:c, expr: n}')
]

/** Files that are not, and the position and part of what is said. */
const bad: ReadonlyArray<readonly [text: string, said: RegExp]> = [
  ['groups: 5', /1:9: cannot unmarshal !!int `5` into \[\]/],
  ['- a', /1:1: cannot unmarshal !!seq into rulefmt.RuleGroups/],
  ['group: []', /1:1: field group not found in type rulefmt.RuleGroups/],
  [rule('{record: a, expr: m, foo: 1}'), /4:26: field foo not found in type rulefmt.Rule/],
  ['groups: [{name: g, rules: [], every: 5m}]', /field every not found in type rulefmt.RuleGroup/],
  ['groups: [{rules: []}]', /1:10: Groupname must not be empty/],
  ['groups:\n- name: g\n- name: g\n', /3:3: groupname: "g" is repeated in the same file/],
  [rule('{expr: m}'), /group "g", rule 1, "": one of 'record' or 'alert' must be set/],
  [rule('{record: a, alert: B, expr: m}'), /only one of 'record' and 'alert' must be set/],
  [rule('{record: a}'), /field 'expr' must be set in rule/],
  [rule('{record: a, expr: "m["}'), /4:23: group "g", rule 1, "a": could not parse expression: 1:3: parse error: unexpected end of input/],
  [rule('{record: a, expr: "1 > 2"}'), /comparisons between scalars must use BOOL modifier/],
  [rule('{record: a, expr: "sort_by_label(m, \\"a\\")"}'), /sort_by_label/],
  [rule('{record: a, expr: m, for: 1m}'), /invalid field 'for' in recording rule/],
  [rule('{record: a, expr: m, keep_firing_for: 1m}'), /invalid field 'keep_firing_for' in recording rule/],
  [rule('{record: a, expr: m, annotations: {b: c}}'), /invalid field 'annotations' in recording rule/],
  [rule('{record: "m{}", expr: m}'), /braces present in the recording rule name/],
  [rule('{alert: A, expr: m, labels: {__name__: x}}'), /invalid label name: __name__/],
  [rule('{alert: A, expr: m, labels: {"": x}}'), /invalid label name: /],
  [rule('{alert: A, expr: m, annotations: {"": x}}'), /invalid annotation name: /],
  ['groups: [{name: g, labels: {__name__: x}, rules: []}]', /invalid label name: __name__/],
  [rule('{alert: A, expr: m, labels: {a: "{{ $value "}}'), /label "a": template: __alert_A:1: unclosed action/],
  [rule('{alert: A, expr: m, annotations: {a: "{{ nope }}"}}'), /annotation "a": .*function "nope" not defined/],
  [rule('{alert: A, expr: m, for: 5}'), /4:30: not a valid duration string: "5"/],
  [rule('{alert: A, expr: m, for: abc}'), /not a valid duration string: "abc"/],
  [rule('{alert: A, expr: m, for: ""}'), /empty duration string/],
  [rule('{alert: A, expr: m, labels: [a]}'), /cannot unmarshal !!seq into map\[string\]string/],
  [rule('{alert: A, expr: m, labels: {a: [b]}}'), /cannot unmarshal !!seq into string/],
  [rule('{alert: [A], expr: m}'), /cannot unmarshal !!seq into string/],
  ['groups: [{name: g, limit: many, rules: []}]', /cannot unmarshal !!str `many` into int/],
  ['groups: [{name: g, rules: {}}]', /cannot unmarshal !!map into \[\]/],
  ['groups: [{name: g, rules: [5]}]', /cannot unmarshal !!int `5` into rulefmt.Rule/],
  [rule('{alert: A, alert: B, expr: m}'), /unique|already/],
  ['groups: [', /yaml: /],
  ['groups: *nope', /1:9: yaml: unknown anchor 'nope' referenced/],
  ['groups: []\n# \x01', /2:3: yaml: control characters are not allowed/],
  ['groups: []\0', /1:11: yaml: control characters are not allowed/],
  ['groups: []\ufeff', /control characters/],
  ['%YAML 1.2\n---\ngroups: []', /1:1: yaml: found incompatible YAML document/],
  ['# a\n%YAML 1.3\n---\ngroups: []', /2:1: yaml: found incompatible YAML document/],
  ['groups: [{name: g, limit: .inf, rules: []}]', /cannot unmarshal !!float `.inf` into int/],
  ['groups: [{name: g, limit: .nan, rules: []}]', /cannot unmarshal !!float `.nan` into int/],
  ['groups: [{name: g, limit: 9223372036854775808, rules: []}]', /cannot unmarshal !!int `9223372...` into int/],
  ['groups: [{name: g, limit: "5", rules: []}]', /cannot unmarshal !!str `5` into int/],
  ['groups: [{name: g, limit: 0b2, rules: []}]', /cannot unmarshal !!str `0b2` into int/],
  ['groups:\n- &g\n  name: g\n  <<: *g\n', /4:7: yaml: anchor 'g' value contains itself/]
]

await t.test('files are taken and refused as promtool check rules does it, and what is said names line and column', async t => {
  const [dir, major] = [t.testdir(), await promtoolMajor()]
  for (const [i, [text, said]] of [...good.map(text => [text, undefined] as const), ...bad].entries()) {
    const { groups, problems } = parseRuleFile(text, 'f.yml')
    const lines = problems.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n')
    if (said === undefined) t.same(lines, '', text)
    else t.match(lines, said, text)
    t.ok(said !== undefined || groups.every(group => group.file === 'f.yml'))
    if (major < 3) continue
    await writeFile(join(dir, `${i}.yml`), text)
    const { code, output } = await promtool(['check', 'rules', '--lint=none', `${i}.yml`], dir)
    t.equal(code === 0, said === undefined, `${text}\n${output}`)
  }
})

await t.test('numbers are those of Go, and bytes are UTF-8, or UTF-16 with its mark', async t => {
  const limitOf = (limit: string): number | undefined => parseRuleFile(`groups: [{name: g, limit: ${limit}, rules: []}]`, 'f').groups[0]?.limit
  t.same(['010', '0o17', '0b11', '1_000', '-0x1F', '+5', '1.9', '-.inf'].map(limitOf), [8, 15, 3, 1000, -31, 5, 1, -Infinity])
  const dir = t.testdir()
  const files = {
    'latin1.yml': Buffer.from('groups: [] # caf\xe9\n', 'latin1'),
    'half.yml': Buffer.from([0xff, 0xfe, 0x41]),
    'utf8.yml': Buffer.from('groups: [] # café\n'),
    'utf16.yml': Buffer.from('\ufeffgroups: []\n', 'utf16le'),
    'utf16be.yml': Buffer.from('\ufeffgroups: []\n', 'utf16le').swap16()
  }
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(dir, name), bytes)
    const isWell = name.startsWith('utf')
    t.match((await readRuleFile(join(dir, name))).problems, isWell ? [] : [/yaml: invalid UTF-\d+ octet/], name)
    if (await promtoolMajor() >= 3) t.equal((await promtool(['check', 'rules', name], dir)).code === 0, isWell, name)
  }
})

await t.test('the short form is the same as the long one', async t => {
  const short = parseRuleFile(`alerts:
  - name: high_drawdown
    metric: njord_strategy_drawdown_pct
    condition: "> 10.0"
    duration: 60
    labels: {severity: critical}
    annotations: {summary: "{{ $labels.strategy_id }} exceeded 10%"}
  - {name: lag, metric: 'njord_event_loop_lag_seconds{quantile="0.99"}', condition: ">=.1"}
`, 'short.yml')
  t.same(short.problems, [])
  const long = parseRuleFile(`groups:
- name: alerts
  rules:
  - alert: high_drawdown
    expr: njord_strategy_drawdown_pct > 10
    for: 1m
    labels: {severity: critical}
    annotations: {summary: "{{ $labels.strategy_id }} exceeded 10%"}
  - {alert: lag, expr: 'njord_event_loop_lag_seconds{quantile="0.99"} >= 0.1'}
`, 'short.yml')
  const plain = ({ groups }: typeof short): unknown => groups.map(group => ({ ...group, rules: group.rules.map(({ expr, ...rest }) => rest) }))
  t.same(plain(short), plain(long))

  const wrong = parseRuleFile(`alerts:
  - {name: a, metric: m, condition: "more than 5"}
  - {name: b, metric: "rate(m[5m])", condition: "> 5"}
  - {metric: m, condition: "> 5", duration: -1}
  - {name: c, metric: m, condition: "> 5", duration: 1m}
  - {name: e, metric: m, condition: "> 5", duration: .nan}
  - {name: f, metric: m, condition: "> 5", duration: .inf}
  - {name: d, metric: m, condition: "> 5", every: 5, labels: {__name__: x}, annotations: {a: "{{"}}
`, 'wrong.yml').problems.map(({ line, column, message }) => `${line}:${column}: ${message}`)
  t.match(wrong, [
    /^2:37: alert 1, "a": field 'condition' must be a comparison/,
    /^3:23: alert 2, "b": field 'metric' must be the name of a metric/,
    /^4:5: alert 3, "": field 'name' must be set/,
    /^4:5: alert 3, "": field 'duration' must be a number of seconds/,
    /^5:54: cannot unmarshal !!str `1m` into float64/,
    /^6:5: alert 5, "e": field 'duration' must be a number of seconds/,
    /^7:5: alert 6, "f": field 'duration' must be a number of seconds/,
    /^8:44: field every not found in type alert/,
    /^8:5: alert 7, "d": invalid label name: __name__/,
    /^8:5: alert 7, "d": annotation "a": template: __alert_d:/
  ])
})

await t.test('what stands behind a metric of the short form cuts off no condition, and its group is the only one of its name', async t => {
  const { groups, problems } = parseRuleFile('alerts: [{name: a, metric: "up # c", condition: "> 1"}, {name: b, metric: "up # c\\n offset 5m", condition: "> 1"}]', 'f')
  t.same(problems, [])
  t.same(groups[0]!.rules.map(rule => rule.query), ['up > 1', 'up offset 5m > 1'])
  const short = 'alerts: [{name: a, metric: m, condition: "> 1"}]\n'
  const long = 'groups: [{name: alerts, rules: []}]\n'
  t.match(parseRuleFile(short + long, 'f').problems, [{ line: 2, message: 'groupname: "alerts" is repeated in the same file' }])
  t.match(parseRuleFile(long + short, 'f').problems, [{ line: 2, message: /^groupname: "alerts" is repeated in the same file: it is the name of the group/ }])
})

await t.test('patterns find files as Go finds them', async t => {
  const dir = t.testdir({ a: { 'x.yml': rule('{record: r, expr: m}'), 'y.yml': rule('{record: r, expr: m}'), 'z.txt': '' }, b: { 'x.yml': 'groups: 5' } })
  await mkdir(join(dir, 'c'))
  const find = async (pattern: string): Promise<string[]> => (await glob(join(dir, pattern))).map(path => path.slice(dir.length + 1))
  t.same(await find('a/*.yml'), ['a/x.yml', 'a/y.yml'])
  t.same(await find('*/x.yml'), ['a/x.yml', 'b/x.yml'])
  t.same(await find('?/[x-y].yml'), ['a/x.yml', 'a/y.yml', 'b/x.yml'])
  t.same(await find('?/[^x].yml'), ['a/y.yml'])
  t.same(await find('a/x.yml'), ['a/x.yml'])
  t.same(await find('a/nothing.yml'), [])
  t.same(await find('nowhere/*.yml'), [])
  t.same(await find('a/z\\.*'), ['a/z.txt'])
  t.same(await find('a/\\x.yml'), ['a/x.yml'], 'a backslash takes what follows as it is')
  t.same(await find('a/[z-a].yml'), [], 'as in Go, a pattern that nothing matches')
  t.same(await find('a/[^z-a].yml'), ['a/x.yml', 'a/y.yml'])
  t.same(await find('a/[\\x\\--\\.].yml'), ['a/x.yml'])
  for (const pattern of ['[', '[]', '[a-]', '[-a]', 'x\\', 'a[b', '[^]', '[]a]', '[a-b-c]']) {
    await t.rejects(glob(pattern), { message: `${pattern}: syntax error in pattern` })
    await t.rejects(loadRules([join(dir, 'a/*.yml'), pattern]), { code: 'NJORD_ERR_RULES', message: `${pattern}: syntax error in pattern` })
  }
  t.same(await glob('package.js?n'), ['package.json'])
  const groups = await loadRules([join(dir, 'a/*.yml'), join(dir, 'a/x.yml')])
  t.equal(groups.length, 2, 'each file once')
  t.same(duplicateRules(groups).map(({ name }) => name), ['r'])
  await t.rejects(loadRules([join(dir, '*/*.yml')]), { code: 'NJORD_ERR_RULES', message: /b\/x\.yml:1:9: cannot unmarshal/ })
  await t.rejects(loadRules([join(dir, 'c')]), { code: 'NJORD_ERR_RULES' })
})
