import t from 'tap'
import type { AlertStatus, RuleGroupStatus } from '../../src/contracts/rule-status.js'
import { bodyOf } from '../../src/query-api/answer.js'
import { ruleAnswers } from '../../src/query-api/rules.js'
import { Form } from '../../src/query-api/form.js'

const alert = (i: number): AlertStatus => ({
  labels: { alertname: 'A', instance: `host-${i}`, 'with "quotes"': 'and\nlines' }, annotations: {}, state: 'firing', activeAtMs: 5, keepFiringSinceMs: undefined, value: i
})

const group = (name: string, alerts: number): RuleGroupStatus => ({
  name,
  file: 'r.yml',
  intervalMs: 1000,
  limit: 0,
  evaluationSeconds: 0,
  lastEvaluationMs: undefined,
  rules: [{
    kind: 'alerting',
    name: 'A',
    query: 'm',
    labels: {},
    health: 'ok',
    lastError: undefined,
    evaluationSeconds: 0,
    lastEvaluationMs: undefined,
    forMs: 0,
    keepFiringForMs: 0,
    annotations: {},
    state: 'firing',
    alerts: Array.from({ length: alerts }, (_, i) => alert(i))
  }]
})

await t.test('thousands of alerts are written in turns with the rest of the process, as JSON would have them', async t => {
  const { rules, alerts } = ruleAnswers({ ruleGroups: () => [group('a', 20_000), group('b', 0), group('c', 2)] })
  for (const { data } of [rules(new Form()), alerts(), rules(new Form('group_limit=2'))]) {
    let turns = 0
    let next = setImmediate(function turn () {
      turns++
      next = setImmediate(turn)
    })
    let text = ''
    let parts = 0
    for await (const part of bodyOf({ data })) {
      text += part
      parts++
    }
    clearImmediate(next)
    t.equal(text, `{"status":"success","data":${JSON.stringify(data)}}`)
    t.ok(turns > 1 && parts > 10, `${turns} turns, ${parts} parts`)
  }
})
