import { UsageError } from './usage.js'

/** Asks a running host, with the token of `NJORD_METRICS_TOKEN` where it is set. */
export class HostClient {
  readonly #url: string

  /** Throws `UsageError` for an address that is none. */
  constructor (url: string) {
    if (!URL.canParse(url) || !/^https?:/.test(url)) throw new UsageError(`--url ${url}: expected the address of a host, as in http://127.0.0.1:3000`)
    this.#url = url.replace(/\/+$/, '')
  }

  /** What it answers to a path, as JSON; `undefined` for nothing. Posts where there is a body. Rejects with an `Error` that says what to do. */
  async ask (path: string, body?: unknown): Promise<unknown> {
    const { NJORD_METRICS_TOKEN: token } = process.env
    const url = this.#url
    let response
    try {
      response = await fetch(`${url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }, ...body === undefined ? {} : { 'content-type': 'application/json' }
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(30_000)
      })
    } catch (error) {
      const { message, cause } = error as Error
      throw new Error(`no answer from ${url}: ${(cause as Error | undefined)?.message ?? message}`, { cause: error })
    }
    const text = await response.text()
    if (response.status === 401) throw new Error(`${url} wants a token: set NJORD_METRICS_TOKEN`)
    if (response.status === 403) throw new Error(`${url} does not answer from here: it takes a token, or an address that it allows`)
    if (!response.ok) throw new Error(`${url}${path} answers ${response.status}: ${text.slice(0, 200).trim()}`)
    if (text.trim() === '') return undefined
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new Error(`${url}${path} answers, but not with JSON`, { cause: error })
    }
  }
}
