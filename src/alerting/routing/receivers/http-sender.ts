import { Buffer } from 'node:buffer'
import { unescape } from 'node:querystring'
import type { Clock } from '../../../contracts/clock.js'
import type { Values } from '../config/shapes.js'
import { SendFailure } from '../notification.js'
import { PartedBody } from './parted-body.js'
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
  readonly #common: Headers
  readonly #clock: Clock

  constructor ({ config = {}, folder, version, clock }: HttpSenderOptions) {
    this.#config = config
    this.#folder = folder
    this.#clock = clock
    // Made here because Node loads all that is behind `fetch` with the first of its kind, which takes some 20 ms: not in the midst of a storm.
    this.#common = new Headers({ 'user-agent': `njord-telemetry/${version}`, 'content-type': 'application/json' })
  }

  /** The answer of a success (2xx). Rejects with a {@link SendFailure}, whose message has neither address nor secret. */
  async post ({ url, body, headers, timeoutMs, signal, retryStatuses = [], details }: HttpRequest): Promise<HttpAnswer> {
    const signals = timeoutMs > 0 ? [signal, AbortSignal.timeout(Math.min(Math.ceil(timeoutMs), LONGEST_TIMEOUT_MS))] : [signal]
    const target = addressOf(url)
    const own = { ...await this.#headers(), ...authorizationOf(target), ...headers }
    const allHeaders = new Headers(this.#common)
    for (const [name, value] of Object.entries(own)) allHeaders.set(name, onWire(name, value))
    target.username = target.password = ''
    let response
    try {
      response = await fetch(target, {
        method: 'POST',
        body: typeof body === 'string' ? body : new PartedBody(body),
        headers: allHeaders,
        redirect: this.#config.follow_redirects === false ? 'manual' : 'follow',
        signal: AbortSignal.any(signals)
      })
    } catch (error) {
      if (signal.aborted) throw asError(signal.reason)
      throw new SendFailure(causeOf(error), { isRetryable: true })
    }
    const answer = { status: response.status, contentType: response.headers.get('content-type') ?? '', body: await read(response) }
    if (response.ok) return answer
    const said = details?.(answer) ?? ''
    throw new SendFailure(`unexpected status code ${answer.status}${said === '' ? '' : `: ${said}`}`, {
      isRetryable: answer.status === 429 || answer.status >= 500 || retryStatuses.includes(answer.status),
      retryAfterMs: answer.status === 429 || answer.status === 503 ? retryAfter(response.headers.get('retry-after'), this.#clock.nowMs()) : undefined,
      reason: answer.status >= 500 ? 'serverError' : answer.status >= 400 ? 'clientError' : 'other'
    })
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

async function read (response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array)
      bytes += (chunk as Uint8Array).length
      if (bytes > LONGEST_BODY) break
    }
  } catch {
    // Its status has been heard, and counts.
  }
  return Buffer.concat(chunks).toString('utf8', 0, LONGEST_BODY)
}

/** Milliseconds of a `Retry-After`, in seconds or a date; an hour at most. */
function retryAfter (value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER_MS)
}

/** Throws where `fetch` would show the address. */
function addressOf (text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new SendFailure('its address is none of http or https', { isRetryable: false })
  return url
}

/** A name and password in the address count before those of `http_config`, as in Go's client. */
function authorizationOf ({ username, password }: URL): { authorization?: string } {
  if (username === '' && password === '') return {}
  return { authorization: `Basic ${Buffer.from(`${unescape(username)}:${unescape(password)}`).toString('base64')}` }
}

/** The value of a header as it goes out, in UTF-8. Throws where `fetch` would show it, for it may be a secret. */
function onWire (name: string, value: string): string {
  // eslint-disable-next-line no-control-regex -- those are what it is about
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
    throw new SendFailure(`the value of the header ${JSON.stringify(name)} has a line break or a control character`, { isRetryable: false })
  }
  return Buffer.from(value).toString('latin1')
}

/** What went wrong below HTTP. Messages of `fetch` may show addresses and headers: only codes are passed on. */
function causeOf (error: unknown): string {
  const { cause, name } = error as Error & { cause?: { code?: unknown } }
  if (name === 'TimeoutError') return 'it did not answer in time'
  return typeof cause?.code === 'string' ? cause.code : cause === undefined ? 'the request could not be made' : 'the connection failed'
}

function asError (reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
