import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { SystemClock } from '../../../src/clock/system-clock.js'
import { AlertRouter } from '../../../src/alerting/routing/alert-router.js'
import { parseRouting } from '../../../src/alerting/routing/config/parse-routing.js'
import { posted } from './support.js'

/** A host into which 10,000 alerts come at once: `storm-child.ts DIR URL`. In a process of its own, for a test runner slows promises down. */
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
const router = new AlertRouter({ routing: { config, templateFiles: new Map(), folder: '.' }, clock: new SystemClock(), dir })
await router.start()
const startedMs = Date.now()
router.silences.set({
  matchers: [{ name: 'instance', value: 'nobody-.*', isRegex: true, isEqual: true }], startsAtMs: startedMs, endsAtMs: startedMs + 600_000, createdBy: 'x', comment: ''
})
const storm = (nowMs: number, endsAtMs: number) => Array.from({ length: ALERTS }, (_, i) => posted(
  { alertname: `Storm${i % 2}`, instance: `host-${i}`, job: `job-${i % 7}`, severity: 'warning', strategy: `s${i % 100}` }, nowMs, endsAtMs, { summary: `Host ${i} is in a storm` }))
/** Waits until both groups were told through all three, whole or at their end. */
async function told (isSo: (alerts: number, status: string) => boolean): Promise<void> {
  const isTold = () => router.ledger.entries({ outcome: 'sent' }).filter(({ alerts, status }) => isSo(alerts, status)).length >= 6
  for (const end = Date.now() + 40_000; !isTold() && Date.now() < end;) await delay(20)
}
const heapBefore = process.memoryUsage().heapUsed
const firing = storm(startedMs, startedMs + 600_000)
await delay(100)
// What the machine itself takes of a process that does nothing.
const idle = monitorEventLoopDelay({ resolution: 1 })
idle.enable()
await delay(500)
idle.disable()
const lag = monitorEventLoopDelay({ resolution: 1 })
lag.enable()
router.post(firing)
await told((alerts, status) => alerts === ALERTS / 2 && status === 'firing')
const ended = storm(startedMs, Date.now())
router.post(ended)
await told((_, status) => status === 'resolved')
lag.disable()
await router.settled()
const tellings = router.ledger.entries({ outcome: 'sent' }).map(({ alerts, status }) => `${alerts} ${status}`).sort()
const heapMiB = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20
const figures = { idleMs: idle.percentile(99) / 1e6, worstMs: lag.max / 1e6, p99Ms: lag.percentile(99) / 1e6, meanMs: lag.mean / 1e6, heapMiB }
process.stdout.write(JSON.stringify({ ...figures, tellings, groups: [...router.groups()].length }))
await router.close()
process.exit()
