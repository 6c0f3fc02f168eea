import { SystemClock } from '../../../src/clock/system-clock.js'
import { AlertRouter } from '../../../src/alerting/routing/alert-router.js'
import { parseRouting } from '../../../src/alerting/routing/config/parse-routing.js'
import { posted } from './support.js'

/** A host that routes alerts to a webhook, and is killed: `restart-child.ts DIR URL first|again`. */
const [dir, url, life] = process.argv.slice(2) as [string, string, string]
const config = parseRouting(`
route: {receiver: a, group_by: [alertname], group_wait: 100ms, group_interval: 300ms, repeat_interval: 1h}
global: {resolve_timeout: 2s}
receivers: [{name: a, webhook_configs: [{url: '${url}'}]}]
`, 'child.yml')
const router = new AlertRouter({ routing: { config, templateFiles: new Map(), folder: '.' }, clock: new SystemClock(), dir })
await router.start()
const nowMs = Date.now()
if (life === 'first') {
  router.post([
    posted({ alertname: 'Stays' }, nowMs, nowMs + 3_600_000), posted({ alertname: 'Ends' }, nowMs, nowMs + 3_600_000), posted({ alertname: 'Vanishes' }, nowMs, nowMs + 2000),
    posted({ alertname: 'Silenced' }, nowMs, nowMs + 3_600_000)
  ])
  router.silences.set({
    matchers: [{ name: 'alertname', value: 'Silenced', isRegex: false, isEqual: true }], startsAtMs: nowMs, endsAtMs: nowMs + 3_600_000, createdBy: 'x', comment: 'y'
  })
} else {
  // What the rules of the new life say: one goes on, one has ended, and of the third they know nothing.
  const startsAtMs = Number(process.argv[5])
  router.post([posted({ alertname: 'Stays' }, startsAtMs, nowMs + 3_600_000), posted({ alertname: 'Ends' }, startsAtMs, nowMs)])
}
// The router's timers keep nobody alive.
setInterval(() => {
  if (life === 'first' && router.ledger.entries({ outcome: 'sent' }).length === 3) {
    // Taken in, and killed before anybody is told.
    const lateMs = Date.now()
    router.post([posted({ alertname: 'Late' }, lateMs, lateMs + 3_600_000)])
    process.stdout.write(`${nowMs}\n`)
    process.kill(process.pid, 'SIGKILL')
  }
}, 5)
