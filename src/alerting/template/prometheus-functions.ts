import { RE2JS } from 're2js'
import { labelsToObject, type Labels } from '../../contracts/labels.js'
import { goTime, humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp } from './humanize.js'
import { queryEscape } from './builtins.js'
import { GoDuration } from './go-time.js'
import { GoMap, GoStruct, SafeHtml, typeOf, type GoValue, type TemplateFunction } from './values.js'
import { parseDuration } from '../../promql/duration.js'
import { parseFloatLikeGo } from '../../promql/go-number.js'
import { goQuote } from '../../promql/go-text.js'

/** One sample of an instant query. */
export interface TemplateSample {
  readonly labels: Labels
  readonly value: number
}

export interface TemplateSurroundings {
  /** Evaluates an instant query at the time of the rule. */
  readonly query: (expr: string) => Promise<readonly TemplateSample[]>
  /** Where the host's own pages are, as alerts tell it. */
  readonly externalUrl: string
}

const numeric = (convert: (value: number) => string): TemplateFunction => ({ arity: [1, 1], call: value => convert(toFloat(value!)) })

const text = (call: (...args: string[]) => GoValue | Promise<GoValue>, count = 1): TemplateFunction => ({
  arity: [count, count], types: Array.from({ length: count }, () => 'string' as const), call: (...args) => call(...args.map(toText))
})

/** The functions that Prometheus adds to Go's templates and whose result depends on their arguments alone. */
export const prometheusFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['first', {
    arity: [1, 1],
    types: ['template.queryResult'],
    call: list => {
      const samples = list as readonly GoValue[]
      if (samples.length === 0) throw new Error('first() called on vector with no elements')
      return samples[0]!
    }
  }],
  ['label', { arity: [2, 2], types: ['string', '*template.sample'], call: (name, sample) => toSample(sample!).labels.entries.get(toText(name!)) ?? '' }],
  ['value', { arity: [1, 1], types: ['*template.sample'], call: sample => toSample(sample!).value }],
  ['strvalue', { arity: [1, 1], types: ['*template.sample'], call: sample => toSample(sample!).labels.entries.get('__value__') ?? '' }],
  ['args', { arity: [0, Infinity], call: (...args) => new GoMap(args.map((value, i) => [`arg${i}`, value] as const), null, 'map[string]interface {}') }],
  ['reReplaceAll', text((pattern, replacement, input) => replaceAll(pattern!, replacement!, input!), 3)],
  ['match', text((pattern, input) => RE2JS.compile(pattern!).matcher(input!).find(), 2)],
  ['safeHtml', text(html => new SafeHtml(html!))],
  ['title', text(words => title(words!))],
  ['toUpper', text(word => word!.toUpperCase())],
  ['toLower', text(word => word!.toLowerCase())],
  ['graphLink', text(expr => `/graph?g0.expr=${queryEscape(expr!)}&g0.tab=0`)],
  ['tableLink', text(expr => `/graph?g0.expr=${queryEscape(expr!)}&g0.tab=1`)],
  ['sortByLabel', {
    arity: [2, 2],
    types: ['string', 'template.queryResult'],
    call: (name, list) => {
      const by = toText(name!)
      const key = (sample: GoValue): string => toSample(sample).labels.entries.get(by) as string | undefined ?? ''
      return [...list as readonly GoValue[]].sort((a, b) => key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)
    }
  }],
  ['stripPort', text(address => stripPort(address!))],
  ['stripDomain', text(address => stripDomain(address!))],
  ['humanize', numeric(humanize)],
  ['humanize1024', numeric(humanize1024)],
  ['humanizeDuration', numeric(humanizeDuration)],
  ['humanizePercentage', numeric(humanizePercentage)],
  ['humanizeTimestamp', numeric(humanizeTimestamp)],
  ['toTime', { arity: [1, 1], call: value => goTime(toFloat(value!)) }],
  ['parseDuration', text(duration => {
    const ms = parseDuration(duration!)
    if (typeof ms === 'string') throw new Error(ms)
    return ms / 1000
  })]
])

