import { Buffer } from 'node:buffer'
import { unescape } from 'node:querystring'
import type { Clock } from '../../../contracts/clock.js'
import type { Values } from '../config/shapes.js'
import { SendFailure } from '../notification.js'
import { exchange, type HttpMessage } from './http-exchange.js'
import { readSecret } from './secret.js'

/** What a receiver answered. */
export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  /** At most the first 64 KiB. */
  readonly body: string
}

export interface HttpRequest {
  readonly url: string
  /** In parts where it is long: they go out in turns with the rest of the process. */
  readonly body: string | readonly Buffer[]
  readonly headers?: Readonly<Record<string, string>>
  /** How long it may take, in milliseconds; 0 for no limit of its own, and 24.8 days at most. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Further statuses that are worth another try, beside 429 and 5xx. */
  readonly retryStatuses?: readonly number[]
  /** What an answer that is no success says, for the ledger. */
  readonly details?: (answer: HttpAnswer) => string
}

const LONGEST_BODY = 64 * 1024
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** As Go's client. */
const MOST_REDIRECTS = 10
/** The longest delay that a timer of Node takes; it would fire at once for a longer one. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1
/** Nobody is left alone for longer, whatever was asked for. */
const LONGEST_RETRY_AFTER_MS = 3_600_000

export interface HttpSenderOptions {
  /** `http_config` of the receiver. */
  readonly config: Values | undefined
  /** What relative paths of secrets are from. */
  readonly folder: string
  /** For `User-Agent`. */
  readonly version: string
  /** For dates in `Retry-After`. */
  readonly clock: Clock
}

/** Posts to a receiver with its `http_config`: basic_auth, authorization, bearer_token, http_headers. */
export class HttpSender {
  readonly #config: Values
  readonly #folder: string
  readonly #common: Readonly<Record<string, string>>
  readonly #clock: Clock

  constructor ({ config = {}, folder, version, clock }: HttpSenderOptions) {
    this.#config = config
    this.#folder = folder
    this.#clock = clock
    this.#common = { 'user-agent': `njord-telemetry/${version}`, 'content-type': 'application/json' }
  }

