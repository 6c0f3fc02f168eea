import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import njordTelemetry, { type NjordTelemetryOptions } from '../../plugins/telemetry.js'
import { njordJournal, njordRegistry } from '../../plugins/index.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { PostedAlert } from '../../src/contracts/alert.js'
import { startPrometheus } from '../support/prometheus.js'

const START = Date.UTC(2024, 0, 1)

const file = `groups:
- name: first
  interval: 15s
  rules:
  - {record: lag:double, expr: test_lag * 2, labels: {a: b}}
  - {record: plain, expr: "1"}
  - alert: Lag
    expr: lag:double > 4
    for: 30s
    labels: {severity: page}
    annotations: {summary: "at {{ $value }}"}
- name: second
  interval: 15s
  rules:
  - {alert: Never, expr: test_lag > 1000}
  - {record: wrong, expr: test_lag * on () group_right () test_lag}
`

type Prepare = (app: FastifyInstance) => Promise<void>

async function open (t: Test, options: NjordTelemetryOptions, prepare: Prepare = async () => {}): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await prepare(app)
  await app.register(njordTelemetry, { enabled: true, http: false, runtime: false, series: { intervalMs: 5000, job: 'j', instance: 'i' }, ...options })
  await app.ready()
  return app
}

async function run (app: FastifyInstance, clock: VirtualClock, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i += 5) {
    clock.advance(5000)
    await app.njordRules.settled()
  }
}

await t.test('rules are evaluated over what is sampled, and told of field for field as Prometheus does', async t => {
  const dir = t.testdir({ 'rules.yml': file })
  const clock = new VirtualClock(START)
  const posts: PostedAlert[] = []
  const sink = { post: (alerts: readonly PostedAlert[]) => { posts.push(...alerts) } }
  const path = join(dir, 'rules.yml')
  const app = await open(t, { clock, rules: { files: [join(dir, '*.yml')], reload: false, sink, externalLabels: { host: 'h' }, externalUrl: 'http://h:1' } })
  const lag = app.njordRegistry.gauge({ name: 'test_lag', help: 'Test.' })
  lag.set(5)
  const ask = async (query: string): Promise<{ groups: object[], alerts: object[], groupNextToken?: string, error?: string }> => {
    const { data, ...rest } = (await app.inject(`/api/v1/${query}`)).json()
    return { ...rest, ...data }
  }
  t.match((await ask('rules')).groups, [{ name: 'first', lastEvaluation: '0001-01-01T00:00:00Z' }, { name: 'second' }])
  await run(app, clock, 90)
  const time = /^2024-01-01T00:01:\d\d(\.\d+)?Z$/
  const alert = {
    labels: { alertname: 'Lag', a: 'b', instance: 'i', job: 'j', severity: 'page' },
    annotations: { summary: 'at 10' },
    state: 'firing',
    activeAt: /^2024-01-01T00:00/,
    value: '1e+01'
  }
  const { groups } = await ask('rules')
  t.match(groups, [
    {
      name: 'first',
      file: path,
      rules: [
        { name: 'lag:double', query: 'test_lag * 2', labels: { a: 'b' }, health: 'ok', evaluationTime: Number, lastEvaluation: time, type: 'recording' },
        { name: 'plain', query: '1', health: 'ok', evaluationTime: Number, lastEvaluation: time, type: 'recording' },
        {
          state: 'firing',
          name: 'Lag',
          query: 'lag:double > 4',
          duration: 30,
          keepFiringFor: 0,
          labels: { severity: 'page' },
          annotations: { summary: 'at {{ $value }}' },
          alerts: [alert],
          health: 'ok',
          evaluationTime: Number,
          lastEvaluation: time,
          type: 'alerting'
        }
      ],
      interval: 15,
      limit: 0,
      evaluationTime: Number,
      lastEvaluation: time
    },
    { name: 'second', rules: [{ state: 'inactive', alerts: [] }, { name: 'wrong', type: 'recording' }] }
  ])
  t.notOk('labels' in (groups[0] as { rules: object[] }).rules[1]!)
  t.match((await ask('alerts')).alerts, [alert])
  t.match(posts[0], { labels: ['a', 'b', 'alertname', 'Lag', 'host', 'h', 'instance', 'i'], generatorUrl: 'http://h:1/graph?g0.expr=lag%3Adouble+%3E+4&g0.tab=1' })

  const names = async (query: string): Promise<string[]> => {
    const { groups } = await ask(query) as unknown as { groups: Array<{ rules: Array<{ name: string }> }> }
    return groups.flatMap(({ rules }) => rules.map(({ name }) => name))
  }
  t.same(await names('rules?type=record'), ['lag:double', 'plain', 'wrong'])
  t.same(await names('rules?type=alert&rule_name[]=Never'), ['Never'])
  t.same(await names('rules?rule_group[]=second'), ['Never', 'wrong'])
  t.same(await names(`rules?file[]=${encodeURIComponent(path)}&rule_name[]=plain`), ['plain'])
  t.same(await names('rules?file[]=other'), [])
  t.same(await names(`rules?match[]=${encodeURIComponent('{severity="page"}')}`), ['Lag'])
  t.match((await ask('rules?exclude_alerts=true&rule_name[]=Lag')).groups, [{ rules: [{ state: 'firing', alerts: [] }] }])
  const page = await ask('rules?group_limit=1')
  t.match(page.groups, [{ name: 'first' }])
  t.match((await ask(`rules?group_limit=1&group_next_token=${page.groupNextToken}`)).groups, [{ name: 'second' }])
  t.equal((await ask(`rules?group_limit=1&group_next_token=${page.groupNextToken}`)).groupNextToken, undefined)
  t.match(await ask('rules?group_limit=1&group_next_token=zz'), { error: 'invalid parameter "group_next_token": invalid group_next_token \'zz\'. were rule groups changed?' })
})

