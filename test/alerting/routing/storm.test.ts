import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'tap'
import { SystemClock } from '../../../src/clock/system-clock.js'
import { AlertRouter } from '../../../src/alerting/routing/alert-router.js'
import { parseRouting } from '../../../src/alerting/routing/config/parse-routing.js'
import { posted, startSink } from './support.js'

const ALERTS = 10_000

test('a storm of 10,000 alerts is grouped, told, held off the event loop, and recovered from', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'njord-storm-'))
  const sink = await startSink(t)
  const config = parseRouting(`
route: {receiver: a, group_by: [alertname], group_wait: 500ms, group_interval: 1s, repeat_interval: 1h}
receivers:
- name: a
  webhook_configs: [{url: '${sink.url}/hook', max_alerts: 100}]
  slack_configs: [{api_url: '${sink.url}/slack', channel: c, send_resolved: true, text: '{{ range .Alerts }}{{ .Annotations.summary }} {{ end }}'}]
  pagerduty_configs: [{url: '${sink.url}/pd', routing_key: x}]
inhibit_rules: [{source_matchers: [severity=critical], target_matchers: ['severity=~"warning|info"'], equal: [instance]}]
`, 'storm.yml')
  const router = new AlertRouter({ routing: { config, templateFiles: new Map(), folder: '.' }, clock: new SystemClock(), dir })
  await router.start()
  t.teardown(async () => {
    await router.close()
    await rm(dir, { recursive: true, force: true })
  })
  router.silences.set({
    matchers: [{ name: 'instance', value: 'nobody-.*', isRegex: true, isEqual: true }], startsAtMs: Date.now(), endsAtMs: Date.now() + 60_000, createdBy: 'x', comment: ''
  })
  const nowMs = Date.now()
  const alerts = Array.from({ length: ALERTS }, (_, i) => posted(
    { alertname: `Storm${i % 2}`, instance: `host-${i}`, job: `job-${i % 7}`, severity: 'warning', strategy: `s${i % 100}` }, nowMs, nowMs + 60_000, { summary: `Host ${i} is in a storm`, description: 'x'.repeat(50) }))
  await delay(50)
  const heapBefore = process.memoryUsage().heapUsed

  const lag = monitorEventLoopDelay({ resolution: 1 })
  lag.enable()
  router.post(alerts)
  const told = (status: string): boolean => {
    const of = (path: string) => sink.requests.filter(request => request.path === path && request.text.includes(status)).length
    return of('/hook') >= 2 && of('/slack') >= 2 && of('/pd') >= 2
  }
  const until = async (isSo: () => boolean): Promise<void> => {
    for (const end = Date.now() + 30_000; !isSo() && Date.now() < end;) await delay(10)
  }
  await until(() => told('"firing"') || router.ledger.entries({ outcome: 'sent' }).length >= 6)
  await router.settled()
  const endedMs = Date.now()
  router.post(alerts.map(alert => ({ ...alert, endsAtMs: endedMs })))
  await until(() => router.ledger.entries({ outcome: 'sent' }).length >= 12)
  lag.disable()
  const [worstMs, p99Ms] = [lag.max / 1e6, lag.percentile(99) / 1e6]
  t.comment(`the event loop was held for ${worstMs.toFixed(1)} ms at most, p99 ${p99Ms.toFixed(1)} ms; ${((process.memoryUsage().heapUsed - heapBefore) / 2 ** 20).toFixed(0)} MiB`)
  // The machine is shared: a pause of its own does not count, twenty do.
  t.ok(p99Ms < 20, `p99 ${p99Ms} ms`)
  t.equal([...router.alerts()].length, ALERTS)
  const sent = router.ledger.entries({ outcome: 'sent' })
  t.same(sent.map(({ alerts, status }) => `${alerts} ${status}`).sort(), [...Array<string>(6).fill('5000 firing'), ...Array<string>(6).fill('5000 resolved')])
  await until(() => [...router.groups()].length === 0)
  t.equal([...router.groups()].length, 0, 'all is over')
})
