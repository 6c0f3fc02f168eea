import type { Labels } from '../../contracts/labels.js'

const encoder = new TextEncoder()
const PRIME_LOW = 0x1b3

/**
 * FNV-1a of 64 bits over the labels in the order of their names, as 16 hexadecimal digits: Prometheus's `LabelSet.Fingerprint`.
 * In two halves of 32 bits, for a `bigint` a byte would hold the host when thousands of alerts come at once.
 */
export function fingerprintOf (labels: Labels): string {
  let high = 0xcbf29ce4
  let low = 0x84222325
  const mix = (byte: number): void => {
    low = (low ^ byte) >>> 0
    // The prime is 2^40 + 0x1b3.
    const product = low * PRIME_LOW
    high = (Math.imul(high, PRIME_LOW) + Math.floor(product / 0x1_0000_0000) + (low << 8)) >>> 0
    low = product >>> 0
  }
  for (const part of labels) {
    for (let i = 0; i < part.length; i++) {
      const code = part.charCodeAt(i)
      if (code > 0x7f) {
        for (const byte of encoder.encode(part.slice(i))) mix(byte)
        break
      }
      mix(code)
    }
    mix(0xff)
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}
