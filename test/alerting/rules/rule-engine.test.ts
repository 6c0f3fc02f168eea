import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parseRuleFile } from '../../../src/alerting/rules/rule-file.js'
import type { RuleGroupSpec } from '../../../src/alerting/rules/rule-set.js'
import { valueOf } from './samples.js'
import { RuleFloor } from './rule-floor.js'

const MINUTE = 60_000

function specs (text: string, file = 'rules.yml'): readonly RuleGroupSpec[] {
  const { groups, problems } = parseRuleFile(text, file)
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  return groups
}

const drawdown = specs(`groups:
- name: g
  interval: 1m
  rules:
  - {record: twice, expr: drawdown * 2}
  - alert: high
    expr: twice > 20
    for: 2m
    keep_firing_for: 1m
    labels: {severity: critical}
    annotations: {summary: "{{ $labels.strategy }} at {{ $value }}"}
`)

await t.test('an alert is pending, fires, keeps firing and is resolved, at even times, told of as Prometheus tells', async t => {
  const floor = new RuleFloor({ externalLabels: ['region', 'eu', 'severity', 'not this'], externalUrl: 'http://host:1' })
  await floor.engine.start(drawdown)
  floor.set(floor.series('drawdown'), 5)
  await floor.run(2 * MINUTE)
  const [first] = floor.engine.ruleGroups()
  t.match(first, { name: 'g', file: 'rules.yml', intervalMs: MINUTE, limit: 0 })
  t.match(first!.rules, [{ kind: 'recording', name: 'twice', health: 'ok' }, { kind: 'alerting', name: 'high', state: 'inactive', alerts: [] }])
  t.ok(first!.lastEvaluationMs! > floor.clock.nowMs() - MINUTE)

  floor.set(floor.series('drawdown'), 12)
  await floor.run(MINUTE)
  const atMs = floor.alert('high')!.activeAtMs - MINUTE
  t.ok(Math.abs(atMs - first!.lastEvaluationMs!) < 15_000)
  t.match(floor.rule('high'), { state: 'pending', alerts: [{ state: 'pending', activeAtMs: atMs + MINUTE, value: 24, labels: { alertname: 'high', strategy: 's' } }] })
  t.same(floor.posts, [])
  t.equal(await valueOf(floor, 'ALERTS{alertstate="pending"}'), 1)
  t.equal(await valueOf(floor, 'ALERTS_FOR_STATE'), Math.floor((atMs + MINUTE) / 1000))
  await floor.run(2 * MINUTE)
  t.match(floor.rule('high'), { state: 'firing' })
  t.equal(await valueOf(floor, 'ALERTS{alertstate="firing"}'), 1)
  t.equal(await valueOf(floor, 'ALERTS{alertstate="pending"}'), undefined, 'ended by a staleness mark')
  t.same(floor.posts, [{
    labels: ['alertname', 'high', 'region', 'eu', 'severity', 'critical', 'strategy', 's'],
    annotations: ['summary', 's at 24'],
    startsAtMs: atMs + 3 * MINUTE,
    endsAtMs: atMs + 7 * MINUTE,
    generatorUrl: 'http://host:1/graph?g0.expr=twice+%3E+20&g0.tab=1'
  }])
  await floor.run(MINUTE)
  t.equal(floor.posts.length, 1, 'a minute is not more than the resend delay')
  await floor.run(MINUTE)
  t.equal(floor.posts.length, 2)
  t.equal(floor.posts[1]!.endsAtMs, atMs + 9 * MINUTE)

  floor.set(floor.series('drawdown'), 5)
  await floor.run(MINUTE)
  t.match(floor.rule('high'), { state: 'firing', alerts: [{ keepFiringSinceMs: atMs + 6 * MINUTE }] })
  await floor.run(MINUTE)
  t.match(floor.rule('high'), { state: 'inactive', alerts: [] })
  t.match(floor.posts.at(-1), { startsAtMs: atMs + 3 * MINUTE, endsAtMs: atMs + 7 * MINUTE })
  t.equal(await valueOf(floor, 'ALERTS'), undefined)
  const told = floor.posts.length
  await floor.run(30 * MINUTE)
  t.ok(floor.posts.length > told && floor.posts.length < told + 15, 'told as resolved for a quarter of an hour')
  t.equal(await floor.metric('njord_rule_group_iterations_total{rule_group="rules.yml;g"}'), 39)
  t.equal(await floor.metric('njord_rule_group_iterations_missed_total{rule_group="rules.yml;g"}'), 0)
  t.equal(await floor.metric('njord_rule_evaluations_total{rule_group="rules.yml;g"}'), 78)
  t.equal(await floor.metric('njord_rule_group_rules{rule_group="rules.yml;g"}'), 2)
  await floor.engine.close()
})

