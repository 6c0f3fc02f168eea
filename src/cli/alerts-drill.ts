import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { LedgerEntry } from '../alerting/routing/notification-ledger.js'
import type { Output } from './cleanup.js'
import { HostClient } from './host-client.js'
import { labelPairs } from './label-pairs.js'
import { UsageError } from './usage.js'

const text = { type: 'string' } as const
/** How often the ledger is asked for, in milliseconds. */
const POLL_MS = 250

interface KnownAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly receivers: ReadonlyArray<{ readonly name: string }>
}

/**
 * `njord-telemetry alerts drill NAME`: a test alert, marked with `drill="true"`, along its real route on a running host. Resolves with 1 when not every
 * receiver was told of it in time. Throws `UsageError`, and an `Error` for a host that does not answer.
 */
export async function alertsDrill (args: readonly string[], { out, progress }: Output): Promise<number> {
  const { values, positionals: [name, ...rest] } = parseArgs({
    args: [...args], allowPositionals: true, options: { url: text, label: { ...text, multiple: true }, wait: text }
  })
  if (name === undefined || rest.length > 0) throw new UsageError('say which alert: njord-telemetry alerts drill NAME --url URL')
  if (values.url === undefined) throw new UsageError('--url URL is missing: say on which host, as in http://127.0.0.1:3000')
  const waitMs = 1000 * Number(values.wait ?? 60)
  if (!(waitMs > 0)) throw new UsageError(`--wait ${values.wait}: expected seconds, more than 0`)
  const given = labelPairs(values.label ?? [])
  const host = new HostClient(values.url)

  const rule = await ruleOf(host, name)
  if (rule === undefined) progress(`the host has no rule ${name}: the alert has the labels given here, and no others\n`)
  const labels = { ...rule, ...given, alertname: name, drill: 'true' }
  const before = await newestOf(host)
  const startsAt = new Date().toISOString()
  const alert = { labels, annotations: { summary: `Drill: a test of the route of ${name}. Nothing has happened.` }, startsAt }
  await host.ask('/api/v2/alerts', [{ ...alert, endsAt: new Date(Date.now() + waitMs + 60_000).toISOString() }])
  const filter = Object.entries(labels).map(([label, value]) => `filter=${encodeURIComponent(`${label}=${JSON.stringify(value)}`)}`).join('&')
  const [known] = await host.ask(`/api/v2/alerts?${filter}`) as KnownAlert[]
  const receivers = [...new Set(known?.receivers.map(receiver => receiver.name))]
  out(`${name}{${Object.entries(labels).filter(([label]) => label !== 'alertname').map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ')}}\n`)
  out(`  goes to ${receivers.join(', ')}\n`)
  const told = await outcomes(host, name, receivers, before, Date.now() + waitMs)
  await host.ask('/api/v2/alerts', [{ ...alert, endsAt: new Date().toISOString() }])
  for (const { receiver, integration, outcome, status, why, attempts } of told) {
    out(`  ${receiver}${integration === '' ? '' : `/${integration}`}: ${outcome}${status === '' ? '' : ` (${status})`}, ${why}${attempts > 1 ? `, after ${attempts} attempts` : ''}\n`)
  }
  const silent = receivers.filter(receiver => !told.some(entry => entry.receiver === receiver))
  for (const receiver of silent) out(`  ${receiver}: nothing yet, after ${waitMs / 1000} s: its group may have to wait longer (--wait), or it has nobody to tell\n`)
  return silent.length === 0 && told.every(({ outcome }) => outcome === 'sent') ? 0 : 1
}

/** The labels that a rule of the host puts on its alerts, but for templates; `undefined` where there is none of that name. */
async function ruleOf (host: HostClient, name: string): Promise<Record<string, string> | undefined> {
  let answer
  try {
    answer = await host.ask(`/api/v1/rules?type=alert&rule_name[]=${encodeURIComponent(name)}`) as {
      data?: { groups?: Array<{ rules: Array<{ labels?: Record<string, string> }> }> }
    }
  } catch {
    return undefined // a host without rules, or without the API of queries
  }
  const labels = answer.data?.groups?.[0]?.rules[0]?.labels
  return labels === undefined ? undefined : Object.fromEntries(Object.entries(labels).filter(([, value]) => !value.includes('{{')))
}

async function newestOf (host: HostClient): Promise<number> {
  const [newest] = await host.ask('/api/v2/njord/ledger?limit=1') as LedgerEntry[]
  return newest?.atMs ?? -Infinity
}

/** What the ledger tells of the alert, until it tells of every receiver or time is up. */
async function outcomes (host: HostClient, name: string, receivers: readonly string[], sinceMs: number, endMs: number): Promise<LedgerEntry[]> {
  for (;;) {
    const entries = await host.ask('/api/v2/njord/ledger?limit=1000') as LedgerEntry[]
    const of = entries.filter(({ atMs, names, outcome }) => atMs >= sinceMs && outcome !== 'grouped' && names.includes(name)).reverse()
    if (Date.now() >= endMs || receivers.every(receiver => of.some(entry => entry.receiver === receiver))) return of
    await delay(POLL_MS)
  }
}