  /** The answer of a success (2xx). Rejects with a {@link SendFailure}, whose message has neither address nor secret. */
  async post ({ url, body, headers, timeoutMs, signal, retryStatuses = [], details }: HttpRequest): Promise<HttpAnswer> {
    const signals = timeoutMs > 0 ? [signal, AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), LONGEST_TIMEOUT_MS))] : [signal]
    const target = addressOf(url)
    const own: Record<string, string> = { ...await this.#headers(), ...authorizationOf(target), ...headers }
    for (const [name, value] of Object.entries(own)) own[name] = onWire(name, value)
    const parts = typeof body === 'string' ? [Buffer.from(body)] : body
    const withTimeout = AbortSignal.any(signals)
    let found
    try {
      found = await this.#follow(target, own, parts, withTimeout)
    } catch (error) {
      if (signal.aborted) throw asError(signal.reason)
      if (error instanceof SendFailure) throw error
      throw new SendFailure(withTimeout.aborted ? 'it did not answer in time' : causeOf(error), { isRetryable: true })
    }
    const answer = { status: found.status, contentType: found.headers['content-type'] ?? '', body: found.body }
    if (answer.status >= 200 && answer.status < 300) return answer
    const said = details?.(answer) ?? ''
    throw new SendFailure(`unexpected status code ${answer.status}${said === '' ? '' : `: ${said}`}`, {
      isRetryable: answer.status === 429 || answer.status >= 500 || retryStatuses.includes(answer.status),
      retryAfterMs: answer.status === 429 || answer.status === 503 ? retryAfter(found.headers['retry-after'], this.#clock.nowMs()) : undefined,
      reason: answer.status >= 500 ? 'serverError' : answer.status >= 400 ? 'clientError' : 'other'
    })
  }

  /** The answer at the end of all redirects: 307 and 308 are told the same, others are asked with GET, as in Go. */
  async #follow (url: URL, own: Readonly<Record<string, string>>, body: readonly Buffer[], signal: AbortSignal): ReturnType<typeof exchange> {
    let message: HttpMessage = { method: 'POST', headers: { ...this.#common, ...own }, body }
    for (let redirects = 0; ; redirects++) {
      const answer = await exchange(withoutUser(url), message, { signal, longestBody: LONGEST_BODY })
      const { location } = answer.headers
      if (this.#config.follow_redirects === false || location === undefined || !REDIRECTS.has(answer.status)) return answer
      if (redirects === MOST_REDIRECTS) throw new SendFailure(`it redirects more than ${MOST_REDIRECTS} times`, { isRetryable: true })
      const next = addressOf(location, url)
      const headers = isTrusted(url, next) ? message.headers : this.#common
      message = answer.status === 307 || answer.status === 308 ? { ...message, headers } : { method: 'GET', headers, body: [] }
      url = next
    }
  }

  /** Rejects when a secret cannot be read now. */
  async #headers (): Promise<Record<string, string>> {
    try {
      return await this.#configured()
    } catch (error) {
      throw new SendFailure((error as Error).message, { isRetryable: true })
    }
  }

  async #configured (): Promise<Record<string, string>> {
    const headers: Record<string, string> = {}
    const extra = this.#config.http_headers as Record<string, { values?: unknown[], secrets?: unknown[] } | null> | undefined
    for (const [name, given] of Object.entries(extra ?? {})) headers[name.toLowerCase()] = [...given?.values ?? [], ...given?.secrets ?? []].map(String).join(', ')
    const authorization = this.#config.authorization as Values | undefined
    const basic = this.#config.basic_auth as Values | undefined
    if (basic !== undefined) {
      const pair = `${await readSecret(basic, 'username', this.#folder)}:${await readSecret(basic, 'password', this.#folder)}`
      headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`
    } else if (authorization !== undefined) {
      headers.authorization = `${String(authorization.type ?? '').trim() || 'Bearer'} ${await readSecret(authorization, 'credentials', this.#folder)}`
    } else if (this.#config.bearer_token !== undefined || this.#config.bearer_token_file !== undefined) {
      headers.authorization = `Bearer ${await readSecret(this.#config, 'bearer_token', this.#folder)}`
    }
    return headers
  }
}

/** Milliseconds of a `Retry-After`, in seconds or a date; an hour at most. */
function retryAfter (value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER_MS)
}

/** Throws where a request would show the address. */
function addressOf (text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new SendFailure('its address is none of http or https', { isRetryable: false })
  return url
}

/** A name and password in the address count before those of `http_config`, as in Go's client. */
function authorizationOf ({ username, password }: URL): { authorization?: string } {
  if (username === '' && password === '') return {}
  return { authorization: `Basic ${Buffer.from(`${unescape(username)}:${unescape(password)}`).toString('base64')}` }
}

/** The value of a header as it goes out, in UTF-8. Throws where a request would show it, for it may be a secret. */
function onWire (name: string, value: string): string {
  // eslint-disable-next-line no-control-regex -- those are what it is about
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
    throw new SendFailure(`the value of the header ${JSON.stringify(name)} has a line break or a control character`, { isRetryable: false })
  }
  return Buffer.from(value).toString('latin1')
}

/** Whether another address may see what the first one is sent: the same host, or one below it, as in Go; and no longer in the clear than before. */
function isTrusted (from: URL, to: URL): boolean {
  const isSameHost = to.hostname === from.hostname || to.hostname.endsWith(`.${from.hostname}`)
  return isSameHost && (to.protocol === 'https:' || from.protocol === 'http:')
}

/** A name and password go into a header, not into the address. */
function withoutUser (url: URL): URL {
  const bare = new URL(url.href)
  bare.username = bare.password = ''
  return bare
}

/** What went wrong below HTTP. Messages may show addresses and headers: only codes are passed on. */
function causeOf (error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : 'the request could not be made'
}

function asError (reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
