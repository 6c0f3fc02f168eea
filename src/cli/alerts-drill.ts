import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import type { LedgerEntry } from '../alerting/routing/notification-ledger.js'
import { receiverFailing } from '../alerting/routing/receiver-health.js'
import type { Output } from './cleanup.js'
import { HostClient } from './host-client.js'
import { labelPairs } from './label-pairs.js'
import { UsageError } from './usage.js'

const text = { type: 'string' } as const
/** How often the host is asked, in milliseconds. */
const POLL_MS = 250
/** How long a host may take to sort an alert into its groups, in milliseconds. */
const TAKE_MS = 10_000

type LabelObject = Readonly<Record<string, string>>

/** A receiver of the drill, and who is told by it: `webhook[0]`. */
interface Receiver {
  readonly name: string
  readonly integrations: readonly string[]
}

/**
 * `njord-telemetry alerts drill NAME`: a test alert, marked with `drill="true"`, along its real route on a running host. Resolves with 1 when not
 * everybody whom its receivers tell was told of it in time. Throws `UsageError`, and an `Error` for a host that does not answer, or has no such
 * rule or no room for it.
 */
export async function alertsDrill (args: readonly string[], { out, progress }: Output): Promise<number> {
  const { values, positionals: [name, ...rest] } = parseArgs({
    args: [...args], allowPositionals: true, options: { url: text, label: { ...text, multiple: true }, wait: text, 'any-name': { type: 'boolean' } }
  })
  if (name === undefined || rest.length > 0) throw new UsageError('say which alert: njord-telemetry alerts drill NAME --url URL')
  if (values.url === undefined) throw new UsageError('--url URL is missing: say on which host, as in http://127.0.0.1:3000')
  const waitMs = 1000 * Number(values.wait ?? 60)
  if (!(waitMs > 0)) throw new UsageError(`--wait ${values.wait}: expected seconds, more than 0`)
  const given = labelPairs(values.label ?? [])
  const host = new HostClient(values.url)

  const id = randomBytes(4).toString('hex')
  const labels = { ...await labelsOf(host, name, values['any-name'] === true, progress), ...given, alertname: name, drill: 'true', drill_id: id }
  const alert = {
    labels, annotations: { summary: `Drill: a test of the route of ${name}. Nothing has happened.` }, startsAt: new Date().toISOString()
  }
  await host.ask('/api/v2/alerts', [{ ...alert, endsAt: new Date(Date.now() + waitMs + 60_000).toISOString() }])
  const receivers = await receiversOf(host, id)
  out(`${name}{${Object.entries(labels).filter(([label]) => label !== 'alertname').map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ')}}\n`)
  out(`  goes to ${receivers.map(({ name }) => name).join(', ')}\n`)
  const told = await outcomes(host, id, receivers, Date.now() + waitMs)
  await host.ask('/api/v2/alerts', [{ ...alert, endsAt: new Date().toISOString() }])
  for (const { receiver, integration, outcome, status, why, attempts } of told) {
    out(`  ${receiver}${integration === '' ? '' : `/${integration}`}: ${outcome}${status === '' ? '' : ` (${status})`}, ${why}${attempts > 1 ? `, after ${attempts} attempts` : ''}\n`)
  }
  const silent = receivers.flatMap(receiver => missing(receiver, told))
  for (const integration of silent) out(`  ${integration}: nothing yet, after ${waitMs / 1000} s: it may be tried again, or its group waits longer (--wait)\n`)
  const idle = receivers.filter(({ integrations }) => integrations.length === 0)
  for (const { name } of idle) out(`  ${name}: it tells nobody\n`)
  return silent.length + idle.length === 0 && told.every(({ outcome }) => outcome === 'sent') ? 0 : 1
}

/**
 * The labels that the host puts on alerts of that name: those of its first rule of that name, but for templates, and the external ones; none on
 * alerts that come from elsewhere, which `anyName` allows. Rejects where there is no such rule.
 */
