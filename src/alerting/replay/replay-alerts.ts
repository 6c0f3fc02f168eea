import { Turns } from '../../clock/turns.js'
import { SystemClock } from '../../clock/system-clock.js'
import { VirtualClock } from '../../clock/virtual-clock.js'
import { labelsOf } from '../../contracts/labels.js'
import type { TargetLabels } from '../../contracts/target-labels.js'
import type { Expr } from '../../promql/ast.js'
import { PromqlEngine } from '../../promql/engine.js'
import type { WindowSource } from '../../promql/journal-queryable.js'
import { StackedQueryable } from '../../promql/stacked-queryable.js'
import { SeriesStore } from '../../series/series-store.js'
import { defaultRouting, type LoadedRouting } from '../routing/load-routing.js'
import type { LedgerEntry } from '../routing/notification-ledger.js'
import type { SilenceRecord } from '../routing/silence.js'
import { groupKey, type RuleGroupSpec } from '../rules/rule-set.js'
import { HistoryWindow } from './history-window.js'
import { ReplayedGroup } from './replayed-group.js'
import type { ReplayedAlert, ReplayedRuleSummary } from './replayed-rule.js'
import { RoutingRehearsal, type RehearsedNotification } from './routing-rehearsal.js'
import { journalNames, readsOf, readsRules } from './rule-reads.js'

export interface ReplayOptions {
  /** What `loadRules` resolves with. */
  readonly groups: readonly RuleGroupSpec[]
  /** What `loadRouting` resolves with. @defaultValue every alert goes to the log and to the bus */
  readonly routing?: LoadedRouting | undefined
  /** A `JournalReader`, or a `Journal` that is written to. */
  readonly journal: WindowSource
  /** The time that is gone through, `fromMs <= t < toMs`, in milliseconds since the Unix epoch. */
  readonly fromMs: number
  readonly toMs: number
  /** Labels that every series gets, as in the host that wrote the journal: `{ job: 'njord', instance: 'desk-1' }`. */
  readonly labels?: TargetLabels
  readonly silences?: readonly SilenceRecord[]
  /** As the options of the rules' plugin. @defaultValue 60000 */
  readonly intervalMs?: number | undefined
  /** @defaultValue 0 */
  readonly queryOffsetMs?: number | undefined
  /** @defaultValue 60000 */
  readonly resendDelayMs?: number | undefined
  readonly externalLabels?: Readonly<Record<string, string>>
  readonly externalUrl?: string | undefined
  /** Called now and then with how far it is. */
  readonly onProgress?: (progress: ReplayProgress) => void
  /** Ends the replay: it rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

export interface ReplayProgress {
  /** Up to when everything is done, in milliseconds since the Unix epoch. */
  readonly atMs: number
  readonly fromMs: number
  readonly toMs: number
  /** Alerts that fired so far. */
  readonly firings: number
}

/** What would have been. All times in milliseconds since the Unix epoch; every list in the order of time, its first 100,000 items. */
export interface AlertReplay {
  readonly fromMs: number
  readonly toMs: number
  /** From when to when the journal has windows of what the rules ask for; `undefined` where it has none. */
  readonly history: { readonly fromMs: number, readonly toMs: number } | undefined
  readonly rules: readonly ReplayedRuleSummary[]
  readonly alerts: readonly ReplayedAlert[]
  readonly notifications: readonly RehearsedNotification[]
  /** What was not sent at once, or not at all: grouped, inhibited, silenced, muted, and why. */
  readonly ledger: readonly LedgerEntry[]
  /** How many of each did not fit into the lists. */
  readonly leftOut: { readonly alerts: number, readonly notifications: number, readonly ledger: number }
}

const MOST = 100_000
const DAY_MS = 86_400_000

/**
 * Goes through a journal with rules and a routing file: when each rule would have fired and what would have been sent where. The evaluator and
 * the router are those of a live host, on a virtual clock. Alerts begin anew at `fromMs`: what was pending or firing then begins there.
 *
 * It lets others have their turn every few milliseconds. Rejects with the system's errors, with `NJORD_ERR_QUERY_TOO_MANY_SAMPLES` where an hour
 * of the metrics that the rules ask for is more than 2,000,000 windows, and with an `Error` for a template of the routing file that is none.
 */
