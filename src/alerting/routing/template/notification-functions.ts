import { goQuote } from '../../../promql/go-text.js'
import { goJson } from './go-json.js'
import { prometheusFunctions, title } from '../../template/prometheus-functions.js'
import { formatTime } from '../../template/go-time-format.js'
import { GoDuration, GoTime, localZone } from '../../template/go-time.js'
import { GoMap, GoObject, GoStruct, isList, SafeHtml, type GoArgumentType, type GoValue, type TemplateFunction } from '../../template/values.js'
import { Turns } from '../../../clock/turns.js'

const asText = (value: GoValue | undefined): string => value instanceof SafeHtml ? value.text : value as string

/** A function of arguments of known types. */
const of = (types: readonly GoArgumentType[], call: TemplateFunction['call']): TemplateFunction => ({ arity: [types.length, types.length], types, call })

/** The functions that Alertmanager adds to Go's templates; those of the same name are Prometheus's. `nowMs` is the time of the notification. */
export function notificationFunctions (nowMs: number, turns = new Turns()): ReadonlyMap<string, TemplateFunction> {
  const functions = new Map<string, TemplateFunction>([
    ['trimSpace', of(['string'], text => asText(text).trim())],
    ['title', of(['string'], words => title(asText(words), true))],
    ['join', of(['string', '[]string'], (separator, list) => (list as readonly GoValue[]).map(asText).join(asText(separator)))],
    ['safeUrl', of(['string'], text => asText(text))],
    ['urlUnescape', of(['string'], text => urlUnescape(asText(text)))],
    ['stringSlice', { arity: [0, Infinity], types: ['string'], call: (...items) => items.map(asText) }],
    ['date', of(['string', 'time.Time'], (layout, time) => formatTime((time as GoTime).ns, asText(layout), (time as GoTime).zone))],
    ['tz', of(['string', 'time.Time'], (zone, time) => new GoTime((time as GoTime).ns, known(asText(zone))))],
    ['since', of(['time.Time'], time => new GoDuration(GoTime.ofMs(nowMs).ns - (time as GoTime).ns))],
    ['now', of([], () => GoTime.ofMs(nowMs))],
    ['toJson', of(['interface {}'], async value => await toJson(value!, turns))],
    ['list', { arity: [0, Infinity], call: (...items) => items }],
    ['append', { arity: [1, Infinity], types: ['[]interface {}', 'interface {}'], call: (list, ...items) => [...list as readonly GoValue[], ...items] }],
    ['dict', {
      arity: [0, Infinity],
      call: (...items) => {
        if (items.length % 2 === 1) throw new Error('dict requires an even number of arguments')
        const keys = items.filter((_, i) => i % 2 === 0)
        if (!keys.every(key => typeof key === 'string')) throw new Error('dict keys must be strings')
        return new GoMap(keys.map((key, i) => [key, items[i * 2 + 1]!] as const), null, 'map[string]interface {}')
      }
    }]
  ])
  for (const name of ['toUpper', 'toLower', 'match', 'safeHtml', 'reReplaceAll', 'humanizeDuration']) functions.set(name, prometheusFunctions.get(name)!)
  return functions
}

function known (zone: string): string {
  if (zone === '') return 'UTC'
  if (zone === 'Local') return localZone()
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone }).format(0)
    return zone
  } catch {
    throw new Error(`unknown time zone ${zone}`)
  }
}

/** Go's `url.QueryUnescape`. */
function urlUnescape (text: string): string {
  const wrong = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text)
  if (wrong !== null) throw new Error(`invalid URL escape ${goQuote(wrong[0])}`)
  return Buffer.from(text.replaceAll('+', ' ').replace(/%([0-9a-fA-F]{2})|[^\0-\x7f]+/gu, (all, hex?: string) =>
    hex === undefined ? Buffer.from(all).toString('latin1') : String.fromCharCode(parseInt(hex, 16))), 'latin1').toString()
}

/** The names that JSON has for fields of notifications. */
const jsonNames: Readonly<Record<string, string>> = {
  GeneratorURL: 'generatorURL', ExternalURL: 'externalURL', NotificationReason: 'notification_reason', Name: 'Name', Value: 'Value'
}

async function toJson (value: GoValue, turns: Turns): Promise<string> {
  if (value === null || !isList(value)) return jsonOf(value)
  const items: string[] = []
  for (const item of value) {
    items.push(jsonOf(item))
    if (turns.isDue) await turns.pause()
  }
  return `[${items.join(',')}]`
}

function jsonOf (value: GoValue): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return goJson(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : goJson(null)
  if (value instanceof SafeHtml) return goJson(value.text)
  if (value instanceof GoTime) return `"${formatTime(value.ns, '2006-01-02T15:04:05.999999999Z07:00', value.zone)}"`
  if (value instanceof GoObject) return String(value.integer)
  if (isList(value)) return `[${value.map(jsonOf).join(',')}]`
  const fields: string[] = []
  if (value instanceof GoStruct) {
    for (const [name, item] of value.fields) fields.push(`${goJson(jsonNames[name] ?? name[0]!.toLowerCase() + name.slice(1))}:${jsonOf(item)}`)
  } else for (const [name, item] of (value as GoMap).entries) fields.push(`${goJson(name)}:${jsonOf(item)}`)
  return `{${fields.join(',')}}`
}