await t.test('new rules: groups that stay as they are go on, changed ones keep their alerts, series of those that are gone end', async t => {
  const floor = new RuleFloor()
  floor.set(floor.series('drawdown'), 12)
  const text = (high: string, extra: string): readonly RuleGroupSpec[] => specs(`groups:
- {name: same, interval: 1m, rules: [{record: same, expr: drawdown}]}
- {name: g, interval: 1m, rules: [{alert: high, expr: drawdown > 10, for: ${high}}, {record: g:old, expr: drawdown}]}
${extra}`)
  await floor.engine.start(text('3m', '- {name: gone, interval: 1m, rules: [{record: gone, expr: drawdown}, {record: moved, expr: drawdown}]}'))
  await floor.run(3 * MINUTE)
  const { activeAtMs } = floor.alert('high')!
  floor.engine.use(specs(`groups:
- {name: same, interval: 1m, rules: [{record: same, expr: drawdown}]}
- {name: g, interval: 1m, rules: [{alert: high, expr: drawdown > 10, for: 2m}]}
- {name: other, interval: 1m, rules: [{record: moved, expr: drawdown}]}
`))
  await floor.run(MINUTE)
  t.match(floor.alert('high'), { activeAtMs, state: 'firing' })
  t.equal(await valueOf(floor, 'g:old'), undefined, 'a rule that is gone from its group')
  await floor.run(3 * MINUTE)
  t.equal(await valueOf(floor, 'gone'), undefined, 'a group that is gone')
  t.equal(await valueOf(floor, 'moved'), 12, 'a rule that only moved')
  t.equal(await valueOf(floor, 'same'), 12)
  t.same(floor.engine.ruleGroups().map(({ name }) => name), ['g', 'other', 'same'])
  t.equal(await floor.metric('njord_rule_group_rules{rule_group="rules.yml;gone"}'), undefined)

  floor.engine.refused(new Error('line 5 is wrong'))
  t.equal(await floor.metric('njord_rules_config_last_reload_successful'), 0)
  t.equal(await floor.metric('njord_rules_reload_failures_total'), 1)
  t.match(floor.logged, [/the new rules were refused/])
  await floor.run(MINUTE)
  t.match(floor.alert('high'), { state: 'firing' })
  await floor.engine.close()
})