async function labelsOf (host: HostClient, name: string, anyName: boolean, progress: Output['progress']): Promise<LabelObject> {
  let rules: LabelObject[] | undefined
  let external: LabelObject = {}
  try {
    const answer = await host.ask(`/api/v1/rules?type=alert&rule_name[]=${encodeURIComponent(name)}`) as {
      data?: { groups?: ReadonlyArray<{ rules: ReadonlyArray<{ labels?: LabelObject }> }> }
    }
    rules = answer.data?.groups?.flatMap(group => group.rules.map(({ labels = {} }) => labels)) ?? []
    const { data } = await host.ask('/api/v1/status/config') as { data: { yaml: string } }
    external = (parse(data.yaml) as { global?: { external_labels?: LabelObject } }).global?.external_labels ?? {}
  } catch {} // a host without rules, or without the API of queries
  // A host raises it without a rule.
  const own = name === receiverFailing.alertname ? receiverFailing : undefined
  if (rules === undefined) return own ?? external
  if (rules.length === 0) {
    if (own !== undefined || anyName) return own ?? {}
    throw new Error(`the host has no rule ${name}${await nearRules(host, name)}; --any-name sends it all the same`)
  }
  if (rules.length > 1) progress(`the host has ${rules.length} rules ${name}: the alert has the labels of the first; --label takes others\n`)
  const templates = Object.entries(rules[0] ?? {}).filter(([, value]) => value.includes('{{')).map(([label]) => label)
  if (templates.length > 0) progress(`templates are not filled in: ${templates.join(', ')}; --label gives them a value\n`)
  return { ...external, ...Object.fromEntries(Object.entries(rules[0] ?? {}).filter(([label]) => !templates.includes(label))) }
}

/** The alerting rules of the host whose names are nearest, as the end of a sentence. */
async function nearRules (host: HostClient, name: string): Promise<string> {
  const { data } = await host.ask('/api/v1/rules?type=alert') as { data: { groups: ReadonlyArray<{ rules: ReadonlyArray<{ name: string }> }> } }
  const names = [...new Set(data.groups.flatMap(({ rules }) => rules.map(rule => rule.name)))]
  const near = names.map(other => ({ other, distance: editDistance(name.toLowerCase(), other.toLowerCase()) })).sort((a, b) => a.distance - b.distance)
  return near.length === 0 ? ', and no other of alerts' : `; ${near.length > 3 ? 'near it are' : 'it has'} ${near.slice(0, 3).map(({ other }) => other).join(', ')}`
}

/** How many characters are to be put in, taken out or changed to make one of the other (Levenshtein 1965). */
function editDistance (from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const before = row
    row = [i]
    for (let j = 1; j <= to.length; j++) row.push(Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)))
  }
  return row.at(-1)!
}

/** Where the drill goes, as soon as the host has taken it. */
async function receiversOf (host: HostClient, id: string): Promise<Receiver[]> {
  for (const endMs = Date.now() + TAKE_MS; ; await delay(POLL_MS)) {
    const [known] = await host.ask(`/api/v2/alerts?filter=${encodeURIComponent(`drill_id="${id}"`)}`) as Array<{ receivers: ReadonlyArray<{ name: string }> }>
    if (known !== undefined) {
      const receivers = new Map((await host.ask('/api/v2/njord/receivers') as Receiver[]).map(receiver => [receiver.name, receiver]))
      return [...new Set(known.receivers.map(({ name }) => name))].map(name => receivers.get(name) ?? { name, integrations: [] })
    }
    if (Date.now() >= endMs) throw new Error('the host did not take the alert: it may have no room for more')
  }
}

/** What the ledger tells of the drill while it fires, until it tells of everybody or time is up. */
async function outcomes (host: HostClient, id: string, receivers: readonly Receiver[], endMs: number): Promise<LedgerEntry[]> {
  for (;;) {
    const entries = await host.ask('/api/v2/njord/ledger?limit=1000') as LedgerEntry[]
    const told = entries.filter(({ drills, outcome, status }) => drills?.includes(id) === true && outcome !== 'grouped' && status !== 'resolved').reverse()
    if (Date.now() >= endMs || receivers.every(receiver => missing(receiver, told).length === 0)) return told
    await delay(POLL_MS)
  }
}

/** Who of a receiver has not been heard of; nobody where the receiver is held back. */
function missing ({ name, integrations }: Receiver, told: readonly LedgerEntry[]): string[] {
  const of = told.filter(({ receiver }) => receiver === name)
  if (of.some(({ integration }) => integration === '')) return []
  return integrations.filter(integration => !of.some(entry => entry.integration === integration)).map(integration => `${name}/${integration}`)
}
