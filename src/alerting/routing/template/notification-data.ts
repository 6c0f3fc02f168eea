import { type Labels } from '../../../contracts/labels.js'
import { GoTime } from '../../template/go-time.js'
import { GoMap, GoSlice, GoStruct, type GoMethods, type GoValue, type TemplateFunction } from '../../template/values.js'
import type { Notification, NotifiedAlert } from '../notification.js'
import type { Turns } from '../../../clock/turns.js'
import { commonOf, quoteMeta } from './go-json.js'
import { ZERO_TIME_MS } from './go-time-format.js'

/** What templates of receivers see: Alertmanager's `template.Data`. */
export async function notificationData (notification: Notification, externalUrl: string, turns: Turns): Promise<GoStruct> {
  const { receiver, status, alerts, groupLabels, reason } = notification
  const list = await listOf(alerts, turns)
  const common = await commonOf(alerts, turns)
  return new GoStruct('*template.Data', {
    Receiver: quoteMeta(receiver),
    Status: status,
    Alerts: alertsData(list),
    NotificationReason: reason,
    GroupLabels: pairsData(groupLabels),
    CommonLabels: pairsData(common.labels),
    CommonAnnotations: pairsData(common.annotations),
    ExternalURL: externalUrl
  })
}

/** Integrations of one receiver are told of the same alerts: a storm of them is taken apart once. */
const lists = new WeakMap<Notification['alerts'], Promise<readonly GoValue[]>>()

async function listOf (alerts: Notification['alerts'], turns: Turns): Promise<readonly GoValue[]> {
  let list = lists.get(alerts)
  if (list === undefined) lists.set(alerts, list = makeList(alerts, turns))
  return await list
}

async function makeList (alerts: Notification['alerts'], turns: Turns): Promise<readonly GoValue[]> {
  const list: GoValue[] = []
  for (const item of alerts) {
    list.push(alertData(item))
    if (turns.isDue) await turns.pause()
  }
  return list
}

function alertData ({ alert, isResolved }: NotifiedAlert): GoStruct {
  return new GoStruct('template.Alert', {
    Status: isResolved ? 'resolved' : 'firing',
    Labels: pairsData(alert.labels),
    Annotations: pairsData(alert.annotations),
    StartsAt: GoTime.ofMs(alert.startsAtMs),
    EndsAt: GoTime.ofMs(isResolved ? alert.endsAtMs : ZERO_TIME_MS),
    GeneratorURL: alert.generatorUrl,
    Fingerprint: alert.fingerprint
  })
}

function alertsData (alerts: readonly GoValue[]): GoSlice {
  const having = (status: string): TemplateFunction => plain(() => alerts.filter(alert => (alert as GoStruct).fields.get('Status') === status))
  return new GoSlice(alerts, 'template.Alerts', { methods: new Map([['Firing', having('firing')], ['Resolved', having('resolved')]]) })
}

/** A method without arguments. */
const plain = (call: () => GoValue): TemplateFunction => ({ arity: [0, 0], call })

/** Alertmanager's `KV`: labels or annotations by name, `alertname` before the others where the order counts. */
function pairsData (labels: Labels): GoMap {
  const entries: Array<[string, string]> = []
  for (let i = 0; i < labels.length; i += 2) entries.push([labels[i]!, labels[i + 1]!])
  return kv(entries)
}

function kv (entries: ReadonlyArray<readonly [string, string]>): GoMap {
  return new GoMap(entries, '', 'template.KV', new PairsBehavior(entries))
}

/** Made when it is asked for: a storm has thousands of alerts whose labels nobody calls a method of. */
class PairsBehavior implements GoMethods {
  readonly #entries: ReadonlyArray<readonly [string, string]>

  constructor (entries: ReadonlyArray<readonly [string, string]>) {
    this.#entries = entries
  }

  get methods (): ReadonlyMap<string, TemplateFunction> {
    const names = plain(() => this.#sorted().map(([name]) => name))
    const values = plain(() => this.#sorted().map(([, value]) => value))
    return new Map<string, TemplateFunction>([
      ['SortedPairs', plain(() => new GoSlice(this.#sorted().map(([Name, Value]) => new GoStruct('template.Pair', { Name, Value })), 'template.Pairs', {
        methods: new Map([['Names', names], ['Values', values]]), print: () => this.print()
      }))],
      ['Names', names],
      ['Values', values],
      ['Remove', { arity: [1, 1], types: ['[]string'], call: keys => kv(this.#entries.filter(([name]) => !(keys as readonly GoValue[]).includes(name))) }]
    ])
  }

  print (): string {
    return this.#sorted().map(([name, value]) => `${name}=${value}`).join(', ')
  }

  #sorted (): ReadonlyArray<readonly [string, string]> {
    return [...this.#entries].sort(([a], [b]) => a === b ? 0 : a === 'alertname' ? -1 : b === 'alertname' ? 1 : a < b ? -1 : 1)
  }
}
