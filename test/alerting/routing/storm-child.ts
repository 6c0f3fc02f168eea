import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { AlertRouter } from '../../../src/alerting/routing/alert-router.js'
import { parseRouting } from '../../../src/alerting/routing/config/parse-routing.js'
import { RuleEngine } from '../../../src/alerting/rules/rule-engine.js'
import { parseRuleFile } from '../../../src/alerting/rules/rule-file.js'
import { SystemClock } from '../../../src/clock/system-clock.js'
import { Turns } from '../../../src/clock/turns.js'
import { labelsOf } from '../../../src/contracts/labels.js'
import { silentLog } from '../../../src/contracts/log.js'
import { noopInstruments } from '../../../src/metrics/noop.js'
import { PromqlEngine } from '../../../src/promql/engine.js'
import { SeriesStore } from '../../../src/series/series-store.js'
import { watchLoop } from '../../support/loop-watch.js'

/**
 * A host in which 10,000 alerts begin at once: series, rules, state on disk, routing, receivers. `storm-child.ts DIR URL`. In a process of its own, for
 * a test runner slows promises down.
 */
const [dir, url] = process.argv.slice(2) as [string, string]
const ALERTS = 10_000
const config = parseRouting(`
route: {receiver: a, group_by: [alertname], group_wait: 2s, group_interval: 2s, repeat_interval: 1h}
receivers:
- name: a
  webhook_configs: [{url: '${url}/hook'}]
  slack_configs: [{api_url: '${url}/slack', channel: c, send_resolved: true, text: '{{ range .Alerts }}{{ .Annotations.summary }} {{ end }}'}]
  pagerduty_configs: [{url: '${url}/pd', routing_key: x}]
inhibit_rules: [{source_matchers: [severity=critical], target_matchers: ['severity=~"warning|info"'], equal: [instance]}]
`, 'storm.yml')
const { groups } = parseRuleFile(JSON.stringify({
  groups: [{
    name: 'storm',
    interval: '2s',
    rules: [0, 1].map(part => ({
      alert: `Storm${part}`,
      expr: `level{part="${part}"} > 0`,
      labels: { severity: 'warning' },
      annotations: { summary: 'Host {{ $labels.instance }} is in a storm' }
    }))
  }]
}), 'storm-rules.yml')
const clock = new SystemClock()
const store = new SeriesStore({ clock })
const router = new AlertRouter({ routing: { config, templateFiles: new Map(), folder: '.' }, clock, dir })
const rules = new RuleEngine({
  engine: new PromqlEngine({ queryable: store, clock }),
  store,
  instruments: noopInstruments,
  clock,
  log: silentLog,
  sink: router,
  externalLabels: ['site', 'test'],
  stateFile: `${dir}/rules/state.ndjson`
})
await router.start()
const startedMs = Date.now()
router.silences.set({
  matchers: [{ name: 'instance', value: 'nobody-.*', isRegex: true, isEqual: true }], startsAtMs: startedMs, endsAtMs: startedMs + 600_000, createdBy: 'x', comment: ''
})
const refs = Array.from({ length: ALERTS }, (_, i) => store.ref(labelsOf({
  __name__: 'level', instance: `host-${i}`, job: `job-${i % 7}`, part: String(i % 2), strategy: `s${i % 100}`
})))
/** Sets the level of every host, in turns. */
async function level (value: number): Promise<void> {
  const turns = new Turns()
  const atMs = Date.now()
  for (const ref of refs) {
    store.appendRef(ref, atMs, value)
    if (turns.isDue) await turns.pause()
  }
}
/** Waits until both groups were told through all three, whole or at their end. */
async function told (isSo: (alerts: number, status: string) => boolean): Promise<void> {
  const isTold = () => router.ledger.entries({ outcome: 'sent' }).filter(({ alerts, status }) => isSo(alerts, status)).length >= 6
  for (const end = Date.now() + 40_000; !isTold() && Date.now() < end;) await delay(20)
}
await level(0)
await rules.start(groups)
await delay(2500)
const heapBefore = process.memoryUsage().heapUsed
// What the machine itself takes of a process that does nothing.
const idle = monitorEventLoopDelay({ resolution: 1 })
idle.enable()
await delay(500)
idle.disable()
const lag = monitorEventLoopDelay({ resolution: 1 })
lag.enable()
const watch = watchLoop()
await level(1)
await told((alerts, status) => alerts === ALERTS / 2 && status === 'firing')
await level(0)
await told((_, status) => status === 'resolved')
lag.disable()
const holdMs = watch()
await rules.close()
await router.settled()
const tellings = router.ledger.entries({ outcome: 'sent' }).map(({ alerts, status }) => `${alerts} ${status}`).sort()
const heapMiB = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20
const late = { idleMs: idle.percentile(99) / 1e6, worstMs: lag.max / 1e6, p99Ms: lag.percentile(99) / 1e6, meanMs: lag.mean / 1e6 }
const figures = { ...late, holdMs, heapMiB }
process.stdout.write(JSON.stringify({ ...figures, tellings, groups: [...router.groups()].length }))
await router.close()
process.exit()
