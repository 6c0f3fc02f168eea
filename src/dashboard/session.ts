import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../contracts/clock.js'

export const defaultSessionMs = 12 * 3_600_000
/** Sessions that were logged out are remembered until they would have ended, the oldest no longer when there are so many. */
const mostRevoked = 10_000

export interface SessionsOptions {
  /** Who knows it may log in; another token ends all sessions. */
  readonly token: string
  readonly clock: Clock
  /** @defaultValue 12 hours */
  readonly sessionMs?: number
}

export interface Session {
  readonly id: string
  /** In milliseconds since the Unix epoch. */
  readonly expiresAtMs: number
}

/**
 * Sessions that carry their own proof: `<id>.<expiry>.<HMAC>`, keyed by the token. So they outlive a restart of the host,
 * and nothing is kept of them but those that were logged out.
 */
export class Sessions {
  readonly sessionMs: number
  readonly #clock: Clock
  readonly #key: Buffer
  readonly #token: Buffer
  readonly #revoked = new Map<string, number>()

  constructor ({ token, clock, sessionMs = defaultSessionMs }: SessionsOptions) {
    this.#clock = clock
    this.sessionMs = sessionMs
    this.#token = createHash('sha256').update(token).digest()
    this.#key = createHash('sha256').update(`njord dashboard session ${token}`).digest()
  }

  /** How many sessions are remembered because they were logged out. */
  get size (): number {
    return this.#revoked.size
  }

  /** Compares in constant time. */
  isToken (given: string): boolean {
    return timingSafeEqual(createHash('sha256').update(given).digest(), this.#token)
  }

  /** The text of a new session, for a cookie. */
  begin (): string {
    const text = `${randomBytes(16).toString('base64url')}.${Math.floor(this.#clock.nowMs() + this.sessionMs)}`
    return `${text}.${this.#sign(text).toString('base64url')}`
  }

  /** The session of a cookie's text; `undefined` for one that is forged, has expired or was ended. */
  find (cookie: string): Session | undefined {
    if (cookie.length > 200) return undefined
    const [id, expiry, signature, ...more] = cookie.split('.')
    if (id === undefined || expiry === undefined || signature === undefined || more.length > 0) return undefined
    const given = Buffer.from(signature, 'base64url')
    const expected = this.#sign(`${id}.${expiry}`)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
    const session = { id, expiresAtMs: Number(expiry) }
    return this.isOver(session) ? undefined : session
  }

  /** Whether a session has expired or was logged out. */
  isOver ({ id, expiresAtMs }: Session): boolean {
    return expiresAtMs <= this.#clock.nowMs() || this.#revoked.has(id)
  }

  /** Logs a session out. */
  end ({ id, expiresAtMs }: Session): void {
    const nowMs = this.#clock.nowMs()
    for (const [other, endsMs] of this.#revoked) {
      if (endsMs > nowMs && this.#revoked.size < mostRevoked) break
      this.#revoked.delete(other)
    }
    this.#revoked.set(id, expiresAtMs)
  }

  #sign (text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest()
  }
}
