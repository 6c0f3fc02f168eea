import { goJson } from './go-json.js'
import type { TemplateFunction } from '../../template/execute.js'
import { prometheusFunctions } from '../../template/prometheus-functions.js'
import { GoDuration, GoMap, GoStruct, GoTime, isList, SafeHtml, typeOf, type GoValue } from '../../template/values.js'
import { Turns } from '../../../clock/turns.js'
import { formatTime, rfc3339 } from './go-time-format.js'

const asText = (value: GoValue | undefined): string => {
  if (value instanceof SafeHtml) return value.text
  if (typeof value !== 'string') throw new Error(`wrong type for value; expected string; got ${typeOf(value ?? null)}`)
  return value
}

const asTime = (value: GoValue | undefined): GoTime => {
  if (!(value instanceof GoTime)) throw new Error(`wrong type for value; expected time.Time; got ${typeOf(value ?? null)}`)
  return value
}

const asList = (value: GoValue | undefined): readonly GoValue[] => {
  if (value === undefined || !isList(value)) throw new Error(`wrong type for value; expected []string; got ${typeOf(value ?? null)}`)
  return value
}

const of = (count: number, call: TemplateFunction['call']): TemplateFunction => ({ arity: [count, count], call })

/** The functions that Alertmanager adds to Go's templates; those of the same name are Prometheus's. `nowMs` is the time of the notification. */
export function notificationFunctions (nowMs: number, turns = new Turns()): ReadonlyMap<string, TemplateFunction> {
  const functions = new Map<string, TemplateFunction>([
    ['trimSpace', of(1, text => asText(text).trim())],
    ['join', of(2, (separator, list) => asList(list).map(asText).join(asText(separator)))],
    ['safeUrl', of(1, text => asText(text))],
    ['urlUnescape', of(1, text => decodeURIComponent(asText(text).replaceAll('+', ' ')))],
    ['stringSlice', { arity: [0, Infinity], call: (...items) => items.map(asText) }],
    ['date', of(2, (layout, time) => formatTime(asTime(time).ms, asText(layout), asTime(time).zone))],
    ['tz', of(2, (zone, time) => new GoTime(asTime(time).ms, known(asText(zone))))],
    ['since', of(1, time => new GoDuration((nowMs - asTime(time).ms) / 1000))],
    ['now', of(0, () => new GoTime(nowMs))],
    ['toJson', of(1, async value => await toJson(value!, turns))],
    ['base64encode', of(1, text => Buffer.from(asText(text)).toString('base64').replaceAll('+', '-').replaceAll('/', '_'))],
    ['base64decode', of(1, text => Buffer.from(asText(text), 'base64url').toString())],
    ['list', { arity: [0, Infinity], call: (...items) => items }],
    ['append', { arity: [1, Infinity], call: (list, ...items) => [...asList(list), ...items] }],
    ['dict', {
      arity: [0, Infinity],
      call: (...items) => {
        if (items.length % 2 === 1) throw new Error('dict requires an even number of arguments')
        return new GoMap(items.flatMap((key, i) => i % 2 === 0 ? [[asText(key), items[i + 1]!] as const] : []), null, 'map[string]interface {}')
      }
    }]
  ])
  for (const name of ['toUpper', 'toLower', 'title', 'match', 'safeHtml', 'reReplaceAll', 'humanizeDuration']) functions.set(name, prometheusFunctions.get(name)!)
  return functions
}

function known (zone: string): string {
  if (zone === '' || zone === 'Local') return 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone === 'UTC' ? 'UTC' : zone
  } catch {
    throw new Error(`unknown time zone ${zone}`)
  }
}

/** The names that JSON has for fields of notifications. */
const jsonNames: Readonly<Record<string, string>> = { GeneratorURL: 'generatorURL', ExternalURL: 'externalURL' }

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
  if (value instanceof GoTime) return `"${rfc3339(value.ms)}"`
  if (value instanceof GoDuration) return String(Math.round(value.seconds * 1e9))
  if (isList(value)) return `[${value.map(jsonOf).join(',')}]`
  const fields: string[] = []
  if (value instanceof GoStruct) {
    for (const [name, item] of value.fields) fields.push(`${goJson(jsonNames[name] ?? name[0]!.toLowerCase() + name.slice(1))}:${jsonOf(item)}`)
  } else for (const [name, item] of (value as GoMap).entries) fields.push(`${goJson(name)}:${jsonOf(item)}`)
  return `{${fields.join(',')}}`
}
