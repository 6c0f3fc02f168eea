import type { VirtualClock } from '../../clock/virtual-clock.js'
import type { Pairs } from '../rules/rule-set.js'
import type { NotificationTester } from '../rules/unit-test/run-tests.js'
import type { ExpectedNotification, ExpectedNotified, TestGroup } from '../rules/unit-test/test-file.js'
import { formatDuration } from '../../promql/duration.js'
import { loadRouting, type LoadedRouting } from '../routing/load-routing.js'
import { RoutingRehearsal, type RehearsedNotification } from './routing-rehearsal.js'

/** Reads the routing file of unit tests, for what they say of notifications. Rejects with `NJORD_ERR_ROUTING_FILE`. */
export async function openNotificationTests (file: string): Promise<(group: TestGroup, clock: VirtualClock) => NotificationTester> {
  const routing = await loadRouting(file)
  return (group, clock) => new NotificationTests(group, clock, routing)
}

/**
 * Holds what each receiver was told against the `notification_test` of a test: all that it was told since the test of it before and up to
 * `eval_time`, in any order. Of several integrations of a receiver the first one counts.
 */
class NotificationTests implements NotificationTester {
  readonly sink: RoutingRehearsal
  readonly #group: TestGroup
  readonly #receivers: ReadonlySet<string>
  readonly #told: RehearsedNotification[] = []

  constructor (group: TestGroup, clock: VirtualClock, routing: LoadedRouting) {
    this.#group = group
    this.#receivers = new Set(routing.config.receivers.map(({ name }) => name))
    const first = new Map<string, string>()
    this.sink = new RoutingRehearsal({
      routing,
      clock,
      notified: notification => {
        const { receiver, integration } = notification
        if (!first.has(receiver)) first.set(receiver, integration)
        if (first.get(receiver) === integration) this.#told.push(notification)
      }
    })
  }

  async advanceTo (atMs: number): Promise<void> {
    await this.sink.settled()
    await this.sink.advanceTo(atMs)
  }

  async failures (): Promise<readonly string[]> {
    await this.sink.settled()
    await this.sink.close()
    const sinceMs = new Map<string, number>()
    const failures: string[] = []
    for (const { atMs, receiver, expected } of this.#group.notificationTests.toSorted((a, b) => a.atMs - b.atMs)) {
      const from = sinceMs.get(receiver) ?? -1
      sinceMs.set(receiver, atMs)
      const name = this.#group.name === '' ? '' : `    name: ${this.#group.name},\n`
      const what = `${name}    receiver: ${receiver}, time: ${formatDuration(atMs)},`
      if (!this.#receivers.has(receiver)) failures.push(`${what} the routing file has no such receiver`)
      const left = this.#told.filter(told => told.receiver === receiver && told.atMs > from && told.atMs <= atMs)
      const got = left.map(gotText)
      const missing = expected.toSorted((a, b) => vagueness(a) - vagueness(b)).filter(item => {
        const at = left.findIndex(told => matches(item, told))
        if (at !== -1) left.splice(at, 1)
        return at === -1
      })
      if (missing.length === 0 && left.length === 0) continue
      failures.push(`${what}\n        exp:[${listText(expected.map(expectedText))}],\n        got:[${listText(got)}]`)
    }
    return failures
  }
}

function matches ({ status, groupLabels, alerts }: ExpectedNotification, told: RehearsedNotification): boolean {
  if (status !== undefined && status !== told.status) return false
  if (groupLabels !== undefined && pairsText(groupLabels) !== labelsText(told.groupLabels)) return false
  if (alerts === undefined) return true
  const left = [...told.alerts]
  // Those that say most choose first: one that may be any takes what is left.
  const saysMost = alerts.toSorted((a, b) => vagueness(a) - vagueness(b))
  for (const { status, labels, annotations } of saysMost) {
    const at = left.findIndex(alert => (status === undefined || status === alert.status) &&
      (labels === undefined || pairsText(labels) === labelsText(alert.labels)) &&
      (annotations === undefined || pairsText(annotations) === labelsText(alert.annotations)))
    if (at === -1) return false
    left.splice(at, 1)
  }
  return left.length === 0
}

function vagueness (expected: Partial<ExpectedNotification & ExpectedNotified>): number {
  const { alerts, groupLabels, labels, annotations, status } = expected
  return [alerts ?? labels, groupLabels ?? annotations, status].reduce((sum: number, part, i) => sum + (part === undefined ? 4 >> i : 0), 0)
}

function gotText ({ atMs, status, groupLabels, alerts }: RehearsedNotification): string {
  const list = alerts.map(({ status, labels, annotations }) => `${status} ${labelsText(labels)} ${labelsText(annotations)}`)
  return `${formatDuration(atMs)} ${status} ${labelsText(groupLabels)}: ${list.join(', ')}`
}

function expectedText ({ status = 'any status', groupLabels, alerts }: ExpectedNotification): string {
  const list = alerts?.map(({ status = 'any status', labels, annotations }) =>
    `${status} ${labels === undefined ? 'any labels' : pairsText(labels)}${annotations === undefined ? '' : ` ${pairsText(annotations)}`}`)
  return `${status} ${groupLabels === undefined ? 'any group' : pairsText(groupLabels)}: ${list === undefined ? 'any alerts' : list.length === 0 ? 'no alerts' : list.join(', ')}`
}

function listText (items: readonly string[]): string {
  return items.map(item => `\n            ${item}`).join('')
}

function labelsText (labels: Readonly<Record<string, string>>): string {
  return `{${Object.keys(labels).sort().map(name => `${name}=${JSON.stringify(labels[name])}`).join(', ')}}`
}

function pairsText (pairs: Pairs): string {
  const labels: Record<string, string> = {}
  for (let i = 0; i < pairs.length; i += 2) labels[pairs[i]!] = pairs[i + 1]!
  return labelsText(labels)
}