await t.test('new rules are read when a file changes; wrong ones are refused whole, and those that were there stay', async t => {
  const dir = t.testdir({ rules: { 'a.yml': 'groups: [{name: a, rules: [{record: a, expr: "1"}]}]' } })
  const app = await open(t, { rules: [join(dir, 'rules/*.yml')] })
  const until = async (isSo: () => boolean): Promise<void> => { for (let i = 0; i < 500 && !isSo(); i++) await delay(20) }
  const groups = (): string[] => app.njordRules.ruleGroups().map(({ name }) => name)
  const metrics = async (): Promise<string> => (await app.inject('/metrics')).body
  await writeFile(join(dir, 'rules/b.yml'), 'groups: [{name: b, rules: []}]')
  await until(() => groups().length === 2)
  t.same(groups(), ['a', 'b'])
  await writeFile(join(dir, 'c.tmp'), 'groups: [{name: c, rules: [{expr: m}]}]')
  await rename(join(dir, 'c.tmp'), join(dir, 'rules/c.yml'))
  for (let i = 0; i < 500 && !/njord_rules_reload_failures_total 1/.test(await metrics()); i++) await delay(20)
  t.match(await metrics(), /njord_rules_config_last_reload_successful 0/)
  t.same(groups(), ['a', 'b'])
  await writeFile(join(dir, 'rules/c.yml'), 'groups: [{name: c, rules: [{record: c, expr: m}]}]')
  await until(() => groups().length === 3)
  t.same(groups(), ['a', 'b', 'c'])
  t.match(await metrics(), /njord_rules_config_last_reload_successful 1/)
})

await t.test('or when the process is told to; the state is kept beside the journal', async t => {
  const dir = t.testdir({ 'a.yml': 'groups: [{name: a, rules: []}]' })
  const listeners = process.listenerCount('SIGHUP')
  await mkdir(join(dir, 'journal'))
  const app = await open(t, { rules: { files: [join(dir, 'a.yml')], reload: 'SIGHUP' } }, async app => {
    await app.register(njordRegistry)
    await app.register(njordJournal, { dir: join(dir, 'journal') })
  })
  await writeFile(join(dir, 'a.yml'), 'groups: [{name: b, rules: []}]')
  process.kill(process.pid, 'SIGHUP')
  for (let i = 0; i < 500 && app.njordRules.ruleGroups()[0]!.name !== 'b'; i++) await delay(20)
  t.equal(app.njordRules.ruleGroups()[0]!.name, 'b')
  await app.close()
  t.equal(process.listenerCount('SIGHUP'), listeners)
})

