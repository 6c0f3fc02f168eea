import { parseDuration } from '../../../promql/duration.js'
import { parseGoDuration } from './go-duration.js'
import { quoted, YamlValue } from './yaml-reader.js'

/** What a key of a section may hold. */
export type Shape =
  | 'string' | 'bool' | 'int' | 'uint' | 'duration' | 'goDuration' | 'url' | 'secretUrl' | 'templateUrl' | 'hostPort' | 'any' | 'strings' | 'labels' | 'http'
  | { readonly list: Section }
  | { readonly of: Section }

export type Section = Readonly<Record<string, Shape>>

/** What was read: durations in milliseconds, sections as records; keys that were not there, or are empty, are not there. */
export type Values = Readonly<Record<string, unknown>>

const tls: Section = {
  ca: 'string',
  ca_file: 'string',
  ca_ref: 'string',
  cert: 'string',
  cert_file: 'string',
  cert_ref: 'string',
  insecure_skip_verify: 'bool',
  key: 'string',
  key_file: 'string',
  key_ref: 'string',
  max_version: 'string',
  min_version: 'string',
  server_name: 'string'
}

const oauth2: Section = {
  audience: 'string',
  claims: 'any',
  client_certificate_key: 'string',
  client_certificate_key_file: 'string',
  client_certificate_key_id: 'string',
  client_certificate_key_ref: 'string',
  client_id: 'string',
  client_secret: 'string',
  client_secret_file: 'string',
  client_secret_ref: 'string',
  endpoint_params: 'labels',
  grant_type: 'string',
  iss: 'string',
  no_proxy: 'string',
  proxy_connect_header: 'any',
  proxy_from_environment: 'bool',
  proxy_url: 'string',
  scopes: 'strings',
  signature_algorithm: 'string',
  tls_config: { of: tls },
  token_url: 'string'
}

/** What prometheus/common calls HTTPClientConfig. */
const http: Section = {
  authorization: { of: { type: 'string', credentials: 'string', credentials_file: 'string', credentials_ref: 'string' } },
  basic_auth: { of: { username: 'string', username_file: 'string', username_ref: 'string', password: 'string', password_file: 'string', password_ref: 'string' } },
  bearer_token: 'string',
  bearer_token_file: 'string',
  enable_http2: 'bool',
  follow_redirects: 'bool',
  http_headers: 'any',
  no_proxy: 'string',
  oauth2: { of: oauth2 },
  proxy_connect_header: 'any',
  proxy_from_environment: 'bool',
  proxy_url: 'string',
  tls_config: { of: tls }
}

export { tls as tlsSection }

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
    return 'of' in shape ? readSection(value, shape.of) : value.items().map(item => readSection(item, shape.list))
  }
  switch (shape) {
    case 'string': return value.string()
    case 'bool': return value.boolean()
    case 'int': return value.integer()
    case 'uint': return value.integer(0)
    case 'duration': return readDuration(value)
    case 'goDuration': return readGoDuration(value)
    case 'url': return readUrl(value)
    case 'secretUrl': return value.string() === '<secret>' ? '' : readUrl(value)
    case 'templateUrl': return readTemplateUrl(value)
    case 'hostPort': return readHostPort(value)
    case 'any': return value.plain()
    case 'strings': return value.strings()
    case 'labels': return Object.fromEntries([...value.fields()].map(([key, item]) => [key, item.string()]))
    case 'http': return readHttp(value)
  }
}

/** A duration of Prometheus, in milliseconds. */
export function readDuration (value: YamlValue): number {
  const ms = parseDuration(value.string())
  return typeof ms === 'string' ? value.fail(ms) : ms
}

/** A duration of Go (`1.5s`), in milliseconds; a bare number is nanoseconds. */
function readGoDuration (value: YamlValue): number {
  const plain = value.plain()
  if (typeof plain === 'number') return Number.isInteger(plain) ? plain / 1e6 : value.mismatch('time.Duration')
  return parseGoDuration(value.string()) ?? value.mismatch('time.Duration')
}

/** An address as Alertmanager takes it; never shown in an error, for it may hold a secret. */
export function readUrl (value: YamlValue): string {
  const text = value.string()
  const problem = urlProblem(text)
  return problem === undefined ? text : value.fail(problem)
}

function urlProblem (text: string): string | undefined {
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1]?.toLowerCase() ?? ''
  if (scheme !== 'http' && scheme !== 'https') return `unsupported scheme ${quoted(scheme)} for URL`
  if (!/^[^:]*:\/\/[^/?#]/.test(text)) return 'missing host for URL'
  // eslint-disable-next-line no-control-regex -- what Go refuses
  return /[\u0000-\u001f\u007f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text.replace(/[?#].*$/s, '')) || !URL.canParse(text) ? 'invalid URL' : undefined
}

/** May hold a template, which is looked at when it is filled in. */
function readTemplateUrl (value: YamlValue): string {
  const text = value.string()
  if (text === '' || text === '<secret>' || text.includes('{{')) return text
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

function readHttp (value: YamlValue): Values {
  const read = readSection(value, http)
  const given = (key: string): boolean => read[key] !== undefined && read[key] !== ''
  const basic = read.basic_auth as Values | undefined
  const authorization = read.authorization as Values | undefined
  if (given('bearer_token') && given('bearer_token_file')) value.fail('at most one of bearer_token & bearer_token_file must be configured')
  const bearer = given('bearer_token') || given('bearer_token_file')
  if ((basic !== undefined || read.oauth2 !== undefined) && bearer) {
    value.fail('at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured')
  }
  if (basic !== undefined) {
    for (const key of ['username', 'password']) {
      if ([key, `${key}_file`, `${key}_ref`].filter(name => basic[name] !== undefined && basic[name] !== '').length > 1) {
        value.fail(`at most one of basic_auth ${key}, ${key}_file & ${key}_ref must be configured`)
      }
    }
  }
  if (authorization !== undefined) {
    if (bearer) value.fail('authorization is not compatible with bearer_token & bearer_token_file')
    if (String(authorization.type ?? '').trim().toLowerCase() === 'basic') value.fail('authorization type cannot be set to "basic", use "basic_auth" instead')
    if (['credentials', 'credentials_file', 'credentials_ref'].filter(name => (authorization[name] ?? '') !== '').length > 1) {
      value.fail('at most one of authorization credentials & credentials_file must be configured')
    }
    if (basic !== undefined || read.oauth2 !== undefined) value.fail('at most one of basic_auth, oauth2 & authorization must be configured')
  } else if (basic !== undefined && read.oauth2 !== undefined) value.fail('at most one of basic_auth, oauth2 & authorization must be configured')
  return read
}