await t.test('what fails is in the health of its rule, counted, and logged once until it is well again', async t => {
  const floor = new RuleFloor()
  for (const side of ['a', 'b']) floor.set(['__name__', 'm', 'side', side], 5)
  await floor.engine.start(specs(`groups:
- name: g
  interval: 1m
  limit: 1
  rules:
  - {record: r, expr: m, labels: {side: ""}}
  - {alert: Same, expr: m, labels: {side: one}}
  - {alert: Many, expr: m}
  - {record: many, expr: m}
  - {record: matrix, expr: "m[5m]"}
  - {record: twice, expr: m{side="a"}}
  - {record: twice, expr: m{side="a"} + 1}
  - {alert: Template, expr: m{side="a"}, annotations: {a: "{{ .Nope }}"}}
`.replace('m{side="a"}}', '"m{side=\'a\'}"}').replace('m{side="a"} + 1}', '"m{side=\'a\'} + 1"}').replace('m{side="a"},', '"m{side=\'a\'}",')))
  await floor.run(3 * MINUTE)
  t.match(floor.engine.ruleGroups()[0]!.rules.map(({ health, lastError }) => lastError ?? health), [
    'vector contains metrics with the same labelset after applying rule labels',
    'vector contains metrics with the same labelset after applying alert labels',
    'exceeded limit of 1 with 2 alerts',
    'exceeded limit of 1 with 2 series',
    'rule result is not a vector or scalar',
    'ok',
    /^duplicate sample for timestamp \d+; overrides not allowed: existing 5, new value 6$/,
    'ok'
  ])
  t.match(floor.alert('Template')?.annotations['a'], /^<error expanding template: .*Nope/)
  t.equal(await floor.metric('njord_rule_evaluation_failures_total{rule_group="rules.yml;g"}'), 18)
  t.equal(floor.logged.filter(line => line.includes('the evaluation of a rule failed')).length, 6)
  t.equal(floor.logged.filter(line => line.includes('a template of an alert failed')).length, 1)
  floor.store.appendStale(['__name__', 'm', 'side', 'b'], floor.clock.nowMs())
  floor.drop('b')
  await floor.run(2 * MINUTE)
  t.equal(floor.engine.ruleGroups()[0]!.rules[0]!.health, 'ok')
  await floor.engine.close()
})

await t.test('alerts outlive the process: pending time goes on, firing ones fire on, those that are over are told so', async t => {
  const stateFile = join(t.testdir(), 'deep', 'state.ndjson')
  const rules = specs(`groups:
- name: g
  interval: 1m
  rules:
  - {alert: slow, expr: drawdown > 10, for: 10m}
  - {alert: quick, expr: drawdown > 10}
  - {alert: over, expr: other > 10}
  - {alert: done, expr: drawdown > 100}
`)
  const before = new RuleFloor({ stateFile })
  before.set(before.series('drawdown'), 120)
  before.set(before.series('other'), 12)
  await before.engine.start(rules)
  await before.run(3 * MINUTE)
  before.set(before.series('drawdown'), 12)
  await before.run(3 * MINUTE)
  const [slow, quick] = [before.alert('slow')!, before.alert('quick')!]
  t.same([slow.state, quick.state], ['pending', 'firing'])
  await before.written(stateFile, '"state":"inactive"', '"state":"pending"', '"state":"firing"')
  // Not closed: as after kill -9. The next process begins two minutes later, without history.

  const after = new RuleFloor({ stateFile }, before.clock.nowMs() + 2 * MINUTE)
  await after.engine.start(rules)
  t.match(after.posts, [{ labels: ['alertname', 'done', 'strategy', 's'] }], 'what was resolved is told once more')
  t.ok(after.posts[0]!.endsAtMs < after.clock.nowMs())
  await after.run(MINUTE)
  after.set(after.series('drawdown'), 12)
  await after.run(2 * MINUTE)
  t.match(after.alert('quick'), { state: 'firing', activeAtMs: quick.activeAtMs })
  t.equal(after.posts.find(({ labels }) => labels.includes('quick'))!.startsAtMs, quick.activeAtMs)
  const shiftMs = after.alert('slow')!.activeAtMs - slow.activeAtMs
  t.ok(shiftMs > 2 * MINUTE && shiftMs <= 4 * MINUTE, `the ${shiftMs / 1000} s in which nobody looked do not count`)
  await after.run(4 * MINUTE)
  const over = after.posts.filter(({ labels }) => labels.includes('over'))
  t.equal(over.length, 1)
  t.ok(over[0]!.endsAtMs <= after.clock.nowMs(), 'resolved when it had not come back in five minutes')
  await after.engine.close()

  const tooLate = new RuleFloor({ stateFile, outageToleranceMs: MINUTE }, after.clock.nowMs() + 2 * MINUTE)
  tooLate.set(tooLate.series('drawdown'), 12)
  await tooLate.engine.start(rules)
  await tooLate.run(2 * MINUTE)
  t.ok(tooLate.alert('slow')!.activeAtMs > after.clock.nowMs())
  await tooLate.engine.close()

  await writeFile(stateFile, '{"version":99}\n')
  const strange = new RuleFloor({ stateFile })
  await strange.engine.start(rules)
  t.match(strange.logged, [/could not be read/])
  await strange.engine.close()
})

