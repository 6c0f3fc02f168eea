import type { AlertRouter } from '../alerting/routing/alert-router.js'
import { routedAlert } from '../alerting/routing/routed-alert.js'
import { labelsOf } from '../contracts/labels.js'
import type { AlertStatus, RuleStatusSource } from '../contracts/rule-status.js'
import type { AlertsReading, DashboardAlert, DashboardAlerts, DashboardNotification } from './alerts.js'

/** What is looked at in one reading, however many alerts there are. */
const mostAlerts = 500
const mostLines = 50

/** The alert engine of this process, as far as it is there by the time that somebody looks. */
export interface AlertEngine {
  rules (): RuleStatusSource | undefined
  router (): Pick<AlertRouter, 'ledger' | 'suppressionOf'> | undefined
}

/** The alerts that the dashboard shows: those of the rules, and what routing makes of them. */
export function engineAlerts (engine: AlertEngine): DashboardAlerts {
  return {
    read (): AlertsReading {
      const router = engine.router()
      const rules = (engine.rules()?.ruleGroups() ?? []).flatMap(group => group.rules).filter(rule => rule.kind === 'alerting')
      const all = rules.flatMap(rule => rule.alerts.map(alert => ({ name: rule.name, alert })))
      // Where there are too many, none that fires makes way for one that does not.
      const alerts = all.length <= mostAlerts ? all : all.toSorted((a, b) => Number(b.alert.state === 'firing') - Number(a.alert.state === 'firing')).slice(0, mostAlerts)
      return {
        rules: rules.length,
        alerts: alerts.map(({ name, alert }) => alertOf(name, alert, router)),
        notifications: (router?.ledger.entries() ?? []).filter(({ outcome }) => outcome !== 'grouped').slice(0, mostLines).map(entry => notificationOf(entry))
      }
    }
  }
}

function alertOf (name: string, alert: AlertStatus, router: ReturnType<AlertEngine['router']>): DashboardAlert {
  const { alertname, severity, ...labels } = alert.labels
  return {
    name: alertname ?? name,
    state: alert.state,
    sinceMs: alert.activeAtMs,
    severity,
    labels: Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', '),
    summary: alert.annotations['summary'] ?? alert.annotations['description'],
    silencedBy: router === undefined ? undefined : heldBy(alert, router)
  }
}

/** Why nobody is told of a firing alert. */
function heldBy ({ labels, annotations, state, activeAtMs }: AlertStatus, router: Pick<AlertRouter, 'suppressionOf'>): string | undefined {
  if (state !== 'firing') return undefined
  const { silencedBy, inhibitedBy } = router.suppressionOf(routedAlert({
    labels: labelsOf(labels),
    annotations: labelsOf(annotations),
    startsAtMs: activeAtMs,
    endsAtMs: Infinity,
    updatedAtMs: activeAtMs,
    hasTimeout: false,
    generatorUrl: ''
  }))
  if (silencedBy.length > 0) return `silenced by ${silencedBy.join(', ')}`
  return inhibitedBy.length > 0 ? `inhibited by ${inhibitedBy.join(', ')}` : undefined
}

type Entry = ReturnType<AlertRouter['ledger']['entries']>[number]

function notificationOf ({ atMs, receiver, integration, names, alerts, status, outcome, why }: Entry): DashboardNotification {
  const count = `${alerts}${status === '' ? '' : ` ${status}`}`
  return {
    atMs,
    receiver: integration === '' ? receiver : `${receiver} ${integration}`,
    about: `${names.join(', ')} (${count})`,
    sent: outcome === 'sent',
    reason: outcome === 'sent' ? why : `${outcome}: ${why}`
  }
}