export async function replayAlerts (options: ReplayOptions): Promise<AlertReplay> {
  const { routing = defaultRouting(), fromMs, toMs, silences, onProgress, signal } = options
  const clock = new VirtualClock(fromMs)
  const [alerts, notifications, ledger] = [new Capped<ReplayedAlert>(), new Capped<RehearsedNotification>(), new Capped<LedgerEntry>()]
  const { groups, history } = open(options, clock, alerts)
  const rehearsal = new RoutingRehearsal({
    routing, clock, silences, notified: notification => { notifications.add(notification) }, noted: entry => { ledger.add(entry) }
  })
  await rehearsal.start()
  const turns = new Turns(signal)
  for (let [atMs, stretchMs] = [fromMs, DAY_MS]; atMs < toMs;) {
    const endMs = Math.min(toMs, (Math.floor(atMs / stretchMs) + 1) * stretchMs)
    await turns.pause()
    if (!await history.moveTo(atMs, endMs)) {
      stretchMs /= 2
      continue
    }
    for (const group of groups) await group.prepare(endMs)
    for (let next = earliest(groups, endMs); next !== undefined; next = earliest(groups, endMs)) {
      await rehearsal.advanceTo(next.nextMs)
      rehearsal.post(await next.evaluate())
      await rehearsal.settled()
      if (turns.isDue) await turns.pause()
    }
    atMs = endMs
    onProgress?.({ atMs, fromMs, toMs, firings: alerts.count })
  }
  await rehearsal.advanceTo(toMs)
  await rehearsal.close()
  return {
    fromMs,
    toMs,
    history: history.found,
    rules: groups.flatMap(group => group.summaries(toMs)),
    alerts: alerts.items,
    // At one instant the order in which groups have their turns is that of the event loop: told by name it is the same each time.
    notifications: notifications.items.sort((a, b) => a.atMs - b.atMs || compare(placeOf(a), placeOf(b))),
    ledger: ledger.items.sort((a, b) => a.atMs - b.atMs || compare(placeOf(a), placeOf(b))),
    leftOut: { alerts: alerts.leftOut, notifications: notifications.leftOut, ledger: ledger.leftOut }
  }
}

/** What the replay goes through, and with what. */
interface Opened {
  readonly groups: readonly ReplayedGroup[]
  readonly history: HistoryWindow
}

function open (options: ReplayOptions, clock: VirtualClock, alerts: Capped<ReplayedAlert>): Opened {
  const { journal, labels = {}, fromMs, externalLabels = {}, externalUrl = '' } = options
  const { intervalMs = 60_000, queryOffsetMs = 0, resendDelayMs = 60_000 } = options
  const specs = options.groups.toSorted((a, b) => groupKey(a) < groupKey(b) ? -1 : 1)
  const rules = specs.flatMap(spec => spec.rules)
  const reads = new Map(rules.map(({ expr }) => [expr, readsOf(expr)]))
  const all = [...reads.values()]
  const offsetsMs = specs.map(spec => spec.queryOffsetMs ?? queryOffsetMs)
  const behindMs = Math.max(0, ...all.map(read => read.behindMs)) + Math.max(0, ...offsetsMs)
  const names = all.flatMap(read => read.selectors).map(journalNames)
  const history = new HistoryWindow({
    journal,
    labels,
    behindMs,
    aheadMs: Math.max(0, ...all.map(read => read.aheadMs)),
    names: names.every(each => each !== undefined) ? names.flat() : undefined
  })
  const store = new SeriesStore({ clock, maxAgeMs: behindMs + 600_000, maxBytes: 256 * 2 ** 20 })
  const wall = new SystemClock()
  const engines = {
    history: new PromqlEngine({ queryable: history, clock: wall, timeoutMs: 600_000 }),
    engine: new PromqlEngine({ queryable: new StackedQueryable({ memory: store, journal: () => history, memorySinceMs: () => Infinity }), clock: wall })
  }
  const isIndependent = (expr: Expr): boolean => !reads.get(expr)!.isPinned && !readsRules(reads.get(expr)!, rules)
  const groups = specs.map((spec, i) => new ReplayedGroup({
    spec,
    clock,
    store,
    ...engines,
    isIndependent,
    intervalMs: spec.intervalMs ?? intervalMs,
    queryOffsetMs: offsetsMs[i]!,
    resendDelayMs,
    externalLabels: labelsOf(externalLabels),
    externalUrl,
    fired: alert => { alerts.add(alert) }
  }, fromMs))
  return { groups, history }
}

/** The group that has something to evaluate first before `endMs`. */
function earliest (groups: readonly ReplayedGroup[], endMs: number): ReplayedGroup | undefined {
  let first: ReplayedGroup | undefined
  for (const group of groups) {
    group.skip(Math.min(endMs, first?.nextMs ?? endMs))
    if (group.nextMs < (first?.nextMs ?? endMs)) first = group
  }
  return first
}

function placeOf ({ receiver, groupKey, integration }: Pick<LedgerEntry, 'receiver' | 'groupKey' | 'integration'>): string {
  return `${receiver} ${groupKey} ${integration}`
}

function compare (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

class Capped<T> {
  readonly items: T[] = []
  count = 0

  get leftOut (): number {
    return this.count - this.items.length
  }

  add (item: T): void {
    if (this.count++ < MOST) this.items.push(item)
  }
}
