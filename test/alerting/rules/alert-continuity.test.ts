import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { PostedAlert } from '../../../src/contracts/alert.js'
import type { AlertStatus } from '../../../src/contracts/rule-status.js'
import { parseRuleFile } from '../../../src/alerting/rules/rule-file.js'
import { RuleFloor } from './rule-floor.js'

const MINUTE = 60_000

await t.test('in a crash loop no downtime counts as time for which an alert was pending', async t => {
  const stateFile = join(t.testdir(), 'state.ndjson')
  const { groups } = parseRuleFile('groups: [{name: g, interval: 1m, rules: [{alert: slow, expr: drawdown > 10, for: 30m}, {alert: other, expr: other > 1}]}]', 'r.yml')
  const first = new RuleFloor({ stateFile })
  first.set(first.series('drawdown'), 12)
  await first.engine.start(groups)
  await first.run(5 * MINUTE)
  const before = first.alert('slow')!
  await first.written(stateFile, '"state":"pending"')
  let floor = first
  for (const awayMs of [40 * MINUTE, 10 * MINUTE]) {
    // It is evaluated twice, before the element is there again; and is killed.
    floor = new RuleFloor({ stateFile }, floor.clock.nowMs() + awayMs)
    await floor.engine.start(groups)
    await floor.run(2 * MINUTE)
    await floor.written(stateFile, '"slow"', '"seenAtMs"')
  }
  const last = new RuleFloor({ stateFile }, floor.clock.nowMs())
  last.set(last.series('drawdown'), 12)
  await last.engine.start(groups)
  await last.run(2 * MINUTE)
  const { state, activeAtMs } = last.alert('slow')!
  t.equal(state, 'pending')
  const awayMs = activeAtMs - before.activeAtMs
  t.ok(awayMs > 54 * MINUTE && awayMs < 56 * MINUTE, `${awayMs / MINUTE} of 54 minutes and an interval do not count`)
  await last.engine.close()

  const tooLate = new RuleFloor({ stateFile, outageToleranceMs: 10 * MINUTE }, last.clock.nowMs() + 11 * MINUTE)
  await tooLate.engine.start(groups)
  await tooLate.run(MINUTE)
  t.notMatch(await readFile(stateFile, 'utf8'), /seenAtMs/)
  await tooLate.engine.close()
})

await t.test('an alert that goes on firing without its element does so over a restart, until it is over', async t => {
  const { groups } = parseRuleFile(`groups:
- name: g
  interval: 1m
  rules:
  - {alert: k, expr: drawdown > 10, keep_firing_for: 20m, labels: {side: other, empty: "", from: "{{ $labels.strategy }}"}}
  - {alert: k, expr: drawdown > 10, keep_firing_for: 20m, labels: {side: one, from: "{{ $labels.strategy }}"}}
  - {alert: short, expr: drawdown > 10, keep_firing_for: 2m}
  - {alert: never, expr: drawdown > 10, keep_firing_for: 20m}
`, 'r.yml')
  for (const isGone of [true, false]) {
    const stateFile = join(t.testdir(), `${String(isGone)}.ndjson`)
    const first = new RuleFloor({ stateFile })
    first.set(first.series('drawdown'), 12)
    await first.engine.start(groups)
    await first.run(5 * MINUTE)
    if (isGone) first.set(first.series('drawdown'), 1)
    await first.run(4 * MINUTE)
    const nowMs = first.clock.nowMs()
    const startsAtMs = first.posts[0]!.startsAtMs
    await first.engine.close()

    const over: PostedAlert[] = []
    const second = new RuleFloor({
      stateFile,
      sink: {
        post: alerts => {
          second.posts.push(...alerts)
          over.push(...alerts.filter(({ endsAtMs }) => endsAtMs <= second.clock.nowMs()))
        }
      }
    }, nowMs)
    await second.engine.start(groups.map(group => ({ ...group, rules: group.rules.slice(0, 3) })))
    await second.run(2 * MINUTE)
    const alerts = (): AlertStatus[] =>
      second.engine.ruleGroups()[0]!.rules.slice(0, 2).flatMap(rule => rule.kind === 'alerting' ? rule.alerts : [])
    const { keepFiringSinceMs } = alerts()[0]!
    t.match(alerts(), ['other', 'one'].map(side => ({ labels: { side, from: 's' }, state: 'firing', keepFiringSinceMs, value: NaN })))
    const goneMs = nowMs - keepFiringSinceMs!
    t.ok(isGone ? goneMs >= 3 * MINUTE && goneMs < 5 * MINUTE : goneMs >= 0 && goneMs < MINUTE, `${goneMs / MINUTE} minutes`)
    t.equal(second.alert('short'), undefined)
    await second.run(12 * MINUTE)
    const ended = (name: string): number[] => over.filter(({ labels }) => labels.includes(name)).map(({ endsAtMs }) => endsAtMs)
    t.equal(ended('k').length, 0)
    t.equal(alerts().length, 2)
    t.ok(second.posts.filter(({ labels }) => labels.includes('k')).every(post => post.startsAtMs === startsAtMs))
    t.equal(new Set(ended('short')).size, 1, 'told as resolved')
    t.equal(new Set(ended('never')).size, 1, 'whose rule is gone')
    await second.run(8 * MINUTE)
    t.equal(alerts().length, 0)
    const untilMs = Math.max(...ended('k')) - keepFiringSinceMs!
    t.ok(untilMs >= 20 * MINUTE && untilMs <= 21 * MINUTE)
    await second.engine.close()
  }
})

await t.test('damaged lines of the state are left out and counted in the log; the others count', async t => {
  const stateFile = join(t.testdir(), 'state.ndjson')
  const { groups } = parseRuleFile('groups: [{name: g, interval: 1m, rules: [{alert: slow, expr: drawdown > 10, for: 30m}]}]', 'r.yml')
  const good = { labels: ['alertname', 'slow', 'strategy', 's'], annotations: [], state: 'pending', activeAtMs: 0, query: 'drawdown > 10' }
  const nowMs = Date.now()
  const damaged = [
    null, 5, {}, [], { ...good, labels: null }, { ...good, labels: ['a'] }, { ...good, labels: ['b', '1', 'a', '1'] }, { ...good, labels: ['a', 1] },
    { ...good, annotations: undefined }, { ...good, state: 'odd' }, { ...good, activeAtMs: '1' }, { ...good, firedAtMs: null }, { ...good, query: undefined }
  ]
  const lines = [{ version: 1 }, ...damaged, { ...good, activeAtMs: nowMs - 10 * MINUTE }].map(line => JSON.stringify(line))
  await writeFile(stateFile, `${lines.join('\n')}\n{"labels":["alert`)
  const logged: object[] = []
  const log = { info () {}, warn: (fields: object) => { logged.push(fields) }, error () {} }
  const floor = new RuleFloor({ stateFile, log }, nowMs)
  floor.set(floor.series('drawdown'), 12)
  await floor.engine.start(groups)
  await floor.run(2 * MINUTE)
  t.same(logged, [{ path: stateFile, lines: damaged.length + 1 }])
  t.ok(floor.alert('slow')!.activeAtMs < nowMs - 8 * MINUTE)
  await floor.engine.close()
  for (const text of ['null\n', '[]\n', '\0\0', '5']) {
    await writeFile(stateFile, text)
    const strange = new RuleFloor({ stateFile })
    await strange.engine.start(groups)
    t.match(strange.logged, [/could not be read/])
    await strange.engine.close()
  }
})
