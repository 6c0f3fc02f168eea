import { createHash, timingSafeEqual } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { parseSubnet } from '../src/config/subnet.js'
import { isToken, tokenExpectation } from '../src/config/telemetry-options.js'
import { NJORD_ERR_INVALID_OPTION } from '../src/errors.js'

export interface AccessOptions {
  /**
   * Who has it may read: `Authorization: Bearer …`. Without a token and without `allow`, only this machine may.
   * @defaultValue the environment's `NJORD_METRICS_TOKEN`
   */
  token?: string
  /** Addresses and subnets that may read, and no others: `['10.0.0.7', '192.168.0.0/16', '::1']`. */
  allow?: readonly string[]
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>

/**
 * A hook that closes routes: 403 for an address that may not, 401 with `WWW-Authenticate` where a token is missing or
 * wrong; with both `allow` and `token`, both are needed. Closed by default: with neither, only loopback gets through, and
 * nothing that a proxy passed on. The options have been checked; throws `NJORD_ERR_INVALID_OPTION` for a
 * token from the environment that cannot be sent.
 */
export function guardAccess ({ token = tokenFromEnvironment(), allow }: AccessOptions): Hook {
  const addresses = allow === undefined ? undefined : blockList(allow)
  const expected = token === undefined ? undefined : digest(token)

  return async (request, reply) => {
    if (addresses !== undefined ? !isIn(addresses, request.ip) : expected === undefined && !isLocal(request)) {
      return await reply.code(403).send({ statusCode: 403, error: 'Forbidden', message: refusal(addresses !== undefined) })
    }
    if (expected === undefined) return undefined
    const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return undefined
    return await reply.code(401)
      .header('www-authenticate', `Bearer realm="njord"${given === undefined ? '' : ', error="invalid_token"'}`)
      .send({ statusCode: 401, error: 'Unauthorized', message: given === undefined ? 'A bearer token is needed' : 'The bearer token is wrong' })
  }
}

/** The token in an environment variable, if there is one; throws `NJORD_ERR_INVALID_OPTION` for what cannot be sent as one. */
export function tokenFromEnvironment (name = 'NJORD_METRICS_TOKEN'): string | undefined {
  const token = process.env[name]
  if (token === undefined || token === '') return undefined
  if (!isToken(token)) throw new NJORD_ERR_INVALID_OPTION(name, `found what is not shown here, expected ${tokenExpectation}`)
  return token
}

function refusal (isListed: boolean): string {
  return isListed
    ? 'This address is not on the list of those that may read'
    : 'Only this machine may read: configure a token, or the addresses that may'
}

/** Equal lengths for a comparison in constant time. */
export function digest (secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

const loopback = blockList(['127.0.0.0/8', '::1'])

/** What a proxy says about the client that it speaks for. */
const forwardingHeaders = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-host', 'x-forwarded-proto', 'via']

/** Whether a request comes from this machine, and from no proxy on it. */
export function isLocal ({ socket: { remoteAddress }, headers }: FastifyRequest): boolean {
  // A proxy on this machine makes everybody look local, and what it says of the client may be the client's own words.
  if (forwardingHeaders.some(name => headers[name] !== undefined)) return false
  // A Unix socket has no address: who may open it is this machine's own affair.
  return remoteAddress === undefined || isIn(loopback, remoteAddress)
}

/** Whether a `Host` header is a name of this machine that nobody else can give it. */
export function isLocalName (host: string | undefined): boolean {
  return host !== undefined && /^((.+\.)?localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host)
}

/** Whether a request that says where it comes from says that it comes from this very host. Programs do not say it. */
export function isSameOrigin ({ headers: { origin }, host, protocol }: FastifyRequest): boolean {
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  // Without TLS as far as we can see, a proxy may have ended it.
  return url.host === host.toLowerCase() && (protocol !== 'https' || url.protocol === 'https:')
}

/** IPv4 addresses of a dual-stack socket (`::ffff:10.0.0.7`) are taken as IPv4. */
export function isIn (addresses: BlockList, address: string): boolean {
  const version = isIP(address)
  return version !== 0 && addresses.check(address, version === 6 ? 'ipv6' : 'ipv4')
}

export function blockList (entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const { address, bits, family } = parseSubnet(entry)!
    list.addSubnet(address, bits, family)
  }
  return list
}
