import { parseRuleFile } from '../../../src/alerting/rules/rule-file.js'
import { RuleEngine } from '../../../src/alerting/rules/rule-engine.js'
import { SystemClock } from '../../../src/clock/system-clock.js'
import { silentLog } from '../../../src/contracts/log.js'
import { noopInstruments } from '../../../src/metrics/noop.js'
import { PromqlEngine } from '../../../src/promql/engine.js'
import { SeriesStore } from '../../../src/series/series-store.js'

// A process with two alerts, whose state it prints once they are where they should be and on disk. It goes on until it is killed.
const [stateFile] = process.argv.slice(2) as [string]
const clock = new SystemClock()
const store = new SeriesStore()
const engine = new RuleEngine({
  engine: new PromqlEngine({ queryable: store, clock }), store, instruments: noopInstruments, clock, log: silentLog, stateFile
})
const { groups } = parseRuleFile(`groups:
- name: g
  interval: 200ms
  rules:
  - {alert: pending, expr: m > 1, for: 1h}
  - {alert: firing, expr: m > 1}
`, 'rules.yml')
await engine.start(groups)
setInterval(() => {
  store.append(['__name__', 'm'], Date.now(), 5)
  const alerts = engine.ruleGroups()[0]!.rules.flatMap(rule => rule.kind === 'alerting' ? rule.alerts : [])
  if (alerts.length === 2) {
    setTimeout(() => {
      process.stdout.write(JSON.stringify(alerts.map(({ labels, state, activeAtMs }) => ({ name: labels['alertname'], state, activeAtMs }))))
    }, 300)
  }
}, 50)
