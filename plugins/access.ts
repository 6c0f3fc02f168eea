import { createHash, timingSafeEqual } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { describe } from '../src/contracts/check.js'
import { NJORD_ERR_INVALID_OPTION } from '../src/errors.js'

export interface AccessOptions {
  /** Who has it may read: `Authorization: Bearer …`. Without a token and without `allow`, only this machine may. */
  token?: string
  /** Addresses and subnets that may read: `['10.0.0.7', '192.168.0.0/16', '::1']`. Only these, then. */
  allow?: readonly string[]
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>

/**
 * A hook that closes routes: 401 with `WWW-Authenticate` where a token is missing or wrong, 403 for an address that may
 * not. Closed by default: with neither token nor addresses, only loopback gets through, and not what came through a
 * proxy that the host does not trust. Throws `NJORD_ERR_INVALID_OPTION` naming the option under `path`.
 */
export function guardAccess ({ token, allow }: AccessOptions, path: string): Hook {
  if (token !== undefined && (typeof token !== 'string' || token === '')) {
    throw new NJORD_ERR_INVALID_OPTION(`${path}.token`, `found ${token === '' ? 'an empty string' : describe(token)}, expected a secret`)
  }
  const addresses = allow === undefined ? undefined : blockList(allow, `${path}.allow`)
  const expected = token === undefined ? undefined : digest(token)

  return async (request, reply) => {
    if (addresses !== undefined ? !isListed(addresses, request) : expected === undefined && !isLocal(request)) {
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

function refusal (listed: boolean): string {
  return listed
    ? 'This address is not on the list of those that may read'
    : 'Only this machine may read: configure a token, or the addresses that may'
}

/** Equal lengths for a comparison in constant time. */
function digest (secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

const loopback = blockList(['127.0.0.0/8', '::1'], 'loopback')

function isLocal (request: FastifyRequest): boolean {
  const { remoteAddress } = request.socket
  // A Unix socket has no address: who may open it is this machine's own affair.
  if (remoteAddress === undefined || remoteAddress === '') return true
  if (!isIn(loopback, remoteAddress) || !isIn(loopback, request.ip)) return false
  // A proxy on this machine makes everybody look local; where it is trusted, request.ip is the client's.
  const isForwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined
  return !isForwarded || request.ips !== undefined
}

function isListed (addresses: BlockList, request: FastifyRequest): boolean {
  return isIn(addresses, request.ip)
}

function isIn (addresses: BlockList, address: string): boolean {
  // An IPv4 client on a dual-stack socket; its zone is of no account.
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  const family = isIP(plain)
  return family !== 0 && addresses.check(plain, family === 6 ? 'ipv6' : 'ipv4')
}

function blockList (entries: readonly string[], path: string): BlockList {
  const list = new BlockList()
  if (!Array.isArray(entries)) throw new NJORD_ERR_INVALID_OPTION(path, `found ${describe(entries)}, expected an array of addresses`)
  entries.forEach((entry: unknown, i) => {
    const [address = '', bits, ...rest] = String(entry).split('/')
    const family = isIP(address)
    const most = family === 6 ? 128 : 32
    const isValid = family !== 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
    if (!isValid) {
      throw new NJORD_ERR_INVALID_OPTION(`${path}[${i}]`, `found ${describe(entry)}, expected an address or a subnet as in 10.0.0.7 or 192.168.0.0/16`)
    }
    list.addSubnet(address, bits === undefined ? most : Number(bits), family === 6 ? 'ipv6' : 'ipv4')
  })
  return list
}