await t.test('wrong options and wrong rules throw at register', async t => {
  const dir = t.testdir({ 'bad.yml': 'groups: [{name: a, rules: [{expr: m}]}]' })
  const wrong = async (options: NjordTelemetryOptions, expected: { code: string, message: RegExp }): Promise<void> => {
    await t.rejects(async () => await Fastify().register(njordTelemetry, { enabled: true, ...options }), expected)
  }
  await wrong({ rules: [join(dir, 'bad.yml')] }, { code: 'NJORD_ERR_RULES', message: /bad\.yml:1:28: group "a", rule 1/ })
  await wrong({ rules: [join(dir, 'none.yml')] }, { code: 'NJORD_ERR_RULES', message: /none\.yml: found no file, expected one at least/ })
  await wrong({ rules: [join(dir, '[.yml')] }, { code: 'NJORD_ERR_RULES', message: /syntax error in pattern/ })
  await wrong({ rules: [] }, { code: 'NJORD_ERR_INVALID_OPTION', message: /rules/ })
  await wrong({ rules: { files: ['a'], externalUrl: 'nowhere' } }, { code: 'NJORD_ERR_INVALID_OPTION', message: /rules\.externalUrl/ })
  await wrong({ rules: ['a'], series: false, query: false }, { code: 'NJORD_ERR_INVALID_OPTION', message: /series is false/ })
})

await t.test('side by side with a real Prometheus that scrapes the host, the rules come to the same', async t => {
  const dir = t.testdir({ 'rules.yml': file.replaceAll('15s', '1s').replaceAll('30s', '3s') })
  const app = await open(t, { series: { intervalMs: 1000, job: 'app', instance: 'x' }, rules: [join(dir, 'rules.yml')] })
  const lag = app.njordRegistry.gauge({ name: 'test_lag', help: 'Test.' })
  lag.set(1)
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const prometheus = await startPrometheus(t, { app: new URL(address).host }, { rules: file.replaceAll('15s', '1s').replaceAll('30s', '3s') })
  await prometheus.scraped(1)
  interface Rule {
    [key: string]: unknown
    alerts?: Array<{ activeAt?: string, labels: { instance?: string } }>
  }
  const plain = ({ groups }: { groups: Array<{ name: string, rules: Rule[] }> }): unknown => groups.map(({ name, rules }) => ({
    name,
    rules: rules.map(({ lastEvaluation, evaluationTime, keepFiringFor, alerts, ...rule }) => ({
      ...rule, ...alerts === undefined ? {} : { alerts: alerts.map(({ activeAt, labels: { instance, ...labels }, ...alert }) => ({ ...alert, labels })) }
    }))
  }))
  const same = async (state: string): Promise<void> => {
    const ours = async (): Promise<unknown> => plain((await app.inject('/api/v1/rules')).json().data)
    const theirs = async (): Promise<unknown> => plain(await prometheus.api('rules') as never)
    const isState = (groups: unknown): boolean => JSON.stringify(groups).includes(`"state":"${state}","name":"Lag"`)
    await prometheus.until(`both are ${state}`, async () => isState(await ours()) && isState(await theirs()))
    t.same(await ours(), await theirs(), state)
    const query = 'count by (alertname, alertstate, severity) (ALERTS)'
    const series = (result: ReadonlyArray<{ metric: object, value: readonly unknown[] }>): string[] =>
      result.map(({ metric, value }) => JSON.stringify([metric, value[1]])).sort()
    const mine = (await app.inject(`/api/v1/query?query=${encodeURIComponent(query)}`)).json().data.result
    t.same(series(mine), series(await prometheus.query(query)), `ALERTS when ${state}`)
  }
  await same('inactive')
  lag.set(5)
  await same('firing')
  lag.set(1)
  await same('inactive')
})
