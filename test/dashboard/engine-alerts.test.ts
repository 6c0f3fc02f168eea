import t from 'tap'
import type { AlertStatus, RuleStatus } from '../../src/contracts/rule-status.js'
import { engineAlerts } from '../../src/dashboard/engine-alerts.js'
import { alertsSection } from '../../src/dashboard/sections/alerts.js'
import type { AlertRouter } from '../../src/alerting/routing/alert-router.js'

const alert = (state: 'pending' | 'firing', labels: Record<string, string>, annotations = {}): AlertStatus =>
  ({ labels, annotations, state, activeAtMs: 1000, keepFiringSinceMs: undefined, value: 1 })

const rule = (kind: 'alerting' | 'recording', name: string, alerts: AlertStatus[] = []): RuleStatus =>
  ({ kind, name, alerts, query: '1', labels: {}, annotations: {}, health: 'ok', evaluationSeconds: 0, forMs: 0, keepFiringForMs: 0, state: 'firing' }) as unknown as RuleStatus

const rules = {
  ruleGroups: () => [{
    name: 'group',
    file: 'file',
    intervalMs: 1000,
    limit: 0,
    evaluationSeconds: 0,
    lastEvaluationMs: 0,
    rules: [
      rule('recording', 'job:x'),
      rule('alerting', 'HighDrawdown', [alert('firing', { alertname: 'HighDrawdown', severity: 'critical', strategy_id: 'a"b' }, { summary: 'deep' })]),
      rule('alerting', 'BusLag', [alert('pending', { alertname: 'BusLag' }, { description: 'slow' }), alert('firing', { alertname: 'BusLag', held: 'yes' })])
    ]
  }]
}

const entry = { atMs: 5, receiver: 'desk', integration: 'webhook[0]', groupKey: '', alerts: 2, names: ['HighDrawdown'], attempts: 1 }
const router = {
  suppressionOf: ({ labels }: { labels: readonly string[] }) =>
    ({ silencedBy: labels.includes('held') ? ['silence 1'] : [], inhibitedBy: labels.includes('severity') ? ['NodeDown'] : [] }),
  ledger: {
    entries: () => [
      { ...entry, outcome: 'sent', status: 'firing', why: 'first notification' },
      { ...entry, outcome: 'grouped', status: '', why: 'waits' },
      { ...entry, outcome: 'muted', integration: '', status: '', why: 'weekend' }
    ]
  }
} as unknown as AlertRouter

await t.test('shows what the rules say, what holds it back, and what was sent or not', async t => {
  const reading = engineAlerts({ rules: () => rules, router: () => router }).read()
  t.match(reading, {
    rules: 2,
    alerts: [
      { name: 'HighDrawdown', state: 'firing', severity: 'critical', labels: 'strategy_id="a\\"b"', summary: 'deep', silencedBy: 'inhibited by NodeDown' },
      { name: 'BusLag', state: 'pending', labels: '', summary: 'slow', silencedBy: undefined },
      { name: 'BusLag', state: 'firing', silencedBy: 'silenced by silence 1' }
    ],
    notifications: [
      { receiver: 'desk webhook[0]', about: 'HighDrawdown (2 firing)', sent: true, reason: 'first notification' },
      { receiver: 'desk', about: 'HighDrawdown (2)', sent: false, reason: 'muted: weekend' }
    ]
  })
  const section = alertsSection({ read: () => reading })
  t.match(section, { loaded: true, rules: 2, firing: 2, pending: 1, silenced: 2, alerts: [{ state: 'firing' }, { state: 'firing' }, { state: 'pending' }] })
})

await t.test('without an engine, or without rules, there are none', async t => {
  t.same(alertsSection(engineAlerts({ rules: () => undefined, router: () => undefined })), { loaded: false })
  t.same(alertsSection(undefined), { loaded: false })
  t.equal(engineAlerts({ rules: () => rules, router: () => undefined }).read().notifications.length, 0)
})