/** The functions that ask what is around the template. */
export function surroundingFunctions ({ query, externalUrl }: TemplateSurroundings): ReadonlyMap<string, TemplateFunction> {
  return new Map<string, TemplateFunction>([
    ['query', text(async expr => (await query(expr!)).map(sampleToGo))],
    ['pathPrefix', { arity: [0, 0], call: () => URL.canParse(externalUrl) ? new URL(externalUrl).pathname.replace(/\/$/, '') : '' }],
    ['externalURL', { arity: [0, 0], call: () => externalUrl }]
  ])
}

function sampleToGo ({ labels, value }: TemplateSample): GoStruct {
  return new GoStruct('*template.sample', { Labels: GoMap.ofStrings(Object.entries(labelsToObject(labels))), Value: value })
}

function toSample (value: GoValue): { labels: GoMap, value: number } {
  const { fields } = value as GoStruct
  return { labels: fields.get('Labels') as GoMap, value: fields.get('Value') as number }
}

function toText (value: GoValue): string {
  return value instanceof SafeHtml ? value.text : value as string
}

function toFloat (value: GoValue): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof GoDuration) return value.seconds
  if (typeof value !== 'string') throw new Error(`can't convert ${typeOf(value)} to float`)
  const number = parseFloatLikeGo(value)
  if (typeof number === 'string') throw new Error(`strconv.ParseFloat: parsing ${goQuote(value)}: ${number}`)
  return number
}

/**
 * Each word with its first letter as a capital: `1a o'neil` is `1A O'neil`; golang.org/x/text/cases. The other letters stay as they are
 * unless `lowersRest`.
 */
export function title (text: string, lowersRest = false): string {
  return [...new Intl.Segmenter('en', { granularity: 'word' }).segment(text)].map(({ segment }) => {
    const at = segment.search(/\p{L}/u)
    if (at === -1) return segment
    const letter = String.fromCodePoint(segment.codePointAt(at)!)
    const rest = segment.slice(at + letter.length)
    // ß has two letters as its capital, of which the first is to be one. A sigma's small form depends on what is before it.
    const [capital, ...others] = letter.toUpperCase()
    return segment.slice(0, at) + capital! + others.join('').toLowerCase() +
      (lowersRest ? (letter + rest).toLowerCase().slice(letter.toLowerCase().length) : rest)
  }).join('')
}

function mustCompile (pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    throw new Error(`regexp: Compile(\`${pattern}\`): ${(error as Error).message}`)
  }
}

/** Go's `ReplaceAllString`: `$1`, `${name}`, `$$`; a group that is not there is empty. */
function replaceAll (pattern: string, replacement: string, input: string): string {
  const matcher = mustCompile(pattern).matcher(input)
  const names = matcher.namedGroups
  let result = ''
  let at = 0
  while (matcher.find()) {
    result += input.slice(at, matcher.start()) + replacement.replace(/\$\$|\$(\w+)|\$\{(\w+)\}/g, (all, bare?: string, braced?: string) => {
      if (all === '$$') return '$'
      const name = bare ?? braced!
      const group = /^\d+$/.test(name) ? Number(name) : names[name]
      return group === undefined || group > matcher.groupCount() ? '' : matcher.group(group) ?? ''
    })
    at = matcher.end()
  }
  return result + input.slice(at)
}

function stripPort (address: string): string {
  const found = /^(?:\[([^\]]*)\]|([^:]*)):[^:]*$/.exec(address)
  return found === null ? address : found[1] ?? found[2]!
}

function stripDomain (address: string): string {
  const port = /:\d+$/.exec(address)?.[0] ?? ''
  const host = stripPort(address)
  if (/^[\d.]+$/.test(host) || host.includes(':')) return address
  return host.split('.')[0]! + port
}
