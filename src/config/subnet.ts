import { isIP } from 'node:net'

/** A run of addresses: `10.0.0.0/8`, or one address, whose bits are then all of them. */
export interface Subnet {
  readonly address: string
  readonly bits: number
  readonly family: 'ipv4' | 'ipv6'
}

/** Reads `10.0.0.7`, `192.168.0.0/16`, `::1` or `fd00::/8`; `undefined` for anything else, a host name or a zone included. */
export function parseSubnet (text: unknown): Subnet | undefined {
  if (typeof text !== 'string') return undefined
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0 || address.includes('%')) return undefined
  const most = version === 6 ? 128 : 32
  if (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)) return undefined
  return { address, bits: bits === undefined ? most : Number(bits), family: version === 6 ? 'ipv6' : 'ipv4' }
}
