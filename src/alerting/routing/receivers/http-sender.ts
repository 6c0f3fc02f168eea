import { Buffer } from 'node:buffer'
import type { Values } from '../config/shapes.js'
import { SendFailure } from '../notification.js'
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
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  /** How long it may take, in milliseconds; 0 for no limit of its own. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Further statuses that are worth another try, beside 429 and 5xx. */
  readonly retryStatuses?: readonly number[]
  /** What an answer that is no success says, for the ledger. */
  readonly details?: (answer: HttpAnswer) => string
}

const LONGEST_BODY = 64 * 1024

/** What the `http_config` of a receiver asks for that is not done here; empty when all of it is. */
export function unservedHttp (config: Values | undefined): string[] {
  return ['tls_config', 'proxy_url', 'proxy_from_environment', 'proxy_connect_header', 'oauth2'].filter(key => config?.[key] !== undefined && config[key] !== false && config[key] !== '')
}

/** Posts to a receiver with its `http_config`: basic_auth, authorization, bearer_token, http_headers. */
export class HttpSender {
  readonly #config: Values
  readonly #folder: string
  readonly #userAgent: string

  /** @param folder what relative paths of secrets are from */
  constructor (config: Values | undefined, folder: string, version: string) {
    this.#config = config ?? {}
    this.#folder = folder
    this.#userAgent = `njord-telemetry/${version}`
  }

  /** The answer of a success (2xx). Rejects with a {@link SendFailure}, whose message has neither address nor secret. */
  async post ({ url, body, headers, timeoutMs, signal, retryStatuses = [], details }: HttpRequest): Promise<HttpAnswer> {
    const signals = timeoutMs > 0 ? [signal, AbortSignal.timeout(timeoutMs)] : [signal]
    let response
    try {
      response = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'user-agent': this.#userAgent, 'content-type': 'application/json', ...await this.#headers(), ...headers },
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
      retryAfterMs: answer.status === 429 || answer.status === 503 ? retryAfter(response.headers.get('retry-after')) : undefined,
      reason: answer.status >= 500 ? 'serverError' : answer.status >= 400 ? 'clientError' : 'other'
    })
  }

  async #headers (): Promise<Record<string, string>> {
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
  let text = ''
  try {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true })
      if (text.length > LONGEST_BODY) break
    }
  } catch {
    // Its status has been heard, and counts.
  }
  return text.slice(0, LONGEST_BODY)
}

/** Milliseconds of a `Retry-After`, in seconds or a date. */
function retryAfter (value: string | null): number | undefined {
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const atMs = Date.parse(value)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - Date.now())
}

/** What went wrong below HTTP, without the address. */
function causeOf (error: unknown): string {
  const { cause, name, message } = error as Error & { cause?: { code?: string } }
  if (name === 'TimeoutError') return 'it did not answer in time'
  return cause?.code ?? (cause === undefined ? message.replace(/https?:\/\/\S+/g, 'URL') : 'the connection failed')
}

function asError (reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