await t.test('the grace period is that of Prometheus where it is asked for', async t => {
  const stateFile = join(t.testdir(), 'state.ndjson')
  const rules = specs('groups: [{name: g, interval: 1m, rules: [{alert: long, expr: drawdown, for: 20m}, {alert: short, expr: drawdown, for: 5m}]}]')
  const before = new RuleFloor({ stateFile })
  before.set(before.series('drawdown'), 12)
  await before.engine.start(rules)
  await before.run(16 * MINUTE)
  await before.engine.close()
  const after = new RuleFloor({ stateFile, forGraceMs: 10 * MINUTE }, before.clock.nowMs())
  after.set(after.series('drawdown'), 12)
  await after.engine.start(rules)
  await after.run(MINUTE)
  const leftMs = after.alert('long')!.activeAtMs + 20 * MINUTE - after.engine.ruleGroups()[0]!.lastEvaluationMs!
  t.ok(leftMs > 9 * MINUTE && leftMs <= 10 * MINUTE, 'ten minutes to go, though less was left')
  t.equal(after.alert('short')!.state, 'firing')
  await after.engine.close()
})

await t.test('a state that cannot be written is counted and said once; the rules go on', async t => {
  const dir = t.testdir({ file: 'a file, not a folder' })
  const floor = new RuleFloor({ stateFile: join(dir, 'file', 'state.ndjson') })
  await floor.engine.start(specs('groups: [{name: g, interval: 1m, rules: [{alert: a, expr: drawdown > 10}]}]'))
  for (const value of [12, 5, 12, 5]) {
    floor.set(floor.series('drawdown'), value)
    await floor.run(MINUTE)
  }
  await floor.engine.close()
  t.ok((await floor.metric('njord_alerts_state_write_failures_total') ?? 0) >= 1)
  t.equal(floor.logged.filter(line => line.includes('could not be written')).length, 1)
})

await t.test('a process killed with -9 while an alert fires and another is pending leaves both to the next one', async t => {
  const stateFile = join(t.testdir(), 'state.ndjson')
  await mkdir(t.testdirName, { recursive: true })
  const child = fileURLToPath(new URL('rule-child.ts', import.meta.url))
  const run = async (ask: 'begin' | 'again'): Promise<Array<{ name: string, state: string, activeAtMs: number }>> => {
    const process_ = spawn(process.execPath, [...process.execArgv, child, stateFile, ask], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(process_.stdout.setEncoding('utf8'), 'data') as [string]
    process_.kill('SIGKILL')
    await once(process_, 'close')
    return JSON.parse(line) as never
  }
  const before = await run('begin')
  t.match(before.map(({ name, state }) => [name, state]), [['pending', 'pending'], ['firing', 'firing']])
  t.match(await readFile(stateFile, 'utf8'), /"state":"pending"[^]*"state":"firing"/)
  const after = await run('again')
  t.match(after.map(({ name, state }) => [name, state]), [['pending', 'pending'], ['firing', 'firing']])
  t.equal(after[1]!.activeAtMs, before[1]!.activeAtMs)
  t.ok(after[0]!.activeAtMs < before[0]!.activeAtMs + 60_000, 'only what nobody looked at is left out')
})
