import t from 'tap'
import { parseRuleFile } from '../../../src/alerting/rules/rule-file.js'
import type { RuleGroupSpec } from '../../../src/alerting/rules/rule-set.js'
import { RuleFloor } from './rule-floor.js'
import { valueOf } from './samples.js'

const MINUTE = 60_000

/** A group `g` that is evaluated every minute. */
function group (rules: string): readonly RuleGroupSpec[] {
  return parseRuleFile(`groups: [{name: g, interval: 1m, rules: ${rules}}]`, 'r.yml').groups
}

await t.test('a sink that throws or rejects costs its posts, which are counted and logged once, and neither the rules nor the host', async t => {
  let fails = true
  let posts = 0
  const floor = new RuleFloor({
    sink: {
      async post () {
        posts++
        if (fails) throw new Error('not today')
      }
    }
  })
  const broken = new RuleFloor({ sink: { post () { throw new Error('broken') } }, instruments: floor.registry })
  for (const one of [floor, broken]) {
    await one.engine.start(group('[{alert: a, expr: vector(1)}]'))
    await one.run(5 * MINUTE)
    t.equal(one.alert('a')?.state, 'firing')
    t.same(one.logged, ['the sink of the alerts failed; firing ones are posted again in time'])
  }
  t.equal(posts, 3)
  t.equal(await floor.metric('njord_alerts_post_failures_total'), 6)
  fails = false
  await floor.run(2 * MINUTE)
  fails = true
  await floor.run(2 * MINUTE)
  t.equal(floor.logged.length, 2, 'logged again when it had been well')
  for (const one of [floor, broken]) await one.engine.close()
})

await t.test('an evaluation that breaks off is logged once, and those after it take place', async t => {
  const errors: string[] = []
  const floor = new RuleFloor({
    log: {
      info () {},
      warn () { throw new Error('a log that throws') },
      error: (_, message) => { errors.push(message) }
    }
  })
  floor.set(floor.series('m'), 1)
  await floor.engine.start(group('[{record: a, expr: "m[5m]"}, {record: b, expr: "m[5m]"}, {record: c, expr: m}]'))
  await floor.run(3 * MINUTE)
  t.equal(await valueOf(floor, 'c'), 1)
  t.same(errors, ['the evaluation of a group broke off; the next one takes place'])
  await floor.engine.close()
})

await t.test('of two groups of one file and name the first is evaluated, and no other is left behind', async t => {
  const floor = new RuleFloor()
  await floor.engine.start([...group('[{alert: first, expr: vector(1)}]'), ...group('[{alert: second, expr: vector(1)}]')])
  await floor.run(3 * MINUTE)
  t.equal(floor.alert('first')?.state, 'firing')
  t.same(floor.posts.map(({ labels }) => labels[1]), ['first', 'first'])
  t.match(floor.logged, [/two groups of that name/])
  floor.engine.use([])
  await floor.run(5 * MINUTE)
  t.equal(floor.posts.length, 2)
  await floor.engine.close()
})

await t.test('new rules that come twice during one evaluation keep the alerts, in memory and on disk', async t => {
  const stateFile = `${t.testdir()}/state.ndjson`
  const floor = new RuleFloor({ stateFile })
  const version = (n: number): readonly RuleGroupSpec[] => group(`[{alert: q, expr: other > 1}, {alert: p, expr: drawdown > 10, for: 9m, annotations: {n: '${n}'}}]`)
  floor.set(floor.series('drawdown'), 12)
  await floor.engine.start(version(1))
  await floor.run(4 * MINUTE)
  const { activeAtMs } = floor.alert('p')!
  floor.store.append(floor.series('other'), floor.clock.nowMs(), 12)
  const go = await floor.stay(MINUTE)
  for (const n of [2, 3]) floor.engine.use(version(n))
  await go()
  await floor.written(stateFile, '"q"', '"state":"pending"')
  await floor.run(2 * MINUTE)
  t.match(floor.alert('p'), { state: 'pending', activeAtMs, annotations: { n: '3' } })
  await floor.run(4 * MINUTE)
  t.match(floor.alert('p'), { state: 'firing', activeAtMs })
  await floor.engine.close()
})

await t.test('a group that is removed during an evaluation tells nothing more, and leaves no metrics', async t => {
  const floor = new RuleFloor()
  const rules = group('[{alert: a, expr: vector(1)}]')
  const iterations = 'njord_rule_group_iterations_total{rule_group="r.yml;g"}'
  await floor.engine.start(rules)
  let go = await floor.stay(MINUTE)
  floor.engine.use([])
  await go()
  t.equal(await floor.metric(iterations), undefined)
  t.same(floor.posts, [])
  floor.engine.use(rules)
  go = await floor.stay(MINUTE)
  floor.engine.use([])
  floor.engine.use(rules)
  await go()
  t.equal(await floor.metric(iterations), 0, 'the one that has come back')
  await floor.run(2 * MINUTE)
  t.equal(await floor.metric(iterations), 2)
  await floor.engine.close()
})

await t.test('a template that fails again after it was well is logged again', async t => {
  const floor = new RuleFloor()
  const text = '{{ if gt $value 20.0 }}{{ .Nope }}{{ end }}'
  await floor.engine.start(group(`[{alert: a, expr: drawdown, annotations: {x: '${text}', y: '${text}'}}]`))
  for (const value of [25, 5, 25]) {
    floor.set(floor.series('drawdown'), value)
    await floor.run(2 * MINUTE)
  }
  t.equal(floor.logged.filter(line => line.includes('a template')).length, 2)
  await floor.engine.close()
})
