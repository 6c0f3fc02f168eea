import { parseJson, stringifyJson } from '../contracts/json.js'

/** A message as it travels between processes. */
export interface Message {
  readonly payload: unknown
  /** Nanoseconds since the Unix epoch. */
  readonly publishedNs: bigint
}

/** How an envelope of ours begins; the payload and one closing brace follow. */
const head = /^\{"njord":1,"publishedNs":(\d{1,19}),"payload":/

/** Writes `{"njord":1,"publishedNs":1700000000000000001,"payload":…}`. Throws for what JSON cannot hold (a cycle). */
export function encodeMessage ({ payload, publishedNs }: Message): string {
  return `{"njord":1,"publishedNs":${publishedNs},"payload":${stringifyJson(payload)}}`
}

/**
 * Reads an envelope. Any other JSON is the message of a foreign service: all of it is the payload, published at
 * `receivedNs`. Throws a `SyntaxError` for what is not JSON.
 */
export function decodeMessage (text: string, receivedNs: bigint): Message {
  const found = head.exec(text)
  // Reading the payload apart keeps one without nanoseconds on the fast parser.
  if (found !== null && text.endsWith('}')) return { payload: parseJson(text.slice(found[0].length, -1)), publishedNs: BigInt(found[1]!) }
  const value = parseJson(text)
  return isEnvelope(value) ? value : { payload: value, publishedNs: receivedNs }
}

/** An envelope that another program wrote, with spaces or its keys in another order. */
function isEnvelope (value: unknown): value is Message {
  return typeof value === 'object' && value !== null &&
    'njord' in value && value.njord === 1 &&
    'publishedNs' in value && typeof value.publishedNs === 'bigint' &&
    'payload' in value
}
