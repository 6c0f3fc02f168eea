import type { DashboardAlerts } from '../alerts.js'
import type { JsonObject } from '../merge-patch.js'
import { shown } from '../text.js'

const mostAlerts = 50
const mostNotifications = 10
const longest = 400

/** Firing before pending, and each by how long it has been so; `loaded` is false without an alert engine or rules. */
export function alertsSection (source: DashboardAlerts | undefined): JsonObject {
  const reading = source?.read()
  if (reading === undefined || reading.rules === 0) return { loaded: false }
  const { rules, alerts, notifications } = reading
  const sorted = [...alerts].sort((a, b) => a.state === b.state ? a.sinceMs - b.sinceMs : a.state === 'firing' ? -1 : 1)
  return {
    loaded: true,
    rules,
    pending: alerts.filter(({ state }) => state === 'pending').length,
    firing: alerts.filter(({ state }) => state === 'firing').length,
    silenced: alerts.filter(({ silencedBy }) => silencedBy !== undefined).length,
    alerts: sorted.slice(0, mostAlerts).map(alert => ({
      name: shown(alert.name),
      state: alert.state,
      sinceMs: Math.round(alert.sinceMs),
      severity: alert.severity === undefined ? undefined : shown(alert.severity),
      labels: alert.labels.slice(0, longest).toWellFormed(),
      summary: alert.summary?.slice(0, longest).toWellFormed(),
      silencedBy: alert.silencedBy?.slice(0, longest).toWellFormed()
    })),
    notifications: notifications.slice(0, mostNotifications).map(notification => ({
      atMs: Math.round(notification.atMs),
      receiver: shown(notification.receiver),
      about: notification.about.slice(0, longest).toWellFormed(),
      sent: notification.sent,
      reason: notification.reason?.slice(0, longest).toWellFormed()
    }))
  }
}
