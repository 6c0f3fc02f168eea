import type { Refuse, Section, Shape, Values } from './shapes.js'
import { quoted } from './yaml-reader.js'

const has = (values: Values, key: string): boolean => values[key] !== undefined && values[key] !== ''
/** How many of `key`, `key_file` and `key_ref` are given. */
const ways = (values: Values, key: string): number => [key, `${key}_file`, `${key}_ref`].filter(name => has(values, name)).length

/** What prometheus/common calls TLSConfig, with its checks in its words. */
export const tlsShape: Shape = {
  of: {
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
    max_version: 'tlsVersion',
    min_version: 'tlsVersion',
    server_name: 'string'
  },
  check: (values, refuse) => {
    if (ways(values, 'ca') > 1) refuse('at most one of ca, ca_file & ca_ref must be configured')
    if (ways(values, 'cert') > 1) refuse('at most one of cert, cert_file & cert_ref must be configured')
    if (ways(values, 'key') > 1) refuse('at most one of key and key_file must be configured')
    if (ways(values, 'cert') > ways(values, 'key')) refuse('exactly one of key or key_file must be configured when a client certificate is configured')
    if (ways(values, 'key') > ways(values, 'cert')) refuse('exactly one of cert or cert_file must be configured when a client key is configured')
  }
}

const proxy: Section = { no_proxy: 'string', proxy_connect_header: { each: 'strings' }, proxy_from_environment: 'bool', proxy_url: 'proxyUrl' }

function checkProxy (values: Values, refuse: Refuse): void {
  const isAny = values.proxy_from_environment === true
  if (Object.keys(values.proxy_connect_header ?? {}).length > 0 && !isAny && !has(values, 'proxy_url')) {
    refuse('if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured')
  }
  if (isAny && has(values, 'proxy_url')) refuse('if proxy_from_environment is configured, proxy_url must not be configured')
  if (isAny && has(values, 'no_proxy')) refuse('if proxy_from_environment is configured, no_proxy must not be configured')
  if (values.proxy_url === undefined && has(values, 'no_proxy')) refuse('if no_proxy is configured, proxy_url must also be configured')
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

const oauth2: Section = {
  ...proxy,
  audience: 'string',
  claims: { each: 'any' },
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
  scopes: 'strings',
  signature_algorithm: 'string',
  tls_config: tlsShape,
  token_url: 'string'
}

function checkOauth2 (values: Values, refuse: Refuse): void {
  if (!has(values, 'client_id')) refuse('oauth2 client_id must be configured')
  if (!has(values, 'token_url')) refuse('oauth2 token_url must be configured')
  if (values.grant_type === JWT_BEARER) {
    if (ways(values, 'client_certificate_key') > 1) {
      refuse(`at most one of oauth2 client_certificate_key, client_certificate_key_file & client_certificate_key_ref must be configured using grant-type=${JWT_BEARER}`)
    }
    if (has(values, 'signature_algorithm') && !['RS256', 'RS384', 'RS512'].includes(String(values.signature_algorithm))) {
      refuse('valid signature algorithms are RS256, RS384 and RS512')
    }
  } else if (ways(values, 'client_secret') > 1) {
    refuse('at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured using grant-type=client_credentials')
  }
  checkProxy(values, refuse)
}

/** Headers that are not the file's to set. */
const reservedHeaders = new Set(['Authorization', 'Host', 'Content-Encoding', 'Content-Length', 'Content-Type', 'User-Agent', 'Connection', 'Keep-Alive', 'Proxy-Authenticate',
  'Proxy-Authorization', 'Www-Authenticate', 'Accept-Encoding', 'X-Prometheus-Remote-Write-Version', 'X-Prometheus-Remote-Read-Version',
  'X-Prometheus-Scrape-Timeout-Seconds', 'X-Amz-Date', 'X-Amz-Security-Token', 'X-Amz-Content-Sha256'])

/** As Go writes the name of a header: `x-amz-date` is `X-Amz-Date`. */
export function canonicalHeader (name: string): string {
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
}

/** Headers with their values, which may be secrets. */
export const headersShape: Shape = { each: { of: { files: 'strings', secrets: 'strings', values: 'strings' } } }

function checkHeaders (headers: Values, refuse: Refuse): void {
  const reserved = Object.keys(headers).map(canonicalHeader).find(name => reservedHeaders.has(name))
  if (reserved !== undefined) refuse(`setting header ${quoted(reserved)} is not allowed`)
}

/** What prometheus/common calls HTTPClientConfig, with its checks in its words. */
export const httpShape: Shape = {
  of: {
    ...proxy,
    authorization: { of: { type: 'string', credentials: 'string', credentials_file: 'string', credentials_ref: 'string' } },
    basic_auth: { of: { username: 'string', username_file: 'string', username_ref: 'string', password: 'string', password_file: 'string', password_ref: 'string' } },
    bearer_token: 'string',
    bearer_token_file: 'string',
    enable_http2: 'bool',
    follow_redirects: 'bool',
    http_headers: headersShape,
    oauth2: { of: oauth2 },
    tls_config: tlsShape
  },
  check: (values, refuse) => {
    const basic = values.basic_auth as Values | undefined
    const authorization = values.authorization as Values | undefined
    const oauth = values.oauth2 as Values | undefined
    if (ways(values, 'bearer_token') > 1) refuse('at most one of bearer_token & bearer_token_file must be configured')
    const isBearer = ways(values, 'bearer_token') > 0
    if ((basic !== undefined || oauth !== undefined) && isBearer) refuse('at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured')
    for (const key of ['username', 'password']) {
      if (ways(basic ?? {}, key) > 1) refuse(`at most one of basic_auth ${key}, ${key}_file & ${key}_ref must be configured`)
    }
    if (authorization !== undefined) {
      if (isBearer) refuse('authorization is not compatible with bearer_token & bearer_token_file')
      if (ways(authorization, 'credentials') > 1) refuse('at most one of authorization credentials & credentials_file must be configured')
      if (String(authorization.type ?? '').trim().toLowerCase() === 'basic') refuse('authorization type cannot be set to "basic", use "basic_auth" instead')
    }
    if ([basic, authorization, oauth].filter(way => way !== undefined).length > 1) refuse('at most one of basic_auth, oauth2 & authorization must be configured')
    if (oauth !== undefined) checkOauth2(oauth, refuse)
    checkProxy(values, refuse)
    checkHeaders(values.http_headers as Values | undefined ?? {}, refuse)
  }
}

/** What an `http_config` asks for that is not done here; empty when all of it is. */
export function unservedHttp (config: Values = {}): string[] {
  const headers = Object.values(config.http_headers as Record<string, { files?: unknown[] } | null> | undefined ?? {})
  return [
    ...['tls_config', 'proxy_url', 'proxy_from_environment', 'proxy_connect_header', 'oauth2'].filter(key => has(config, key) && config[key] !== false),
    ...headers.some(header => (header?.files ?? []).length > 0) ? ['files of http_headers'] : []
  ]
}
