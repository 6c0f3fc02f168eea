import { goDuration } from '../rules/unit-test/verdict-text.js'
import type { AlertReplay } from './replay-alerts.js'
import type { RehearsedAlert } from './routing-rehearsal.js'

/** A replay as JSON: its lists as they are, with times as RFC 3339 and lengths in seconds. */
export function replayJson ({ fromMs, toMs, history, rules, alerts, notifications, ledger, leftOut }: AlertReplay): string {
  return `${JSON.stringify({
    from: time(fromMs),
    to: time(toMs),
    history: history === undefined ? null : { from: time(history.fromMs), to: time(history.toMs) },
    rules: rules.map(({ firingMs, ...rule }) => ({ ...rule, firingSeconds: firingMs / 1000 })),
    alerts: alerts.map(({ activeAtMs, firedAtMs, resolvedAtMs, ...alert }) => ({
      ...alert,
      activeAt: time(activeAtMs),
      firedAt: time(firedAtMs),
      resolvedAt: resolvedAtMs === undefined ? null : time(resolvedAtMs),
      firingSeconds: ((resolvedAtMs ?? toMs) - firedAtMs) / 1000
    })),
    notifications: notifications.map(({ atMs, alerts, ...notification }) => ({ at: time(atMs), ...notification, alerts: alerts.map(alertJson) })),
    ledger: ledger.map(({ atMs, attempts: _, ...entry }) => ({ at: time(atMs), ...entry })),
    leftOut
  }, (_, value: unknown) => typeof value === 'number' && !Number.isFinite(value) ? String(value) : value, 2)}\n`
}

function alertJson ({ startsAtMs, endsAtMs, ...alert }: RehearsedAlert): object {
  return { ...alert, startsAt: time(startsAtMs), endsAt: endsAtMs === undefined ? null : time(endsAtMs) }
}

/** A replay as tables: the rules, when they would have fired, what would have been sent, and what would have been held back. */
export function replayText ({ fromMs, toMs, history, rules, alerts, notifications, ledger, leftOut }: AlertReplay): string {
  const heldBack = ledger.filter(({ outcome }) => outcome !== 'grouped')
  const parts = [
    `From ${time(fromMs)} to ${time(toMs)}; windows of what the rules ask for: ${history === undefined ? 'none' : `from ${time(history.fromMs)} to ${time(history.toMs)}`}\n`,
    table('Rules', ['group', 'rule', 'evaluated', 'failed', 'fired', 'for', 'pending only'], rules.map(rule => [
      rule.group, rule.rule, rule.evaluations, rule.failures, ...rule.kind === 'recording' ? ['', '', ''] : [rule.firings, length(rule.firingMs), rule.pendingOnly]
    ])),
    table('Would have fired', ['pending', 'fired', 'resolved', 'for', 'value', 'alert'], alerts.map(({ activeAtMs, firedAtMs, resolvedAtMs, value, labels }) => [
      time(activeAtMs), time(firedAtMs), resolvedAtMs === undefined ? 'still fires' : time(resolvedAtMs), length((resolvedAtMs ?? toMs) - firedAtMs), Number(value.toPrecision(6)), named(labels)
    ])),
    table('Would have been sent', ['at', 'to', 'status', 'why', 'alerts'], notifications.map(({ atMs, receiver, integration, status, reason, alerts }) => [
      time(atMs), `${receiver}/${integration}`, status, reason, several(alerts.map(({ labels }) => named(labels)), alerts.length)
    ])),
    table('Would have been held back', ['at', 'from', 'outcome', 'why', 'alerts'], heldBack.map(entry => [
      time(entry.atMs), entry.receiver, entry.outcome, entry.why, several(entry.names, entry.alerts)
    ])),
    ...rules.filter(({ failures }) => failures > 0).map(({ group, rule, firstError }) => `${group}, ${rule}: ${firstError}\n`),
    `${notifications.length + leftOut.notifications} sent, ${ledger.length - heldBack.length} times an alert waited for its group, ${heldBack.length} held back.\n`
  ]
  const missing = Object.entries(leftOut).filter(([, count]) => count > 0)
  if (missing.length > 0) parts.push(`Not in these tables: ${missing.map(([what, count]) => `${count} ${what}`).join(', ')}.\n`)
  return parts.join('\n')
}

function table (title: string, header: readonly string[], rows: ReadonlyArray<ReadonlyArray<string | number>>): string {
  if (rows.length === 0) return `${title}: none\n`
  const widths = header.map((name, column) => rows.reduce((width, row) => Math.max(width, String(row[column]).length), name.length))
  const isNumber = header.map((_, column) => rows.some(row => typeof row[column] === 'number'))
  const line = (cells: ReadonlyArray<string | number>): string =>
    cells.map((cell, i) => isNumber[i] === true ? String(cell).padStart(widths[i]!) : String(cell).padEnd(widths[i]!)).join('  ').trimEnd()
  return `${title}\n${[line(header), ...rows.map(line)].map(text => `  ${text}`).join('\n')}\n`
}

/** `high_drawdown{strategy_id="chase"}` */
function named ({ alertname = '', ...labels }: Readonly<Record<string, string>>): string {
  return `${alertname}{${Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
}

function several (names: readonly string[], count: number): string {
  const shown = names.slice(0, 3).join(', ')
  return count > Math.min(3, names.length) ? `${shown} … (${count})` : shown
}

/** Seconds are as fine as rules are. */
function time (atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z')
}

function length (ms: number): string {
  return goDuration(ms)
}
