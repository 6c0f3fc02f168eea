import { parseDuration } from '../../../promql/duration.js'
import { builtins } from '../../template/builtins.js'
import { parseTemplate } from '../../template/parser.js'
import { parseGoDuration } from './go-duration.js'
import { parseGoUrl } from './go-url.js'
import { quoted, YamlValue } from './yaml-reader.js'

/** What a key of a section may hold. */
export type Shape =
  | 'string' | 'bool' | 'int' | 'uint' | 'float' | 'duration' | 'goDuration' | 'url' | 'secretUrl' | 'templateUrl' | 'proxyUrl' | 'hostPort' | 'tlsVersion'
  | 'any' | 'strings' | 'labels'
  | { readonly list: Section }
  /** Any keys, with values of one shape. */
  | { readonly each: Shape }
  /** `check` refuses what does not go together. */
  | { readonly of: Section, readonly check?: (values: Values, refuse: Refuse) => void }

export type Section = Readonly<Record<string, Shape>>

/** Refuses at the place of what is looked at. */
export type Refuse = (problem: string) => never

/** What was read: durations in milliseconds, sections as records; keys that were not there, or are empty, are not there. */
export type Values = Readonly<Record<string, unknown>>

/** Reads a section; a key that it does not have, or a value of another kind, refuses. */
export function readSection (value: YamlValue, section: Section): Values {
  const read: Record<string, unknown> = {}
  for (const [key, item] of value.fields(Object.keys(section))) {
    const found = readShape(item, section[key]!)
    if (found !== undefined) read[key] = found
  }
  return read
}

function readShape (value: YamlValue, shape: Shape): unknown {
  if (value.isNull) return undefined
  if (typeof shape === 'object') {
    // As in Go, nothing in a list is nothing that is looked at.
    if ('list' in shape) return value.items().filter(item => !item.isNull).map(item => readSection(item, shape.list))
    if ('each' in shape) return Object.fromEntries([...value.fields()].map(([key, item]) => [key, readShape(item, shape.each) ?? null]))
    const read = readSection(value, shape.of)
    shape.check?.(read, problem => value.fail(problem))
    return read
  }
  switch (shape) {
    case 'string': return value.string()
    case 'bool': return value.boolean()
    case 'int': return value.integer()
    case 'uint': return value.integer(0)
    case 'float': return readFloat(value)
    case 'duration': return readDuration(value)
    case 'goDuration': return readGoDuration(value)
    case 'url': return readUrl(value)
    case 'secretUrl': return value.string() === '<secret>' ? '' : readUrl(value)
    case 'templateUrl': return readTemplateUrl(value)
    case 'proxyUrl': return readAnyUrl(value)
    case 'hostPort': return readHostPort(value)
    case 'tlsVersion': return readTlsVersion(value)
    case 'any': return value.plain()
    case 'strings': return value.strings()
    case 'labels': return Object.fromEntries([...value.fields()].map(([key, item]) => [key, item.string()]))
  }
}

/** A duration of Prometheus, in milliseconds. */
export function readDuration (value: YamlValue): number {
  const ms = parseDuration(value.string())
  return typeof ms === 'string' ? value.fail(ms) : ms
}

/** A duration of Go (`1.5s`), in milliseconds; a bare number is nanoseconds. */
function readGoDuration (value: YamlValue): number {
  const ms = value.nanoseconds()
  if (ms !== undefined) return ms
  return parseGoDuration(value.string()) ?? value.mismatch('time.Duration')
}

/** An address as Alertmanager takes it; never shown in an error, for it may hold a secret. */
export function readUrl (value: YamlValue): string {
  const text = value.string()
  const problem = urlProblem(text)
  return problem === undefined ? text : value.fail(problem)
}

function urlProblem (text: string): string | undefined {
  try {
    const { scheme, host } = parseGoUrl(text)
    if (scheme !== 'http' && scheme !== 'https') return `unsupported scheme ${quoted(scheme)} for URL`
    return host === '' ? 'missing host for URL' : undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** An address of any kind, or a part of one. */
function readAnyUrl (value: YamlValue): string {
  const text = value.string()
  try {
    parseGoUrl(text)
    return text
  } catch (error) {
    return value.fail((error as Error).message)
  }
}

const builtinNames = new Set(builtins.keys())

/** May hold a template, which knows only what Go's templates always know. */
function readTemplateUrl (value: YamlValue): string {
  const text = value.string()
  if (text === '' || text === '<secret>') return text
  if (text.includes('{{')) {
    try {
      parseTemplate('', text, builtinNames)
      return text
    } catch (error) {
      return value.fail(`invalid template syntax: ${(error as Error).message}`)
    }
  }
  const problem = urlProblem(text)
  return problem === undefined ? text : value.fail(`invalid URL: ${problem}`)
}

function readHostPort (value: YamlValue): string {
  const text = value.string()
  if (text === '') return text
  const found = /^(?:\[[^\]]*\]|[^:[\]]*):([^:]*)$/.exec(text)
  if (found === null) return value.fail(`address ${text}: ${text.includes(':') ? 'too many colons in address' : 'missing port in address'}`)
  return found[1] === '' ? value.fail(`address ${quoted(text)}: port cannot be empty`) : text
}

function readTlsVersion (value: YamlValue): string {
  const text = value.string()
  return /^TLS1[0-3]$/.test(text) ? text : value.fail(`unknown TLS version: ${text}`)
}

function readFloat (value: YamlValue): number {
  const plain = value.plain()
  return typeof plain === 'number' ? plain : value.mismatch('float64')
}
