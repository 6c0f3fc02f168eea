import { Type } from 'typebox'
import { live } from './options.js'
import { parseSubnet } from './subnet.js'

/** Printable ASCII without spaces: anything else would not come through an Authorization header as it is. */
export const isToken = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
export const tokenExpectation = 'a secret of printable ASCII characters without spaces'

/** Who may read what a plugin serves. */
export const accessOptions = {
  token: Type.Optional(live(isToken, tokenExpectation)),
  allow: Type.Optional(Type.Array(live(
    value => parseSubnet(value) !== undefined, 'an address or a subnet as in 10.0.0.7 or 192.168.0.0/16')))
}
