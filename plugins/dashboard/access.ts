import type { FastifyReply, FastifyRequest } from 'fastify'
import type { DashboardMetrics } from '../../src/dashboard/dashboard-metrics.js'
import type { LoginLimit } from '../../src/dashboard/login-limit.js'
import type { Session, Sessions } from '../../src/dashboard/session.js'
import { blockList, isIn, isLocal, isLocalName, isSameOrigin } from '../access.js'

/** The cookie of a session. */
export const cookieName = 'njord_dashboard'

/** Who asks: `anyone` where no token is configured, a program with the token, a browser with a session (until it `isOver`); or why not. */
export type Caller =
  { readonly kind: 'anyone' | 'bearer', readonly isOver: () => boolean } |
  { readonly kind: 'session', readonly session: Session, readonly isOver: () => boolean } |
  { readonly kind: 'refused', readonly status: 401 | 403 | 429, readonly message: string, readonly waitSeconds?: number }

export interface DashboardAccessOptions {
  /** Without sessions there is no token. */
  readonly sessions: Sessions | undefined
  readonly allow: readonly string[] | undefined
  readonly limit: LoginLimit
  readonly metrics: DashboardMetrics
}

const never = (): boolean => false

const refuse = (status: 401 | 403 | 429, message: string, waitSeconds?: number): Caller => ({ kind: 'refused', status, message, waitSeconds })

/** Decides who may see the dashboard. Closed by default: without a token and without `allow`, only this machine may. */
export class DashboardAccess {
  readonly sessions: Sessions | undefined
  readonly #addresses: ReturnType<typeof blockList> | undefined
  readonly #limit: LoginLimit
  readonly #metrics: DashboardMetrics

  constructor ({ sessions, allow, limit, metrics }: DashboardAccessOptions) {
    this.sessions = sessions
    this.#addresses = allow === undefined ? undefined : blockList(allow)
    this.#limit = limit
    this.#metrics = metrics
  }

  /** Who may not even see the login page: a message, or `undefined` for those who may. */
  refusal (request: FastifyRequest): string | undefined {
    if (this.#addresses !== undefined) return isIn(this.#addresses, request.ip) ? undefined : 'This address is not on the list of those that may look'
    if (this.sessions !== undefined) return undefined
    if (!isLocal(request)) return 'Only this machine may look: configure a token, or the addresses that may'
    // Another site's name may be made to point to this machine (DNS rebinding): its page would be of one origin with ours.
    return isLocalName(request.headers.host) ? undefined : 'Without a token, this page is at localhost or 127.0.0.1 only'
  }

  caller (request: FastifyRequest): Caller {
    const refusal = this.refusal(request) ?? (isSameOrigin(request) ? undefined : 'Another site may not look')
    if (refusal !== undefined) return refuse(403, refusal)
    if (this.sessions === undefined) return { kind: 'anyone', isOver: never }
    const { sessions } = this
    const { authorization = '', cookie } = request.headers
    // Another scheme is a proxy's on the way, which browsers go on sending: it says nothing to us.
    if (saysBearer(request)) return this.#bearer(request, authorization)
    const session = sessions.find(cookieOf(cookie))
    if (session === undefined) return refuse(401, 'Log in, or send a bearer token')
    if (request.ws && request.headers.origin === undefined) return refuse(403, 'A browser says its origin')
    return { kind: 'session', session, isOver: () => sessions.isOver(session) }
  }

  /** Tries a token for an address: whether it is right, or how many seconds it has to wait until it may try. */
  attempt (token: string, address: string): boolean | number {
    const waitSeconds = this.#limit.waitSeconds(address)
    if (waitSeconds > 0) {
      this.#metrics.login('limited')
      return waitSeconds
    }
    const isRight = this.sessions?.isToken(token) ?? false
    if (isRight) this.#limit.succeeded(address)
    else {
      this.#limit.failed(address)
      this.#metrics.login('wrong')
    }
    return isRight
  }

  accepted (): void {
    this.#metrics.login('accepted')
  }

  #bearer (request: FastifyRequest, authorization: string): Caller {
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
    if (token === undefined) return refuse(401, 'A bearer token is needed')
    const result = this.attempt(token, request.ip)
    if (result === true) return { kind: 'bearer', isOver: never }
    return result === false ? refuse(401, 'The bearer token is wrong') : refuse(429, 'Too many wrong tokens', result)
  }
}

/** Answers a caller who may not. */
export async function sendRefusal (reply: FastifyReply, { status, message, waitSeconds }: Extract<Caller, { kind: 'refused' }>): Promise<FastifyReply> {
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="njord"')
  if (waitSeconds !== undefined) reply.header('retry-after', waitSeconds)
  const error = { 401: 'Unauthorized', 403: 'Forbidden', 429: 'Too Many Requests' }[status]
  return await reply.code(status).send({ statusCode: status, error, message })
}

/** Whether a program sends a token, right or wrong. */
export function saysBearer ({ headers: { authorization } }: FastifyRequest): boolean {
  return /^Bearer\b/i.test(authorization ?? '')
}

/** The value of our cookie, or an empty text. */
function cookieOf (header: string | undefined): string {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at !== -1 && part.slice(0, at).trim() === cookieName) return part.slice(at + 1).trim()
  }
  return ''
}
